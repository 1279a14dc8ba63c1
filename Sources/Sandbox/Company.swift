// SPDX-License-Identifier: Apache-2.0

/// A fictional company: how its mail and its website behave.
struct Company: Sendable, Hashable {
    /// What its website looks like to one who looks for a phone number.
    enum Site: String, Sendable, CaseIterable {
        /// JSON-LD on the home page.
        case jsonLD = "json_ld"
        /// JSON-LD in an `@graph`, with a department.
        case graph
        /// A `tel:` link on `/contact` alone.
        case telLink = "tel_link"
        /// `itemprop="telephone"` on the home page.
        case microdata
        /// Nothing anywhere.
        case noPhone = "no_phone"
        /// The number is on `/contact`, which `robots.txt` disallows.
        case robots
        /// JSON-LD that isn't JSON, and a `tel:` link below it.
        case brokenJSONLD = "broken_json_ld"
        /// `/contact` is elsewhere.
        case redirect
        /// No page is there.
        case absent
        /// Every page is a 503.
        case down
    }

    var domain: String
    var name: String
    var country: String
    /// Whether every address at the domain accepts mail.
    var isCatchAll: Bool
    /// Whether the domain accepts mail at all.
    var hasMail: Bool
    /// What stands between first and last name in its addresses; empty where nothing does.
    var separator: String
    /// As written on the website, or `nil`.
    var phone: String?
    var site: Site

    /// Returns the address of a person: first and last name, or a number where one of them is not in Latin letters.
    func email(first: String, last: String, separator: String? = nil) -> String {
        let parts = [Folding.name(first), Folding.name(last)]
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 < 0x80 } }) else {
            return "u\(Dice.identifier(Dice.hash(parts[0] + parts[1]), length: Self.numberLength))@\(domain)"
        }
        return "\(parts[0])\(separator ?? self.separator)\(parts[1])@\(domain)"
    }

    /// Whether the part before the `@` is such a number.
    static func isNumbered(_ local: String) -> Bool {
        let digits = local.utf8.dropFirst()
        return local.utf8.first == UInt8(ascii: "u") && digits.count == numberLength
            && digits.allSatisfy { UnicodeScalar($0).properties.isASCIIHexDigit }
    }

    private static let numberLength = 6
}
