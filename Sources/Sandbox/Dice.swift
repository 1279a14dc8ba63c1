// SPDX-License-Identifier: Apache-2.0

/// Numbers drawn from text: the same text and the same start always give the same number.
///
/// FNV-1a for the bytes, the finaliser of SplitMix64 to spread them. Not for secrets.
enum Dice {
    static let start: UInt64 = 0xcbf2_9ce4_8422_2325

    static func hash(_ text: String, from start: UInt64 = start) -> UInt64 {
        hash(bytes: text.utf8, from: start)
    }

    static func hash(bytes: some Sequence<UInt8>, from start: UInt64 = start) -> UInt64 {
        var hash = start
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return mix(hash)
    }

    static func mix(_ number: UInt64) -> UInt64 {
        var hash = number &+ 0x9e37_79b9_7f4a_7c15
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 31)
    }

    /// A number from 0 up to, not including, 1.
    static func unit(_ hash: UInt64) -> Double {
        Double(hash >> 11) / Double(UInt64(1) << 53)
    }

    /// A number from 0 up to, not including, `count`.
    static func pick(_ hash: UInt64, of count: Int) -> Int {
        Int(hash % UInt64(count))
    }

    /// Identifiers as the vendors write them: `length` lower-case hexadecimal digits.
    static func identifier(_ hash: UInt64, length: Int = 16) -> String {
        var text = ""
        var hash = hash
        while text.count < length {
            let digits = String(hash, radix: 16)
            text += String(repeating: "0", count: 16 - digits.count) + digits
            hash = mix(hash)
        }
        return String(text.prefix(length))
    }
}
