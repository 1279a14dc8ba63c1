// SPDX-License-Identifier: Apache-2.0

/// Powers without a library of C's.
enum Power {
    /// A positive number to a power, exact to more digits than a screen has.
    static func of(_ base: Double, _ exponent: Double) -> Double { exponential(exponent * logarithm(base)) }

    /// The natural logarithm of a positive number: its exponent, and a series for what is left.
    static func logarithm(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 0 }
        let ratio = (value.significand - 1) / (value.significand + 1)
        var (term, sum) = (ratio, 0.0)
        for number in stride(from: 1.0, to: 60, by: 2) {
            sum += term / number
            term *= ratio * ratio
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }

    private static func exponential(_ value: Double) -> Double {
        // Halved until the series is short, then squared again.
        let small = value / 1_024
        var (term, sum) = (1.0, 1.0)
        for number in 1...12 {
            term *= small / Double(number)
            sum += term
        }
        return (0..<10).reduce(sum) { result, _ in result * result }
    }
}

/// Round numbers that an axis is marked with.
enum Ticks {
    /// From 0 to at least the largest value, at round steps, at most so many.
    ///
    /// - Parameter isWhole: true leaves out fractions.
    static func linear(upTo largest: Double, atMost count: Int, isWhole: Bool = false) -> [Double] {
        guard largest > 0, largest.isFinite, count > 1 else { return [0, 1] }
        var unit = isWhole ? 1.0 : 1e-9
        while true {
            for step in [1.0, 2, 5].map({ $0 * unit }) {
                let steps = (largest / step - 1e-9).rounded(.up)
                if steps < Double(count) { return (0...max(1, Int(steps))).map { Double($0) * step } }
            }
            unit *= 10
        }
    }

    /// Powers of ten around two positive numbers, the first not above the smaller, the last not below the larger.
    static func logarithmic(from smallest: Double, to largest: Double) -> [Double] {
        guard smallest > 0, largest >= smallest, largest.isFinite else { return [1, 10] }
        var tick = 1.0
        while tick > smallest { tick /= 10 }
        while tick * 10 <= smallest { tick *= 10 }
        var ticks = [tick]
        repeat {
            tick *= 10
            ticks.append(tick)
        } while tick < largest
        return ticks
    }
}

/// Values to places.
struct Scale: Sendable, Hashable {
    var domain: ClosedRange<Double>
    var range: ClosedRange<Double>
    var isLogarithmic = false

    /// Values outside of the domain are at its ends.
    func callAsFunction(_ value: Double) -> Double {
        let value = min(max(value.isFinite ? value : domain.lowerBound, domain.lowerBound), domain.upperBound)
        let (low, high) = (measure(domain.lowerBound), measure(domain.upperBound))
        guard high > low else { return range.lowerBound }
        return range.lowerBound
            + (measure(value) - low) / (high - low) * (range.upperBound - range.lowerBound)
    }

    private func measure(_ value: Double) -> Double { isLogarithmic ? Power.logarithm(max(value, 1e-12)) : value }
}
