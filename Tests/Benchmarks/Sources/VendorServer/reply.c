// SPDX-License-Identifier: Apache-2.0
#include "reply.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int hit_rate[3] = {40, 30, 20};

/// FNV-1a with a finishing step that spreads the last bytes over all bits.
static uint64_t hash_text(const char *text, size_t length) {
    uint64_t hash = 1469598103934665603ull;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211ull;
    }
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdull;
    return hash ^ hash >> 33;
}

/// Tells the vendors apart: each finds other people.
static uint64_t hash_for_vendor(uint64_t query, int vendor) {
    uint64_t hash = query + (uint64_t)vendor * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 29;
    hash *= 0xbf58476d1ce4e5b9ull;
    return hash ^ hash >> 32;
}

static int write_hit(char *body, size_t size, uint64_t hash) {
    unsigned company = (unsigned)(hash >> 16) % 1000;
    return snprintf(body, size,
        "{\"status\":\"ok\",\"request_id\":\"%016llx\",\"data\":{\"email\":\"jane.doe%u@example%u.com\","
        "\"verified\":true,\"score\":%u,\"first_name\":\"Jane\",\"last_name\":\"Doe\","
        "\"position\":\"Head of Operations\",\"company\":{\"name\":\"Example Holdings\","
        "\"domain\":\"example%u.com\",\"size\":\"51-200\"},\"sources\":[{\"uri\":\"https://example%u.com/team\","
        "\"last_seen\":\"2026-01-15\"}]},\"meta\":{\"credits_used\":1,\"credits_left\":%u}}",
        (unsigned long long)hash, (unsigned)(hash >> 8) % 10000, company, 80 + (unsigned)(hash >> 3) % 20, company,
        company, (unsigned)(hash >> 20) % 100000);
}

static int write_miss(char *body, size_t size, uint64_t hash) {
    return snprintf(body, size,
        "{\"status\":\"not_found\",\"request_id\":\"%016llx\",\"data\":{\"email\":null,\"verified\":false,"
        "\"score\":0,\"first_name\":\"Jane\",\"last_name\":\"Doe\",\"position\":null,"
        "\"company\":{\"name\":\"Example Holdings\",\"domain\":\"example%u.com\",\"size\":\"51-200\"},"
        "\"sources\":[]},\"meta\":{\"credits_used\":0,\"credits_left\":%u,"
        "\"message\":\"no match for this person at this company\"}}",
        (unsigned long long)hash, (unsigned)(hash >> 16) % 1000, (unsigned)(hash >> 20) % 100000);
}

size_t write_reply(char *reply, const char *path, size_t length) {
    int vendor = 0;
    if (length > 2 && path[1] == 'p' && path[2] >= '1' && path[2] <= '3') vendor = path[2] - '1';
    const char *query = memchr(path, '?', length);
    uint64_t seed = query ? hash_text(query, (size_t)(path + length - query)) : hash_text(path, length);
    uint64_t hash = hash_for_vendor(seed, vendor);
    char body[700];
    int count = (int)(hash % 100) < hit_rate[vendor] ? write_hit(body, sizeof body, hash)
                                                     : write_miss(body, sizeof body, hash);
    int total = snprintf(reply, REPLY_SIZE,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-RateLimit-Remaining: 4999\r\n"
        "Content-Length: %d\r\n\r\n%s",
        count, body);
    return (size_t)total;
}
