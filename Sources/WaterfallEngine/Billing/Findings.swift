// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// An email as a chain ended with it: judged, with its provenance.
public struct EmailFinding: Sendable, Hashable {
    public var address: String
    public var status: EmailStatus
    public var reason: VerdictReason
    public var suggestion: String?
    public var provider: ProviderID
    /// The verifier that judged it; nil where the provider's own word was taken, or nobody judged.
    public var verifiedBy: ProviderID?
    public var confidence: Double?

    public init(
        address: String, status: EmailStatus, reason: VerdictReason, suggestion: String? = nil,
        provider: ProviderID, verifiedBy: ProviderID? = nil, confidence: Double? = nil
    ) {
        self.address = address
        self.status = status
        self.reason = reason
        self.suggestion = suggestion
        self.provider = provider
        self.verifiedBy = verifiedBy
        self.confidence = confidence
    }
}

/// A verdict on an address that the user supplied.
public struct AddressVerdict: Sendable, Hashable {
    public var verdict: EmailVerdict
    public var verifiedBy: ProviderID
    /// When the verifier was asked.
    public var judgedAt: Timestamp
    /// The first moment at which it has to be paid for again, or asked for.
    public var holdsUntil: Timestamp

    public init(verdict: EmailVerdict, verifiedBy: ProviderID, judgedAt: Timestamp, holdsUntil: Timestamp) {
        self.verdict = verdict
        self.verifiedBy = verifiedBy
        self.judgedAt = judgedAt
        self.holdsUntil = holdsUntil
    }
}

/// A number as a chain ended with it: judged, with its provenance.
public struct PhoneFinding: Sendable, Hashable {
    /// Nil where the raw text can't be read as a number.
    public var number: PhoneNumber?
    public var raw: String
    public var type: PhoneType
    public var status: PhoneStatus
    public var doNotCall: DoNotCall
    public var provider: ProviderID

    public init(
        number: PhoneNumber?, raw: String, type: PhoneType, status: PhoneStatus, doNotCall: DoNotCall = .unknown,
        provider: ProviderID
    ) {
        self.number = number
        self.raw = raw
        self.type = type
        self.status = status
        self.doNotCall = doNotCall
        self.provider = provider
    }
}
