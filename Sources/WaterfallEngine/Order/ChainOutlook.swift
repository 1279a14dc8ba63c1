// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What history says of one chain, and what it decides.
public struct ChainOutlook: Sendable {
    public let capability: Capability
    public let chain: Chain
    /// Of the steps that can be asked. Its costs say nothing where they can't be compared.
    public let model: ChainModel
    /// The one unit of all costs; nil where nothing costs anything, or costs can't be compared.
    public let unit: String?
    /// Units that stand in the way of comparing costs: vendors' own without a price, or several currencies.
    public let incomparable: [String]
    public let history: ChainHistory
    /// What each step bills, by its place in the model.
    let prices: [VendorPrice]
    /// What verifying one candidate is expected to cost, in the verifiers' own units.
    let verification: [VendorEstimate]
    /// Providers whose candidates no verifier is asked about.
    let trusted: Set<ProviderID>

    /// Answers on record before any other order than the one written is taken.
    public static let neededAnswers = 50
    /// What another order has to save at least, as a share of the cost, for `auto` to take it: a difference below it
    /// may be chance, and an order that comes and goes is hard to explain.
    static let leastSaving = 0.01

    /// Answered calls on record of the steps that can be asked.
    public var answers: Int { model.asked.reduce(0, +) }

    /// The places in the model of providers, in their order; those that it hasn't are left out.
    public func places(of providers: [ProviderID]) -> [Int] {
        providers.compactMap { provider in model.steps.firstIndex { $0.provider == provider } }
    }

    public var written: [ProviderID] { chain.steps.map(\.provider) }

    /// The providers that can be asked, in the order in which they are written.
    public var usable: [ProviderID] { model.steps.map(\.provider) }

    /// The cheapest order of all steps: those that can't be asked stay behind the one that they are written after.
    public func cheapest() -> [ProviderID] {
        whole(model.cheapestOrder().map { model.steps[$0].provider })
    }

    /// Puts those that can't be asked back behind the one that they are written after.
    public func whole(_ order: [ProviderID]) -> [ProviderID] {
        var order = order
        var previous: ProviderID?
        for provider in written {
            if !order.contains(provider) {
                let place = previous.flatMap { order.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
                order.insert(provider, at: place)
            }
            previous = provider
        }
        return order
    }

    /// What `order: auto` does, whatever the configuration says of this chain's order.
    public func decide() -> DecidedOrder {
        guard incomparable.isEmpty else {
            return DecidedOrder(basis: .incomparable(incomparable), order: written, tooDear: [])
        }
        var decided = DecidedOrder(basis: .written, order: written, tooDear: [])
        if model.steps.count > 1 {
            guard answers >= Self.neededAnswers else {
                decided.basis = .learning(answers: answers, needed: Self.neededAnswers)
                return decided
            }
            let now = model.forecast(places(of: written)).costPerProspect
            let best = cheapest()
            let saves = now - model.forecast(places(of: best)).costPerProspect
            let isCheaper = saves > now * Self.leastSaving
            decided.order = isCheaper ? best : written
            decided.basis = isCheaper ? .learned(answers: answers) : .confirmed(answers: answers)
        }
        decided.tooDear = tooDear(in: decided.order)
        return decided
    }

    /// Everybody from the first on for whom a hit is expected to cost more than it is worth.
    private func tooDear(in order: [ProviderID]) -> [ProviderID] {
        guard let worth = chain.worth, worth.unit == unit, answers >= Self.neededAnswers else { return [] }
        let steps = model.forecast(places(of: order)).steps
        guard let first = steps.first(where: { $0.cost > 0 && $0.index > Double(worth.micros) }),
            let place = order.firstIndex(of: first.provider)
        else { return [] }
        return Array(order[place...])
    }
}

/// What is expected to be billed on average, in millionths of a unit.
struct VendorEstimate: Sendable, Hashable {
    var micros: Double
    var unit: String

    init(micros: Double, unit: String) {
        self.micros = micros
        self.unit = unit
    }

    /// By a price alone.
    init(_ price: VendorPrice, findRate: Double) {
        self.init(
            micros: Double(price.amount.micros) * (price.basis == .attempt ? 1 : findRate), unit: price.amount.unit)
    }
}

extension ChainOutlook {
    /// What is known of one step.
    struct Estimate {
        var hitRate: Double
        /// Answered calls on record, after whomever.
        var answers: Int
        /// Verification with it; one entry where costs can be compared, several of a unit are added up.
        var costs: [VendorEstimate]
    }

    /// What is expected of a step after others had nothing; nil for one that can't be asked.
    func estimate(of provider: ProviderID, after others: [ProviderID]) -> Estimate? {
        guard let step = places(of: [provider]).first else { return nil }
        let before = places(of: others).reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        let findRate = model.findRate(of: step, after: before)
        return Estimate(
            hitRate: model.hitRate(of: step, after: before), answers: model.asked[step],
            costs: unit.map { [VendorEstimate(micros: model.cost(of: step, after: before), unit: $0)] }
                ?? publishedCosts(of: step, findRate: findRate))
    }

    private func publishedCosts(of step: Int, findRate: Double) -> [VendorEstimate] {
        let own = [VendorEstimate(prices[step], findRate: findRate)]
        guard !trusted.contains(model.steps[step].provider) else { return own }
        return own + verification.map { VendorEstimate(micros: $0.micros * findRate, unit: $0.unit) }
    }
}
