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
        Int(
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe bytes.baseAddress.map { unsafe weir_count_text($0, bytes.count, text, Int32(maximum)) } ?? 0
            })
    }
}
