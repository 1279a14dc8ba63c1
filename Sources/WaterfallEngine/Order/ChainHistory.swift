// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What the providers of one chain came to, by who had nothing before them: what an order is learned from.
///
/// A call counts as asked where the provider answered. Remembered answers, skipped and `not_run` steps and what was had
/// are no calls, and failures are counted apart: an outage says nothing of what a provider knows.
public struct ChainHistory: Sendable, Hashable {
    /// A provider, and those that had nothing for the same prospect before it was asked.
    public struct Place: Sendable, Hashable {
        public var provider: ProviderID
        public var missed: Set<ProviderID>

        public init(_ provider: ProviderID, after missed: Set<ProviderID> = []) {
            self.provider = provider
            self.missed = missed
        }
    }

    /// Counts of calls.
    public struct Tally: Sendable, Hashable {
        /// Calls that were answered.
        public var asked = 0
        /// Those that brought a candidate.
        public var found = 0
        /// Those whose candidate ended the chain: a billable email, a usable number, a definite verdict.
        public var hits = 0
        /// Calls without an answer; not in `asked`.
        public var failed = 0

        public init(asked: Int = 0, found: Int = 0, hits: Int = 0, failed: Int = 0) {
            self.asked = asked
            self.found = found
            self.hits = hits
            self.failed = failed
        }

        public static func += (left: inout Tally, right: Tally) {
            left.asked += right.asked
            left.found += right.found
            left.hits += right.hits
            left.failed += right.failed
        }
    }

    /// What was billed in one unit, in millionths of it.
    public struct Bill: Sendable, Hashable {
        /// For answers with a candidate.
        public var found: Int64 = 0
        /// For answers without one.
        public var missed: Int64 = 0
        /// For calls without an answer: what is suspected.
        public var failed: Int64 = 0
        /// By verifiers, for the provider's candidates.
        public var verification: Int64 = 0

        public init(found: Int64 = 0, missed: Int64 = 0, failed: Int64 = 0, verification: Int64 = 0) {
            self.found = found
            self.missed = missed
            self.failed = failed
            self.verification = verification
        }

        public static func += (left: inout Bill, right: Bill) {
            left.found += right.found
            left.missed += right.missed
            left.failed += right.failed
            left.verification += right.verification
        }
    }

    /// Whose bill, and in which unit. A verification's is its verifier's.
    public struct Account: Sendable, Hashable {
        public var provider: ProviderID
        /// The provider that sent the bill: the same, or a verifier.
        public var biller: ProviderID
        public var unit: String

        public init(_ provider: ProviderID, by biller: ProviderID, unit: String) {
            self.provider = provider
            self.biller = biller
            self.unit = unit
        }
    }

    public private(set) var tallies: [Place: Tally] = [:]
    public private(set) var bills: [Account: Bill] = [:]

    public init() {}

    /// Answered calls of all providers.
    public var asked: Int { tallies.values.reduce(0) { $0 + $1.asked } }

    /// A provider's calls, whoever was asked before.
    public func total(of provider: ProviderID) -> Tally {
        var total = Tally()
        for (place, tally) in tallies where place.provider == provider { total += tally }
        return total
    }

    /// What a provider's calls cost by unit, verification included.
    public func billed(for provider: ProviderID) -> [String: Int64] {
        var billed: [String: Int64] = [:]
        for (account, bill) in bills where account.provider == provider {
            billed[account.unit, default: 0] += bill.found + bill.missed + bill.failed + bill.verification
        }
        return billed
    }

    public mutating func add(_ tally: Tally, at place: Place) { tallies[place, default: Tally()] += tally }

    public mutating func add(_ bill: Bill, to account: Account) {
        guard bill != Bill() else { return }
        bills[account, default: Bill()] += bill
    }

    public mutating func add(_ other: ChainHistory) {
        for (place, tally) in other.tallies { add(tally, at: place) }
        for (account, bill) in other.bills { add(bill, to: account) }
    }
}

/// The histories of all chains.
public struct OrderHistory: Sendable, Hashable {
    public var chains: [Capability: ChainHistory]

    public init(chains: [Capability: ChainHistory] = [:]) { self.chains = chains }

    public subscript(capability: Capability) -> ChainHistory { chains[capability] ?? ChainHistory() }
}
