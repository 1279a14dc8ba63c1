// SPDX-License-Identifier: Apache-2.0
#include "mail_host.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct totals totals;
const char greeting[] = "220 mail.example ESMTP\r\n";

static bool begins(const char *command, size_t count, const char *word) {
    return count >= strlen(word) && !strncasecmp(command, word, strlen(word));
}

static bool exists(const char *mailbox, size_t count) {
    if (count < 2 || mailbox[0] != 'u') return false;
    int sum = 0;
    for (size_t i = 1; i < count; i++) {
        if (mailbox[i] < '0' || mailbox[i] > '9') return false;
        sum += mailbox[i] - '0';
    }
    return sum % 2 == 0;
}

static size_t reply_to_recipient(const char *command, size_t count, char reply[REPLY_SIZE]) {
    const char *start = memchr(command, '<', count);
    const char *end = start ? memchr(start, '>', (size_t)(command + count - start)) : NULL;
    const char *at = end ? memchr(start, '@', (size_t)(end - start)) : NULL;
    int length;
    totals.recipients++;
    if (!at || end - start > 255) {
        length = snprintf(reply, REPLY_SIZE, "501 5.1.3 Bad recipient address syntax\r\n");
    } else if (exists(start + 1, (size_t)(at - start - 1))) {
        length = snprintf(reply, REPLY_SIZE, "250 2.1.5 Ok\r\n");
    } else {
        length = snprintf(reply, REPLY_SIZE,
            "550 5.1.1 <%.*s>: Recipient address rejected: User unknown in local recipient table\r\n",
            (int)(end - start - 1), start + 1);
    }
    return (size_t)length;
}

size_t reply_to(const char *command, size_t count, char reply[REPLY_SIZE], bool *is_last) {
    const char *text = "502 5.5.2 Error: command not recognized\r\n";
    if (begins(command, count, "RCPT TO:")) return reply_to_recipient(command, count, reply);
    if (begins(command, count, "EHLO ")) {
        text = "250-mail.example\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ENHANCEDSTATUSCODES\r\n"
               "250-8BITMIME\r\n250 DSN\r\n";
    } else if (begins(command, count, "MAIL FROM:")) {
        text = "250 2.1.0 Ok\r\n";
    } else if (begins(command, count, "QUIT")) {
        totals.farewells++;
        *is_last = true;
        text = "221 2.0.0 Bye\r\n";
    }
    size_t length = strlen(text);
    memcpy(reply, text, length);
    return length;
}
