// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// An address that a user supplies.
public struct SuppliedEmail: Sendable, Hashable {
    public var address: String
    /// The identifying form; nil for a mailbox of a function.
    public var key: String?
    /// What the user says of where it came from: shown, and of no consequence.
    public var provider: ProviderID?
    public var status: EmailStatus?
    public var foundAt: Timestamp?

    public init(
        address: String, key: String?, provider: ProviderID? = nil, status: EmailStatus? = nil,
        foundAt: Timestamp? = nil
    ) {
        self.address = address
        self.key = key
        self.provider = provider
        self.status = status
        self.foundAt = foundAt
    }
}

/// A change that a user makes to a contact, or a contact that a user supplies. All of it is free.
public struct ContactEdit: Sendable, Hashable {
    /// Whom it changes.
    public enum Subject: Sendable, Hashable {
        case contact(ContactID)
        /// A new contact of this id.
        case new(ContactID)
    }

    public var subject: Subject
    public var team: String
    public var user: String
    public var at: Timestamp
    /// The fields that change, to a value or to nothing. A profile is in normal form.
    public var values: [ContactField: String?]
    /// The company, found by its domain or made; nil leaves it.
    public var company: Company?
    public var emails: [SuppliedEmail]
    public var phones: [ContactPhone]
    /// Custom fields that change, to a value or to nothing.
    public var fields: [String: String?]
    public var addedLists: [String]
    public var removedLists: [String]
    public var note: String?

    /// A company by its registrable domain, its name, or both.
    public struct Company: Sendable, Hashable {
        public var domain: String?
        public var name: String?

        public init(domain: String?, name: String?) {
            self.domain = domain
            self.name = name
        }
    }

    public init(
        _ subject: Subject, team: String = "default", user: String, at: Timestamp,
        values: [ContactField: String?] = [:], company: Company? = nil, emails: [SuppliedEmail] = [],
        phones: [ContactPhone] = [], fields: [String: String?] = [:], addedLists: [String] = [],
        removedLists: [String] = [], note: String? = nil
    ) {
        self.subject = subject
        self.team = team
        self.user = user
        self.at = at
        self.values = values
        self.company = company
        self.emails = emails
        self.phones = phones
        self.fields = fields
        self.addedLists = addedLists
        self.removedLists = removedLists
        self.note = note
    }

    /// True where nothing would change.
    public var isEmpty: Bool {
        values.isEmpty && company == nil && emails.isEmpty && phones.isEmpty && fields.isEmpty && addedLists.isEmpty
            && removedLists.isEmpty && note == nil
    }
}

/// A change that a user makes to an account.
public struct AccountEdit: Sendable, Hashable {
    /// Which account.
    public enum Subject: Sendable, Hashable {
        case account(AccountID)
        /// The team's account of a domain, in normal form; where there is none it is made, with this id.
        case domain(String, id: AccountID)
    }

    public var subject: Subject
    public var team: String
    public var user: String
    public var at: Timestamp
    /// Nil leaves it.
    public var name: String?
    /// Set or cleared where it is given.
    public var owner: String??
    public var stage: String??
    public var phones: [ContactPhone]
    public var fields: [String: String?]
    public var addedLists: [String]
    public var removedLists: [String]
    public var note: String?

    public init(
        _ subject: Subject, team: String = "default", user: String, at: Timestamp, name: String? = nil,
        owner: String?? = nil, stage: String?? = nil, phones: [ContactPhone] = [], fields: [String: String?] = [:],
        addedLists: [String] = [], removedLists: [String] = [], note: String? = nil
    ) {
        self.subject = subject
        self.team = team
        self.user = user
        self.at = at
        self.name = name
        self.owner = owner
        self.stage = stage
        self.phones = phones
        self.fields = fields
        self.addedLists = addedLists
        self.removedLists = removedLists
        self.note = note
    }

    /// True where nothing would change.
    public var isEmpty: Bool {
        name == nil && owner == nil && stage == nil && phones.isEmpty && fields.isEmpty && addedLists.isEmpty
            && removedLists.isEmpty && note == nil
    }
}

/// Two contacts that are one person.
public struct ContactMerge: Sendable, Hashable {
    /// What showed it.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A user says so.
        case user
        /// They share a mailbox.
        case email
        /// They share a LinkedIn profile.
        case linkedIn = "linkedin"
    }

    public var id: Identifier<ContactMerge>
    public var team: String
    public var user: String
    public var winner: ContactID
    public var loser: ContactID
    public var reason: Reason
    public var at: Timestamp

    public init(
        id: Identifier<ContactMerge>, team: String = "default", user: String, winner: ContactID, loser: ContactID,
        reason: Reason = .user, at: Timestamp
    ) {
        self.id = id
        self.team = team
        self.user = user
        self.winner = winner
        self.loser = loser
        self.reason = reason
        self.at = at
    }
}

/// A merge and whether it stands.
public struct StandingMerge: Sendable, Hashable {
    public var merge: ContactMerge
    public var undoneAt: Timestamp?

    public init(merge: ContactMerge, undoneAt: Timestamp?) {
        self.merge = merge
        self.undoneAt = undoneAt
    }
}
