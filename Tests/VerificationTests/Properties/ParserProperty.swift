// SPDX-License-Identifier: Apache-2.0

/// What holds of a parser, whatever it is given.
///
/// The tests check it over their corpora, the fuzzers (`Tests/Fuzzers`) over what they make up.
enum ParserProperty: String, Sendable, CaseIterable {
    /// Addresses: UTF-8.
    case syntax
    /// What a mail host says: bytes of a connection.
    case smtp
    /// A reply of the DNS, as it comes over UDP.
    case dns
    /// A phone number: a byte for the country that it is read for, and UTF-8.
    case phones

    /// Returns true where the parser took the input.
    ///
    /// - Throws: what doesn't hold.
    func check(_ input: [UInt8]) throws(BrokenProperty) -> Bool {
        switch self {
        case .syntax: try SyntaxProperty.check(input)
        case .smtp: try SMTPProperty.check(input)
        case .dns: try DNSProperty.check(input)
        case .phones: try PhoneProperty.check(input)
        }
    }
}

/// A property that doesn't hold, in words.
struct BrokenProperty: Error, CustomStringConvertible {
    let description: String
}

/// - Throws: where it doesn't hold.
func mustHold(_ holds: Bool, _ words: @autoclosure () -> String) throws(BrokenProperty) {
    if !holds { throw BrokenProperty(description: words()) }
}
