// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What a card is of.
public enum CardKind: String, Sendable, Hashable, CaseIterable {
    case contact
    case account
}

/// A remark of a user's.
public struct CardNote: Sendable, Hashable {
    public var text: String
    public var user: String
    public var at: Timestamp

    public init(text: String, user: String, at: Timestamp) {
        self.text = text
        self.user = user
        self.at = at
    }
}

/// A field of a contact that a user can edit. Later requests leave what was edited as it is.
public enum ContactField: String, Sendable, Hashable, CaseIterable {
    case firstName = "first_name"
    case lastName = "last_name"
    case title
    case linkedIn = "linkedin"
    case owner
    case stage
}

/// A contact as a team lives with it.
public struct ContactCard: Sendable, Hashable {
    public var contact: Contact
    public var account: Account?
    public var owner: String?
    public var stage: String?
    /// Names of lists, in order.
    public var lists: [String]
    /// Custom fields, in the order of their names.
    public var fields: [CustomField]
    /// Oldest first.
    public var notes: [CardNote]
    /// The fields that a user edited.
    public var edited: Set<ContactField>
    /// True where several contacts fitted equally well when it was made.
    public var isAmbiguous: Bool
    public var updatedAt: Timestamp?
    /// The contacts that were merged into it.
    public var merged: [ContactID]
    /// What was paid for its data.
    public var prices: DatumPrices
    /// The status that an address had where it was supplied from, by address.
    public var suppliedStatuses: [String: EmailStatus]

    public init(
        contact: Contact, account: Account? = nil, owner: String? = nil, stage: String? = nil, lists: [String] = [],
        fields: [CustomField] = [], notes: [CardNote] = [], edited: Set<ContactField> = [], isAmbiguous: Bool = false,
        updatedAt: Timestamp? = nil, merged: [ContactID] = [], prices: DatumPrices = DatumPrices(),
        suppliedStatuses: [String: EmailStatus] = [:]
    ) {
        self.contact = contact
        self.account = account
        self.owner = owner
        self.stage = stage
        self.lists = lists
        self.fields = fields
        self.notes = notes
        self.edited = edited
        self.isAmbiguous = isAmbiguous
        self.updatedAt = updatedAt
        self.merged = merged
        self.prices = prices
        self.suppliedStatuses = suppliedStatuses
    }
}

/// A field that a team made up.
public struct CustomField: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What a contact's data cost, in credits. What has no charge was free.
public struct DatumPrices: Sendable, Hashable {
    /// By address: the charges that stand.
    public var emails: [String: Credits]
    /// By address: charges for verdicts.
    public var verifications: [String: Credits]
    /// Once a contact, however many numbers.
    public var phones: Credits?

    public init(emails: [String: Credits] = [:], verifications: [String: Credits] = [:], phones: Credits? = nil) {
        self.emails = emails
        self.verifications = verifications
        self.phones = phones
    }

    /// What one of a contact's numbers cost: the first that was obtained carries the price of all.
    public func price(of phone: ContactPhone, among phones: [ContactPhone]) -> Credits {
        guard let first = phones.first(where: \.wasAccessed), first == phone else { return .zero }
        return self.phones ?? .zero
    }
}

/// An account as a team lives with it.
public struct AccountCard: Sendable, Hashable {
    public var account: Account
    public var owner: String?
    public var stage: String?
    public var lists: [String]
    public var fields: [CustomField]
    public var notes: [CardNote]
    /// How many contacts belong to it.
    public var contacts: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp?

    public init(
        account: Account, owner: String? = nil, stage: String? = nil, lists: [String] = [], fields: [CustomField] = [],
        notes: [CardNote] = [], contacts: Int = 0, createdAt: Timestamp, updatedAt: Timestamp? = nil
    ) {
        self.account = account
        self.owner = owner
        self.stage = stage
        self.lists = lists
        self.fields = fields
        self.notes = notes
        self.contacts = contacts
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
