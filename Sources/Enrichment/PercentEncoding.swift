// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding of one query name, value or path segment (RFC 3986, 2.3): all but unreserved characters.
package enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    package static func append(_ text: String, to bytes: inout [UInt8]) {
        // Most of what is sent needs none: a name, a domain.
        guard !unreserved.holdsAll(of: text) else { return bytes.append(contentsOf: text.utf8) }
        for byte in text.utf8 {
            if unreserved.contains(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
    }

    /// Names and values joined as in a query or a form (`a=b&c=d`).
    package static func append(_ items: [QueryItem], to bytes: inout [UInt8]) {
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "&")) }
            append(item.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            append(item.value, to: &bytes)
        }
    }

    package static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What may stand in a path as it is (RFC 3986 3.3), escapes included.
    package static func isPath(_ byte: UInt8) -> Bool {
        unreserved.contains(byte) || "!$&'()*+,;=:@/%".utf8.contains(byte)
    }

    private static let unreserved = ByteSet { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
