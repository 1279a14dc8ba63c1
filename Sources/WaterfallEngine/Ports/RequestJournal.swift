// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What a request writes. Each call is one durable transaction, idempotent by its id: when it returns, the change is on
/// disk; when it throws, nothing of it is (`reliability.md`, B).
///
/// A reply is kept before it is read, and rides to the disk with the next write of its request: it is durable before
/// anything else is sent and before anyone waits, and costs no transaction of its own.
public protocol RequestJournal: Sendable {
    /// Admits a request or refuses it: finds the contact by the identity rule, asks the gate for the worst case of what
    /// is net-new, makes the holds all or none against the balance and every credit cap, and writes the request row.
    /// The first intent rides along where the request is admitted, its datum is not had (or the request is fresh), and
    /// no answer of that provider is remembered.
    func open(_ opening: RequestOpening) async throws(JournalError) -> RequestOpened

    /// Makes it durable that a provider is about to be asked, and holds its largest cost against every money cap.
    ///
    /// - Parameter replies: what came back for earlier attempts of the request and is not on record yet.
    func intend(
        _ intent: AttemptIntent, after replies: [RecordedReply]
    ) async throws(JournalError) -> IntentDecision

    /// Keeps a reply where it outlives the process until it is on record, before anyone reads it. Returns false where
    /// there is no place for it: then it is put on record at once.
    ///
    /// - Parameter number: which of its attempt's replies it is, from 1: that tells whether it is on record.
    func keep(_ reply: RecordedReply, number: Int) -> Bool

    /// Stores what came back for attempts of one request, or the ticket of a job before anyone polls it.
    func record(_ replies: [RecordedReply]) async throws(JournalError)

    /// Settles one datum or the whole request: resolves the contact and the net-new question again, captures and
    /// releases, saves contact and account, and writes the attempts' outcomes.
    func settle(_ settlement: Settlement) async throws(JournalError) -> Settled

    /// The answers that the team already paid for: what was asked with this fingerprint since the moment, newest first.
    func recall(
        _ fingerprint: QueryFingerprint, team: String, since: Timestamp
    ) async throws(JournalError) -> [RememberedAttempt]

    /// Verified mailboxes of a team's contacts at a company's domain, newest first, at most `limit`.
    ///
    /// - Parameter domain: the account's, in normal form.
    func mailboxes(at domain: String, team: String, limit: Int) async throws(JournalError) -> [KnownMailbox]

    /// When a provider was last called, newest last, at most `limit` moments: what a fresh process must count into
    /// windows of minutes and more.
    func calls(
        of provider: ProviderID, since: Timestamp, limit: Int
    ) async throws(JournalError) -> [Timestamp]

    /// The requests that were opened and not settled: what a restart has to settle. Those of an unfinished run over a
    /// file are not among them: they go on with it (`RunStore.openRequests`).
    func unsettled() async throws(JournalError) -> [OpenRequest]
}

/// Why the store could not do as told.
public struct JournalError: Error, Sendable, Hashable {
    /// What the engine does depends on this alone.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A write or a sync failed: nothing more may be sent, and the process stops.
        case failed
        /// The same, because the disk is full: what is there is whole, and goes on once there is room.
        case noSpace = "no_space"
        /// The same id came with another body: a programmer's error, or a damaged store.
        case conflict
        /// Another process writes to this store.
        case locked
        /// The database is not one of ours, is of a later version, or is damaged.
        case unusable
        /// Another process has taken up the run.
        case fenced
        /// The engine was told to leave requests as they are: this one stays open, for a restart.
        case suspended

        /// True where nothing can be written any more.
        public var isFatal: Bool { self == .failed || self == .noSpace }
    }

    public let kind: Kind
    /// What happened, without personal data.
    public let detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

extension JournalError: CustomStringConvertible {
    public var description: String { "\(kind.rawValue): \(detail)" }
}

/// What identifies a question, whoever is asked it: 128 bits of the query's fields. Stable between processes.
public struct QueryFingerprint: Sendable, Hashable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// A call that is about to be made.
public struct AttemptIntent: Sendable, Hashable {
    public var id: AttemptID
    public var request: RequestID
    public var team: String
    public var capability: Capability
    public var provider: ProviderID
    public var fingerprint: QueryFingerprint
    /// The most that this attempt can cost.
    public var largestCost: Amount
    public var startedAt: Timestamp

    public init(
        id: AttemptID, request: RequestID, team: String, capability: Capability, provider: ProviderID,
        fingerprint: QueryFingerprint, largestCost: Amount, startedAt: Timestamp
    ) {
        self.id = id
        self.request = request
        self.team = team
        self.capability = capability
        self.provider = provider
        self.fingerprint = fingerprint
        self.largestCost = largestCost
        self.startedAt = startedAt
    }
}

/// Whether a call may be made.
public enum IntentDecision: Sendable, Hashable {
    case admitted
    /// A money cap or a provider's daily cap would be passed: the provider is skipped (`cap`).
    case capped
}

/// One thing that came back for an attempt. An attempt's records, in order, replay it without asking anyone.
public struct RecordedReply: Sendable, Hashable {
    /// What came back.
    public enum Content: Sendable, Hashable {
        case reply(ProviderReply)
        /// A job's id, and which of several keys it was submitted by.
        case ticket(PollTicket, keyMark: String?)
        /// What a verifier said that uses no transport: there is no reply that could be read again.
        case verdict(EmailVerdict)

        /// True for what a vendor sent.
        public var isReply: Bool {
            if case .reply = self { true } else { false }
        }
    }

    public var request: RequestID
    public var attempt: AttemptID
    public var content: Content

    public init(request: RequestID, attempt: AttemptID, content: Content) {
        self.request = request
        self.attempt = attempt
        self.content = content
    }
}

extension [RecordedReply.Content] {
    /// What a verifier said that uses no transport; nil for every other attempt.
    var verdict: Verdict? {
        for case .verdict(let verdict) in self { return .email(verdict) }
        return nil
    }
}

/// An attempt whose answer still counts.
public struct RememberedAttempt: Sendable, Hashable {
    public var id: AttemptID
    public var capability: Capability
    public var provider: ProviderID
    public var outcome: AttemptOutcome
    public var httpStatus: Int?
    public var startedAt: Timestamp
    public var records: [RecordedReply.Content]
    /// True where it answered the request's own question, false for a candidate that a chain had verified.
    public var isOwnQuestion: Bool

    public init(
        id: AttemptID, capability: Capability, provider: ProviderID, outcome: AttemptOutcome, httpStatus: Int?,
        startedAt: Timestamp, records: [RecordedReply.Content], isOwnQuestion: Bool = true
    ) {
        self.id = id
        self.capability = capability
        self.provider = provider
        self.outcome = outcome
        self.httpStatus = httpStatus
        self.startedAt = startedAt
        self.records = records
        self.isOwnQuestion = isOwnQuestion
    }
}

/// How a request, or one datum of it, ended.
public struct Settlement: Sendable {
    /// What one datum's chain came to.
    public indirect enum DatumResult: Sendable, Hashable {
        /// Nil: the chain ended with nothing.
        case email(EmailFinding?)
        case phones([PhoneFinding])
        /// Nil where nobody could be asked, or everybody failed. `isKnown` where a chain had the address judged as its
        /// own candidate, which cost no credits, and that verdict holds.
        case verification(AddressVerdict?, isKnown: Bool)
    }

    public var request: DataRequest
    public var gate: CreditGate
    public var plan: CreditPlan?
    /// The data whose chains have ended since the last settlement, had data left out. Their holds are captured or
    /// released now.
    public var results: [DatumResult]
    /// The office-phone look-up's numbers; nil where it has not run in this settlement.
    public var officePhones: OfficePhoneResult?
    public var person: PersonFacts
    /// Attempts since the last settlement, in order. Those that were never called (`skipped`, `not_run`) are kept with
    /// the request; `isCached` ones name the attempt that was paid for by their provider and fingerprint.
    public var attempts: [Attempt]
    /// What came back for them and is not on record yet, in order.
    public var replies: [RecordedReply]
    public var fingerprint: QueryFingerprint
    /// The request's outcome with its last settlement; nil before. What is still held then is released.
    public var outcome: RequestOutcome?
    public var stopped: [Datum: StopReason]
    public var settledAt: Timestamp
    /// What is kept of the result, for a row of a file; nil for a request of its own.
    public var kept: KeptResult?

    public init(
        request: DataRequest, gate: CreditGate, plan: CreditPlan?, results: [DatumResult] = [],
        officePhones: OfficePhoneResult? = nil, person: PersonFacts = PersonFacts(), attempts: [Attempt] = [],
        replies: [RecordedReply] = [], fingerprint: QueryFingerprint, outcome: RequestOutcome?,
        stopped: [Datum: StopReason] = [:], settledAt: Timestamp
    ) {
        self.request = request
        self.gate = gate
        self.plan = plan
        self.results = results
        self.officePhones = officePhones
        self.person = person
        self.attempts = attempts
        self.replies = replies
        self.fingerprint = fingerprint
        self.outcome = outcome
        self.stopped = stopped
        self.settledAt = settledAt
    }
}

/// What the office-phone look-up came to.
public struct OfficePhoneResult: Sendable, Hashable {
    /// Those that are not invalid.
    public var phones: [PhoneFinding]
    /// True where every provider that ran answered, and none had a number: remembered on the account.
    public var isConfirmedMiss: Bool

    public init(phones: [PhoneFinding], isConfirmedMiss: Bool) {
        self.phones = phones
        self.isConfirmedMiss = isConfirmedMiss
    }
}

/// How a request ended (`interfaces.md`, 2). Raw values are the words in JSON.
public enum RequestOutcome: String, Sendable, Hashable, CaseIterable {
    /// Every datum asked for is billable or was had.
    case found
    /// Some are, or only a free candidate came.
    case partial
    /// None, and at least one provider answered.
    case notFound = "not_found"
    /// No provider answered.
    case failed
    case refused
    case cancelled
}

/// Why a datum's chain ended. Raw values are the words in JSON.
public enum StopReason: String, Sendable, Hashable, CaseIterable {
    case verified
    case accepted
    case exhausted
    case cap
    case deadline
    case cancelled
    case refused
    case failed
    case had
    /// What was found is on the suppression list, or the person is.
    case suppressed
}

/// What a settlement did.
public struct Settled: Sendable, Hashable {
    @Boxed public var contact: Contact?
    @Boxed public var account: Account?
    /// What this settlement charged.
    public var charges: [CreditGate.Charge]
    /// Data whose value is withheld: its hold had ended, and no new one could be had.
    public var locked: Set<Datum>
    /// What of the findings may be told; nil where all of it may, as it was found.
    @Boxed public var screened: Screened?
    /// Over the request so far.
    public var captured: Credits
    public var released: Credits
    /// Nil where no plan limits anything.
    public var available: Credits?

    public init(
        contact: Contact?, account: Account?, charges: [CreditGate.Charge], locked: Set<Datum> = [],
        screened: Screened? = nil, captured: Credits, released: Credits, available: Credits?
    ) {
        self.contact = contact
        self.account = account
        self.charges = charges
        self.locked = locked
        self.screened = screened
        self.captured = captured
        self.released = released
        self.available = available
    }
}

/// What of a settlement's findings may be told, after the suppression list and the do-not-call lists.
public struct Screened: Sendable, Hashable {
    /// Data of which everything that was found is withheld: not charged, not stored.
    public var withheld: Set<Datum> = []
    /// The numbers that may be told, with what the lists say of them; nil where the settlement had none.
    public var phones: [PhoneFinding]?
    public var officePhones: [PhoneFinding]?
    /// The request's outcome without what is withheld; nil where it is as it was.
    public var outcome: RequestOutcome?

    public init() {}
}

/// A request that was opened and not settled, with what is on record of it.
public struct OpenRequest: Sendable {
    /// One attempt on record.
    public struct OpenAttempt: Sendable, Hashable {
        public var intent: AttemptIntent
        public var records: [RecordedReply.Content]
        /// Its outcome where a settlement of another datum has already written it.
        public var outcome: AttemptOutcome?

        public init(intent: AttemptIntent, records: [RecordedReply.Content], outcome: AttemptOutcome?) {
            self.intent = intent
            self.records = records
            self.outcome = outcome
        }
    }

    public var request: DataRequest
    /// The gate as it was when the holds were made.
    public var gate: CreditGate
    public var fingerprint: QueryFingerprint
    /// The data that were settled already.
    public var settled: Set<Datum>
    /// How their chains ended.
    public var stopped: [Datum: StopReason]
    /// In the order of their intents.
    public var attempts: [OpenAttempt]

    public init(
        request: DataRequest, gate: CreditGate, fingerprint: QueryFingerprint, settled: Set<Datum>,
        stopped: [Datum: StopReason] = [:], attempts: [OpenAttempt]
    ) {
        self.request = request
        self.gate = gate
        self.fingerprint = fingerprint
        self.settled = settled
        self.stopped = stopped
        self.attempts = attempts
    }
}
