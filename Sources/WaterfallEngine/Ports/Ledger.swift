// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Reading and administering the team's credits. What a request writes goes through `RequestJournal`.
public protocol Ledger: Sendable {
    /// The balance, after posting a plan's grant that is due.
    func balance(of team: String, plan: CreditPlan?, at: Timestamp) async throws(JournalError) -> CreditBalance
    /// Adds a lot; the same id adds it once.
    func grant(_ grant: CreditGrant, plan: CreditPlan?) async throws(JournalError)
    /// Takes back what is free of a grant, now and whenever something of it comes free; once. Returns false where the
    /// team has no such grant.
    func void(_ voiding: GrantVoiding, plan: CreditPlan?) async throws(JournalError) -> Bool
    /// What was granted and what has become of it, newest first.
    func grants(of team: String) async throws(JournalError) -> [StandingGrant]
    /// Entries newest first, of a user and of a kind where they are named.
    func history(
        of team: String, user: String?, kind: LedgerEntry.Kind?, limit: Int
    ) async throws(JournalError) -> [LedgerEntry]
    /// Recomputes every invariant of `semantics.md`, 6.
    ///
    /// - Parameter anchor: a head that was noted before: the chain has to pass through it.
    func verify(anchor: LedgerHead?) async throws(JournalError) -> LedgerReport
}

/// The team's credits.
public struct CreditBalance: Sendable, Hashable {
    /// Nil where no plan and no grant limits anything.
    public var available: Credits?
    public var held: Credits
    /// Captured since the cycle began.
    public var spentThisCycle: Credits
    /// Refunds that were accepted and take effect with the next cycle.
    public var refundDue: Credits
    public var cycleStartsAt: Timestamp?
    public var cycleEndsAt: Timestamp?

    public init(
        available: Credits?, held: Credits, spentThisCycle: Credits, refundDue: Credits = .zero,
        cycleStartsAt: Timestamp?, cycleEndsAt: Timestamp?
    ) {
        self.available = available
        self.held = held
        self.spentThisCycle = spentThisCycle
        self.refundDue = refundDue
        self.cycleStartsAt = cycleStartsAt
        self.cycleEndsAt = cycleEndsAt
    }
}

/// Where a lot of credits came from.
public enum GrantSource: String, Sendable, Hashable, CaseIterable {
    /// The plan's, at the start of a cycle.
    case plan
    /// Added by hand: bought.
    case purchase
    /// Added by hand: given.
    case promo
    /// An accepted refund, on the first day of the next cycle.
    case refund
}

/// Credits added by hand.
public struct CreditGrant: Sendable, Hashable {
    /// The priority of every lot that says nothing else.
    public static let usualPriority = 100

    public var id: Identifier<CreditGrant>
    public var team: String
    public var user: String
    public var credits: Credits
    /// `purchase` or `promo`.
    public var source: GrantSource
    /// What has the lowest is spent first; among equals what expires first.
    public var priority: Int
    public var note: String?
    public var effectiveAt: Timestamp
    public var expiresAt: Timestamp?
    public var grantedAt: Timestamp

    /// - Parameter effectiveAt: from when it can be spent; from the grant on where it is nil.
    public init(
        id: Identifier<CreditGrant>, team: String, user: String, credits: Credits, source: GrantSource = .purchase,
        priority: Int = usualPriority, note: String? = nil, effectiveAt: Timestamp? = nil, expiresAt: Timestamp? = nil,
        grantedAt: Timestamp
    ) {
        self.id = id
        self.team = team
        self.user = user
        self.credits = credits
        self.source = source
        self.priority = priority
        self.note = note
        self.effectiveAt = effectiveAt ?? grantedAt
        self.expiresAt = expiresAt
        self.grantedAt = grantedAt
    }
}

/// Taking a grant back.
public struct GrantVoiding: Sendable, Hashable {
    public var grant: Identifier<CreditGrant>
    public var team: String
    public var user: String
    public var note: String?
    public var at: Timestamp

    public init(grant: Identifier<CreditGrant>, team: String, user: String, note: String? = nil, at: Timestamp) {
        self.grant = grant
        self.team = team
        self.user = user
        self.note = note
        self.at = at
    }
}

/// A lot and what has become of it.
public struct StandingGrant: Sendable, Hashable {
    /// Nil for a plan's.
    public var id: Identifier<CreditGrant>?
    public var source: GrantSource
    public var priority: Int
    public var user: String?
    public var note: String?
    public var effectiveAt: Timestamp
    public var expiresAt: Timestamp?
    public var granted: Credits
    public var captured: Credits
    public var held: Credits
    public var expired: Credits
    /// What was taken off it.
    public var adjusted: Credits
    public var voidedAt: Timestamp?

    public init(
        id: Identifier<CreditGrant>?, source: GrantSource, priority: Int, user: String?, note: String?,
        effectiveAt: Timestamp, expiresAt: Timestamp?, granted: Credits, captured: Credits, held: Credits,
        expired: Credits, adjusted: Credits, voidedAt: Timestamp?
    ) {
        self.id = id
        self.source = source
        self.priority = priority
        self.user = user
        self.note = note
        self.effectiveAt = effectiveAt
        self.expiresAt = expiresAt
        self.granted = granted
        self.captured = captured
        self.held = held
        self.expired = expired
        self.adjusted = adjusted
        self.voidedAt = voidedAt
    }

    /// What of it is not spent, held or gone.
    public var free: Credits { granted - captured - held - expired - adjusted }
}

/// One entry of the ledger as users see it.
public struct LedgerEntry: Sendable, Hashable {
    /// The kinds shown to users (`semantics.md`, 6).
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case grant
        case hold
        case capture
        case release
        case refundDue = "refund_due"
        case refund
        case expire
        case adjust
    }

    public var sequence: Int64
    public var kind: Kind
    public var credits: Credits
    public var datum: Datum?
    public var request: RequestID?
    public var attempt: AttemptID?
    public var contact: ContactID?
    public var user: String
    public var origin: RequestOrigin?
    public var note: String?
    public var at: Timestamp

    public init(
        sequence: Int64, kind: Kind, credits: Credits, datum: Datum?, request: RequestID?, attempt: AttemptID?,
        contact: ContactID?, user: String, origin: RequestOrigin?, note: String?, at: Timestamp
    ) {
        self.sequence = sequence
        self.kind = kind
        self.credits = credits
        self.datum = datum
        self.request = request
        self.attempt = attempt
        self.contact = contact
        self.user = user
        self.origin = origin
        self.note = note
        self.at = at
    }
}

extension Ledger {
    /// Entries newest first.
    public func history(of team: String, limit: Int) async throws(JournalError) -> [LedgerEntry] {
        try await history(of: team, user: nil, kind: nil, limit: limit)
    }

    /// Recomputes every invariant of `semantics.md`, 6.
    public func verify() async throws(JournalError) -> LedgerReport { try await verify(anchor: nil) }
}

/// The end of a team's hash chain: noted elsewhere, it shows any later change of what came before.
public struct LedgerHead: Sendable, Hashable {
    public var team: String
    /// The number of the last transfer; 0 before the first.
    public var sequence: Int64
    /// 32 bytes.
    public var hash: [UInt8]

    public init(team: String, sequence: Int64, hash: [UInt8]) {
        self.team = team
        self.sequence = sequence
        self.hash = hash
    }
}

/// What checking the ledger found.
public struct LedgerReport: Sendable, Hashable {
    public var transfers: Int
    public var charges: Int
    public var attempts: Int
    public var openRequests: Int
    /// One a team.
    public var heads: [LedgerHead]
    /// One sentence a broken invariant, naming it; empty where all hold.
    public var violations: [String]

    public init(
        transfers: Int, charges: Int, attempts: Int, openRequests: Int, heads: [LedgerHead] = [], violations: [String]
    ) {
        self.transfers = transfers
        self.charges = charges
        self.attempts = attempts
        self.openRequests = openRequests
        self.heads = heads
        self.violations = violations
    }
}

/// Reading what was asked, what it cost and why it ended as it did.
public protocol AttemptStore: Sendable {
    /// A contact's attempts, oldest first.
    func attempts(for contact: ContactID, team: String) async throws(JournalError) -> [Attempt]
}
