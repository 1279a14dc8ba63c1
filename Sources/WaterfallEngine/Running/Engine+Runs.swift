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

    /// What the first verifier of addresses bills that is called; nil where none is.
    public var verifierPrice: VendorPrice? {
        let called = core.steps(of: .verifyEmail).first { limits(of: $0) != nil }
        return called.flatMap { core.providers[$0]?.price(for: .verifyEmail) }
    }
}
