// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What the team used: credits, and beside them what vendors billed (`semantics.md`, 6, Team).
public protocol UsageReports: Sendable {
    /// Reads the ledger, the charges, the attempts and the bounces once through, whatever their number.
    func usage(of team: String, _ query: UsageQuery) async throws(JournalError) -> UsageReport

    /// The caps that hold for a user, and what is left of each; after posting what is due.
    func caps(
        of team: String, user: String, _ caps: Caps, plan: CreditPlan?, at: Timestamp
    ) async throws(JournalError) -> [CapState]
}

/// What usage can be broken down by.
public enum UsageDimension: String, Sendable, Hashable, CaseIterable {
    case day
    /// By its Monday.
    case week
    /// By the day on which the billing cycle began.
    case cycle
    case user
    case source
    case kind
    case provider
}

/// What was done. The one rule: whatever a file asked for is `enrichment_run`, whatever an agent asked for is `agent`;
/// else it is what the credits were for, and of an attempt what its request was for. Verifying a candidate and looking
/// up an office phone belong to the email that they came with.
public enum UsageKind: String, Sendable, Hashable, CaseIterable {
    case email
    case mobile
    case verification
    case enrichmentRun = "enrichment_run"
    case agent

    public init(_ datum: Datum, origin: RequestOrigin?) {
        switch (origin, datum) {
        case (.csv, _): self = .enrichmentRun
        case (.mcp, _): self = .agent
        case (_, .email): self = .email
        case (_, .phone): self = .mobile
        case (_, .verification): self = .verification
        }
    }

    /// Of an attempt.
    ///
    /// - Parameter isVerification: true where the request was for a verdict on an address of the user's.
    public init(_ capability: Capability, isVerification: Bool, origin: RequestOrigin?) {
        let datum: Datum =
            switch capability {
            case .mobile, .verifyPhone: .phone
            case .verifyEmail where isVerification: .verification
            case .email, .verifyEmail, .officePhone, .person, .company: .email
            }
        self.init(datum, origin: origin)
    }
}

/// What is asked for.
public struct UsageQuery: Sendable, Hashable {
    /// In the order of the columns; empty for one line.
    public var by: [UsageDimension]
    public var since: Timestamp?
    /// The first moment that no longer counts.
    public var until: Timestamp?
    public var user: String?
    public var origin: RequestOrigin?

    public init(
        by: [UsageDimension] = [], since: Timestamp? = nil, until: Timestamp? = nil, user: String? = nil,
        origin: RequestOrigin? = nil
    ) {
        self.by = by
        self.since = since
        self.until = until
        self.user = user
        self.origin = origin
    }
}

/// What a line is about, in one dimension.
public enum UsageKey: Sendable, Hashable, Comparable {
    /// Not known: a charge without a provider, a bounce of nobody's address.
    case nothing
    /// 00:00 UTC of a day.
    case day(Timestamp)
    case text(String)
}

/// Usage by line, and together.
public struct UsageReport: Sendable, Hashable {
    /// One line.
    public struct Row: Sendable, Hashable {
        /// One a dimension, in the query's order.
        public var keys: [UsageKey]
        public var figures: UsageFigures

        public init(keys: [UsageKey], figures: UsageFigures) {
            self.keys = keys
            self.figures = figures
        }
    }

    /// In the order of their keys.
    public var rows: [Row]
    public var total: UsageFigures

    public init(rows: [Row], total: UsageFigures) {
        self.rows = rows
        self.total = total
    }
}

/// The figures of one line.
public struct UsageFigures: Sendable, Hashable {
    /// What vendors billed in one unit.
    public struct Bill: Sendable, Hashable {
        public var billed: Amount
        /// Of attempts whose answer was lost: it may have been billed.
        public var suspected: Amount

        /// What each of so many cost, with what is suspected; nil where there is none.
        public func per(_ count: Int) -> Amount? {
            guard count > 0 else { return nil }
            return Amount(
                micros: (billed.micros + suspected.micros + Int64(count) / 2) / Int64(count), unit: billed.unit)
        }
    }

    public var captured = Credits.zero
    /// Accepted refunds, on the day that they were accepted.
    public var refunded = Credits.zero
    /// Charged data: verified emails, contacts with usable phones, definite verdicts.
    public var hits: [Datum: Int] = [:]
    /// Calls of providers.
    public var calls = 0
    /// Addresses that hard-bounced, once each.
    public var bounces = 0
    private var billed: [String: Int64] = [:]
    private var suspected: [String: Int64] = [:]

    public init() {}

    public var hitCount: Int { hits.values.reduce(0, +) }

    /// One a unit, in the order of the units.
    public var bills: [Bill] {
        Set(billed.keys).union(suspected.keys).sorted().map { unit in
            Bill(
                billed: Amount(micros: billed[unit] ?? 0, unit: unit),
                suspected: Amount(micros: suspected[unit] ?? 0, unit: unit))
        }
    }

    /// What a hit cost in one unit, with what is suspected; nil without hits.
    public func costPerHit(_ bill: Bill) -> Amount? { bill.per(hitCount) }

    /// Bounced addresses by verified emails; nil without any.
    public var bounceRate: Double? {
        guard let emails = hits[.email], emails > 0 else { return nil }
        return Double(bounces) / Double(emails)
    }

    mutating func add(_ cost: Amount, isSuspected: Bool) {
        guard cost.micros != 0 else { return }
        if isSuspected {
            suspected[cost.unit, default: 0] += cost.micros
        } else {
            billed[cost.unit, default: 0] += cost.micros
        }
    }

    package mutating func add(_ other: UsageFigures) {
        captured += other.captured
        refunded += other.refunded
        hits.merge(other.hits, uniquingKeysWith: +)
        calls += other.calls
        bounces += other.bounces
        billed.merge(other.billed, uniquingKeysWith: +)
        suspected.merge(other.suspected, uniquingKeysWith: +)
    }
}

/// One cap, and how much of it is used.
public struct CapState: Sendable, Hashable {
    /// So much of what is bounded.
    public enum Quantity: Sendable, Hashable {
        case credits(Credits)
        case cost(Amount)
        case calls(Int)
    }

    /// By its key in the configuration.
    public var key: String
    public var cap: Quantity
    /// Captures and open holds of the window; nil for a cap of each prospect or run.
    public var used: Quantity?
    public var left: Quantity?
    public var renewsAt: Timestamp?

    public init(
        key: String, cap: Quantity, used: Quantity? = nil, left: Quantity? = nil, renewsAt: Timestamp? = nil
    ) {
        self.key = key
        self.cap = cap
        self.used = used
        self.left = left
        self.renewsAt = renewsAt
    }
}
