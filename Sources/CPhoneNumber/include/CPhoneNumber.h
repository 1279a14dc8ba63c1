// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The library reads no longer text (`kMaxInputStringLength`), in bytes.
#define WEIR_PHONE_INPUT_MAX 250

/// What a numbering plan says of a line. The values are of this header, not of the library.
enum {
    WEIR_PHONE_UNKNOWN = 0,
    WEIR_PHONE_FIXED_LINE = 1,
    WEIR_PHONE_MOBILE = 2,
    WEIR_PHONE_FIXED_LINE_OR_MOBILE = 3,
    WEIR_PHONE_SHARED = 4,
    WEIR_PHONE_OTHER = 5
};

/// A number as libphonenumber reads it. Texts end in NUL.
typedef struct {
    /// The text could be read as a number; the fields below are set only then.
    bool parsed;
    /// The number is in a range that its numbering plan gives out.
    bool valid;
    int32_t line;
    /// `+`, at most 3 digits of the country and 17 of the number.
    char e164[24];
    /// Empty where there is none, or where it is longer than any the library reads.
    char extension[24];
    /// ISO 3166-1 alpha-2, or empty.
    char region[4];
} weir_phone_number;

/// Reads `length` bytes of UTF-8. `region` is an ISO code or `ZZ` for none. Safe from several threads at once.
void weir_phone_read(const char *text, size_t length, const char *region, weir_phone_number *result);

#ifdef __cplusplus
}
#endif
