// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// A request on its way in.
public struct RequestOpening: Sendable {
    public var request: DataRequest
    public var gate: CreditGate
    /// Nil: the ledger records and limits nothing.
    public var plan: CreditPlan?
    public var caps: Caps
    /// When unresolved holds may expire: the request's deadline plus 24 hours.
    public var holdsExpireAt: Timestamp
    public var fingerprint: QueryFingerprint
    public var firstIntent: AttemptIntent?
    /// Remembered answers older than this don't count.
    public var rememberSince: Timestamp
    /// True where the address to be verified was judged before, at no charge, and the verdict still holds.
    public var hasVerdict: Bool
    /// What each provider that could be asked would cost at most; empty where no cap is on cost, or nobody has to be
    /// asked.
    public var bids: [Bid]

    public init(
        request: DataRequest, gate: CreditGate, plan: CreditPlan?, caps: Caps, holdsExpireAt: Timestamp,
        fingerprint: QueryFingerprint, firstIntent: AttemptIntent?, rememberSince: Timestamp,
        hasVerdict: Bool = false, bids: [Bid] = []
    ) {
        self.request = request
        self.gate = gate
        self.plan = plan
        self.caps = caps
        self.holdsExpireAt = holdsExpireAt
        self.fingerprint = fingerprint
        self.firstIntent = firstIntent
        self.rememberSince = rememberSince
        self.hasVerdict = hasVerdict
        self.bids = bids
    }

    /// A provider that could be asked for a datum, and its largest cost.
    public struct Bid: Sendable, Hashable {
        public var datum: Datum
        public var provider: ProviderID
        public var largestCost: Amount

        public init(datum: Datum, provider: ProviderID, largestCost: Amount) {
            self.datum = datum
            self.provider = provider
            self.largestCost = largestCost
        }
    }
}

/// What the store says to a request.
public struct RequestOpened: Sendable, Hashable {
    /// Whether it may go on.
    public enum Decision: Sendable, Hashable {
        case admitted(held: Credits)
        case refused(Refusal)
    }

    public var decision: Decision
    /// The contact as the identity rule finds it; nil for a person not known before.
    @Boxed public var contact: Contact?
    /// The prospect's company; nil where it is not known.
    @Boxed public var account: Account?
    /// Answers that still count, newest first, of every provider asked with this fingerprint.
    public var remembered: [RememberedAttempt]
    /// True where the first intent is durable: its provider may be asked at once.
    public var firstIntentIsDurable: Bool
    /// True where the team has a verdict on the address to be verified: judged before, or paid for.
    public var hasVerdict: Bool
    /// Credits that can be held now; nil where nothing limits.
    public var available: Credits?

    public init(
        decision: Decision, contact: Contact? = nil, account: Account? = nil, remembered: [RememberedAttempt] = [],
        firstIntentIsDurable: Bool = false, hasVerdict: Bool = false, available: Credits? = nil
    ) {
        self.decision = decision
        self.contact = contact
        self.account = account
        self.remembered = remembered
        self.firstIntentIsDurable = firstIntentIsDurable
        self.hasVerdict = hasVerdict
        self.available = available
    }
}

/// Why the gate refused a request: nothing was held, asked or saved.
public struct Refusal: Sendable, Hashable {
    /// Which bound it would have passed.
    public enum Bound: Sendable, Hashable {
        case balance
        /// A cap, by its key in the configuration: `caps.user.credits_per_day`.
        case cap(String)
        /// The suppression list names the person or the company.
        case suppression
    }

    /// What vendors would bill, and what a cap leaves of it.
    public struct Cost: Sendable, Hashable {
        /// The largest cost of the cheapest provider that could be asked.
        public var wouldCost: Amount
        /// In the same unit.
        public var left: Amount

        public init(wouldCost: Amount, left: Amount) {
            self.wouldCost = wouldCost
            self.left = left
        }
    }

    /// Refused because nobody may be asked.
    public static let suppression = Refusal(bound: .suppression, wouldCost: .zero, left: .zero, renewsAt: nil)

    public var bound: Bound
    public var wouldCost: Credits
    public var left: Credits
    /// When more will be there; nil where only a grant, or another cap, helps.
    public var renewsAt: Timestamp?
    /// Of a cap on what vendors bill; the credits are zero then.
    public var cost: Cost?

    public init(bound: Bound, wouldCost: Credits, left: Credits, renewsAt: Timestamp?) {
        self.bound = bound
        self.wouldCost = wouldCost
        self.left = left
        self.renewsAt = renewsAt
    }

    /// A refusal by a cap on what vendors bill: no provider that could be asked fits.
    public init(cap: String, cost: Cost, renewsAt: Timestamp?) {
        self.init(bound: .cap(cap), wouldCost: .zero, left: .zero, renewsAt: renewsAt)
        self.cost = cost
    }
}
