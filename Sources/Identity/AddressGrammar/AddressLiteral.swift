// SPDX-License-Identifier: Apache-2.0

/// What stands in brackets in place of a domain: an IP address by RFC 5321, 4.1.3, or something that SMTP has not.
///
/// `General-address-literal` needs a tag that a standard has registered. The registry has `IPv6` alone, so that every
/// other tag makes a literal that only RFC 5322 reads.
enum AddressLiteral {
    private static let tag = Array("ipv6:".utf8)

    static func diagnosis(of content: [UInt8]) -> AddressDiagnosis {
        if isIPv4(content[...]) { return .addressLiteral }
        guard isTagged(content) else { return .domainLiteral }
        return ofIPv6(content.dropFirst(tag.count))
    }

    /// The literal with its brackets, in lower case but for the tag.
    static func normal(_ content: [UInt8]) -> [UInt8] {
        let isTagged = isTagged(content)
        let text = isTagged ? content.dropFirst(tag.count) : content[...]
        let prefix = isTagged ? Array("[IPv6:".utf8) : [UInt8(ascii: "[")]
        return prefix + text.map(AddressGrammar.lowered) + [UInt8(ascii: "]")]
    }

    private static func isTagged(_ content: [UInt8]) -> Bool {
        content.count >= tag.count && zip(content, tag).allSatisfy { AddressGrammar.lowered($0) == $1 }
    }

    /// `IPv4-address-literal = Snum 3("." Snum)`, where `Snum = 1*3DIGIT` up to 255
    private static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.count), part.allSatisfy(isDigit) else { return false }
                return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
            }
    }

    /// `IPv6-addr`: eight groups, or fewer and one `::`; an IPv4 address may stand for the last two.
    ///
    /// RFC 5321 lets `::` stand for two groups or more, RFC 4291 for one as well.
    private static func ofIPv6(_ text: ArraySlice<UInt8>) -> AddressDiagnosis {
        let colon = UInt8(ascii: ":")
        var parts = text.split(separator: colon, omittingEmptySubsequences: false)
        if text.first == colon, text.dropFirst().first != colon { return .ipv6ColonAtStart }
        if text.last == colon, text.dropLast().last != colon { return .ipv6ColonAtEnd }
        var groups = 0
        if let last = parts.last, isIPv4(last) {
            parts.removeLast()
            groups = 2
        }
        groups += parts.count { !$0.isEmpty }
        let elisions = zip(text, text.dropFirst()).count { $0 == colon && $1 == colon }
        if elisions == 1, groups > 7 { return .ipv6TooManyGroups }
        guard parts.allSatisfy({ $0.count <= 4 && $0.allSatisfy(isHexadecimal) }) else { return .ipv6Character }
        if elisions > 1 { return .ipv6TwoElisions }
        if elisions == 0 { return groups == 8 ? .addressLiteral : .ipv6GroupCount }
        return groups == 7 ? .obsoleteIPv6 : .addressLiteral
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(AddressGrammar.lowered(byte))
    }
}
