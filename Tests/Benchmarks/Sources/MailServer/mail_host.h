// SPDX-License-Identifier: Apache-2.0
#ifndef MAIL_HOST_H
#define MAIL_HOST_H

#include <stdbool.h>
#include <stddef.h>

/// The longest reply to one command.
#define REPLY_SIZE 512

/// What a host says first.
extern const char greeting[];

/// What was said to all hosts.
struct totals {
    long conversations, recipients, farewells, questions;
};
extern struct totals totals;

/// Writes the reply to a command (without its line end) and returns its length. The conversation ends with it where
/// `is_last` is set.
///
/// A mailbox exists where its name is `u` and digits whose sum is even.
size_t reply_to(const char *command, size_t count, char reply[REPLY_SIZE], bool *is_last);

#endif
