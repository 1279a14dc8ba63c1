// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import WaterfallEngine

/// A market that is known whole: kinds of prospects, and vendors that know each kind so well. A vendor that knows the
/// same kinds as another hangs together with it.
struct OrderWorld {
    struct Vendor {
        var perAttempt: Double
        var perFind: Double
        /// The share of what it finds that stands up to verification.
        var quality: Double
        /// By kind of prospect.
        var findRates: [Double]
    }

    /// Shares of the kinds, which sum to 1.
    var kinds: [Double]
    var vendors: [Vendor]
    /// What verifying one candidate costs.
    var verification: Double

    static let names: [ProviderID] = ["a", "b", "c", "d", "e", "f", "g", "h"]

    /// - Parameter isPaidByHit: true where every vendor bills hits alone, and all that is found is one.
    init(using generator: inout SeededGenerator, vendors count: Int, isPaidByHit: Bool = false) {
        let shares = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            Double.random(in: 0.1...1, using: &generator)
        }
        let sum = shares.reduce(0, +)
        kinds = shares.map { $0 / sum }
        verification = isPaidByHit ? 0 : Double.random(in: 0...8_000, using: &generator)
        let classes = kinds.count
        vendors = (0..<count).map { _ in
            let base = Double.random(in: 0.15...0.8, using: &generator)
            let rates = (0..<classes).map { _ in
                min(0.97, max(0.01, base * Double.random(in: 0.1...1.8, using: &generator)))
            }
            var vendor = Vendor(
                perAttempt: Double.random(in: 2_000...80_000, using: &generator),
                perFind: Double.random(in: 5_000...200_000, using: &generator),
                quality: Bool.random(using: &generator) ? 1 : Double.random(in: 0.6...1, using: &generator),
                findRates: rates)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: vendor.perFind = 0
            case 1: vendor.perAttempt = 0
            default: break
            }
            if isPaidByHit {
                vendor.perAttempt = 0
                vendor.quality = 1
                vendor.perFind = Double.random(in: 5_000...200_000, using: &generator)
            }
            return vendor
        }
    }

    var terms: [StepTerms] {
        zip(Self.names, vendors).map { name, vendor in
            StepTerms(
                name, expectedRate: 0.4, perMiss: vendor.perAttempt, perFind: vendor.perAttempt + vendor.perFind,
                verification: verification)
        }
    }

    /// What an order truly costs, a prospect on average.
    func cost(of order: [Int]) -> Double {
        var reach = kinds
        var cost = 0.0
        for vendor in order.map({ vendors[$0] }) {
            for kind in kinds.indices {
                let find = vendor.findRates[kind]
                cost += reach[kind] * (vendor.perAttempt + find * (vendor.perFind + verification))
                reach[kind] *= 1 - find * vendor.quality
            }
        }
        return cost
    }

    var cheapest: [Int] {
        var best: (order: [Int], cost: Double) = ([], .infinity)
        forEachOrder { order in
            let cost = cost(of: order)
            if cost < best.cost { best = (order, cost) }
        }
        return best.order
    }

    func forEachOrder(_ body: ([Int]) -> Void) {
        func extend(_ order: [Int]) {
            if order.count == vendors.count { return body(order) }
            for next in vendors.indices where !order.contains(next) { extend(order + [next]) }
        }
        extend([])
    }

    /// Asks for so many prospects, each in an order of its own, until one hits.
    func history(of prospects: Int, using generator: inout SeededGenerator) -> ChainHistory {
        var history = ChainHistory()
        for kind in kinds.indices {
            ask(Int(Double(prospects) * kinds[kind]), kind, after: [], &history, &generator)
        }
        return history
    }

    /// Prospects of one kind for whom the same vendors had nothing: each of the others is next for a part of them.
    private func ask(
        _ prospects: Int, _ kind: Int, after missed: [Int], _ history: inout ChainHistory,
        _ generator: inout SeededGenerator
    ) {
        var rest = prospects
        let others = vendors.indices.filter { !missed.contains($0) }
        for (index, next) in others.enumerated() where rest > 0 {
            let isLast = index + 1 == others.count
            let asked = isLast ? rest : generator.count(of: rest, at: 1 / Double(others.count - index))
            rest -= asked
            let found = generator.count(of: asked, at: vendors[next].findRates[kind])
            let hits = generator.count(of: found, at: vendors[next].quality)
            let place = ChainHistory.Place(Self.names[next], after: Set(missed.map { Self.names[$0] }))
            history.add(ChainHistory.Tally(asked: asked, found: found, hits: hits), at: place)
            ask(asked - hits, kind, after: missed + [next], &history, &generator)
        }
    }
}

extension SeededGenerator {
    /// How many of so many trials succeed: counted up to 64, beyond by the normal curve.
    mutating func count(of trials: Int, at rate: Double) -> Int {
        if rate >= 1 { return trials }
        if trials <= 64 {
            return (0..<trials).count { _ in Double.random(in: 0..<1, using: &self) < rate }
        }
        let spread = (Double(trials) * rate * (1 - rate)).squareRoot()
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
        return min(trials, max(0, Int((Double(trials) * rate + spread * normal).rounded())))
    }
}
