// SPDX-License-Identifier: Apache-2.0
//
// The name server and the mail hosts of some hundred domains behind one port of loopback, UDP and TCP: one thread,
// epoll. Who verifies addresses is measured beside it.
//
//   MailServer [--port N] [--domains N]
//
// Port 0 (the default) takes a free one. The first line of output is the port. Ends on SIGTERM or SIGINT, with what it
// was asked as one line of JSON.
#define _GNU_SOURCE
#include "mail_host.h"
#include "name_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/// The longest command with its line end, twice what RFC 5321 asks for.
#define COMMAND_SIZE 1024
#define EVENT_COUNT 512

struct connection {
    int descriptor;
    size_t count;
    char commands[COMMAND_SIZE];
};

static int epoll;
static volatile sig_atomic_t is_stopping;
/// What stands for the two listening sockets in events.
static struct connection tcp, udp;

static void stop(int signal_number) {
    (void)signal_number;
    is_stopping = 1;
}

static void watch(struct connection *connection) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connection->descriptor, &event);
}

static void end(struct connection *connection) {
    close(connection->descriptor);
    free(connection);
}

/// A socket's buffer holds every reply of a conversation: what doesn't fit is a client that reads nothing.
static bool say(struct connection *connection, const char *text, size_t count) {
    return send(connection->descriptor, text, count, MSG_NOSIGNAL) == (ssize_t)count;
}

static void receive(struct connection *connection) {
    ssize_t count = recv(connection->descriptor, connection->commands + connection->count,
                         COMMAND_SIZE - connection->count, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return end(connection);
    connection->count += (size_t)count;
    char *line_end;
    while ((line_end = memmem(connection->commands, connection->count, "\r\n", 2))) {
        char reply[REPLY_SIZE];
        bool is_last = false;
        size_t length = reply_to(connection->commands, (size_t)(line_end - connection->commands), reply, &is_last);
        if (!say(connection, reply, length) || is_last) return end(connection);
        connection->count -= (size_t)(line_end + 2 - connection->commands);
        memmove(connection->commands, line_end + 2, connection->count);
    }
    if (connection->count == COMMAND_SIZE) end(connection);
}

static void accept_all(void) {
    int descriptor;
    while ((descriptor = accept4(tcp.descriptor, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = malloc(sizeof *connection);
        if (!connection) abort();
        connection->descriptor = descriptor;
        connection->count = 0;
        totals.conversations++;
        watch(connection);
        if (!say(connection, greeting, strlen(greeting))) end(connection);
    }
}

static void answer_all(void) {
    uint8_t question[MESSAGE_SIZE], answer[MESSAGE_SIZE];
    struct sockaddr_in asker;
    socklen_t size = sizeof asker;
    ssize_t count;
    while ((count = recvfrom(udp.descriptor, question, sizeof question, 0, (struct sockaddr *)&asker, &size)) >= 0) {
        size_t length = answer_question(question, (size_t)count, answer);
        if (length > 0) sendto(udp.descriptor, answer, length, 0, (struct sockaddr *)&asker, size);
        totals.questions++;
        size = sizeof asker;
    }
}

static void fail(const char *what) {
    fprintf(stderr, "MailServer: %s: %s\n", what, strerror(errno));
    exit(1);
}

/// Binds both sockets to one port: the hosts on every address of loopback, and of nothing else; names on 127.0.0.1.
static int listen_on(int port) {
    int on = 1, room = 4 << 20;
    tcp.descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    udp.descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    setsockopt(tcp.descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(udp.descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (setsockopt(tcp.descriptor, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3)) fail("loopback");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t size = sizeof address;
    if (bind(tcp.descriptor, (struct sockaddr *)&address, size) || listen(tcp.descriptor, 4096)
        || getsockname(tcp.descriptor, (struct sockaddr *)&address, &size))
        fail("the mail hosts' port");
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(udp.descriptor, (struct sockaddr *)&address, size)) fail("the name server's port");
    return ntohs(address.sin_port);
}

static void serve(void) {
    struct epoll_event events[EVENT_COUNT];
    epoll = epoll_create1(0);
    watch(&tcp);
    watch(&udp);
    while (!is_stopping) {
        int count = epoll_wait(epoll, events, EVENT_COUNT, 1000);
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == &tcp) accept_all();
            else if (connection == &udp) answer_all();
            else receive(connection);
        }
    }
}

int main(int count, char **arguments) {
    int port = 0;
    for (int i = 1; i + 1 < count; i += 2) {
        const char *value = arguments[i + 1];
        if (!strcmp(arguments[i], "--port")) port = atoi(value);
        else if (!strcmp(arguments[i], "--domains")) domain_count = atoi(value);
        else return fprintf(stderr, "MailServer: unknown option %s\n", arguments[i]), 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    printf("%d\n", listen_on(port));
    fflush(stdout);
    serve();
    printf("{\"conversations\": %ld, \"recipients\": %ld, \"farewells\": %ld, \"questions\": %ld}\n",
           totals.conversations, totals.recipients, totals.farewells, totals.questions);
    return 0;
}
