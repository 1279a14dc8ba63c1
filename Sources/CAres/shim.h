// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ares.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

// The servers of a channel, one after the other: `struct ares_addr_port_node` holds a union.
// Returns the address' length, 4 or 16; 0 for any other family.
static inline int weir_ares_address(const struct ares_addr_port_node *node, uint8_t out[16]) {
    if (node->family == AF_INET) {
        memcpy(out, &node->addr.addr4, 4);
        return 4;
    }
    if (node->family == AF_INET6) {
        memcpy(out, &node->addr.addr6, 16);
        return 16;
    }
    return 0;
}

// How long until a question's time is up, in milliseconds, rounded up; -1 where nothing is under way.
static inline int weir_ares_wait(ares_channel channel) {
    struct timeval buffer;
    const struct timeval *wait = ares_timeout(channel, NULL, &buffer);
    return wait ? (int)(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000) : -1;
}

// Glibc's module has not sys/eventfd.h.
static inline int weir_ares_event_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline void weir_ares_event_signal(int fd) {
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written;
}
static inline void weir_ares_event_clear(int fd) {
    uint64_t value;
    ssize_t got = read(fd, &value, sizeof value);
    (void)got;
}

// Names the calling thread by the first 15 bytes of the name.
static inline void weir_ares_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
