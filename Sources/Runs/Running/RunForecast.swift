// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What a run was expected to come to, with the text in which it is on record.
public struct RunForecast: Sendable, Hashable {
    /// People whom nobody has to be asked about, and people who are asked about.
    public var known: Int64
    public var netNew: Int64
    /// On average, and at most.
    public var credits: Credits
    public var worstCredits: Credits
    /// One entry a unit.
    public var cost: [Amount]
    public var worstCost: [Amount]

    public init(_ estimate: RunEstimate) {
        known = estimate.known
        netNew = estimate.netNew
        credits = estimate.expectedCredits
        worstCredits = estimate.worstCredits
        cost = estimate.expectedCost
        worstCost = estimate.worstCost
    }

    /// Reads the text; nil where it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count == 6, let known = Int64(parts[0]), let netNew = Int64(parts[1]),
            let credits = Credits(decimal: parts[2]), let worstCredits = Credits(decimal: parts[3])
        else { return nil }
        self.known = known
        self.netNew = netNew
        self.credits = credits
        self.worstCredits = worstCredits
        cost = Self.amounts(parts[4])
        worstCost = Self.amounts(parts[5])
    }

    public var text: String {
        "\(known);\(netNew);\(credits);\(worstCredits);\(Self.text(cost));\(Self.text(worstCost))"
    }

    private static func text(_ amounts: [Amount]) -> String { amounts.map(\.description).joined(separator: ",") }

    private static func amounts(_ text: Substring) -> [Amount] {
        text.split(separator: ",").compactMap { amount in
            let parts = amount.split(separator: " ")
            return parts.count == 2 ? Amount(decimal: parts[0], unit: String(parts[1])) : nil
        }
    }
}
