// SPDX-License-Identifier: Apache-2.0

/// Addresses in running text. Whether they are right is not asked: a report names what was written.
enum AddressText {
    /// The first address in a text.
    static func first(in text: String) -> String? { all(in: text, limit: 1).first?.address }

    /// An address, and the place where it begins.
    struct Place {
        var address: String
        /// Bytes before the address.
        var offset: Int
        /// Bytes up to its end.
        var end: Int
    }

    /// The addresses of a text, in order.
    static func all(in text: String, limit: Int = 100) -> [Place] {
        let bytes = Array(text.utf8)
        var found: [Place] = []
        var next = 0
        while found.count < limit, let at = bytes[next...].firstIndex(of: 0x40) {
            next = at + 1
            var start = at
            if start > 0, bytes[start - 1] == 0x22 {
                start = bytes[..<(at - 1)].lastIndex(of: 0x22).map { at - $0 <= 66 ? $0 : at } ?? at
            } else {
                while start > 0, at - start < 256, isLocal(bytes[start - 1]) { start -= 1 }
            }
            var end = next
            while end < bytes.count, end - at < 255, isDomain(bytes[end]) { end += 1 }
            while end > next, bytes[end - 1] == 0x2E || bytes[end - 1] == 0x2D { end -= 1 }
            while start < at, bytes[start] == 0x2E || bytes[start] == 0x27 { start += 1 }
            guard start < at, end > next, bytes[next] != 0x2E, start >= found.last?.end ?? 0 else { continue }
            found.append(Place(address: String(decoding: bytes[start..<end], as: UTF8.self), offset: start, end: end))
            next = end
        }
        return found
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        isDomain(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x80...0xFF: true
        default: false
        }
    }
}
