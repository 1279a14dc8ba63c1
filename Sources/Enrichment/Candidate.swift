// SPDX-License-Identifier: Apache-2.0

/// An email address that a provider claims, with that provider's own grade.
public struct EmailCandidate: Sendable, Hashable {
    public var address: String
    /// The provider's own word, in the common vocabulary: `verified`, `catchAll`, `unverified`, `guessed` or `invalid`.
    public var grade: EmailStatus
    /// The provider's confidence, 0 to 1.
    public var confidence: Double?

    public init(_ address: String, grade: EmailStatus, confidence: Double? = nil) {
        self.address = address
        self.grade = grade
        self.confidence = confidence
    }
}

/// A phone number that a provider claims.
public struct PhoneCandidate: Sendable, Hashable {
    /// As the provider wrote it.
    public var raw: String
    public var `extension`: String?
    public var type: PhoneType
    public var status: PhoneStatus
    public var doNotCall: DoNotCall
    /// ISO 3166-1 alpha-2, for a number written without its country code.
    public var country: String?

    public init(
        _ raw: String, type: PhoneType, status: PhoneStatus = .noStatus, extension: String? = nil,
        doNotCall: DoNotCall = .unknown, country: String? = nil
    ) {
        self.raw = raw
        self.type = type
        self.status = status
        self.extension = `extension`
        self.doNotCall = doNotCall
        self.country = country
    }
}

/// A value that a provider claims, before anyone has judged it.
public enum Candidate: Sendable, Hashable {
    case email(EmailCandidate)
    case phone(PhoneCandidate)
}

extension Candidate {
    /// The address, for a provider that verifies emails alone.
    ///
    /// - Throws: `rejectedQuery` where it is a phone number.
    public var emailAddress: String {
        get throws(ProviderError) {
            guard case .email(let email) = self else { throw ProviderError(.rejectedQuery, "verifies emails alone") }
            return email.address
        }
    }

    /// The number, for a provider that verifies phones alone.
    ///
    /// - Throws: `rejectedQuery` where it is an email.
    public var phoneNumber: PhoneCandidate {
        get throws(ProviderError) {
            guard case .phone(let phone) = self else { throw ProviderError(.rejectedQuery, "verifies phones alone") }
            return phone
        }
    }
}

/// What a verifier says of an email address.
public struct EmailVerdict: Sendable, Hashable {
    /// `verified`, `catchAll`, `invalid`, or `unverified` for "unknown".
    public var status: EmailStatus
    public var reason: VerdictReason
    /// The address the user probably meant.
    public var suggestion: String?
    /// What this call cost, where the answer says it exactly; nil where the descriptor's price applies.
    public var charged: Amount?

    public init(
        _ status: EmailStatus, _ reason: VerdictReason, suggestion: String? = nil, charged: Amount? = nil
    ) {
        precondition(Self.statuses.contains(status), "a verdict is verified, catch_all, invalid or unverified")
        self.status = status
        self.reason = reason
        self.suggestion = suggestion
        self.charged = charged
    }

    /// The mailbox accepts mail; a role's is told by its reason.
    public static func verified(isRole: Bool) -> EmailVerdict {
        EmailVerdict(.verified, isRole ? .roleAccount : .mailboxExists)
    }

    /// The domain accepts everybody; a role's address is told by its reason.
    public static func catchAll(isRole: Bool) -> EmailVerdict {
        EmailVerdict(.catchAll, isRole ? .roleAccount : .catchAllDomain)
    }

    /// What a verdict can be.
    public static let statuses: Set<EmailStatus> = [.verified, .catchAll, .invalid, .unverified]

    /// True for `verified` and `invalid`: no other verifier is asked (`semantics.md`, 1).
    public var isDefinite: Bool { status == .verified || status == .invalid }
}

/// What a verifier says of a phone number.
public struct PhoneVerdict: Sendable, Hashable {
    public var status: PhoneStatus
    /// The number in normal form; nil where it can't be read as one.
    public var number: PhoneNumber?
    /// What the numbering plan says of the line; nil where it doesn't say.
    public var type: PhoneType?
    /// ISO 3166-1 alpha-2.
    public var country: String?
    public var doNotCall: DoNotCall
    /// What this call cost, where the answer says it exactly; nil where the descriptor's price applies.
    public var charged: Amount?

    public init(
        _ status: PhoneStatus, number: PhoneNumber?, type: PhoneType? = nil, country: String? = nil,
        doNotCall: DoNotCall = .unknown, charged: Amount? = nil
    ) {
        self.status = status
        self.number = number
        self.type = type
        self.country = country
        self.doNotCall = doNotCall
        self.charged = charged
    }

    /// True for `validNumber` and `invalidNumber`: no other verifier is asked.
    public var isDefinite: Bool { status != .noStatus }
}

/// What verification says of a candidate.
public enum Verdict: Sendable, Hashable {
    case email(EmailVerdict)
    case phone(PhoneVerdict)

    /// True where no other verifier need be asked.
    public var isDefinite: Bool {
        switch self {
        case .email(let verdict): verdict.isDefinite
        case .phone(let verdict): verdict.isDefinite
        }
    }

    /// What the call cost, where the answer says it exactly.
    public var charged: Amount? {
        switch self {
        case .email(let verdict): verdict.charged
        case .phone(let verdict): verdict.charged
        }
    }

    /// True where the verifier could not say anything.
    public var isUnknown: Bool {
        switch self {
        case .email(let verdict): verdict.status == .unverified
        case .phone(let verdict): verdict.status == .noStatus
        }
    }
}
