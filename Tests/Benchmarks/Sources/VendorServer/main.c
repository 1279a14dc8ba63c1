// SPDX-License-Identifier: Apache-2.0
//
// Three vendors behind one port: HTTP/1.1 with keep-alive, one thread, epoll, and a wheel of timers for slow vendors.
// It answers several times as many requests a second as the fastest client here asks, so that clients are measured.
//
//   VendorServer [--port N] [--delay MILLISECONDS] [--hits A,B,C]
//
// Port 0 (the default) takes a free one. The first line of output is the port. Ends on SIGTERM or SIGINT.
#define _GNU_SOURCE
#include "reply.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/// The longest request.
#define REQUEST_SIZE 8192
/// Milliseconds that the wheel spans: the longest delay.
#define WHEEL_SIZE 65536
#define EVENT_COUNT 512

/// A place in a ring of what waits for the same millisecond.
struct link {
    struct link *next, *previous;
};

struct connection {
    /// First, so that a link is its connection.
    struct link link;
    int descriptor;
    /// True while the reply waits for its delay.
    bool is_delayed;
    /// True where epoll watches for room to send.
    bool is_blocked;
    size_t request_count, reply_count, reply_sent;
    char request[REQUEST_SIZE];
    char reply[REPLY_SIZE];
};

static struct link wheel[WHEEL_SIZE];
static uint64_t wheel_time;
static long delayed_count;
static uint64_t delay;
static int epoll;
static volatile sig_atomic_t is_stopping;

static void stop(int signal_number) {
    (void)signal_number;
    is_stopping = 1;
}

static uint64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void watch(struct connection *connection, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    epoll_ctl(epoll, operation, connection->descriptor, &event);
}

static void start_delay(struct connection *connection) {
    struct link *ring = &wheel[(wheel_time + delay) % WHEEL_SIZE];
    struct link *link = &connection->link;
    link->next = ring;
    link->previous = ring->previous;
    ring->previous->next = link;
    ring->previous = link;
    connection->is_delayed = true;
    delayed_count++;
}

static void end_delay(struct connection *connection) {
    if (!connection->is_delayed) return;
    connection->link.previous->next = connection->link.next;
    connection->link.next->previous = connection->link.previous;
    connection->is_delayed = false;
    delayed_count--;
}

static void end(struct connection *connection) {
    end_delay(connection);
    close(connection->descriptor);
    free(connection);
}

/// Sends what is left of the reply. False where the connection has ended.
static bool send_reply(struct connection *connection) {
    while (connection->reply_sent < connection->reply_count) {
        ssize_t sent = send(connection->descriptor, connection->reply + connection->reply_sent,
                            connection->reply_count - connection->reply_sent, MSG_NOSIGNAL);
        if (sent >= 0) {
            connection->reply_sent += (size_t)sent;
        } else if (errno == EAGAIN) {
            if (!connection->is_blocked) watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            connection->is_blocked = true;
            return true;
        } else {
            end(connection);
            return false;
        }
    }
    if (connection->is_blocked) watch(connection, EPOLL_CTL_MOD, EPOLLIN);
    connection->is_blocked = false;
    connection->reply_count = connection->reply_sent = 0;
    return true;
}

/// The bytes of the first whole request, body included; 0 where more has to come.
static size_t whole_request(struct connection *connection) {
    char *end_of_headers = memmem(connection->request, connection->request_count, "\r\n\r\n", 4);
    if (!end_of_headers) return 0;
    size_t length = (size_t)(end_of_headers + 4 - connection->request);
    *end_of_headers = 0;
    char *field = strcasestr(connection->request, "\ncontent-length:");
    if (field) length += strtoul(field + 16, NULL, 10);
    *end_of_headers = '\r';
    return length <= connection->request_count ? length : 0;
}

/// Answers the requests that have come, one after the other.
static void answer(struct connection *connection) {
    while (!connection->is_delayed && connection->reply_count == 0) {
        size_t length = whole_request(connection);
        if (length == 0) {
            if (connection->request_count == REQUEST_SIZE) end(connection);
            return;
        }
        char *path = memchr(connection->request, ' ', length);
        path = path ? path + 1 : connection->request;
        char *path_end = memchr(path, ' ', (size_t)(connection->request + length - path));
        connection->reply_count = write_reply(connection->reply, path, path_end ? (size_t)(path_end - path) : 0);
        connection->request_count -= length;
        memmove(connection->request, connection->request + length, connection->request_count);
        if (delay > 0) {
            start_delay(connection);
        } else if (!send_reply(connection)) {
            return;
        }
    }
}

static void receive(struct connection *connection) {
    ssize_t count = recv(connection->descriptor, connection->request + connection->request_count,
                         REQUEST_SIZE - connection->request_count, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) {
        end(connection);
    } else if (count > 0) {
        connection->request_count += (size_t)count;
        answer(connection);
    }
}

static void accept_all(int listener) {
    int descriptor;
    while ((descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = malloc(sizeof *connection);
        if (!connection) abort();
        // The buffers need no clearing, and most of their pages are never touched.
        memset(connection, 0, offsetof(struct connection, request));
        connection->descriptor = descriptor;
        watch(connection, EPOLL_CTL_ADD, EPOLLIN);
    }
}

/// Sends what has waited long enough.
static void turn_wheel(void) {
    for (uint64_t now = milliseconds(); wheel_time < now;) {
        wheel_time++;
        struct link *ring = &wheel[wheel_time % WHEEL_SIZE];
        while (ring->next != ring) {
            struct connection *connection = (struct connection *)ring->next;
            end_delay(connection);
            if (send_reply(connection)) answer(connection);
        }
    }
}

static int listen_on(int port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096)
        || getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("VendorServer");
        exit(1);
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void serve(int listener) {
    struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL}, events[EVENT_COUNT];
    epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &listening);
    wheel_time = milliseconds();
    while (!is_stopping) {
        int count = epoll_wait(epoll, events, EVENT_COUNT, delayed_count > 0 ? 1 : 1000);
        turn_wheel();
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!connection) {
                accept_all(listener);
            } else if (connection->is_blocked && !connection->is_delayed) {
                if (send_reply(connection) && !connection->is_blocked) answer(connection);
            } else {
                receive(connection);
            }
        }
    }
}

int main(int count, char **arguments) {
    int port = 0;
    for (int i = 1; i + 1 < count; i += 2) {
        const char *value = arguments[i + 1];
        if (!strcmp(arguments[i], "--port")) port = atoi(value);
        else if (!strcmp(arguments[i], "--delay")) delay = strtoul(value, NULL, 10) % WHEEL_SIZE;
        else if (!strcmp(arguments[i], "--hits")) sscanf(value, "%d,%d,%d", hit_rate, hit_rate + 1, hit_rate + 2);
        else return fprintf(stderr, "VendorServer: unknown option %s\n", arguments[i]), 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    for (int i = 0; i < WHEEL_SIZE; i++) wheel[i].next = wheel[i].previous = &wheel[i];
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    serve(listen_on(port));
    return 0;
}
