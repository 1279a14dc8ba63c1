// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// How one provider's turn ended (`semantics.md`, 2). Exactly one of these; `cached` is a flag, not an outcome.
public enum AttemptOutcome: Sendable, Hashable {
    /// A candidate came back; for a verifier, a definite verdict, whichever way.
    case matched
    /// The provider said it has nothing; for a verifier, unknown.
    case noMatch
    /// Its candidate was turned down by verification.
    case rejected
    /// Not called.
    case skipped(SkipReason)
    case failed(ProviderError.Kind)
    /// An earlier provider ended the chain.
    case notRun

    /// The word on every wire.
    public var word: String {
        switch self {
        case .matched: "matched"
        case .noMatch: "no_match"
        case .rejected: "rejected"
        case .skipped: "skipped"
        case .failed: "failed"
        case .notRun: "not_run"
        }
    }

    /// Which reason, for `skipped` and `failed`.
    public var reason: String? {
        switch self {
        case .skipped(let reason): reason.rawValue
        case .failed(let kind): kind.rawValue
        case .matched, .noMatch, .rejected, .notRun: nil
        }
    }

    /// True where the provider was asked: it answered, or failed to.
    public var isCall: Bool {
        switch self {
        case .matched, .noMatch, .rejected, .failed: true
        case .skipped, .notRun: false
        }
    }

    /// Reads the two words back; nil where they are not of this list.
    public init?(word: String, reason: String?) {
        switch word {
        case "matched": self = .matched
        case "no_match": self = .noMatch
        case "rejected": self = .rejected
        case "not_run": self = .notRun
        case "skipped":
            guard let reason = reason.flatMap(SkipReason.init(rawValue:)) else { return nil }
            self = .skipped(reason)
        case "failed":
            guard let kind = reason.flatMap(ProviderError.Kind.init(rawValue:)) else { return nil }
            self = .failed(kind)
        default: return nil
        }
    }
}

/// Why a provider was not called. Raw values are the words on every wire.
public enum SkipReason: String, Sendable, Hashable, CaseIterable {
    case missingInput = "missing_input"
    case conditionFalse = "condition_false"
    case breakerOpen = "breaker_open"
    case quota
    case cap
    case disabled
    case missingKey = "missing_key"
    case unconfirmed
}

/// What a vendor billed, or may have billed, for one attempt.
public struct AttemptCost: Sendable, Hashable {
    public var amount: Amount
    /// True where bytes left and no answer came: the vendor may have billed it.
    public var isSuspected: Bool

    public init(_ amount: Amount, isSuspected: Bool = false) {
        self.amount = amount
        self.isSuspected = isSuspected
    }
}

/// One provider tried for one request. Its facts are kept for ever, also on a miss.
public struct Attempt: Sendable, Hashable {
    public var id: AttemptID
    public var capability: Capability
    public var provider: ProviderID
    public var outcome: AttemptOutcome
    /// True where a remembered answer served, and no vendor was called.
    public var isCached: Bool
    public var httpStatus: Int?
    public var latency: Duration?
    /// Exchanges on the wire, retries and polls included; 0 where nothing was sent.
    public var tries: Int
    public var cost: AttemptCost?
    /// What a verifier said, in the words of its verdict (`invalid: mailbox_not_found`); not kept in the store.
    public var verdict: String?
    public var startedAt: Timestamp

    public init(
        id: AttemptID, capability: Capability, provider: ProviderID, outcome: AttemptOutcome, isCached: Bool = false,
        httpStatus: Int? = nil, latency: Duration? = nil, tries: Int = 0, cost: AttemptCost? = nil,
        verdict: String? = nil, startedAt: Timestamp
    ) {
        self.id = id
        self.capability = capability
        self.provider = provider
        self.outcome = outcome
        self.isCached = isCached
        self.httpStatus = httpStatus
        self.latency = latency
        self.tries = tries
        self.cost = cost
        self.verdict = verdict
        self.startedAt = startedAt
    }
}
