// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmime/gmime.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// GMime's types are told apart by macros, which Swift does not import. A part is a `void *` here: it belongs to the
// mail that it is in, and the mail to whoever read it.

static inline void weir_mime_start(void) { g_mime_init(); }

// Reads a mail from memory, which is copied. Null where it is none.
static inline void *weir_mime_read(const uint8_t *bytes, size_t count) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)bytes, count);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}
static inline void weir_mime_free(void *mail) { g_object_unref(mail); }
static inline void *weir_mime_body(void *mail) { return g_mime_message_get_mime_part((GMimeMessage *)mail); }

enum { WEIR_MIME_LEAF = 0, WEIR_MIME_MULTIPART = 1, WEIR_MIME_MESSAGE = 2 };
static inline int weir_mime_kind(void *part) {
    if (GMIME_IS_MULTIPART(part)) return WEIR_MIME_MULTIPART;
    if (GMIME_IS_MESSAGE_PART(part)) return WEIR_MIME_MESSAGE;
    return WEIR_MIME_LEAF;
}
static inline int weir_mime_count(void *part) { return g_mime_multipart_get_count((GMimeMultipart *)part); }
static inline void *weir_mime_child(void *part, int index) {
    return g_mime_multipart_get_part((GMimeMultipart *)part, index);
}
// The mail in a part of the kind WEIR_MIME_MESSAGE, or null.
static inline void *weir_mime_inner(void *part) { return g_mime_message_part_get_message((GMimeMessagePart *)part); }

static inline const char *weir_mime_type(void *part) {
    GMimeContentType *type = g_mime_object_get_content_type((GMimeObject *)part);
    return type ? g_mime_content_type_get_media_type(type) : NULL;
}
static inline const char *weir_mime_subtype(void *part) {
    GMimeContentType *type = g_mime_object_get_content_type((GMimeObject *)part);
    return type ? g_mime_content_type_get_media_subtype(type) : NULL;
}
static inline const char *weir_mime_parameter(void *part, const char *name) {
    return g_mime_object_get_content_type_parameter((GMimeObject *)part, name);
}

// The fields at the head of a mail or a part, values decoded (RFC 2047) and in UTF-8 as far as GMime can.
static inline int weir_mime_field_count(void *object) {
    return g_mime_header_list_get_count(g_mime_object_get_header_list((GMimeObject *)object));
}
static inline const char *weir_mime_field_name(void *object, int index) {
    GMimeHeader *header = g_mime_header_list_get_header_at(g_mime_object_get_header_list((GMimeObject *)object), index);
    return header ? g_mime_header_get_name(header) : NULL;
}
static inline const char *weir_mime_field_value(void *object, int index) {
    GMimeHeader *header = g_mime_header_list_get_header_at(g_mime_object_get_header_list((GMimeObject *)object), index);
    return header ? g_mime_header_get_value(header) : NULL;
}

// Writes what a leaf holds, its transfer encoding undone, and returns the array, to be freed; null where it is empty.
static inline GByteArray *weir_mime_content(void *part) {
    if (!GMIME_IS_PART(part)) return NULL;
    GMimeDataWrapper *content = g_mime_part_get_content((GMimePart *)part);
    if (!content) return NULL;
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
    g_mime_data_wrapper_write_to_stream(content, stream);
    g_object_unref(stream);
    return bytes;
}
static inline void weir_mime_free_content(GByteArray *bytes) { g_byte_array_free(bytes, TRUE); }

// Returns bytes of a charset as UTF-8, to be freed by `weir_mime_free_text`; null where they are not of that charset.
static inline char *weir_mime_utf8(const uint8_t *bytes, size_t count, const char *charset, size_t *out_count) {
    return g_convert((const char *)bytes, (gssize)count, "UTF-8", charset, NULL, out_count, NULL);
}
static inline void weir_mime_free_text(char *text) { g_free(text); }

// Seconds since 1970 of a date in a mail (RFC 5322); false where it is none.
static inline int weir_mime_date(const char *text, int64_t *out) {
    GDateTime *date = g_mime_utils_header_decode_date(text);
    if (!date) return 0;
    *out = g_date_time_to_unix(date);
    g_date_time_unref(date);
    return 1;
}

// SHA-256 in hexadecimal digits, to be freed by `weir_mime_free_text`.
static inline char *weir_mime_hash(const uint8_t *bytes, size_t count) {
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, count ? bytes : (const uint8_t *)"", count);
}

// The place of some bytes in others, from an offset on; -1 where they are not there.
static inline ptrdiff_t weir_find(
    const uint8_t *bytes, size_t count, size_t start, const uint8_t *wanted, size_t length) {
    if (length == 0) return start <= count ? (ptrdiff_t)start : -1;
    while (start < count && count - start >= length) {
        const uint8_t *next = (const uint8_t *)memchr(bytes + start, wanted[0], count - start - length + 1);
        if (!next) return -1;
        if (memcmp(next, wanted, length) == 0) return next - bytes;
        start = (size_t)(next - bytes) + 1;
    }
    return -1;
}

// How often an ASCII text in lower case stands in some bytes, whatever the case of their letters, up to a maximum.
static inline int weir_count_text(const uint8_t *bytes, size_t count, const char *text, int maximum) {
    size_t length = strlen(text);
    int found = 0;
    for (size_t i = 0; i + length <= count && found < maximum; i++) {
        if (g_ascii_strncasecmp((const char *)bytes + i, text, length) == 0) found++;
    }
    return found;
}
