// SPDX-License-Identifier: Apache-2.0
// What of SQLite can't be called from Swift: a variadic function. `sqlite3.h` itself comes through GRDB's module.
#pragma once

extern int sqlite3_config(int option, ...);

/// Stops counting memory, which takes a lock for every allocation. Only before the first connection of the process;
/// later it changes nothing. Returns SQLite's result code.
static inline int weir_sqlite_count_no_memory(void) {
    enum { SQLITE_CONFIG_MEMSTATUS_ = 9 };
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS_, 0);
}
