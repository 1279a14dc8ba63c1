// SPDX-License-Identifier: Apache-2.0

internal import CGMime

/// Where some bytes stand in others.
enum ByteSearch {
    /// True where the text stands somewhere in the bytes.
    static func contains(_ text: String, in bytes: [UInt8]) -> Bool { first(text, in: bytes, from: 0) != nil }

    /// The offset of the first place, at or after another, where the text stands.
    static func first(_ text: String, in bytes: [UInt8], from start: Int) -> Int? {
        var text = text
        let place = unsafe bytes.withUnsafeBufferPointer { bytes in
            text.withUTF8 { text in
                guard let base = bytes.baseAddress, let wanted = text.baseAddress else { return -1 }
                return unsafe weir_find(base, bytes.count, start, wanted, text.count)
            }
        }
        return place < 0 ? nil : place
    }

    /// How often an ASCII text in lower case stands in the bytes, whatever the case of their letters.
    static func count(of text: String, in bytes: [UInt8], upTo maximum: Int) -> Int {
        let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        var (count, place) = (0, 0)
        while count < maximum, let found = first(text, in: lower, from: place) {
            count += 1
            place = found + text.utf8.count
        }
        return count
    }
}
