// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Identity
import Verification

/// What holds of phone numbers.
enum PhoneProperty {
    /// The countries that a number is read for, by the first byte of the input; the last is none.
    static let countries: [String?] = CountryCode.all.sorted() + [nil]

    /// Returns true where the number is valid.
    static func check(_ input: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let byte = input.first else { return false }
        let country = countries[Int(byte) % countries.count]
        let text = String(decoding: input.dropFirst(), as: UTF8.self)
        let verdict = read(text, country)
        let isValid = verdict.status == .validNumber
        try mustHold(verdict.isDefinite, "every number is judged")
        guard let number = verdict.number else {
            try mustHold(!isValid && verdict.country == nil, "what is no number is invalid")
            return false
        }
        try check(number)
        let isCountry = verdict.country.map { $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x41...0x5A).contains($0) } }
        try mustHold(isCountry ?? true, "a country has two letters")
        guard isValid else {
            try mustHold(verdict.type == nil, "an invalid number has no type")
            return false
        }
        // E.164 says it all: for whatever country it is read, it is the same number.
        for country in [nil, country, "US"] {
            let again = read(number.e164, country)
            try mustHold(again.status == .validNumber, "\(number.e164) is valid")
            try mustHold(again.number?.e164 == number.e164, "\(number.e164) is its own normal form")
            try mustHold(again.number?.extension == nil, "\(number.e164) has no extension")
            let isSame = again.type == verdict.type && again.country == verdict.country
            try mustHold(isSame, "\(number.e164) is of the same type and country")
        }
        return true
    }

    private static func check(_ number: PhoneNumber) throws(BrokenProperty) {
        let digits = number.e164.utf8.dropFirst()
        try mustHold(number.e164.utf8.first == UInt8(ascii: "+"), "a number begins with a plus")
        try mustHold((2...20).contains(digits.count), "a number has digits, and 20 at most")
        try mustHold(digits.allSatisfy { (0x30...0x39).contains($0) }, "a number is of digits")
        guard let digits = number.extension?.utf8 else { return }
        try mustHold((1...20).contains(digits.count), "an extension has digits, and 20 at most")
        try mustHold(digits.allSatisfy { (0x30...0x39).contains($0) }, "an extension is of digits")
    }

    private static func read(_ text: String, _ country: String?) -> PhoneVerdict {
        LibPhoneNumber().verdict(on: PhoneCandidate(text, type: .direct, country: country))
    }
}
