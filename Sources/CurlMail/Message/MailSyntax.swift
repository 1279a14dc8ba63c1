// SPDX-License-Identifier: Apache-2.0

/// What may be written into a command, a URL or a header as it is. Everything else is refused before anything is sent.
enum MailSyntax {
    /// The longest address: 254 bytes (RFC 5321 4.5.3.1, less the angle brackets).
    static let longestAddress = 254
    /// The longest local part: 64 bytes.
    static let longestLocalPart = 64

    /// True for an address that can stand in an envelope or a header: printable ASCII without blanks and angle
    /// brackets, one part before the last `@` and one behind it.
    static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= longestAddress, let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            return false
        }
        let local = text.utf8[..<at]
        let domain = text[text.utf8.index(after: at)...]
        return !local.isEmpty && local.count <= longestLocalPart && isHost(String(domain))
            && local.allSatisfy { $0 > 0x20 && $0 < 0x7f && !Array("<>(),;:\\\"[]@".utf8).contains($0) }
    }

    /// True for a name of a host or an address of one: letters, digits, dots, hyphens, underscores, and colons.
    static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { isAlphanumeric($0) || ".-_:".utf8.contains($0) }
            && text.utf8.first != UInt8(ascii: "-")
    }

    /// True where there is nothing that ends a line or a string, nor any other control character.
    static func isFreeOfControls(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
            && !text.unicodeScalars.contains { $0.value == 0x2028 || $0.value == 0x2029 }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    /// True for printable ASCII, blanks included.
    static func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20..<0x7f).contains($0) } }
}
