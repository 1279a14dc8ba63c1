// SPDX-License-Identifier: Apache-2.0

/// What identifies a person (`semantics.md`, 8): a LinkedIn profile, mailboxes that are one person's, or a name
/// together with a company's domain.
public struct IdentityKeys: Sendable, Hashable {
    public var linkedIn: LinkedInURL?
    /// Identity forms of addresses. Role accounts are left out: several people read them.
    public var emails: Set<String>
    /// `jane doe|example.com`: folded name and registrable domain.
    public var nameAtDomain: String?

    /// Takes what is known of one person. A domain at which anybody can have a mailbox makes no key with a name, nor
    /// does a single word.
    public init(
        linkedIn: LinkedInURL? = nil, emails: [EmailAddress] = [], name: PersonName? = nil, domain: Domain? = nil
    ) {
        self.linkedIn = linkedIn
        self.emails = Set(emails.filter { !$0.isRole }.map(\.identity))
        nameAtDomain = Self.key(name, domain)
    }

    /// True where nothing identifies: such a prospect gets its contact when it is settled.
    public var isEmpty: Bool { linkedIn == nil && emails.isEmpty && nameAtDomain == nil }

    /// What two sets of keys share, strongest first; nil where nothing is shared, or different LinkedIn profiles say
    /// that they are two people.
    public func link(to other: IdentityKeys) -> Link? {
        if let mine = linkedIn, let theirs = other.linkedIn {
            if mine == theirs { return .linkedIn }
            // A member id and a public handle can be one person's: they neither match nor veto.
            if mine.isMemberID == theirs.isMemberID { return nil }
        }
        if !emails.isDisjoint(with: other.emails) { return .email }
        if let nameAtDomain, nameAtDomain == other.nameAtDomain { return .nameAtDomain }
        return nil
    }

    /// True where both are the same person.
    public func matches(_ other: IdentityKeys) -> Bool { link(to: other) != nil }

    /// Finds the same person among candidates.
    ///
    /// The strongest link that any candidate has decides; where several have it, the match is ambiguous. The order of
    /// the candidates makes no difference to the kind of the result.
    public func match<ID>(among candidates: some Sequence<(id: ID, keys: IdentityKeys)>) -> IdentityMatch<ID> {
        var best: Link?
        var ids: [ID] = []
        for candidate in candidates {
            guard let link = link(to: candidate.keys) else { continue }
            if let held = best, link < held { continue }
            if link != best { ids = [] }
            best = link
            ids.append(candidate.id)
        }
        guard let first = ids.first else { return .none }
        return ids.count == 1 ? .match(first) : .ambiguous(ids)
    }

    /// How two sets of keys are linked, weakest first.
    public enum Link: String, Sendable, Hashable, CaseIterable, Comparable {
        case nameAtDomain = "name_at_domain"
        case email
        case linkedIn = "linkedin_url"

        public static func < (left: Link, right: Link) -> Bool { left.strength < right.strength }

        private var strength: Int {
            switch self {
            case .nameAtDomain: 0
            case .email: 1
            case .linkedIn: 2
            }
        }
    }

    private static func key(_ name: PersonName?, _ domain: Domain?) -> String? {
        guard let name, name.first != nil, name.last != nil, let registrable = domain?.registrable,
            !MailHosts.isPublic(registrable)
        else { return nil }
        let folded = name.folded
        return folded.isEmpty ? nil : "\(folded)|\(registrable)"
    }
}

extension IdentityKeys: CustomStringConvertible, CustomDebugStringConvertible {
    /// How many keys there are: their content is personal data.
    public var description: String {
        let count = (linkedIn == nil ? 0 : 1) + emails.count + (nameAtDomain == nil ? 0 : 1)
        return "\(count) identity keys"
    }
    public var debugDescription: String { description }
}

/// Who a person is among those already known.
public enum IdentityMatch<ID> {
    case none
    case match(ID)
    /// Several fit equally well: a new contact is made, and flagged.
    case ambiguous([ID])
}

extension IdentityMatch: Sendable where ID: Sendable {}
extension IdentityMatch: Equatable where ID: Equatable {}
