// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What would happen for a prospect: who is asked, in which order, why others are not, and what it may come to.
public struct RequestPlan: Sendable, Hashable {
    /// One provider's place.
    public struct Step: Sendable, Hashable {
        public var provider: ProviderID
        /// Why it would not be asked; nil where it would.
        public var skip: SkipReason?
        public var price: VendorPrice
        /// The share of prospects that it finds, 0 to 1, by its descriptor; 0 where it is skipped.
        public var hitRate: Double
        /// The chance that the chain has found something once this step is over, if each finds independently.
        public var cumulativeHitRate: Double
    }

    /// One capability's chain.
    public struct Chain: Sendable, Hashable {
        public var capability: Capability
        /// True where the team has the datum, and nobody would be asked.
        public var isHad: Bool
        public var steps: [Step]
        /// What vendors would bill on average, one entry a unit.
        public var expectedCost: [Amount]
    }

    public var chains: [Chain]
    /// What would be held.
    public var ceiling: Credits
}

extension Engine {
    /// Returns what `enrich` would do, without doing any of it.
    ///
    /// - Parameters:
    ///   - contact: what the team knows of the person.
    ///   - account: what the team knows of the company.
    /// - Throws: as `enrich` does for a prospect that it would not take.
    public func plan(
        for request: DataRequest, contact: Contact?, account: Account?
    ) throws(EngineError) -> RequestPlan {
        try check(request)
        var capabilities: [(Capability, Bool)] = []
        if request.access.contains(.email) {
            capabilities.append((.email, contact?.hadEmail != nil && !request.isFresh))
            capabilities.append((.officePhone, false))
        }
        if request.access.contains(.phone) {
            capabilities.append((.mobile, !(contact?.hadPhones.isEmpty ?? true) && !request.isFresh))
        }
        let verdict = contact?.emails.first { $0.address == request.prospect.email }?.verdict
        let hasVerdict = verdict.map { $0.verdict.isDefinite && request.createdAt < $0.holdsUntil } ?? false
        if request.isVerification { capabilities.append((.verifyEmail, hasVerdict && !request.isFresh)) }
        let ceiling = core.gate.ceiling(for: request.access, known: contact, hasVerdict: hasVerdict)
            .reduce(.zero) { $0 + $1.credits }
        return RequestPlan(
            chains: capabilities.map { chain($0, isHad: $1, request.prospect, account) }, ceiling: ceiling)
    }

    private func chain(
        _ capability: Capability, isHad: Bool, _ prospect: Prospect, _ account: Account?
    ) -> RequestPlan.Chain {
        let query = prospect.query(for: capability)
        var missed = 1.0
        var costs: [String: Double] = [:]
        let steps = core.steps(of: capability).map { provider in
            let runtime = core.providers[provider]
            let skip = core.standingSkip(provider, query)
            let price = runtime?.price(for: capability) ?? .free
            var hitRate = skip == nil ? runtime?.descriptor.capabilities[capability]?.expectedHitRate ?? 0 : 0
            if provider == EngineCore.accountStore { hitRate = account?.officePhones.isEmpty ?? true ? 0 : 1 }
            if skip == nil, !isHad {
                let billed = price.basis == .attempt ? missed : missed * hitRate
                costs[price.amount.unit, default: 0] += billed * Double(price.amount.micros)
            }
            missed *= 1 - hitRate
            return RequestPlan.Step(
                provider: provider, skip: skip, price: price, hitRate: hitRate, cumulativeHitRate: 1 - missed)
        }
        let expected = costs.filter { $0.value >= 1 }.sorted { $0.key < $1.key }
            .map { Amount(micros: Int64($0.value), unit: $0.key) }
        return RequestPlan.Chain(capability: capability, isHad: isHad, steps: steps, expectedCost: expected)
    }
}
