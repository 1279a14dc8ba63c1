// SPDX-License-Identifier: Apache-2.0
// A C face of simdjson's DOM, as narrow as `JSONReader` needs: parse a text, walk values. Swift's C++ interop is
// not used: an `extern "C"` header keeps the C++ standard library out of every importer.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that must be readable after the text. simdjson reads, and ignores, that many.
#define WEIR_JSON_PADDING 64

typedef struct weir_json_parser weir_json_parser;

/// A value's place in its parser's last document. Void when that parser parses again.
typedef size_t weir_json_place;

typedef enum {
    weir_json_null,
    weir_json_bool,
    weir_json_integer,
    weir_json_double,
    weir_json_string,
    weir_json_array,
    weir_json_object,
} weir_json_kind;

/// Makes a parser that refuses documents deeper than `max_depth`; null when memory is short.
weir_json_parser *weir_json_parser_new(size_t max_depth);
void weir_json_parser_free(weir_json_parser *parser);

/// Parses `length` bytes; `WEIR_JSON_PADDING` more must be readable. False where the text is not one JSON document
/// in UTF-8 within the depth.
bool weir_json_parse(weir_json_parser *parser, const uint8_t *text, size_t length, weir_json_place *root);

weir_json_kind weir_json_kind_of(const weir_json_parser *parser, weir_json_place value);
bool weir_json_get_bool(const weir_json_parser *parser, weir_json_place value, bool *out);
/// False for a number with a fraction or outside 64 bits.
bool weir_json_get_int64(const weir_json_parser *parser, weir_json_place value, int64_t *out);
/// Any number.
bool weir_json_get_double(const weir_json_parser *parser, weir_json_place value, double *out);
/// The unescaped UTF-8 bytes, owned by the parser.
bool weir_json_get_string(
    const weir_json_parser *parser, weir_json_place value, const uint8_t **bytes, size_t *length);
/// The first member of an object with this key.
bool weir_json_member(
    const weir_json_parser *parser, weir_json_place object, const uint8_t *key, size_t key_length,
    weir_json_place *out);

/// A walk over an array's elements or an object's members.
typedef struct {
    size_t next;
    size_t end;
    bool object;
} weir_json_walk;

bool weir_json_walk_begin(const weir_json_parser *parser, weir_json_place container, weir_json_walk *walk);
/// The next element; for an object also its key (else null). False at the end.
bool weir_json_walk_next(
    const weir_json_parser *parser, weir_json_walk *walk, const uint8_t **key, size_t *key_length,
    weir_json_place *out);

#ifdef __cplusplus
}
#endif
