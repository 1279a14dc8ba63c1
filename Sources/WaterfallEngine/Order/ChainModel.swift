// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// A chain's providers as history tells of them: how often each finds, and hits, after which others, and what it costs.
///
/// Sets of providers are bits by their place in `steps`.
public struct ChainModel: Sendable {
    /// Providers of one chain.
    public static let maximumSteps = 50
    /// The share of candidates that become hits, once the first of them did not.
    static let expectedQuality = 0.9

    public let steps: [StepTerms]
    private let finds: [RateFit]
    /// Of what is found, the share that becomes a hit.
    private let qualities: [RateFit]
    /// True where every candidate of the provider's became a hit, or there is nothing on record.
    private let isCertain: [Bool]
    /// Answered calls by provider.
    public let asked: [Int]
    /// Answered calls by provider and those before it.
    private let askedAfter: [[UInt64: Int]]

    /// - Parameter steps: each provider once, at most `maximumSteps`.
    public init(_ steps: [StepTerms], history: ChainHistory) {
        precondition(steps.count <= Self.maximumSteps, "a chain has at most 50 steps")
        self.steps = steps
        var places: [ProviderID: Int] = [:]
        for (index, step) in steps.enumerated() { places[step.provider] = index }
        var tallies = [[UInt64: ChainHistory.Tally]](repeating: [:], count: steps.count)
        for (place, tally) in history.tallies {
            guard let index = places[place.provider] else { continue }
            // Who is in the chain no more tells nothing of its order.
            let others = place.missed.reduce(UInt64(0)) { bits, other in
                bits | (places[other].map { 1 << UInt64($0) } ?? 0)
            }
            tallies[index][others, default: ChainHistory.Tally()] += tally
        }
        let sorted = tallies.map { $0.sorted { $0.key < $1.key } }
        finds = steps.indices.map { index in
            RateFit(
                expected: steps[index].expectedRate,
                counts: sorted[index].map { others, tally in
                    RateFit.Count(others: others, asked: Double(tally.asked), had: Double(tally.found))
                }, width: steps.count)
        }
        qualities = steps.indices.map { index in
            RateFit(
                expected: Self.expectedQuality,
                counts: sorted[index].map { others, tally in
                    RateFit.Count(others: others, asked: Double(tally.found), had: Double(tally.hits))
                }, width: steps.count)
        }
        isCertain = tallies.map { $0.values.allSatisfy { $0.found == $0.hits } }
        asked = tallies.map { $0.values.reduce(0) { $0 + $1.asked } }
        askedAfter = tallies.map { $0.mapValues(\.asked) }
    }

    /// The share of prospects for which a step ends the chain, of those whom the others had nothing for.
    public func hitRate(of step: Int, after others: UInt64) -> Double {
        let rate = finds[step].rate(after: others)
        return isCertain[step] ? rate : rate * qualities[step].rate(after: others)
    }

    public func findRate(of step: Int, after others: UInt64) -> Double {
        finds[step].rate(after: others)
    }

    /// What asking costs on average, in millionths of the chain's unit.
    public func cost(of step: Int, after others: UInt64) -> Double {
        steps[step].cost(at: findRate(of: step, after: others))
    }

    /// Expected cost per hit: (cost per attempt + find rate x (price per hit + verification cost)) / verified-hit rate
    /// (`semantics.md`, 7.7). Of a provider that is paid for hits alone and whose every candidate is one, the price of
    /// a hit exactly.
    public func index(of step: Int, after others: UInt64) -> Double {
        let terms = steps[step]
        if terms.isPaidOnSuccess, isCertain[step] { return terms.perFind + terms.verification }
        let cost = cost(of: step, after: others)
        guard cost > 0 else { return 0 }
        let rate = hitRate(of: step, after: others)
        return rate > 1e-9 ? cost / rate : .infinity
    }

    /// True for a provider that is paid by the hit and by nothing else: wherever it stands, a hit costs the same.
    func isPaidByHit(_ step: Int) -> Bool { steps[step].isPaidOnSuccess && isCertain[step] }

    /// Answered calls of a step after exactly these others.
    public func asked(_ step: Int, after others: UInt64) -> Int { askedAfter[step][others] ?? 0 }

    /// A drawing of what the rates may be, by what is known of each.
    func drawRates(of step: Int, after others: UInt64, _ draws: inout Draws) -> (find: Double, hit: Double) {
        let find = finds[step].evidence(after: others)
        let rate = draws.rate(had: find.had, of: find.asked)
        guard !isCertain[step] else { return (rate, rate) }
        let quality = qualities[step].evidence(after: others)
        return (rate, rate * draws.rate(had: quality.had, of: quality.asked))
    }
}
