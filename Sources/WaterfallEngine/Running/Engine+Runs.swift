// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What a run over many prospects has to know of the engine.
extension Engine {
    /// What one provider allows.
    public struct ProviderLimits: Sendable, Hashable {
        public var rates: [RateLimit]
        public var concurrency: Int
    }

    /// Nil for one that is not called: unknown, local, or out of use by its configuration.
    public func limits(of provider: ProviderID) -> ProviderLimits? {
        guard let runtime = core.providers[provider], !runtime.descriptor.isLocal, runtime.configurationSkip == nil
        else { return nil }
        let keys = core.keyRing(of: provider)?.runtimes.count ?? 1
        return ProviderLimits(
            rates: runtime.limits.map { RateLimit($0.count * keys, per: $0.window) },
            concurrency: runtime.concurrency * keys)
    }

    /// Calls in flight that all providers together allow who may be asked.
    public func usefulConcurrency(for access: Set<Datum>) -> Int {
        let capabilities = access.map(\.capability) + [.verifyEmail, .verifyPhone, .officePhone]
        let providers = Set(capabilities.flatMap { core.steps(of: $0) })
        return providers.compactMap { limits(of: $0)?.concurrency }.reduce(0, +)
    }

    /// True where some step guesses by the mailboxes that the team has at the company.
    public var readsMailboxes: Bool { core.steps(of: .email).contains { core.providers[$0]?.readsMailboxes ?? false } }

    public var prices: PriceList { core.gate.prices }

    /// What the verifiers bill that may be called about a candidate.
    ///
    /// - Parameter capability: that of the verifiers.
    public func verifierPrices(for capability: Capability) -> [VendorPrice] {
        core.steps(of: capability).filter { limits(of: $0) != nil }
            .compactMap { core.providers[$0]?.price(for: capability) }
    }

    /// Answered calls on record by which rates are expected: of the chains of those data, office phones left out.
    public func answersOnRecord(for access: Set<Datum>) -> Int {
        access.compactMap { outlook(of: $0.capability)?.answers }.reduce(0, +)
    }
}
