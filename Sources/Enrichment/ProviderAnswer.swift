// SPDX-License-Identifier: Apache-2.0

/// What a provider knows. Empty is a miss.
public struct ProviderAnswer: Sendable, Hashable {
    /// Best first. May be more than was asked for.
    public var emails: [EmailCandidate]
    /// Best first, of every type; the engine sorts office phones from the person's own.
    public var phones: [PhoneCandidate]
    public var person: PersonFacts
    /// What this call cost, where the answer says it exactly; nil where the descriptor's price applies.
    public var charged: Amount?

    public init(
        emails: [EmailCandidate] = [], phones: [PhoneCandidate] = [], person: PersonFacts = PersonFacts(),
        charged: Amount? = nil
    ) {
        self.emails = emails
        self.phones = phones
        self.person = person
        self.charged = charged
    }

    /// The provider has nothing on this person.
    public static let miss = ProviderAnswer()

    /// Returns a miss that was billed all the same.
    public static func miss(charged: Amount) -> ProviderAnswer { ProviderAnswer(charged: charged) }

    /// True where the answer carries nothing of the capability.
    public func isMiss(for capability: Capability) -> Bool {
        switch capability {
        case .email: emails.isEmpty
        case .mobile: !phones.contains { $0.type != .office }
        case .officePhone: !phones.contains { $0.type == .office }
        case .person, .company: person == PersonFacts()
        case .verifyEmail, .verifyPhone: true
        }
    }
}

/// What an answer says of the person beside what was asked for.
public struct PersonFacts: Sendable, Hashable {
    public var title: String?
    public var linkedInURL: String?
    public var companyName: String?
    public var companyDomain: String?

    public init(
        title: String? = nil, linkedInURL: String? = nil, companyName: String? = nil, companyDomain: String? = nil
    ) {
        self.title = title
        self.linkedInURL = linkedInURL
        self.companyName = companyName
        self.companyDomain = companyDomain
    }
}
