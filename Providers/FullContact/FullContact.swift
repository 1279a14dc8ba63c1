// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// FullContact: emails and phones by LinkedIn profile or known email.
    public static let fullContact = ProviderDefinition(FullContact.facts) { FullContact() }
}

/// FullContact's person enrichment.
///
/// - 202 means that the person is searched for: the same request is to be sent again in about two minutes.
/// - The body of a 401 echoes the key, so nothing of it is ever kept.
/// - 403 is both a bad key and a used-up quota; the text says which.
/// - A name is taken with a postal address alone, so a name and a company lead nowhere.
/// - What a match holds depends on the data packs of the contract; each match is billed.
struct FullContact: ExchangeProvider, AccountReporting {
    static let unit = "fullcontact_credits"

    static let facts = ProviderDescriptor(
        id: "fullcontact", name: "FullContact", documentation: "https://docs.fullcontact.com",
        baseURL: "https://api.fullcontact.com/v3", authentication: .bearer,
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.2),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.2),
        ],
        limits: [RateLimit(6_000, per: .seconds(60))], evidence: .documented)

    private static let inputs: [Set<QueryField>] = [[.linkedInURL], [.email]]
    private static let pause = Duration.seconds(120)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let profile = query.linkedInURL.map { url in JSONValue.object(compacting: ["url": .string(url)]) }
        return .post(
            "/person.enrich",
            json: .object(compacting: ["profiles": profile.map { .array([$0]) }, "email": .text(query.email)]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404, try reply.json({ $0["status"].integer == 404 }) { return .miss }
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["details"].isObject else { throw ProviderError(.malformedReply, "a match without details") }
            return answer(json)
        }
    }

    private func answer(_ json: JSONReader) -> ProviderAnswer {
        let emails = json["details"]["emails"].elements.filter { $0["label"].text?.lowercased() != "personal" }
        let phones = json["details"]["phones"].elements.compactMap(phone)
        return ProviderAnswer(
            emails: emails.compactMap { $0["value"].text.map { EmailCandidate($0, grade: .unverified) } },
            phones: phones.filter { $0.type != .office }, officePhones: phones.filter { $0.type == .office },
            person: PersonFacts(
                title: json["title"].text, linkedInURL: json["linkedin"].text,
                companyName: json["organization"].text),
            charged: Amount(1, Self.unit))
    }

    private func phone(_ entry: JSONReader) -> PhoneCandidate? {
        guard let raw = entry["value"].text else { return nil }
        let type: PhoneType =
            switch entry["label"].text?.lowercased() {
            case "mobile": .mobile
            case "work": .office
            case "home": .home
            default: .other
            }
        return PhoneCandidate(raw, type: type)
    }

    func accountRequest() -> ProviderRequest {
        .post("/stats.get", json: .object(compacting: ["stats": .array(["person"])]))
    }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            let matches = json["stats"]["person"]["enrichment"]["matches"]
            guard let used = matches["count"].amount(Self.unit) else {
                throw ProviderError(.malformedReply, "an account without matches")
            }
            // Without a quota, or with one of 0, the contract bills whatever is used.
            guard let quota = matches["quota"].amount(Self.unit), quota.micros > 0 else { return ProviderAccount() }
            return ProviderAccount(
                remaining: [Amount(micros: max(0, quota.micros - used.micros), unit: Self.unit)])
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        switch reply.status {
        case 202: ProviderError(.unavailable, "the person is searched for", retryAfter: Self.pause)
        case 403 where reply.mentions("quota") || reply.mentions("exceeded"): ProviderError(.outOfCredits)
        default: reply.failure
        }
    }
}
