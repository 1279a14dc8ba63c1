// SPDX-License-Identifier: Apache-2.0

/// What a provider knows. Empty is a miss.
public struct ProviderAnswer: Sendable, Hashable {
    /// Best first. May be more than was asked for.
    public var emails: [EmailCandidate]
    /// The person's numbers, best first, of every type.
    public var phones: [PhoneCandidate]
    /// The company's own numbers (headquarters, switchboard), best first. They are free (`semantics.md`, 5).
    public var officePhones: [PhoneCandidate]
    public var person: PersonFacts
    /// What this call cost, where the answer says it exactly; nil where the descriptor's price applies.
    public var charged: Amount?

    public init(
        emails: [EmailCandidate] = [], phones: [PhoneCandidate] = [], officePhones: [PhoneCandidate] = [],
        person: PersonFacts = PersonFacts(), charged: Amount? = nil
    ) {
        self.emails = emails
        self.phones = phones
        self.officePhones = officePhones
        self.person = person
        self.charged = charged
    }

    /// Makes one of at most one candidate each.
    public init(
        email: EmailCandidate?, phone: PhoneCandidate? = nil, officePhone: PhoneCandidate? = nil,
        person: PersonFacts = PersonFacts(), charged: Amount? = nil
    ) {
        self.init(
            emails: email.map { [$0] } ?? [], phones: phone.map { [$0] } ?? [],
            officePhones: officePhone.map { [$0] } ?? [], person: person, charged: charged)
    }

    /// The provider has nothing on this person.
    public static let miss = ProviderAnswer()

    /// Returns a miss that was billed all the same.
    public static func miss(charged: Amount) -> ProviderAnswer { ProviderAnswer(charged: charged) }

    /// True where the answer carries nothing of the capability.
    public func isMiss(for capability: Capability) -> Bool {
        switch capability {
        case .email: emails.isEmpty
        case .mobile: phones.isEmpty
        case .officePhone: officePhones.isEmpty
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
