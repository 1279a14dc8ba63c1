// SPDX-License-Identifier: Apache-2.0

/// A field of a prospect that a provider may need. Raw values are the words in YAML and messages.
public enum QueryField: String, Sendable, Hashable, CaseIterable, Comparable {
    case firstName = "first_name"
    case lastName = "last_name"
    case fullName = "full_name"
    case companyName = "company_name"
    case domain
    case linkedInURL = "linkedin_url"
    case email
    case title
    case country
    /// What the team already holds; asked for by sources that look nowhere else.
    case known

    public static func < (left: QueryField, right: QueryField) -> Bool { left.rawValue < right.rawValue }
}

/// What a provider is asked: one person, one capability. Built by the engine, already in normal form.
public struct ContactQuery: Sendable, Hashable {
    /// The capability that is asked for. An answer may carry more.
    public var capability: Capability
    public var firstName: String?
    public var lastName: String?
    /// First and last name together where no full name was given.
    public var fullName: String?
    public var companyName: String?
    /// The company's domain, in ASCII (IDNA), lower case, without `www.`.
    public var domain: String?
    /// `https://www.linkedin.com/in/<handle>`, without a query.
    public var linkedInURL: String?
    /// An address the user knows.
    public var email: String?
    public var title: String?
    /// ISO 3166-1 alpha-2, upper case.
    public var country: String?
    public var known: KnownFacts

    public init(
        capability: Capability, firstName: String? = nil, lastName: String? = nil, fullName: String? = nil,
        companyName: String? = nil, domain: String? = nil, linkedInURL: String? = nil, email: String? = nil,
        title: String? = nil, country: String? = nil, known: KnownFacts = KnownFacts()
    ) {
        self.capability = capability
        self.firstName = firstName
        self.lastName = lastName
        self.fullName = fullName ?? Self.joined(firstName, lastName)
        self.companyName = companyName
        self.domain = domain
        self.linkedInURL = linkedInURL
        self.email = email
        self.title = title
        self.country = country
        self.known = known
    }

    /// The name as vendors take it: its parts where both are known, else the whole; never both.
    public var name: (first: String?, last: String?, full: String?) {
        firstName != nil && lastName != nil ? (firstName, lastName, nil) : (nil, nil, fullName)
    }

    /// The company's name where its domain isn't known, for vendors that take one of the two.
    public var companyNameAlone: String? { domain == nil ? companyName : nil }

    /// True for the address of a page at the company's domain or below it. One with a user in it is none.
    public func isOwn(website: String) -> Bool {
        guard let domain, let scheme = website.firstRange(of: "://") else { return false }
        let authority = website[scheme.upperBound...].prefix { !"/\\?#".contains($0) }.lowercased()
        let host = authority.prefix { $0 != ":" }
        return !authority.contains("@") && (host == domain || host.hasSuffix(".\(domain)"))
    }

    /// The part of the LinkedIn URL after `/in/`.
    public var linkedInHandle: String? {
        guard let linkedInURL else { return nil }
        let parts = linkedInURL.split(separator: "/")
        guard let marker = parts.firstIndex(of: "in"), marker + 1 < parts.endIndex else { return nil }
        let handle = parts[marker + 1].prefix { $0 != "?" && $0 != "#" }
        return handle.isEmpty ? nil : String(handle)
    }

    /// The text of a field; nil where it is absent. `known` has none.
    public subscript(field: QueryField) -> String? {
        switch field {
        case .firstName: firstName
        case .lastName: lastName
        case .fullName: fullName
        case .companyName: companyName
        case .domain: domain
        case .linkedInURL: linkedInURL
        case .email: email
        case .title: title
        case .country: country
        case .known: nil
        }
    }

    /// The fields that are present. `known` always is.
    public func has(_ field: QueryField) -> Bool { field == .known || self[field] != nil }

    private static func joined(_ first: String?, _ last: String?) -> String? {
        guard let first, let last else { return nil }
        return "\(first) \(last)"
    }
}

/// What the team already holds about the prospect's company, so that sources of it are pure functions of the query.
public struct KnownFacts: Sendable, Hashable {
    /// The account's office phones, newest first.
    public var officePhones: [PhoneCandidate]
    /// Verified mailboxes of the account's people, newest first; for a provider that `readsMailboxes` alone.
    public var mailboxes: [KnownMailbox]

    public init(officePhones: [PhoneCandidate] = [], mailboxes: [KnownMailbox] = []) {
        self.officePhones = officePhones
        self.mailboxes = mailboxes
    }
}

/// A verified address of somebody at the company, and the name, from which its mailboxes' pattern can be learned.
public struct KnownMailbox: Sendable, Hashable {
    public var address: String
    public var firstName: String?
    public var lastName: String?
    public var fullName: String?

    public init(_ address: String, firstName: String? = nil, lastName: String? = nil, fullName: String? = nil) {
        self.address = address
        self.firstName = firstName
        self.lastName = lastName
        self.fullName = fullName
    }
}

extension KnownMailbox: CustomStringConvertible, CustomDebugStringConvertible {
    /// Nothing of the person.
    public var description: String { "a mailbox" }
    public var debugDescription: String { description }
}
