// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Reading the whole ledger: its transfers one by one, and its billing cycles.
public protocol LedgerReports: Sendable {
    /// Billing cycles, oldest first. The last one is open.
    func cycles(of team: String) async throws(JournalError) -> [BillingCycleRecord]

    /// Tells `body` every transfer in order, one at a time: memory doesn't grow with their number.
    ///
    /// - Parameters:
    ///   - until: the first moment that no longer counts.
    ///   - body: called on the store's own thread; what it throws ends the reading, and is thrown.
    func transfers(
        of team: String, since: Timestamp?, until: Timestamp?,
        _ body: @escaping @Sendable (StoredTransfer) throws(JournalError) -> Void
    ) async throws(JournalError)
}

/// A billing cycle as the ledger has it.
public struct BillingCycleRecord: Sendable, Hashable {
    /// From 1, without gaps.
    public var number: Int64
    public var startsAt: Timestamp
    public var endsAt: Timestamp
    /// True where a plan granted its credits for it.
    public var isPlanned: Bool
    /// The end of the hash chain at its close; nil while it is open.
    public var head: LedgerHead?

    public init(number: Int64, startsAt: Timestamp, endsAt: Timestamp, isPlanned: Bool, head: LedgerHead? = nil) {
        self.number = number
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.isPlanned = isPlanned
        self.head = head
    }
}

/// One transfer with all that the ledger says of it.
public struct StoredTransfer: Sendable, Hashable {
    public var entry: LedgerEntry
    /// The kind as it is stored: an expired hold is a `release` to users, and `expire_hold` here.
    public var storedKind: String
    /// What the accounts are: `issue`, `lot`, `earned`, `expired`, `refund_due`, `adjust`.
    public var debit: String
    public var credit: String
    /// The number of the lot that is debited or credited; nil where there is none.
    public var lot: Int64?
    /// The hold that it resolves, by its sequence.
    public var pending: Int64?
    public var priceVersion: Int64?
    public var cycle: Int64
    /// 32 bytes.
    public var hash: [UInt8]

    public init(
        entry: LedgerEntry, storedKind: String, debit: String, credit: String, lot: Int64?, pending: Int64?,
        priceVersion: Int64?, cycle: Int64, hash: [UInt8]
    ) {
        self.entry = entry
        self.storedKind = storedKind
        self.debit = debit
        self.credit = credit
        self.lot = lot
        self.pending = pending
        self.priceVersion = priceVersion
        self.cycle = cycle
        self.hash = hash
    }
}
