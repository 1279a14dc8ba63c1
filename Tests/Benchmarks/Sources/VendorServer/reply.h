// SPDX-License-Identifier: Apache-2.0
#ifndef VENDOR_REPLY_H
#define VENDOR_REPLY_H

#include <stddef.h>

/// The longest reply, headers included.
#define REPLY_SIZE 1024

/// Percent of the prospects that each of the three vendors finds.
extern int hit_rate[3];

/// Writes the reply to a request for `path` (with its query) and returns its length. Vendor 1, 2 or 3 is named by the
/// path (`/p1/find?...`). Who is found depends on the query alone, so that every client sees the same world.
size_t write_reply(char *reply, const char *path, size_t length);

#endif
