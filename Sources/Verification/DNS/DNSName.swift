// SPDX-License-Identifier: Apache-2.0

/// Names of the DNS in text: labels between dots, no dot at the end; `.` alone is the root.
enum DNSName {
    /// Octets of a whole name without the root's (RFC 1035, 2.3.4).
    static let maximumLength = 253
    /// Octets of one label.
    static let maximumLabelLength = 63

    /// Returns the name in lower case without a trailing dot; nil where it can't be asked for.
    ///
    /// Letters, digits, hyphens, underscores, and the slashes of RFC 2317: no name of a host, and none with records for
    /// hosts, has others, and nothing has to be escaped.
    static func normal(_ text: String) -> String? {
        var name = text.utf8.map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }[...]
        if name.last == dot { name.removeLast() }
        guard !name.isEmpty, name.count <= maximumLength else { return nil }
        for label in name.split(separator: dot, omittingEmptySubsequences: false) {
            guard !label.isEmpty, label.count <= maximumLabelLength, label.allSatisfy(isPlain) else { return nil }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// True where a name may be a host's: it can be asked for, and isn't an address in disguise. A top-level domain is
    /// never all digits (RFC 3696, 2).
    static func isHost(_ name: String) -> Bool {
        guard let normal = normal(name), let top = normal.utf8.split(separator: dot).last else { return false }
        return !top.allSatisfy(isDigit) && !normal.utf8.contains(slash)
    }

    /// Writes a label as master files do (RFC 1035, 5.1), in lower case: `\.` and `\\`, and `\DDD` for what isn't a
    /// printable character of ASCII.
    static func append(_ label: some Collection<UInt8>, to text: inout [UInt8]) {
        for byte in label {
            switch byte {
            case dot, backslash: text += [backslash, byte]
            case 0x41...0x5a: text.append(byte | 0x20)
            case 0x21...0x7e: text.append(byte)
            default: text += [backslash, byte / 100 + zero, byte / 10 % 10 + zero, byte % 10 + zero]
            }
        }
    }

    private static let dot = UInt8(ascii: ".")
    private static let backslash = UInt8(ascii: "\\")
    private static let slash = UInt8(ascii: "/")
    private static let zero = UInt8(ascii: "0")

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x61 && byte <= 0x7a || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == slash
    }
}
