// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

/// What a row came to. Raw values are the words in the output.
public enum RowOutcome: String, Sendable, Hashable, CaseIterable {
    case found
    case partial
    case notFound = "not_found"
    case failed
    case refused
    case cancelled
    /// The run ended before the row's turn.
    case notRun = "not_run"
    /// The row can't be used: nobody was asked.
    case rejected

    public init(_ outcome: RequestOutcome) {
        self =
            switch outcome {
            case .found: .found
            case .partial: .partial
            case .notFound: .notFound
            case .failed: .failed
            case .refused: .refused
            case .cancelled: .cancelled
            }
    }
}

/// How one provider's turn ended, as `hunter:no_match` or `lusha:skipped(cap)`.
public struct RowAttempt: Sendable, Hashable {
    public var provider: ProviderID
    public var outcome: AttemptOutcome
    /// True where a remembered answer served.
    public var isCached: Bool

    public init(provider: ProviderID, outcome: AttemptOutcome, isCached: Bool = false) {
        self.provider = provider
        self.outcome = outcome
        self.isCached = isCached
    }
}

/// All that the output says of one row: a plain value, with a text of its own in which it is stored.
public struct RowResult: Sendable, Hashable {
    public var outcome: RowOutcome
    /// Nil where none was found, and where it is withheld.
    public var email: String?
    public var emailStatus: EmailStatus?
    public var emailReason: VerdictReason?
    public var emailProvider: ProviderID?
    public var emailVerifiedBy: ProviderID?
    /// E.164, with `;ext=` where there is an extension; as the vendor wrote it where it can't be read.
    public var mobile: String?
    public var mobileType: PhoneType?
    public var mobileStatus: PhoneStatus?
    public var mobileDoNotCall: DoNotCall?
    public var officePhone: String?
    public var officePhoneDoNotCall: DoNotCall?
    public var credits: Credits
    /// What the vendors bill, one entry a unit.
    public var cost: [Amount]
    public var contact: ContactID?
    /// In the order in which they were asked; those whom an earlier one spared are left out.
    public var attempts: [RowAttempt]

    /// A result of which nothing but the outcome is known.
    public init(_ outcome: RowOutcome) {
        self.outcome = outcome
        credits = .zero
        cost = []
        attempts = []
    }

    /// What a request came to.
    ///
    /// Of several numbers the one that was charged is told, else the first that is not invalid.
    public init(_ result: EnrichmentResult) {
        self.init(RowOutcome(result.outcome))
        if let found = result.email {
            email = found.value
            emailStatus = found.status
            emailReason = found.reason
            emailProvider = found.provider
            emailVerifiedBy = found.verifiedBy
        }
        if let phone = Self.best(of: result.phones) {
            mobile = phone.text
            mobileType = phone.type
            mobileStatus = phone.status
            mobileDoNotCall = phone.doNotCall
        }
        if let phone = Self.best(of: result.officePhones) {
            officePhone = phone.text
            officePhoneDoNotCall = phone.doNotCall
        }
        credits = result.captured
        cost = result.cost
        contact = result.contact?.id
        attempts = result.attempts.filter { $0.outcome != .notRun }.map {
            RowAttempt(provider: $0.provider, outcome: $0.outcome, isCached: $0.isCached)
        }
    }

    /// The same for a later row about the same person: nobody was asked again, and nothing was charged.
    public var repeated: RowResult {
        var result = self
        result.credits = .zero
        result.cost = []
        result.attempts = []
        return result
    }

    private static func best(of phones: [ResultPhone]) -> ResultPhone? {
        phones.first { $0.credits > .zero } ?? phones.first { $0.status != .invalidNumber } ?? phones.first
    }

    /// What stands in a column; nil where there is nothing.
    public subscript(column: RowColumn) -> String? {
        switch column {
        case .email: email
        case .emailStatus: emailStatus?.rawValue
        case .emailReason: emailReason?.rawValue
        case .emailProvider: emailProvider?.rawValue
        case .emailVerifiedBy: emailVerifiedBy?.rawValue
        case .mobile: mobile
        case .mobileType: mobileType?.rawValue
        case .mobileStatus: mobileStatus?.rawValue
        case .officePhone: officePhone
        case .credits: credits.decimal
        case .cost: cost.isEmpty ? nil : cost.map(\.description).joined(separator: " + ")
        case .outcome: outcome.rawValue
        case .contactID: contact?.description
        case .attempts: attempts.isEmpty ? nil : attempts.map(\.description).joined(separator: " ")
        case .mobileDoNotCall: mobileDoNotCall?.rawValue
        case .officePhoneDoNotCall: officePhoneDoNotCall?.rawValue
        }
    }
}

extension RowAttempt: CustomStringConvertible {
    public var description: String {
        let detail = outcome.reason ?? (isCached ? Self.cached : nil)
        return "\(provider):\(outcome.word)" + (detail.map { "(\($0))" } ?? "")
    }

    /// Reads the text form; nil where it is not one.
    init?(_ text: Substring) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let word = parts[1].prefix { $0 != "(" }
        let detail = parts[1].dropFirst(word.count).dropFirst().dropLast()
        let isCached = detail == Self.cached
        let reason = detail.isEmpty || isCached ? nil : String(detail)
        guard let outcome = AttemptOutcome(word: String(word), reason: reason) else { return nil }
        self.init(provider: ProviderID(rawValue: String(parts[0])), outcome: outcome, isCached: isCached)
    }

    private static let cached = "cached"
}

extension ResultPhone {
    /// A number as every machine reads it (RFC 3966).
    fileprivate var text: String {
        guard let number else { return raw }
        return number.e164 + (number.extension.map { ";ext=\($0)" } ?? "")
    }
}
