// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What verifying an address came to: everything that a user is told.
public struct VerificationResult: Sendable {
    public var request: RequestID
    /// `found` for a definite verdict, `partial` for a catch-all, `not_found` where the verifiers could not say,
    /// `failed` where none answered.
    public var outcome: RequestOutcome
    /// `accepted` for a verdict that was asked for, `had` for one that the team had.
    public var stopped: StopReason
    /// In normal form, as verifiers are asked.
    public var address: String
    /// Nil where the request was refused, or left before it was over.
    public var verdict: ResultVerdict?
    /// Nil where nothing was saved.
    @Boxed public var contact: Contact?
    @Boxed public var account: Account?
    public var attempts: [Attempt]
    @Boxed public var refusal: Refusal?
    public var held: Credits
    public var captured: Credits
    public var released: Credits
    /// Nil where no plan limits anything.
    public var available: Credits?

    init(_ result: EnrichmentResult) {
        request = result.request
        outcome = result.outcome
        stopped = result.stopped[.verification] ?? .failed
        address = result.prospect.email ?? ""
        verdict = result.verdict
        contact = result.contact
        account = result.account
        attempts = result.attempts
        refusal = result.refusal
        held = result.held
        captured = result.captured
        released = result.released
        available = result.available
    }

    /// What the vendors bill, one entry a unit, in the order of the units' names. Suspected cost is in it.
    public var cost: [Amount] { attempts.cost }
}

/// A verdict as a user is told it.
public struct ResultVerdict: Sendable, Hashable {
    /// `verified`, `invalid`, `catch_all`, `unverified`; `locked` where it is withheld.
    public var status: EmailStatus
    /// Nil where the verdict is withheld.
    public var reason: VerdictReason?
    /// The address the user probably meant.
    public var suggestion: String?
    /// Whose verdict it is; nil where nobody could say.
    public var verifiedBy: ProviderID?
    /// When the verifier was asked.
    public var judgedAt: Timestamp?
    /// True where this request paid for it.
    public var isNetNew: Bool
    public var credits: Credits

    private init(_ status: EmailStatus, _ reason: VerdictReason?) {
        self.status = status
        self.reason = reason
        isNetNew = false
        credits = .zero
    }

    init(_ finding: AddressVerdict) {
        self.init(finding.verdict.status, finding.verdict.reason)
        suggestion = finding.verdict.suggestion
        verifiedBy = finding.verifiedBy
        judgedAt = finding.judgedAt
    }

    /// What stands where no verifier could say.
    init(undecided judgement: Judgement) {
        self.init(.unverified, judgement.everyVerifierFailed ? .verifierDown : .notVerified)
    }

    static let locked = ResultVerdict(.locked, nil)

    /// What stands for the verdict on an address that was put on the suppression list meanwhile.
    static let suppressed = ResultVerdict(.unverified, .suppressed)
}
