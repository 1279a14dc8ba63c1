// SPDX-License-Identifier: Apache-2.0

/// Repeatable randomness: the same seed gives the same words on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// Mixes the bits of a word, so that words that differ little differ much.
    static func mixing(_ word: UInt64) -> UInt64 {
        var generator = SplitMix64(seed: word)
        return generator.next()
    }
}
