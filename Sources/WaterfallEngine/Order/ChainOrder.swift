// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// In which order the steps of a chain are asked. Raw values are the words in YAML.
public enum ChainOrder: String, Sendable, Hashable, CaseIterable {
    /// As written.
    case config
    /// By what history says is cheapest.
    case auto
}

/// How a chain's order was decided: in which order its steps are asked by one engine, and why.
public struct DecidedOrder: Sendable, Hashable {
    /// Why the order is as it is.
    public enum Basis: Sendable, Hashable {
        /// `order: config`, or nothing to choose between.
        case written
        /// Too few answers are on record for another order than the one written.
        case learning(answers: Int, needed: Int)
        /// Costs in these units can't be compared.
        case incomparable([String])
        /// The order written is as cheap as any, or nearly.
        case confirmed(answers: Int)
        /// Another order is cheaper.
        case learned(answers: Int)
        /// It was decided before, and what it was decided for is not done yet.
        case kept
    }

    public var basis: Basis
    /// Every step of the chain, in the order in which they are asked.
    public var order: [ProviderID]
    /// The last of them, which are not asked: a hit is expected to cost more than it is worth.
    public var tooDear: [ProviderID]

    public init(basis: Basis, order: [ProviderID], tooDear: [ProviderID]) {
        self.basis = basis
        self.order = order
        self.tooDear = tooDear
    }
}
