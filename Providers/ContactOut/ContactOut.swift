// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes

extension ProviderDefinition {
    /// ContactOut: work emails and phones by LinkedIn profile, name and company or known email, and its email verifier.
    public static let contactOut = ProviderDefinition(ContactOut.facts) { ContactOut() }
}

/// ContactOut's contact info, people enrichment and email verifier.
///
/// - 400 is a bad key and 401 a bad query: the other way round than elsewhere. 403 is used-up credits, or an endpoint
///   that the plan doesn't have.
/// - A miss is 404 in ContactOut's own JSON, or an empty list where the profile should be.
/// - What is asked for drives the price, so an email or a phone is asked for, never both.
/// - A key for demonstrations gets the same sample of 2023-04 as its balance.
struct ContactOut: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "contactout_credits"
    static let phoneUnit = "contactout_phone_credits"
    static let searchUnit = "contactout_search_credits"
    static let verifierUnit = "contactout_verifier_credits"

    static let facts = ProviderDescriptor(
        id: "contactout", name: "ContactOut", documentation: "https://api.contactout.com",
        baseURL: "https://api.contactout.com", authentication: .header("token"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, phoneUnit)), expectedHitRate: 0.3),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.known, Amount(1, verifierUnit)), expectedHitRate: 0.8),
        ],
        limits: [RateLimit(1_000, per: .seconds(60))], timeout: .seconds(30), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [
        [.linkedInURL], [.fullName, .domain], [.fullName, .companyName], [.email],
    ]
    private static let accept = HeaderItem(.accept, "application/json")

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let isMobile = query.capability == .mobile
        // By a profile the enrichment would cost a search credit too.
        if let profile = query.linkedInURL {
            return .get(
                "/v1/people/linkedin",
                query: [
                    ("profile", profile), ("email_type", isMobile ? "none" : "work"),
                    ("include_phone", isMobile ? "true" : "false"),
                ], headers: [Self.accept])
        }
        return .post(
            "/v1/people/enrich", headers: [Self.accept],
            json: .object(compacting: [
                "first_name": .text(query.name.first), "last_name": .text(query.name.last),
                "full_name": .text(query.name.full), "company": query.companyName.map { .array([.string($0)]) },
                "company_domain": query.domain.map { .array([.string($0)]) }, "email": .text(query.email),
                "include": .array([isMobile ? "phone" : "work_email"]),
            ]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404, try reply.json({ $0["status_code"].integer == 404 }) { return .miss }
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["profile"].exists else { throw ProviderError(.malformedReply, "an answer without a profile") }
            return json["profile"].isObject ? answer(json["profile"]) : .miss
        }
    }

    private func answer(_ profile: JSONReader) -> ProviderAnswer {
        let verified = profile["work_email_status"]
        return ProviderAnswer(
            emails: profile["work_email"].elements.compactMap(\.text).map {
                EmailCandidate($0, grade: verified[$0].text == "Verified" ? .verified : .unverified)
            },
            phones: profile["phone"].elements.compactMap(\.text).map { PhoneCandidate($0, type: .other) },
            person: PersonFacts(
                linkedInURL: profile["url"].text, companyName: profile["company"]["name"].text,
                companyDomain: profile["company"]["domain"].text))
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v1/email/verify", query: [("email", candidate.emailAddress)], headers: [Self.accept])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            switch json["data"]["status"].text {
            case nil: throw ProviderError(.malformedReply, "a verification without a status")
            case "valid": return .email(EmailVerdict(.verified, .mailboxExists))
            case "invalid": return .email(EmailVerdict(.invalid, .mailboxNotFound))
            case "accept_all": return .email(EmailVerdict(.catchAll, .catchAllDomain))
            case "disposable": return .email(EmailVerdict(.invalid, .disposableDomain))
            default: return .email(EmailVerdict(.unverified, .unspecified))
            }
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/v1/stats", headers: [Self.accept]) }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            if json["period"]["start"].text?.hasPrefix("2023-04") == true {
                throw ProviderError(.unauthorized, "a key for demonstrations")
            }
            let usage = json["usage"]
            guard usage.isObject else { throw ProviderError(.malformedReply, "an account without usage") }
            let pools = [("", Self.unit), ("phone_", Self.phoneUnit), ("search_", Self.searchUnit)]
            return ProviderAccount(
                remaining: pools.compactMap { prefix, unit in
                    // Of a prepaid account the quota is what is left.
                    let left = usage["\(prefix)remaining"]
                    return (left.exists ? left : usage["\(prefix)quota"]).amount(unit)
                })
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        switch reply.status {
        case 400: ProviderError(.unauthorized)
        case 401 where reply.mentions("token") || reply.mentions("credentials"): ProviderError(.unauthorized)
        case 401: ProviderError(.rejectedQuery)
        case 403 where reply.mentions("no access"): ProviderError(.unauthorized, "the plan doesn't include this")
        case 403: ProviderError(.outOfCredits)
        default: reply.failure
        }
    }
}
