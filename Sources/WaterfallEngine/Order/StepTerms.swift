// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What asking one provider of a chain costs on average, in millionths of the chain's one unit. An expectation, never
/// booked.
public struct StepTerms: Sendable, Hashable {
    public var provider: ProviderID
    /// The share of prospects that it finds before anything was measured, 0 to 1.
    public var expectedRate: Double
    /// What is billed for an answer without a candidate.
    public var perMiss: Double
    /// What is billed for an answer with a candidate.
    public var perFind: Double
    /// What verifiers bill for one candidate.
    public var verification: Double

    public init(
        _ provider: ProviderID, expectedRate: Double = 0.3, perMiss: Double = 0, perFind: Double = 0,
        verification: Double = 0
    ) {
        self.provider = provider
        self.expectedRate = expectedRate
        self.perMiss = perMiss
        self.perFind = perFind
        self.verification = verification
    }

    /// True where nothing is paid but for what it finds.
    var isPaidOnSuccess: Bool { perMiss <= 0 }

    /// What an attempt costs that finds with a rate.
    func cost(at findRate: Double) -> Double { (1 - findRate) * perMiss + findRate * (perFind + verification) }
}
