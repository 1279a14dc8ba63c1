// SPDX-License-Identifier: Apache-2.0
//
// The waterfall in bare C: libcurl's multi interface on epoll, and nothing else. It parses no JSON, keeps no limits,
// counts no credits: the floor that an engine on libcurl can't go below.
//
//   BareC PORT PROSPECTS IN_FLIGHT
//
// libcurl lets go of a socket after each exchange and takes it again for the next. A socket stays registered with epoll
// meanwhile and is only marked idle ("lazy"), which saves two system calls an exchange. A mark dies with its socket
// (`close_socket`), as the number may come back for another.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define VENDORS 3
#define REPLY_SIZE 4096
#define EVENT_COUNT 256
/// More descriptors than a process may open here.
#define DESCRIPTORS (1 << 20)
/// The mark of a descriptor that epoll watches and libcurl has let go; below it, the bits that epoll watches for.
#define IDLE 128

/// One prospect at a time, and the handle that asks for it.
struct slot {
    CURL *handle;
    int prospect, vendor;
    size_t reply_count;
    char reply[REPLY_SIZE];
};

static CURLM *multi;
static int epoll;
static unsigned char marks[DESCRIPTORS];
static int port, prospect_count, next_prospect, done_count;
static long call_count, found_count, error_count;
/// When libcurl wants to be called though nothing happened; 0 for never.
static double wake_up;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *user) {
    struct slot *slot = user;
    size_t length = size * count;
    if (slot->reply_count + length >= REPLY_SIZE) return 0;
    memcpy(slot->reply + slot->reply_count, bytes, length);
    slot->reply_count += length;
    return length;
}

// The waterfall.

static void ask(struct slot *slot) {
    char url[256];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/p%d/find?first=Jane&last=Doe&domain=example%d.com", port,
             slot->vendor + 1, slot->prospect);
    slot->reply_count = 0;
    curl_easy_setopt(slot->handle, CURLOPT_URL, url);
    curl_multi_add_handle(multi, slot->handle);
    call_count++;
}

static void begin_next(struct slot *slot) {
    if (next_prospect == prospect_count) return;
    slot->prospect = next_prospect++;
    slot->vendor = 0;
    ask(slot);
}

static void end_call(struct slot *slot, CURLcode result) {
    long status = 0;
    curl_easy_getinfo(slot->handle, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, slot->handle);
    slot->reply[slot->reply_count] = 0;
    if (result != CURLE_OK || status != 200) error_count++;
    bool is_found = strstr(slot->reply, "\"verified\":true") != NULL;
    if (is_found) found_count++;
    if (!is_found && ++slot->vendor < VENDORS) {
        ask(slot);
    } else {
        done_count++;
        begin_next(slot);
    }
}

static void end_calls(void) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        struct slot *slot;
        CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot);
        end_call(slot, result);
    }
}

// The loop.

static int watch_socket(CURL *handle, curl_socket_t descriptor, int what, void *user, void *socket_user) {
    (void)handle, (void)user, (void)socket_user;
    if (what == CURL_POLL_REMOVE) {
        marks[descriptor] |= IDLE;
        return 0;
    }
    unsigned char wanted = what & CURL_POLL_INOUT, known = marks[descriptor] & CURL_POLL_INOUT;
    marks[descriptor] = wanted;
    if (wanted == known) return 0;
    struct epoll_event event = {.data.fd = descriptor};
    if (wanted & CURL_POLL_IN) event.events |= EPOLLIN;
    if (wanted & CURL_POLL_OUT) event.events |= EPOLLOUT;
    epoll_ctl(epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
    return 0;
}

static int close_socket(void *user, curl_socket_t descriptor) {
    (void)user;
    marks[descriptor] = 0;
    return close(descriptor);
}

static int set_timer(CURLM *handle, long milliseconds, void *user) {
    (void)handle, (void)user;
    wake_up = milliseconds < 0 ? 0 : now() + (double)milliseconds * 1e-3;
    return 0;
}

static void drive(struct epoll_event *event, int *running) {
    int descriptor = event->data.fd;
    if (marks[descriptor] & IDLE) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
        marks[descriptor] = 0;
        return;
    }
    int bits = 0;
    if (event->events & EPOLLIN) bits |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT) bits |= CURL_CSELECT_OUT;
    if (event->events & (EPOLLERR | EPOLLHUP)) bits |= CURL_CSELECT_ERR;
    curl_multi_socket_action(multi, descriptor, bits, running);
}

static void run(void) {
    struct epoll_event events[EVENT_COUNT];
    int running;
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    end_calls();
    while (done_count < prospect_count) {
        int wait = 1000;
        if (wake_up > 0) {
            double left = (wake_up - now()) * 1000;
            wait = left <= 0 ? 0 : (int)(left + 0.999);
        }
        int count = epoll_wait(epoll, events, EVENT_COUNT, wait);
        for (int i = 0; i < count; i++) drive(&events[i], &running);
        if (wake_up > 0 && now() >= wake_up) {
            wake_up = 0;
            curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        end_calls();
    }
}

// Setting up, and what is reported.

static void set_up_multi(int in_flight) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    epoll = epoll_create1(0);
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)in_flight + 16);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
}

static void set_up(struct slot *slot) {
    slot->handle = curl_easy_init();
    curl_easy_setopt(slot->handle, CURLOPT_PRIVATE, slot);
    curl_easy_setopt(slot->handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(slot->handle, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(slot->handle, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(slot->handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(slot->handle, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(slot->handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

static long resident_kib(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    if (file) fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec * 1e-6; }

int main(int count, char **arguments) {
    if (count != 4) return fprintf(stderr, "usage: BareC PORT PROSPECTS IN_FLIGHT\n"), 2;
    port = atoi(arguments[1]);
    prospect_count = atoi(arguments[2]);
    int in_flight = atoi(arguments[3]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max > DESCRIPTORS ? DESCRIPTORS : files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    struct rusage first, last;
    long resident = resident_kib();
    getrusage(RUSAGE_SELF, &first);
    double start = now();
    set_up_multi(in_flight);
    struct slot *slots = calloc((size_t)in_flight, sizeof *slots);
    for (int i = 0; i < in_flight; i++) {
        set_up(&slots[i]);
        begin_next(&slots[i]);
    }
    run();
    double wall = now() - start;
    getrusage(RUSAGE_SELF, &last);
    printf("{\"prospects\": %d, \"calls\": %ld, \"found\": %ld, \"errors\": %ld, \"wall\": %.6f, \"user\": %.6f, "
           "\"system\": %.6f, \"resident_kib\": %ld, \"peak_kib\": %ld}\n",
           done_count, call_count, found_count, error_count, wall, seconds(last.ru_utime) - seconds(first.ru_utime),
           seconds(last.ru_stime) - seconds(first.ru_stime), resident, last.ru_maxrss);
    return 0;
}
