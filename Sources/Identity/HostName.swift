// SPDX-License-Identifier: Apache-2.0

internal import CIDN2

/// Host names in ASCII (IDNA 2008, with the mapping of UTS #46).
package enum HostName {
    /// Octets of a whole name (RFC 1035, 2.3.4, without the root).
    package static let maximumLength = 253
    /// Octets of one label.
    static let maximumLabelLength = 63

    /// Returns the name in lower-case ASCII, without a trailing dot.
    ///
    /// - Throws: what is wrong with it, about `subject`.
    package static func ascii(
        _ text: some StringProtocol, for subject: IdentityError.Subject
    ) throws(IdentityError) -> String {
        var name = String(text)
        if PlainText.isHostName(name) { return name }
        guard !name.isEmpty else {
            throw IdentityError(subject, .empty, "the host name is missing: write one such as example.com")
        }
        guard !name.unicodeScalars.contains(where: \.isPicture) else {
            throw IdentityError(subject, .emoji, "a host name can't hold an emoji: remove it")
        }
        if !isPlain(name) { name = try converted(name, for: subject) }
        name = name.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard name.utf8.count <= maximumLength else {
            throw IdentityError(subject, .tooLong, "the host name has more than 253 characters")
        }
        try checkLabels(name, for: subject)
        return name
    }

    /// True where the name needs no conversion: ASCII, without labels in punycode, which libidn2 must check.
    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { $0 < 0x80 }
            && !name.utf8.split(separator: UInt8(ascii: ".")).contains { label in
                // What the letters differ by in case is one bit, which a hyphen has.
                label.count >= 4 && zip(label, "xn--".utf8).allSatisfy { $0 | 0x20 == $1 }
            }
    }

    /// Returns the name in ASCII (IDNA 2008): labels beyond ASCII in punycode, which are checked where they are so.
    static func converted(
        _ name: String, for subject: IdentityError.Subject
    ) throws(IdentityError) -> String {
        // libidn2 leaves out what the STD3 rule forbids (`bü_cher` becomes `bücher`), and without the rule lets
        // it through: what the mapping makes of the text is looked at first. `。` and its like are dots (UTS #46).
        guard UnicodeForms.decomposed(name).unicodeScalars.allSatisfy({ !$0.isASCII || isHostASCII($0) }) else {
            throw IdentityError(
                subject, .invalidCharacter, "a host name has letters, digits, hyphens and dots only")
        }
        let flags = IDN2_USE_STD3_ASCII_RULES.rawValue | IDN2_NONTRANSITIONAL.rawValue
        var output: UnsafeMutablePointer<CChar>?
        let code = unsafe idn2_to_ascii_8z(name, &output, CInt(flags))
        guard code == IDN2_OK.rawValue, let pointer = unsafe output else {
            switch code {
            case IDN2_TOO_BIG_DOMAIN.rawValue, IDN2_TOO_BIG_LABEL.rawValue, IDN2_PUNYCODE_BIG_OUTPUT.rawValue:
                throw IdentityError(subject, .tooLong, "the host name, or one of its labels, is too long")
            default:
                throw IdentityError(
                    subject, .invalidCharacter, "the host name has characters that no registry accepts")
            }
        }
        defer { unsafe idn2_free(pointer) }
        return unsafe String(cString: pointer)
    }

    private static func checkLabels(
        _ name: String, for subject: IdentityError.Subject
    ) throws(IdentityError) {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty }) else {
            throw IdentityError(subject, .malformed, "a label between two dots of the host name is empty")
        }
        guard labels.allSatisfy({ $0.count <= maximumLabelLength }) else {
            throw IdentityError(subject, .tooLong, "a label of the host name has more than 63 characters")
        }
        guard labels.allSatisfy({ $0.allSatisfy(isLetterDigitHyphen) }) else {
            throw IdentityError(
                subject, .invalidCharacter, "a host name has letters, digits, hyphens and dots only")
        }
        let hyphen = UInt8(ascii: "-")
        guard !labels.contains(where: { $0.first == hyphen || $0.last == hyphen }) else {
            throw IdentityError(subject, .malformed, "a label can't begin or end with a hyphen")
        }
        if let first = labels.last?.first, isDigit(first) {
            throw IdentityError(
                subject, .ipAddress, "this is an IP address: write the company's domain, such as example.com")
        }
        guard labels.count > 1 else {
            throw IdentityError(
                subject, .noDot, "a domain has a dot in it: write it whole, such as example.com")
        }
    }

    private static func isHostASCII(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || scalar == "-" || scalar == "."
    }

    private static func isLetterDigitHyphen(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// A last label that begins with a digit is no top-level domain (RFC 1123, 2.1): programs read it as part of an
    /// IPv4 address, decimal or hexadecimal.
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
