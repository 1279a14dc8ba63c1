// SPDX-License-Identifier: Apache-2.0

/// How often one provider has something, by who had nothing before it: a logistic curve with one term for each of the
/// others, held back where there is little to learn from.
///
/// The intercept is held at the provider's expected rate as if by ten answers, each term at "tells nothing" as if by
/// four. What was counted for exactly these others then pulls on the curve's figure, which counts as twenty answers at
/// least, and as more where the counts scatter around the curve no more than chance has it. So a reseller of another's
/// data is seen as one after few answers, a set of others that never was before gets the product of what each of them
/// tells, and what a few answers after some rare set say by chance moves little.
struct RateFit: Sendable {
    /// Answers after the same others, and how many of them had something.
    struct Count: Sendable {
        var others: UInt64
        var asked: Double
        var had: Double
    }

    /// Answers that the expected rate counts for at a rate of one half.
    static let priorAnswers = 10.0
    /// Answers that the curve's figure counts for at least and at most.
    static let fitAnswers = 20.0...1_000_000
    private static let otherPrecision = 1.0
    private static let sweeps = 60

    private let intercept: Double
    private let slopes: [Double]
    private let counts: [UInt64: Count]
    /// Answers that the curve's figure counts for.
    private let weight: Double

    /// - Parameters:
    ///   - expected: the rate before anything was measured, 0 to 1.
    ///   - width: the number of providers in the chain, at most 64.
    init(expected: Double, counts: [Count], width: Int) {
        self.counts = Dictionary(uniqueKeysWithValues: counts.map { ($0.others, $0) })
        let center = Self.logit(min(max(expected, 0.01), 0.99))
        var intercept = center
        var slopes = [Double](repeating: 0, count: width)
        let used = (0..<width).filter { index in counts.contains { $0.others & (1 << UInt64(index)) != 0 } }
        // The curve is concave in each term, so one Newton step after the other climbs to its one top.
        for _ in 0..<(counts.isEmpty ? 0 : Self.sweeps) {
            var change = Self.step(
                &intercept, toward: center, precision: Self.priorAnswers / 4, counts.map { ($0, true) }, intercept,
                slopes)
            for index in used {
                var slope = slopes[index]
                let bit: UInt64 = 1 << UInt64(index)
                let moved = Self.step(
                    &slope, toward: 0, precision: Self.otherPrecision, counts.map { ($0, $0.others & bit != 0) },
                    intercept, slopes)
                slopes[index] = slope
                change = max(change, moved)
            }
            if change < 1e-5 { break }
        }
        self.intercept = intercept
        self.slopes = slopes
        weight = Self.weight(of: counts, terms: used.count + 1, intercept, slopes)
    }

    /// How far the curve is to be believed: by Pearson's statistic, which is as large as there are counts to spare
    /// where they scatter by chance alone, and larger by what the curve can't say.
    private static func weight(
        of counts: [Count], terms: Int, _ intercept: Double, _ slopes: [Double]
    ) -> Double {
        var (statistic, asked) = (0.0, 0.0)
        for count in counts {
            let rate = value(intercept, slopes, after: count.others)
            let miss = count.had - count.asked * rate
            statistic += miss * miss / max(count.asked * rate * (1 - rate), 1e-9)
            asked += count.asked
        }
        let spare = Double(counts.count - terms)
        guard spare > 0 else { return fitAnswers.lowerBound }
        let excess = max(statistic - spare, 0)
        return min(max(asked / max(excess, 1e-9), fitAnswers.lowerBound), fitAnswers.upperBound)
    }

    /// Moves one term by a Newton step, a unit at most. Returns how far.
    private static func step(
        _ term: inout Double, toward center: Double, precision: Double, _ counts: [(Count, Bool)],
        _ intercept: Double, _ slopes: [Double]
    ) -> Double {
        var gradient = -precision * (term - center)
        var curvature = precision
        for (count, has) in counts where has {
            let rate = value(intercept, slopes, after: count.others)
            gradient += count.had - count.asked * rate
            curvature += count.asked * rate * (1 - rate)
        }
        let move = min(max(gradient / curvature, -1), 1)
        term += move
        return abs(move)
    }

    private static func value(_ intercept: Double, _ slopes: [Double], after others: UInt64) -> Double {
        var sum = intercept
        var rest = others
        while rest != 0 {
            sum += slopes[rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return 1 / (1 + Elementary.exponential(-sum))
    }

    /// The rate after others had nothing.
    func rate(after others: UInt64) -> Double {
        let (had, asked) = evidence(after: others)
        return had / asked
    }

    /// What is known of it, as so many that had something of so many that were asked: the expected among them.
    func evidence(after others: UInt64) -> (had: Double, asked: Double) {
        let fit = Self.value(intercept, slopes, after: others)
        let count = counts[others] ?? Count(others: others, asked: 0, had: 0)
        return (count.had + weight * fit, count.asked + weight)
    }

    private static func logit(_ rate: Double) -> Double { Elementary.logarithm(rate / (1 - rate)) }
}
