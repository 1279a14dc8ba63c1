// SPDX-License-Identifier: Apache-2.0

/// What is true of a phone number that a plan gives out; each validating vendor says it in its own words.
struct PhoneLine: Sendable, Hashable {
    /// `+` and digits.
    var e164: String
    /// Without the country code, as one writes it at home.
    var national: String
    /// ISO 3166-1 alpha-2, and the country's name and code.
    var country: String, countryName: String, prefix: String
    var isMobile: Bool
}

extension World {
    /// Returns the line of a number, or `nil` where no plan gives it out.
    ///
    /// Only numbers that nobody has are given out: 555-01xx in the US, where people's own and the upper half are
    /// mobiles; 020 7946 0xxx in the UK; 01 99 00 xx xx in France.
    ///
    /// - Parameters:
    ///   - text: digits, with a `+` where they start with a country code.
    ///   - country: where digits without a `+` are from; `nil`: they have their country code all the same.
    func line(of text: String, country: String?) -> PhoneLine? {
        let digits = String(text.filter { $0.isASCII && $0.isNumber })
        let isInternational = text.hasPrefix("+") || country == nil
        switch country?.uppercased() {
        case _ where isInternational: return line(of: digits)
        case "US": return line(of: "1" + digits)
        case "GB": return line(of: "44" + digits.drop { $0 == "0" })
        case "FR": return line(of: "33" + digits.drop { $0 == "0" })
        default: return nil
        }
    }

    private func line(of digits: String) -> PhoneLine? {
        switch (digits.prefix(1), digits.count) {
        case ("1", 11) where digits.dropFirst(4).hasPrefix("55501"):
            let own = people.contains { $0.mobile == "+" + digits }
            return line(digits, 1, "US", "United States", isMobile: own || digits.dropFirst(9) >= "50")
        case ("4", 12) where digits.hasPrefix("44207946"):
            return line(digits, 2, "GB", "United Kingdom", isMobile: false)
        case ("3", 11) where digits.hasPrefix("3319900"):
            return line(digits, 2, "FR", "France", isMobile: false)
        default: return nil
        }
    }

    private func line(
        _ digits: String, _ prefix: Int, _ country: String, _ name: String, isMobile: Bool
    ) -> PhoneLine {
        PhoneLine(
            e164: "+" + digits, national: (prefix == 1 ? "" : "0") + digits.dropFirst(prefix), country: country,
            countryName: name, prefix: String(digits.prefix(prefix)), isMobile: isMobile)
    }
}
