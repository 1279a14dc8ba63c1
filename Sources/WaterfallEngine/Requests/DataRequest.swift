// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// One kind of thing that can be bought for a contact.
public enum Datum: String, Sendable, Hashable, CaseIterable, Comparable {
    case email
    case phone
    case verification

    public static func < (left: Datum, right: Datum) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .email: 0
        case .phone: 1
        case .verification: 2
        }
    }
}

/// A person in normal form, as far as the user described them, and what identifies them (`semantics.md`, 8).
public struct Prospect: Sendable, Hashable {
    public var firstName: String?
    public var lastName: String?
    public var fullName: String?
    public var companyName: String?
    /// ASCII, lower case, without `www.`.
    public var domain: String?
    /// The normal form of a profile URL.
    public var linkedInURL: String?
    public var email: String?
    public var title: String?
    /// ISO 3166-1 alpha-2, upper case.
    public var country: String?
    public var keys: ProspectKeys

    public init(
        firstName: String? = nil, lastName: String? = nil, fullName: String? = nil, companyName: String? = nil,
        domain: String? = nil, linkedInURL: String? = nil, email: String? = nil, title: String? = nil,
        country: String? = nil, keys: ProspectKeys = ProspectKeys()
    ) {
        self.firstName = firstName
        self.lastName = lastName
        self.fullName = fullName
        self.companyName = companyName
        self.domain = domain
        self.linkedInURL = linkedInURL
        self.email = email
        self.title = title
        self.country = country
        self.keys = keys
    }

    /// Returns the question for one capability.
    public func query(for capability: Capability, known: KnownFacts = KnownFacts()) -> ContactQuery {
        ContactQuery(
            capability: capability, firstName: firstName, lastName: lastName, fullName: fullName,
            companyName: companyName, domain: domain, linkedInURL: linkedInURL, email: email, title: title,
            country: country, known: known)
    }
}

/// What makes two prospects the same person, in normal form. Made by `Identity`.
public struct ProspectKeys: Sendable, Hashable {
    public var linkedIn: String?
    /// The identifying form of a known email; nil for role and shared mailboxes.
    public var email: String?
    /// Folded full name and registrable domain, `jane doe|example.com`.
    public var nameAtDomain: String?

    public init(linkedIn: String? = nil, email: String? = nil, nameAtDomain: String? = nil) {
        self.linkedIn = linkedIn
        self.email = email
        self.nameAtDomain = nameAtDomain
    }

    /// False for a name and a company name alone: such a contact is made at settlement.
    public var identifies: Bool { linkedIn != nil || email != nil || nameAtDomain != nil }
}

/// Where a request came from. Raw values are the words in the ledger.
public enum RequestOrigin: String, Sendable, Hashable, CaseIterable {
    case cli
    case csv
    case api
    case mcp
}

/// Many requests that are one piece of work, such as a file: what `caps.run` bounds.
public enum Run: Sendable, Hashable {}

public typealias RunID = Identifier<Run>

/// "Access email" or "access mobile", or both, for one prospect; or the verification of an address that the user
/// supplies: what the credit gate decides on.
public struct DataRequest: Sendable, Hashable {
    public var id: RequestID
    @Boxed public var prospect: Prospect
    /// `email`, `phone` or both; or `verification` alone, of the prospect's known email.
    public var access: Set<Datum>
    public var team: String
    public var user: String
    public var origin: RequestOrigin
    /// True asks anew what is had or remembered: vendor cost is booked, credits are 0 for what is had.
    public var isFresh: Bool
    /// The caller's own cap for this prospect.
    public var maximumCredits: Credits?
    public var createdAt: Timestamp
    /// How long the whole request may take.
    public var timeout: Duration?
    /// What it is part of, for `caps.run`; nil where it is a run of its own.
    public var run: RunID?

    public init(
        id: RequestID, prospect: Prospect, access: Set<Datum> = [.email], team: String = "default",
        user: String = "default", origin: RequestOrigin = .cli, isFresh: Bool = false,
        maximumCredits: Credits? = nil, createdAt: Timestamp, timeout: Duration? = nil, run: RunID? = nil
    ) {
        precondition(
            access == [.verification] ? prospect.email != nil : !access.isEmpty && !access.contains(.verification),
            "a request is for email, phone or both, or for the verification of a known email")
        self.id = id
        self.prospect = prospect
        self.access = access
        self.team = team
        self.user = user
        self.origin = origin
        self.isFresh = isFresh
        self.maximumCredits = maximumCredits
        self.createdAt = createdAt
        self.timeout = timeout
        self.run = run
    }

    /// True where an address of the user's is verified, and nothing is looked for.
    public var isVerification: Bool { access == [.verification] }

    /// The address that is verified; nil where data are looked for.
    var candidate: Candidate? {
        guard isVerification, let email = prospect.email else { return nil }
        return .email(EmailCandidate(email, grade: .unverified))
    }
}

extension Datum {
    /// The chain that gets it.
    var capability: Capability {
        switch self {
        case .email: .email
        case .phone: .mobile
        case .verification: .verifyEmail
        }
    }
}
