// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Reading and administering the team's credits. What a request writes goes through `RequestJournal`.
public protocol Ledger: Sendable {
    /// The balance, after posting a plan's grant that is due.
    func balance(of team: String, plan: CreditPlan?, at: Timestamp) async throws(JournalError) -> CreditBalance
    /// Adds a lot; the same id adds it once.
    func grant(_ grant: CreditGrant) async throws(JournalError)
    /// Entries newest first.
    func history(of team: String, limit: Int) async throws(JournalError) -> [LedgerEntry]
    /// Recomputes every invariant of `semantics.md`, 6. Empty: all hold.
    func verify() async throws(JournalError) -> LedgerReport
}

/// The team's credits.
public struct CreditBalance: Sendable, Hashable {
    /// Nil where no plan and no grant limits anything.
    public var available: Credits?
    public var held: Credits
    /// Captured since the cycle began.
    public var spentThisCycle: Credits
    public var cycleStartsAt: Timestamp?
    public var cycleEndsAt: Timestamp?

    public init(
        available: Credits?, held: Credits, spentThisCycle: Credits, cycleStartsAt: Timestamp?,
        cycleEndsAt: Timestamp?
    ) {
        self.available = available
        self.held = held
        self.spentThisCycle = spentThisCycle
        self.cycleStartsAt = cycleStartsAt
        self.cycleEndsAt = cycleEndsAt
    }
}

/// Credits added by hand.
public struct CreditGrant: Sendable, Hashable {
    public var id: Identifier<CreditGrant>
    public var team: String
    public var user: String
    public var credits: Credits
    public var note: String?
    public var expiresAt: Timestamp?
    public var grantedAt: Timestamp

    public init(
        id: Identifier<CreditGrant>, team: String, user: String, credits: Credits, note: String? = nil,
        expiresAt: Timestamp? = nil, grantedAt: Timestamp
    ) {
        self.id = id
        self.team = team
        self.user = user
        self.credits = credits
        self.note = note
        self.expiresAt = expiresAt
        self.grantedAt = grantedAt
    }
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

/// What checking the ledger found.
public struct LedgerReport: Sendable, Hashable {
    public var transfers: Int
    public var charges: Int
    public var attempts: Int
    public var openRequests: Int
    /// One sentence a broken invariant, naming it; empty where all hold.
    public var violations: [String]

    public init(transfers: Int, charges: Int, attempts: Int, openRequests: Int, violations: [String]) {
        self.transfers = transfers
        self.charges = charges
        self.attempts = attempts
        self.openRequests = openRequests
        self.violations = violations
    }
}

/// Reading saved people and companies.
public protocol ContactStore: Sendable {
    /// Contacts in the order they were saved, newest first.
    func contacts(of team: String, after: ContactID?, limit: Int) async throws(JournalError) -> [Contact]
    func contact(_ id: ContactID, team: String) async throws(JournalError) -> Contact?
    func account(_ id: AccountID, team: String) async throws(JournalError) -> Account?
    /// What the team knows of a prospect, without changing anything: for plans and dry runs.
    func known(_ prospect: Prospect, team: String) async throws(JournalError) -> (Contact?, Account?)
}

/// Reading what was asked, what it cost and why it ended as it did.
public protocol AttemptStore: Sendable {
    /// A contact's attempts, oldest first.
    func attempts(for contact: ContactID, team: String) async throws(JournalError) -> [Attempt]
}
