// SPDX-License-Identifier: Apache-2.0

/// The two functions that estimates need, of the language alone: this target has no I/O and no C library, and an order
/// must come out the same on every machine.
enum Elementary {
    private static let logarithmOfTwo = 0.693_147_180_559_945_3

    /// e to the power of a number; of one beyond 700 either way what it is there.
    static func exponential(_ power: Double) -> Double {
        let power = min(max(power, -700), 700)
        let doublings = (power / logarithmOfTwo).rounded()
        let rest = power - doublings * logarithmOfTwo
        var term = 1.0
        var sum = 1.0
        for number in 1...16 {
            term *= rest / Double(number)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: Int(doublings), significand: 1)
    }

    /// The natural logarithm of a number above zero.
    static func logarithm(_ number: Double) -> Double {
        precondition(number > 0, "only numbers above zero have a logarithm")
        let ratio = (number.significand - 1) / (number.significand + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        for odd in stride(from: 1.0, through: 41, by: 2) {
            sum += power / odd
            power *= square
        }
        return 2 * sum + Double(number.exponent) * logarithmOfTwo
    }
}

/// Repeatable randomness and the draws that an interval needs.
struct Draws {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// Above 0, at most 1.
    mutating func uniform() -> Double { Double((generator.next() >> 11) + 1) / 9_007_199_254_740_992 }

    /// By the polar method.
    private mutating func normal() -> Double {
        while true {
            let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
            let radius = x * x + y * y
            guard radius > 0, radius < 1 else { continue }
            return x * (-2 * Elementary.logarithm(radius) / radius).squareRoot()
        }
    }

    /// By Marsaglia and Tsang.
    private mutating func gamma(_ shape: Double) -> Double {
        if shape < 1 {
            return gamma(shape + 1) * Elementary.exponential(Elementary.logarithm(uniform()) / shape)
        }
        let base = shape - 1 / 3
        let scale = 1 / (9 * base).squareRoot()
        while true {
            let draw = normal()
            let cube = (1 + scale * draw) * (1 + scale * draw) * (1 + scale * draw)
            guard cube > 0 else { continue }
            let bound = 0.5 * draw * draw + base - base * cube + base * Elementary.logarithm(cube)
            if Elementary.logarithm(uniform()) < bound { return base * cube }
        }
    }

    /// A rate of which so much is known: of a beta distribution.
    mutating func rate(had: Double, of asked: Double) -> Double {
        let hits = gamma(max(had, 0.01))
        let rest = gamma(max(asked - had, 0.01))
        return hits / (hits + rest)
    }
}
