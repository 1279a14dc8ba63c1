// SPDX-License-Identifier: Apache-2.0
#include "CPhoneNumber.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

template <size_t size>
void copy(const std::string &text, char (&field)[size]) {
    if (text.size() < size) std::memcpy(field, text.c_str(), text.size() + 1);
}

int32_t line(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
    case PhoneNumberUtil::FIXED_LINE: return WEIR_PHONE_FIXED_LINE;
    case PhoneNumberUtil::MOBILE: return WEIR_PHONE_MOBILE;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE: return WEIR_PHONE_FIXED_LINE_OR_MOBILE;
    case PhoneNumberUtil::TOLL_FREE:
    case PhoneNumberUtil::SHARED_COST:
    case PhoneNumberUtil::UAN: return WEIR_PHONE_SHARED;
    case PhoneNumberUtil::PREMIUM_RATE:
    case PhoneNumberUtil::PAGER:
    case PhoneNumberUtil::VOICEMAIL: return WEIR_PHONE_OTHER;
    default: return WEIR_PHONE_UNKNOWN;
    }
}

}  // namespace

extern "C" void weir_phone_read(
    const char *text, size_t length, const char *region, weir_phone_number *result) {
    *result = weir_phone_number{};
    if (length > WEIR_PHONE_INPUT_MAX) return;
    // An exception must not reach Swift; the library throws none of its own, allocation may.
    try {
        const PhoneNumberUtil &library = *PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        if (library.Parse(std::string(text, length), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return;
        std::string formatted, country, extension = number.extension();
        library.Format(number, PhoneNumberUtil::E164, &formatted);
        if (formatted.size() >= sizeof result->e164) return;
        library.GetRegionCodeForNumber(number, &country);
        copy(formatted, result->e164);
        // The library leaves the digits of an extension in the script they were written in.
        library.NormalizeDigitsOnly(&extension);
        copy(extension, result->extension);
        // `ZZ` is nowhere, `001` a number of no country.
        if (country.size() == 2 && country != "ZZ") copy(country, result->region);
        result->valid = library.IsValidNumber(number);
        result->line = line(library.GetNumberType(number));
        result->parsed = true;
    } catch (...) {
        *result = weir_phone_number{};
    }
}
