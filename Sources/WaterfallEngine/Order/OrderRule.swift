// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Makes of settings, facts and history what is known of each chain's order: pure.
public struct OrderRule: Sendable {
    private let settings: EngineSettings
    private let descriptors: [ProviderID: ProviderDescriptor]
    private let history: OrderHistory
    private let unused: Set<ProviderID>

    /// Answers that a published price counts for beside what was billed on record.
    static let priceAnswers = 20.0

    /// - Parameters:
    ///   - descriptors: of every provider that the chains name.
    ///   - unused: providers that can't be asked whatever the prospect.
    public init(
        settings: EngineSettings, descriptors: [ProviderID: ProviderDescriptor], history: OrderHistory,
        unused: Set<ProviderID> = []
    ) {
        self.settings = settings
        self.descriptors = descriptors
        self.history = history
        self.unused = unused
    }

    /// Returns what is known of a chain; nil where the capability has none.
    public func outlook(of capability: Capability) -> ChainOutlook? {
        guard let chain = settings.chains[capability] else { return nil }
        var seen = Set<ProviderID>()
        let providers = chain.steps.map(\.provider).filter { provider in
            descriptors[provider] != nil && !unused.contains(provider) && seen.insert(provider).inserted
        }
        let history = history[capability]
        let (unit, incomparable) = unit(of: providers, capability, chain.worth)
        let terms = providers.map { self.terms(of: $0, capability, unit, history) }
        return ChainOutlook(
            capability: capability, chain: chain, model: ChainModel(terms, history: history), unit: unit,
            incomparable: incomparable, history: history, prices: providers.map { price($0, capability) },
            verification: expectedVerification(capability),
            trusted: Set(providers.filter { isTrusted($0, capability) }))
    }

    private func price(_ provider: ProviderID, _ capability: Capability) -> VendorPrice {
        settings.providers[provider]?.prices[capability]
            ?? descriptors[provider]?.capabilities[capability]?.price ?? .free
    }

    // MARK: Units

    /// An amount in money where its provider's units have a price.
    private func inMoney(_ amount: Amount, of provider: ProviderID) -> Amount {
        guard !amount.isMoney, let price = settings.providers[provider]?.creditPrice else { return amount }
        let micros = (Double(amount.micros) * Double(price.micros) / 1_000_000).rounded()
        return Amount(micros: Int64(micros), unit: price.unit)
    }

    /// The one unit of all that a chain may cost, and the units that stand in its way.
    private func unit(
        of providers: [ProviderID], _ capability: Capability, _ worth: Amount?
    ) -> (unit: String?, incomparable: [String]) {
        var units = Set<String>()
        for provider in providers {
            let price = inMoney(price(provider, capability).amount, of: provider)
            if price.micros != 0 { units.insert(price.unit) }
            if !isTrusted(provider, capability) {
                for verifier in verifiers(of: capability) {
                    let price = inMoney(self.price(verifier, capability.verification).amount, of: verifier)
                    if price.micros != 0 { units.insert(price.unit) }
                }
            }
        }
        if let worth, !units.isEmpty { units.insert(worth.unit) }
        guard units.count > 1 else { return (units.first, []) }
        let strangers = units.filter { !Amount(micros: 1, unit: $0).isMoney }
        return (nil, (strangers.isEmpty ? units : strangers).sorted())
    }

    // MARK: Costs

    private func terms(
        of provider: ProviderID, _ capability: Capability, _ unit: String?, _ history: ChainHistory
    ) -> StepTerms {
        let facts = descriptors[provider]?.capabilities[capability]
        let price = price(provider, capability)
        let amount = Double(inMoney(price.amount, of: provider).micros)
        let verification = isTrusted(provider, capability) ? [] : expectedVerification(capability, inMoney: true)
        var terms = StepTerms(
            provider, expectedRate: facts?.expectedHitRate ?? 0.3, perMiss: price.basis == .attempt ? amount : 0,
            perFind: amount, verification: verification.reduce(0) { $0 + $1.micros })
        let total = history.total(of: provider)
        let (own, billedVerification) = billed(for: provider, unit, history)
        let weight = Self.priceAnswers
        if settings.providers[provider]?.prices[capability] == nil, let own {
            // What the user wrote under `cost:` is believed; a published price gives way to what was billed.
            let misses = Double(total.asked - total.found)
            terms.perMiss = (own.missed + weight * terms.perMiss) / (misses + weight)
            terms.perFind = (own.found + weight * terms.perFind) / (Double(total.found) + weight)
        }
        if let billedVerification {
            terms.verification = (billedVerification + weight * terms.verification) / (Double(total.found) + weight)
        }
        return terms
    }

    /// What was billed for a provider's answers and for verifying them, in the chain's unit; nil where some of it was
    /// billed in another, as before a price was written: it says nothing of today's.
    private func billed(
        for provider: ProviderID, _ unit: String?, _ history: ChainHistory
    ) -> (own: (missed: Double, found: Double)?, verification: Double?) {
        var own: (missed: Double, found: Double)? = (0, 0)
        var verification: Double? = 0
        for (account, bill) in history.bills where account.provider == provider {
            let one = inMoney(Amount(micros: 1_000_000, unit: account.unit), of: account.biller)
            let rate = Double(one.micros) / 1_000_000
            if account.biller == provider, bill.found != 0 || bill.missed != 0 {
                own =
                    one.unit == unit
                    ? own.map { sum in
                        (sum.missed + Double(bill.missed) * rate, sum.found + Double(bill.found) * rate)
                    } : nil
            }
            if bill.verification != 0 {
                verification = one.unit == unit ? verification.map { $0 + Double(bill.verification) * rate } : nil
            }
        }
        return (own, verification)
    }

    private func isTrusted(_ provider: ProviderID, _ capability: Capability) -> Bool {
        capability == .email && settings.accept.trusted.contains(provider)
    }

    private func verifiers(of capability: Capability) -> [ProviderID] {
        guard !capability.isVerification else { return [] }
        return (settings.chains[capability.verification]?.steps ?? []).map(\.provider)
            .filter { descriptors[$0] != nil && !unused.contains($0) }
    }

    /// What verifiers bill for one candidate before anything was measured, each in its own unit or in money.
    private func expectedVerification(_ capability: Capability, inMoney: Bool = false) -> [VendorEstimate] {
        var costs: [VendorEstimate] = []
        var undecided = 1.0
        for verifier in verifiers(of: capability) {
            let price = price(verifier, capability.verification)
            let rate = descriptors[verifier]?.capabilities[capability.verification]?.expectedHitRate ?? 0
            let amount = inMoney ? self.inMoney(price.amount, of: verifier) : price.amount
            let billed = price.basis == .attempt ? 1 : rate
            costs.append(VendorEstimate(micros: undecided * billed * Double(amount.micros), unit: amount.unit))
            undecided *= 1 - rate
        }
        return costs
    }
}

extension Capability {
    /// The chain that judges what a chain finds.
    fileprivate var verification: Capability { self == .email ? .verifyEmail : .verifyPhone }
}

extension OrderRule {
    /// How each chain with `order: auto` is ordered.
    func decide() -> [Capability: DecidedOrder] {
        let automatic = settings.chains.filter { $0.value.order == .auto }
        return automatic.keys.reduce(into: [:]) { $0[$1] = outlook(of: $1)?.decide() }
    }
}

extension EngineSettings {
    /// The settings with each chain in the order that was decided for it.
    func applying(_ decided: [Capability: DecidedOrder]) -> EngineSettings {
        var settings = self
        for (capability, order) in decided {
            guard var chain = settings.chains[capability] else { continue }
            var steps = chain.steps
            for index in steps.indices { steps[index].isTooDear = order.tooDear.contains(steps[index].provider) }
            // A provider that is written twice keeps the order of its steps.
            let places = Dictionary(order.order.enumerated().map { ($1, $0) }) { first, _ in first }
            chain.steps = steps.enumerated().sorted {
                (places[$0.element.provider] ?? .max, $0.offset) < (places[$1.element.provider] ?? .max, $1.offset)
            }.map(\.element)
            settings.chains[capability] = chain
        }
        return settings
    }
}
