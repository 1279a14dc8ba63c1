// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Lusha: work emails and phones by name and company, LinkedIn profile or known email.
    public static let lusha = ProviderDefinition(Lusha.facts) { Lusha() }
}

/// Lusha's search and enrichment in one call (V3; V2 was switched off on 2026-11-18).
///
/// - A miss is 200 with an error in the result; 404 is an endpoint that is not there.
/// - `reveal` drives the price, so only what is asked for is revealed. The search costs a credit of its own.
/// - `billing.creditsCharged` is the exact charge; contacts that were revealed before cost less or nothing.
/// - There is no word on whether an email can be delivered: `confidence` grades the source.
/// - 451 is a person whom the GDPR rules keep out: a miss. A trial that is used up answers with 429.
struct Lusha: ExchangeProvider, AccountReporting {
    static let unit = "lusha_credits"

    static let facts = ProviderDescriptor(
        id: "lusha", name: "Lusha", documentation: "https://docs.lusha.com",
        baseURL: "https://api.lusha.com", authentication: .header("api_key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(2, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(6, unit)), expectedHitRate: 0.35),
        ],
        // By the minute it is the lowest plan's.
        limits: [RateLimit(25, per: .seconds(1)), RateLimit(40, per: .seconds(60))],
        quotaHeaders: [
            QuotaHeader("x-minute-requests-left", per: .seconds(60)),
            QuotaHeader("x-hourly-requests-left", per: .seconds(3_600)),
            QuotaHeader("x-daily-requests-left", per: .seconds(86_400)),
        ],
        timeout: .seconds(30), evidence: .confirmed)

    private static let inputs: [Set<QueryField>] = [
        [.firstName, .lastName, .domain], [.firstName, .lastName, .companyName], [.linkedInURL], [.email],
    ]

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let contact: JSONValue = .object(compacting: [
            "firstName": .text(query.name.first), "lastName": .text(query.name.last),
            "companyName": .text(query.companyName), "companyDomain": .text(query.domain),
            "linkedinUrl": .text(query.linkedInURL), "email": .text(query.email),
        ])
        let reveal: JSONValue = query.capability == .mobile ? "phones" : "emails"
        return .post(
            "/v3/contacts/search-and-enrich",
            json: .object(compacting: ["contacts": .array([contact]), "reveal": .array([reveal])]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 451 { return .miss }
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard let result = json["results"].elements.first, result.isObject else {
                throw ProviderError(.malformedReply, "an answer without a result")
            }
            var answer = try answer(result)
            answer.charged = json["billing"]["creditsCharged"].amount(Self.unit)
            return answer
        }
    }

    private func answer(_ result: JSONReader) throws(ProviderError) -> ProviderAnswer {
        switch result["error"]["code"].text {
        case nil where result["error"].exists: throw ProviderError(.malformedReply, "an error without a code")
        case nil: return contact(result)
        case "NOT_FOUND", "COMPLIANCE_RESTRICTED": return .miss
        case "ENRICH_FAILED": throw ProviderError(.unavailable, "the contact could not be revealed")
        default: throw ProviderError(.malformedReply, "an error code that is not in the documents")
        }
    }

    private func contact(_ result: JSONReader) -> ProviderAnswer {
        let phones = result["phones"].elements.compactMap(phone)
        return ProviderAnswer(
            emails: result["emails"].elements.filter { $0["type"].text != "private" }
                .compactMap { $0["email"].text.map { EmailCandidate($0, grade: .unverified) } },
            phones: phones.filter { $0.type != .office }, officePhones: phones.filter { $0.type == .office },
            person: PersonFacts(
                title: result["jobTitle"]["title"].text, linkedInURL: result["socialLinks"]["linkedin"].text,
                companyName: result["company"]["name"].text, companyDomain: result["company"]["domain"].text))
    }

    private func phone(_ entry: JSONReader) -> PhoneCandidate? {
        guard let raw = entry["number"].text else { return nil }
        let type: PhoneType =
            switch entry["type"].text {
            case "mobile": .mobile
            case "direct": .direct
            case "work": .office
            default: .other
            }
        let listed: DoNotCall = entry["doNotCall"].bool.map { $0 ? .listed : .notListed } ?? .unknown
        return PhoneCandidate(raw, type: type, doNotCall: listed)
    }

    func accountRequest() -> ProviderRequest { .get("/v3/account/usage") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            try ProviderAccount(json["credits"]["remaining"], Self.unit)
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        switch reply.status {
        case 429 where reply.mentions("trial"): ProviderError(.outOfCredits, "the trial is used up")
        case 499: ProviderError(.timedOut)
        default: reply.failure
        }
    }
}
