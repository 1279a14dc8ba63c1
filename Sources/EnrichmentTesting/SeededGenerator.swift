// SPDX-License-Identifier: Apache-2.0

internal import WaterfallEngine

/// A generator of repeatable randomness (SplitMix64), for tests that print their seed.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var generator: SplitMix64

    public init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    public mutating func next() -> UInt64 { generator.next() }
}
