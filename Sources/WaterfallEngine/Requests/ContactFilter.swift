// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Which contacts are meant: each part that is given has to fit.
public struct ContactFilter: Sendable, Hashable {
    /// What a contact may have or lack.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        case email
        case mobile
        case linkedIn = "linkedin"
    }

    /// Words that all have to be found in name, company or emails, whatever their case and accents.
    public var query: String?
    /// One of the contact's emails has one of these.
    public var statuses: Set<EmailStatus>
    /// The account's registrable domain.
    public var domain: String?
    public var list: String?
    public var owner: String?
    public var stage: String?
    /// Some datum is from this provider.
    public var provider: ProviderID?
    /// The newest datum was found before this.
    public var foundBefore: Timestamp?
    /// The newest datum was found at this or after.
    public var foundSince: Timestamp?
    public var has: Set<Part>
    public var lacks: Set<Part>

    public init(
        query: String? = nil, statuses: Set<EmailStatus> = [], domain: String? = nil, list: String? = nil,
        owner: String? = nil, stage: String? = nil, provider: ProviderID? = nil, foundBefore: Timestamp? = nil,
        foundSince: Timestamp? = nil, has: Set<Part> = [], lacks: Set<Part> = []
    ) {
        self.query = query
        self.statuses = statuses
        self.domain = domain
        self.list = list
        self.owner = owner
        self.stage = stage
        self.provider = provider
        self.foundBefore = foundBefore
        self.foundSince = foundSince
        self.has = has
        self.lacks = lacks
    }

    /// True where a card fits, the words of the query apart, which the store looks for.
    public func fits(_ card: ContactCard) -> Bool {
        let contact = card.contact
        if !statuses.isEmpty, !contact.emails.contains(where: { statuses.contains($0.status) }) { return false }
        if let domain, card.account?.domain != domain { return false }
        if let list, !card.lists.contains(list) { return false }
        if let owner, card.owner != owner { return false }
        if let stage, card.stage != stage { return false }
        if let provider, !contact.emails.contains(where: { $0.provider == provider }),
            !contact.phones.contains(where: { $0.provider == provider })
        {
            return false
        }
        if foundBefore != nil || foundSince != nil {
            guard let newest = contact.newestDatum else { return false }
            if let foundBefore, newest >= foundBefore { return false }
            if let foundSince, newest < foundSince { return false }
        }
        return has.allSatisfy(contact.has) && !lacks.contains(where: contact.has)
    }
}

/// Which accounts are meant.
public struct AccountFilter: Sendable, Hashable {
    /// Words that all have to be found in name or domain.
    public var query: String?
    public var domain: String?
    public var list: String?
    public var owner: String?
    public var stage: String?

    public init(
        query: String? = nil, domain: String? = nil, list: String? = nil, owner: String? = nil, stage: String? = nil
    ) {
        self.query = query
        self.domain = domain
        self.list = list
        self.owner = owner
        self.stage = stage
    }

    /// True where a card fits, the words of the query apart.
    public func fits(_ card: AccountCard) -> Bool {
        if let domain, card.account.domain != domain { return false }
        if let list, !card.lists.contains(list) { return false }
        if let owner, card.owner != owner { return false }
        return stage == nil || card.stage == stage
    }
}

extension Contact {
    /// When the newest of its emails and numbers was found; nil where it has none.
    public var newestDatum: Timestamp? { (emails.map(\.foundAt) + phones.map(\.foundAt)).max() }

    fileprivate func has(_ part: ContactFilter.Part) -> Bool {
        switch part {
        case .email: emails.contains { ![.bounced, .locked].contains($0.status) }
        case .mobile: !phones.isEmpty
        case .linkedIn: linkedInURL != nil
        }
    }
}
