// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// People Data Labs: work emails and mobiles by name and company, LinkedIn profile or known email.
    public static let peopleDataLabs = ProviderDefinition(PeopleDataLabs.facts) { PeopleDataLabs() }
}

/// People Data Labs' person enrichment.
///
/// - `required` names what is asked for, so that a record without it is an unbilled 404.
/// - Where the plan doesn't include a field its value is a boolean: not a value, and charged all the same.
/// - A miss is 404 with `error.type` `not_found`; another 404 is not the vendor's.
/// - `x-call-credits-spent` is the exact charge. Repeats are charged again.
/// - Blank parameters are not allowed. Emails carry no word on deliverability.
struct PeopleDataLabs: ExchangeProvider {
    static let unit = "people_data_labs_credits"

    static let facts = ProviderDescriptor(
        id: "people_data_labs", name: "People Data Labs",
        documentation: "https://docs.peopledatalabs.com/docs/person-enrichment-api",
        baseURL: "https://api.peopledatalabs.com", authentication: .header("X-Api-Key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.3),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.25),
        ],
        limits: [RateLimit(100, per: .seconds(60))],
        // `{"minute": 99}`. What `x-totallimit-remaining` counts are credits: without any, it answers 402.
        quotaHeaders: [QuotaHeader("x-ratelimit-remaining", member: "minute", per: .seconds(60))],
        evidence: .confirmed)

    private static let inputs: [Set<QueryField>] = [
        [.fullName, .domain], [.fullName, .companyName], [.linkedInURL], [.email],
    ]
    private static let minimumLikelihood = "6"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        return .get(
            "/v5/person/enrich",
            query: [
                ("first_name", query.name.first), ("last_name", query.name.last), ("name", query.name.full),
                ("company", query.domain ?? query.companyName),
                ("profile", query.linkedInHandle.map { "linkedin.com/in/\($0)" }), ("email", query.email),
                ("min_likelihood", Self.minimumLikelihood),
                ("required", query.capability == .mobile ? "mobile_phone" : "work_email"),
            ])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404, try reply.json({ $0["error"]["type"].text == "not_found" }) { return .miss }
        let spent = reply.headers["x-call-credits-spent"].flatMap { Amount(decimal: $0, unit: Self.unit) }
        return try reply.object { json throws(ProviderError) in
            guard json["data"].isObject else { throw ProviderError(.malformedReply, "a match without data") }
            return answer(json["data"], likelihood: json["likelihood"].number, charged: spent ?? Amount(1, Self.unit))
        }
    }

    private func answer(_ data: JSONReader, likelihood: Double?, charged: Amount) -> ProviderAnswer {
        let email = data["work_email"].text.map {
            EmailCandidate($0, grade: .unverified, confidence: likelihood.map { min(max($0 / 10, 0), 1) })
        }
        let mobile = data["mobile_phone"].text
        let others = data["phone_numbers"].elements.compactMap(\.text).filter { $0 != mobile }
        return ProviderAnswer(
            emails: email.map { [$0] } ?? [],
            phones: (mobile.map { [PhoneCandidate($0, type: .mobile)] } ?? [])
                + others.map { PhoneCandidate($0, type: .other) },
            person: PersonFacts(
                title: data["job_title"].text, linkedInURL: data["linkedin_url"].text,
                companyName: data["job_company_name"].text, companyDomain: data["job_company_website"].text),
            charged: charged)
    }
}
