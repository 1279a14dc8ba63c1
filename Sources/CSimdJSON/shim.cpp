// SPDX-License-Identifier: Apache-2.0
#include "CSimdJSON.h"

#include <cstring>
#include <new>
#include <simdjson.h>

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

struct weir_json_parser {
    simdjson::dom::parser parser;
};

namespace {

/// What an element and an iterator are made of: a document, and an index into its tape.
struct tape_place {
    const simdjson::dom::document *document;
    size_t index;
};

static_assert(WEIR_JSON_PADDING >= simdjson::SIMDJSON_PADDING, "the padding that JSONReader promises is too small");
static_assert(sizeof(element) == sizeof(tape_place), "an element is a document and an index");
static_assert(sizeof(array::iterator) == sizeof(tape_place), "an iterator is a document and an index");
static_assert(sizeof(object::iterator) == sizeof(tape_place), "an iterator is a document and an index");

template <typename T> T at(const weir_json_parser *parser, weir_json_place index) {
    const tape_place place = {&parser->parser.doc, index};
    T made;
    std::memcpy(static_cast<void *>(&made), &place, sizeof place);
    return made;
}

template <typename T> weir_json_place index_of(const T &value) {
    tape_place place;
    std::memcpy(&place, static_cast<const void *>(&value), sizeof place);
    return place.index;
}

template <typename T> T iterator_at(const weir_json_parser *parser, weir_json_place index, T made) {
    const tape_place place = {&parser->parser.doc, index};
    std::memcpy(static_cast<void *>(&made), &place, sizeof place);
    return made;
}

} // namespace

extern "C" {

weir_json_parser *weir_json_parser_new(size_t max_depth) {
    auto *made = new (std::nothrow) weir_json_parser;
    if (made && made->parser.allocate(4096, max_depth) != simdjson::SUCCESS) {
        delete made;
        return nullptr;
    }
    return made;
}

void weir_json_parser_free(weir_json_parser *parser) { delete parser; }

bool weir_json_parse(weir_json_parser *parser, const uint8_t *text, size_t length, weir_json_place *root) {
    element found;
    // `false`: the caller promises the padding, so that nothing is copied.
    if (parser->parser.parse(text, length, false).get(found) != simdjson::SUCCESS) return false;
    *root = index_of(found);
    return true;
}

weir_json_kind weir_json_kind_of(const weir_json_parser *parser, weir_json_place value) {
    switch (at<element>(parser, value).type()) {
    case simdjson::dom::element_type::BOOL: return weir_json_bool;
    case simdjson::dom::element_type::INT64:
    case simdjson::dom::element_type::UINT64: return weir_json_integer;
    case simdjson::dom::element_type::DOUBLE: return weir_json_double;
    case simdjson::dom::element_type::STRING: return weir_json_string;
    case simdjson::dom::element_type::ARRAY: return weir_json_array;
    case simdjson::dom::element_type::OBJECT: return weir_json_object;
    default: return weir_json_null;
    }
}

bool weir_json_get_bool(const weir_json_parser *parser, weir_json_place value, bool *out) {
    return at<element>(parser, value).get_bool().get(*out) == simdjson::SUCCESS;
}

bool weir_json_get_int64(const weir_json_parser *parser, weir_json_place value, int64_t *out) {
    return at<element>(parser, value).get_int64().get(*out) == simdjson::SUCCESS;
}

bool weir_json_get_double(const weir_json_parser *parser, weir_json_place value, double *out) {
    return at<element>(parser, value).get_double().get(*out) == simdjson::SUCCESS;
}

bool weir_json_get_string(
    const weir_json_parser *parser, weir_json_place value, const uint8_t **bytes, size_t *length) {
    std::string_view text;
    if (at<element>(parser, value).get_string().get(text) != simdjson::SUCCESS) return false;
    *bytes = reinterpret_cast<const uint8_t *>(text.data());
    *length = text.size();
    return true;
}

bool weir_json_member(
    const weir_json_parser *parser, weir_json_place value, const uint8_t *key, size_t key_length,
    weir_json_place *out) {
    object members;
    element found;
    if (at<element>(parser, value).get_object().get(members) != simdjson::SUCCESS) return false;
    const std::string_view name(reinterpret_cast<const char *>(key), key_length);
    if (members.at_key(name).get(found) != simdjson::SUCCESS) return false;
    *out = index_of(found);
    return true;
}

bool weir_json_walk_begin(const weir_json_parser *parser, weir_json_place value, weir_json_walk *walk) {
    array elements;
    object members;
    if (at<element>(parser, value).get_array().get(elements) == simdjson::SUCCESS) {
        *walk = {index_of(elements.begin()), index_of(elements.end()), false};
    } else if (at<element>(parser, value).get_object().get(members) == simdjson::SUCCESS) {
        *walk = {index_of(members.begin()), index_of(members.end()), true};
    } else {
        return false;
    }
    return true;
}

bool weir_json_walk_next(
    const weir_json_parser *parser, weir_json_walk *walk, const uint8_t **key, size_t *key_length,
    weir_json_place *out) {
    if (walk->next == walk->end) return false;
    if (walk->object) {
        auto here = iterator_at(parser, walk->next, object().begin());
        const std::string_view name = here.key();
        *key = reinterpret_cast<const uint8_t *>(name.data());
        *key_length = name.size();
        *out = index_of(here.value());
        ++here;
        walk->next = index_of(here);
    } else {
        auto here = iterator_at(parser, walk->next, array().begin());
        *key = nullptr;
        *key_length = 0;
        *out = index_of(*here);
        ++here;
        walk->next = index_of(here);
    }
    return true;
}
}
