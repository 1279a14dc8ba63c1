// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <csv.h>

/// What libcsv takes for a blank that may be trimmed: nothing, so that fields stay as they are.
static inline int weir_csv_no_space(unsigned char byte) {
    (void)byte;
    return 0;
}

/// Sets up a parser that keeps blanks. Returns 0 where it did.
static inline int weir_csv_start(struct csv_parser *parser, unsigned char separator) {
    if (csv_init(parser, 0) != 0) return -1;
    csv_set_delim(parser, separator);
    csv_set_space_func(parser, weir_csv_no_space);
    return 0;
}

/// Forgets a record that is not whole, and begins the next; the buffer for fields stays.
static inline void weir_csv_restart(struct csv_parser *parser, int is_strict) {
    csv_set_opts(parser, is_strict ? CSV_STRICT : 0);
    parser->pstate = 0;
    parser->quoted = 0;
    parser->spaces = 0;
    parser->entry_pos = 0;
    parser->status = CSV_SUCCESS;
}
