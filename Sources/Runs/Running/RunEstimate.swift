// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

/// What a file is about to cost, added up over the plans of its rows.
///
/// Credits and costs are counted in the millionths that they are given in and never booked: an estimate is a mean, and
/// so chances are floating point.
public struct RunEstimate: Sendable, Hashable {
    /// Rows that are planned each; of more, one in ten stands for ten.
    static let planned: Int64 = 10_000
    private static let stride: Int64 = 10

    /// People whom nobody has to be asked about.
    public private(set) var known: Int64 = 0
    /// People who are asked about.
    public private(set) var netNew: Int64 = 0
    /// Thousandths of a credit, on average and at most.
    public private(set) var expectedMillis = 0.0
    public private(set) var worstMillis = 0.0
    /// Millionths, by unit.
    public private(set) var expectedMicros: [String: Double] = [:]
    public private(set) var worstMicros: [String: Double] = [:]
    /// Calls to be expected, by provider.
    public private(set) var calls: [ProviderID: Double] = [:]
    private var seen: Int64 = 0
    private let prices: PriceList
    /// What verifiers bill for a candidate, by the capability that it is one of.
    private let verifiers: [Capability: [VendorPrice]]

    public init(_ engine: Engine) {
        prices = engine.prices
        verifiers = [
            .email: engine.verifierPrices(for: .verifyEmail), .mobile: engine.verifierPrices(for: .verifyPhone),
        ]
    }

    /// True where the next row is to be planned.
    mutating func takesNext() -> Bool {
        seen += 1
        return seen <= Self.planned || seen % Self.stride == 0
    }

    private var weight: Double { seen <= Self.planned ? 1 : Double(Self.stride) }

    mutating func add(_ plan: RequestPlan) {
        let isKnown =
            plan.ceiling == .zero
            && !plan.chains.contains { !$0.isHad && ($0.capability == .email || $0.capability == .mobile) }
        if isKnown { known += Int64(weight) } else { netNew += Int64(weight) }
        worstMillis += weight * Double(plan.ceiling.millis)
        for cost in plan.chains.flatMap(\.expectedCost) {
            expectedMicros[cost.unit, default: 0] += weight * Double(cost.micros)
        }
        for chain in plan.chains where !chain.isHad { add(chain) }
    }

    private mutating func add(_ chain: RequestPlan.Chain) {
        var missed = 1.0
        for step in chain.steps where step.skip == nil {
            calls[step.provider, default: 0] += weight * missed
            for price in [step.price] + (verifiers[chain.capability] ?? []) {
                worstMicros[price.amount.unit, default: 0] += weight * Double(price.amount.micros)
            }
            missed *= 1 - step.hitRate
        }
        switch chain.capability {
        case .email: expectedMillis += weight * (1 - missed) * Double(prices.email.millis)
        case .mobile: expectedMillis += weight * (1 - missed) * Double(prices.phone.millis)
        default: break
        }
    }

    /// The longest that some provider's limits make it take, at a second a call; and those whose calls are more than
    /// they may have in a day or longer.
    public func duration(_ engine: Engine) -> (time: Duration, overQuota: [ProviderID]) {
        var longest = Duration.zero
        var overQuota: [ProviderID] = []
        for (provider, count) in calls.sorted(by: { $0.key < $1.key }) {
            guard let limits = engine.limits(of: provider) else { continue }
            longest = max(longest, .seconds(count / Double(max(1, limits.concurrency))))
            for limit in limits.rates {
                if limit.window >= .seconds(3_600) {
                    if count > Double(limit.count), overQuota.last != provider { overQuota.append(provider) }
                } else {
                    longest = max(longest, limit.window * (count / Double(max(1, limit.count))))
                }
            }
        }
        return (longest, overQuota)
    }

    public var expectedCredits: Credits { Credits(millis: Int64(expectedMillis.rounded())) }
    public var worstCredits: Credits { Credits(millis: Int64(worstMillis.rounded())) }
    public var expectedCost: [Amount] { Self.amounts(expectedMicros) }
    public var worstCost: [Amount] { Self.amounts(worstMicros) }

    private static func amounts(_ micros: [String: Double]) -> [Amount] {
        micros.filter { $0.value >= 0.5 }.sorted { $0.key < $1.key }.map {
            Amount(micros: Int64($0.value.rounded()), unit: $0.key)
        }
    }
}
