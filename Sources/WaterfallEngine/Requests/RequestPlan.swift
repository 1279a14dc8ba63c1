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
        /// The share of prospects, of those whom the steps before it have nothing for, for whom it ends the chain: by
        /// its descriptor, and by what is on record. 0 where it is skipped.
        public var hitRate: Double
        /// Answered calls on record; 0 where its rate is the descriptor's alone.
        public var answers: Int
        /// The chance that the chain has found something once this step is over.
        public var cumulativeHitRate: Double
    }

    /// One capability's chain.
    public struct Chain: Sendable, Hashable {
        public var capability: Capability
        /// True where the team has the datum, and nobody would be asked.
        public var isHad: Bool
        /// In the order in which they are asked.
        public var steps: [Step]
        /// What vendors would bill on average, verifiers with them, one entry a unit.
        public var expectedCost: [Amount]
        public var order: ChainOrder
        /// What `order: auto` does, or would do.
        public var automatic: DecidedOrder
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
        guard let outlook = core.outlook(of: capability) else { preconditionFailure("a plan is of chains") }
        var missed = 1.0
        var before: [ProviderID] = []
        var costs: [String: Double] = [:]
        let steps = core.steps(of: capability).map { provider in
            let price = core.providers[provider]?.price(for: capability) ?? .free
            var step = RequestPlan.Step(
                provider: provider, skip: core.standingSkip(provider, query), price: price, hitRate: 0, answers: 0,
                cumulativeHitRate: 1 - missed)
            if step.skip == nil, let estimate = outlook.estimate(of: provider, after: before) {
                step.hitRate = estimate.hitRate
                step.answers = estimate.answers
                if provider == EngineCore.accountStore { step.hitRate = account?.officePhones.isEmpty ?? true ? 0 : 1 }
                if !isHad { for cost in estimate.costs { costs[cost.unit, default: 0] += missed * cost.micros } }
                before.append(provider)
            }
            missed *= 1 - step.hitRate
            step.cumulativeHitRate = 1 - missed
            return step
        }
        let expected = costs.filter { $0.value >= 1 }.sorted { $0.key < $1.key }
            .map { Amount(micros: Int64($0.value), unit: $0.key) }
        return RequestPlan.Chain(
            capability: capability, isHad: isHad, steps: steps, expectedCost: expected,
            order: core.settings.chains[capability]?.order ?? .config,
            automatic: core.decided[capability] ?? outlook.decide())
    }
}
