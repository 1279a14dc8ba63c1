// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// A saved prospect: one row a person, with every email and phone and where each came from.
public struct Contact: Sendable, Hashable {
    public var id: ContactID
    public var accountID: AccountID?
    public var firstName: String?
    public var lastName: String?
    public var fullName: String?
    public var title: String?
    public var linkedInURL: String?
    /// Best first.
    public var emails: [ContactEmail]
    public var phones: [ContactPhone]
    /// The data that were charged and not refunded since: what the net-new guard asks.
    public var charged: Set<Datum>
    public var createdAt: Timestamp
    /// True where the suppression list names the person: then no value is shown.
    public var isSuppressed: Bool

    public init(
        id: ContactID, accountID: AccountID? = nil, firstName: String? = nil, lastName: String? = nil,
        fullName: String? = nil, title: String? = nil, linkedInURL: String? = nil, emails: [ContactEmail] = [],
        phones: [ContactPhone] = [], charged: Set<Datum> = [], createdAt: Timestamp,
        isSuppressed: Bool = false
    ) {
        self.id = id
        self.accountID = accountID
        self.firstName = firstName
        self.lastName = lastName
        self.fullName = fullName
        self.title = title
        self.linkedInURL = linkedInURL
        self.emails = emails
        self.phones = phones
        self.charged = charged
        self.createdAt = createdAt
        self.isSuppressed = isSuppressed
    }

    /// The email the team has (`semantics.md`, 1): verified, or charged as a catch-all, and not bounced since.
    public var hadEmail: ContactEmail? {
        emails.first { $0.status == .verified || $0.status == .catchAll && $0.wasCharged }
    }

    /// The numbers the team has: obtained by `access mobile`.
    public var hadPhones: [ContactPhone] { phones.filter(\.wasAccessed) }

    /// True where the datum is not net-new.
    public func has(_ datum: Datum) -> Bool {
        switch datum {
        case .email: hadEmail != nil
        case .phone: !hadPhones.isEmpty
        case .verification: false
        }
    }
}

/// An email on a contact, with its status and provenance.
public struct ContactEmail: Sendable, Hashable {
    public var address: String
    public var status: EmailStatus
    public var reason: VerdictReason
    public var provider: ProviderID?
    public var verifiedBy: ProviderID?
    public var confidence: Double?
    /// True where a charge was made for it, of 0 credits too.
    public var wasCharged: Bool
    /// What verifying it on request came to; it stands beside the status and changes nothing of it.
    public var verdict: AddressVerdict?
    public var foundAt: Timestamp

    public init(
        address: String, status: EmailStatus, reason: VerdictReason, provider: ProviderID? = nil,
        verifiedBy: ProviderID? = nil, confidence: Double? = nil, wasCharged: Bool = false,
        verdict: AddressVerdict? = nil, foundAt: Timestamp
    ) {
        self.address = address
        self.status = status
        self.reason = reason
        self.provider = provider
        self.verifiedBy = verifiedBy
        self.confidence = confidence
        self.wasCharged = wasCharged
        self.verdict = verdict
        self.foundAt = foundAt
    }
}

/// A number on a contact or an account, with its status and provenance.
public struct ContactPhone: Sendable, Hashable {
    /// Nil where the raw text can't be read as a number.
    public var number: PhoneNumber?
    public var raw: String
    public var type: PhoneType
    public var status: PhoneStatus
    public var doNotCall: DoNotCall
    public var provider: ProviderID?
    /// True where it was obtained by `access mobile` and is usable.
    public var wasAccessed: Bool
    /// True where the user supplied it: it stays as it is, and is never charged.
    public var isSupplied: Bool
    public var foundAt: Timestamp

    public init(
        number: PhoneNumber?, raw: String, type: PhoneType, status: PhoneStatus, doNotCall: DoNotCall = .unknown,
        provider: ProviderID? = nil, wasAccessed: Bool = false, isSupplied: Bool = false, foundAt: Timestamp
    ) {
        self.number = number
        self.raw = raw
        self.type = type
        self.status = status
        self.doNotCall = doNotCall
        self.provider = provider
        self.wasAccessed = wasAccessed
        self.isSupplied = isSupplied
        self.foundAt = foundAt
    }
}

/// A saved company.
public struct Account: Sendable, Hashable {
    public var id: AccountID
    /// Registrable domain, ASCII.
    public var domain: String?
    public var name: String?
    /// Newest first.
    public var officePhones: [ContactPhone]
    /// When the office-phone look-up last found nothing, every provider having answered.
    public var officePhoneMissedAt: Timestamp?

    public init(
        id: AccountID, domain: String? = nil, name: String? = nil, officePhones: [ContactPhone] = [],
        officePhoneMissedAt: Timestamp? = nil
    ) {
        self.id = id
        self.domain = domain
        self.name = name
        self.officePhones = officePhones
        self.officePhoneMissedAt = officePhoneMissedAt
    }
}
