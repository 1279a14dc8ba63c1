// SPDX-License-Identifier: Apache-2.0
#include "name_server.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

int domain_count = 500;

enum { type_a = 1, type_soa = 6, type_mx = 15 };
enum { header_size = 12, label_count = 8 };

static const uint8_t hour[] = {0, 0, 0x0e, 0x10};

struct label {
    const char *text;
    size_t count;
};

static uint8_t *put(uint8_t *end, const void *bytes, size_t count) {
    memcpy(end, bytes, count);
    return end + count;
}

static uint8_t *put_number(uint8_t *end, unsigned number) {
    *end++ = (uint8_t)(number >> 8);
    *end++ = (uint8_t)number;
    return end;
}

/// A record's head, up to its length: the name as a pointer, the type, the class, an hour.
static uint8_t *put_head(uint8_t *end, unsigned name, unsigned type) {
    end = put_number(end, 0xc000 | name);
    end = put_number(end, type);
    end = put_number(end, 1);
    return put(end, hour, sizeof hour);
}

/// The zone's SOA for `name`: denials are kept for an hour too.
static uint8_t *put_zone(uint8_t *end, unsigned name) {
    end = put_head(end, name, type_soa);
    end = put_number(end, 22);
    *end++ = 0;
    *end++ = 0;
    for (int i = 0; i < 5; i++) end = put(end, hour, sizeof hour);
    return end;
}

/// The number of `d<N>`; -1 where there is no such domain.
static int domain_number(struct label label) {
    if (label.count < 2 || label.count > 6 || (label.text[0] | 0x20) != 'd') return -1;
    int number = 0;
    for (size_t i = 1; i < label.count; i++) {
        if (label.text[i] < '0' || label.text[i] > '9') return -1;
        number = number * 10 + label.text[i] - '0';
    }
    return number < domain_count ? number : -1;
}

/// Reads the question's labels and returns where it ends; 0 where it is cut or has too many.
static size_t read_labels(const uint8_t *question, size_t count, struct label *labels, int *found) {
    size_t position = header_size;
    *found = 0;
    while (position < count && question[position] != 0) {
        size_t length = question[position];
        if (length > 63 || position + 1 + length >= count || *found == label_count) return 0;
        labels[(*found)++] = (struct label){(const char *)question + position + 1, length};
        position += 1 + length;
    }
    return position + 5 <= count ? position + 5 : 0;
}

size_t answer_question(const uint8_t *question, size_t count, uint8_t answer[MESSAGE_SIZE]) {
    struct label labels[label_count];
    int found;
    if (count < header_size || count > MESSAGE_SIZE - 128 || question[2] & 0x80) return 0;
    size_t end_of_question = read_labels(question, count, labels, &found);
    if (end_of_question == 0) return 0;
    int type = question[end_of_question - 4] << 8 | question[end_of_question - 3];
    bool is_host = found == 3 && labels[0].count == 2 && !strncasecmp(labels[0].text, "mx", 2);
    bool is_ours = (is_host || found == 2) && labels[found - 1].count == 7
        && !strncasecmp(labels[found - 1].text, "example", 7);
    int number = is_ours ? domain_number(labels[found - 2]) : -1;

    uint8_t *end = put(answer, question, end_of_question);
    // A reply with authority to what was asked with or without recursion; NXDOMAIN for other names.
    answer[2] = 0x84 | (question[2] & 1);
    answer[3] = number < 0 ? 0x83 : 0x80;
    memset(answer + 4, 0, 8);
    answer[5] = 1;
    if (number >= 0 && type == type_mx && !is_host) {
        answer[7] = 1;
        end = put_head(end, header_size, type_mx);
        end = put_number(end, 7);
        end = put_number(end, 10);
        end = put(end, "\2mx", 3);
        end = put_number(end, 0xc000 | header_size);
    } else if (number >= 0 && type == type_a && is_host) {
        answer[7] = 1;
        end = put_head(end, header_size, type_a);
        end = put_number(end, 4);
        end = put(end, (uint8_t[]){127, 1, (uint8_t)(number / 250), (uint8_t)(number % 250 + 1)}, 4);
    } else {
        answer[9] = 1;
        end = put_zone(end, header_size);
    }
    return (size_t)(end - answer);
}
