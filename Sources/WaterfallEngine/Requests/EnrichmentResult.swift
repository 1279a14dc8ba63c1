// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What a data request came to: everything that a user is told. A verification is told as a `VerificationResult`.
public struct EnrichmentResult: Sendable {
    public var request: RequestID
    public var outcome: RequestOutcome
    /// Only the data that were asked for.
    public var stopped: [Datum: StopReason]
    @Boxed public var prospect: Prospect
    /// Nil where nothing was saved.
    @Boxed public var contact: Contact?
    @Boxed public var account: Account?
    @Boxed public var email: ResultEmail?
    /// Of a verification.
    @Boxed var verdict: ResultVerdict?
    public var phones: [ResultPhone]
    public var officePhones: [ResultPhone]
    public var attempts: [Attempt]
    @Boxed public var refusal: Refusal?
    public var held: Credits
    public var captured: Credits
    public var released: Credits
    /// Nil where no plan limits anything.
    public var available: Credits?

    /// Makes a result in which nothing was found.
    init(_ request: DataRequest, outcome: RequestOutcome, stopped: [Datum: StopReason] = [:]) {
        self.request = request.id
        self.outcome = outcome
        self.stopped = stopped
        prospect = request.prospect
        phones = []
        officePhones = []
        attempts = []
        held = .zero
        captured = .zero
        released = .zero
    }

    /// What the vendors bill, one entry a unit, in the order of the units' names. Suspected cost is in it.
    public var cost: [Amount] { attempts.cost }
}

extension [Attempt] {
    /// What is billed for them, one entry a unit.
    var cost: [Amount] { compactMap(\.cost?.amount).totals }
}

/// An email as a user is told it.
public struct ResultEmail: Sendable, Hashable {
    /// Nil where it is withheld (`locked`).
    public var value: String?
    public var status: EmailStatus
    public var reason: VerdictReason
    public var suggestion: String?
    public var provider: ProviderID?
    public var verifiedBy: ProviderID?
    public var confidence: Double?
    /// False where the team had it.
    public var isNetNew: Bool
    public var credits: Credits
}

/// A number as a user is told it.
public struct ResultPhone: Sendable, Hashable {
    public var number: PhoneNumber?
    public var raw: String
    public var type: PhoneType
    public var status: PhoneStatus
    public var doNotCall: DoNotCall
    public var provider: ProviderID?
    public var isNetNew: Bool
    public var credits: Credits
}

/// Why a request could not be run at all: nothing was held, sent or saved.
public enum EngineError: Error, Sendable, Hashable {
    /// No provider of the chain can be asked with what is known; what would help, best first.
    case tooLittle(Capability, missing: [Set<QueryField>])
    /// The configuration has no chain for what is asked.
    case notConfigured(Capability)
    /// The store can't be written: nothing more is sent.
    case store(JournalError)
    /// The engine is stopping.
    case stopping
}
