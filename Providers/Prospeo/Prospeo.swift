// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Prospeo: verified emails and mobiles by name and company, LinkedIn profile or known email.
    public static let prospeo = ProviderDefinition(Prospeo.facts) { Prospeo() }
}

/// Prospeo's person enrichment.
///
/// - Errors and misses are HTTP 400; `error_code` alone says which. Documents disagree on the status of a bad key.
/// - A value is a hit only with `revealed: true`: otherwise it is masked (`jane.*****@example.com`).
/// - An email is asked for with `only_verified_email`, a mobile with `only_verified_mobile`, so that a match without
///   one is not billed.
/// - A record that was enriched before is free for the life of the account (`free_enrichment`).
/// - There is no `Retry-After`; the windows' headers say how long.
struct Prospeo: ExchangeProvider, AccountReporting {
    static let unit = "prospeo_credits"

    static let facts = ProviderDescriptor(
        id: "prospeo", name: "Prospeo", documentation: "https://prospeo.io/api-docs/enrich-person",
        baseURL: "https://api.prospeo.io", authentication: .header("X-KEY"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(10, unit)), expectedHitRate: 0.25),
        ],
        repeats: .freeWindow(.seconds(86_400)),
        limits: [
            RateLimit(5, per: .seconds(1)), RateLimit(300, per: .seconds(60)), RateLimit(2_000, per: .seconds(86_400)),
        ],
        quotaHeaders: [
            QuotaHeader("x-minute-request-left", reset: "x-minute-reset-seconds"),
            QuotaHeader("x-daily-request-left", reset: "x-daily-reset-seconds"),
        ],
        evidence: .confirmed)

    private static let inputs: [Set<QueryField>] = [
        [.fullName, .domain], [.fullName, .companyName], [.linkedInURL], [.email],
    ]

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let person: JSONValue = .object(compacting: [
            "first_name": .text(query.name.first), "last_name": .text(query.name.last),
            "full_name": .text(query.name.full), "company_name": .text(query.companyName),
            "company_website": .text(query.domain), "linkedin_url": .text(query.linkedInURL),
            "email": .text(query.email),
        ])
        let isMobile = query.capability == .mobile
        return .post(
            "/enrich-person",
            json: .object(compacting: [
                "only_verified_email": isMobile ? nil : true, "enrich_mobile": isMobile ? true : nil,
                "only_verified_mobile": isMobile ? true : nil, "data": person,
            ]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try reply.explained { json throws(ProviderError) in
            try isMiss(json, reply) ? .miss : try answer(json, asked: query.capability)
        }
    }

    private func answer(_ json: JSONReader, asked: Capability) throws(ProviderError) -> ProviderAnswer {
        guard json["person"].isObject else { throw ProviderError(.malformedReply, "a match without a person") }
        let person = json["person"]
        let company = json["company"]
        let mobile = mobile(person["mobile"])
        let price: Int64 = json["free_enrichment"].bool == true ? 0 : asked == .mobile && mobile != nil ? 10 : 1
        return ProviderAnswer(
            email: email(person["email"]), phone: mobile,
            officePhone: company["phone_hq"]["phone_hq"].text.map { PhoneCandidate($0, type: .office) },
            person: PersonFacts(
                title: person["current_job_title"].text, linkedInURL: person["linkedin_url"].text,
                companyName: company["name"].text, companyDomain: company["domain"].text),
            charged: Amount(price, Self.unit))
    }

    private func email(_ email: JSONReader) -> EmailCandidate? {
        guard email["revealed"].bool == true, let address = email["email"].text, !address.contains("*") else {
            return nil
        }
        let grade: EmailStatus =
            switch email["status"].text {
            case "VERIFIED": .verified
            case "ACCEPT_ALL": .catchAll
            default: .unverified
            }
        return EmailCandidate(address, grade: grade)
    }

    private func mobile(_ mobile: JSONReader) -> PhoneCandidate? {
        guard mobile["revealed"].bool == true, let raw = mobile["mobile"].text, !raw.contains("*") else { return nil }
        return PhoneCandidate(
            raw, type: .mobile, status: mobile["status"].text == "VERIFIED" ? .validNumber : .noStatus,
            country: mobile["mobile_country_code"].text)
    }

    func accountRequest() -> ProviderRequest { .get("/account-information") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.explained { json throws(ProviderError) in
            guard try !isMiss(json, reply), json["response"].isObject else {
                throw ProviderError(.malformedReply, "an account without an answer")
            }
            let left = json["response"]["remaining_credits"].amount(Self.unit)
            return ProviderAccount(remaining: left.map { [$0] } ?? [])
        }
    }

    /// True for a miss, false for a success; throws what any other code means.
    private func isMiss(_ json: JSONReader, _ reply: ProviderReply) throws(ProviderError) -> Bool {
        switch json["error_code"].text {
        case nil:
            if let failure = reply.failure { throw failure }
            guard json["error"].bool == false else {
                throw ProviderError(.malformedReply, "neither an answer nor an error code")
            }
            return false
        case "NO_MATCH", "NO_RESULTS": return true
        case "INSUFFICIENT_CREDITS": throw ProviderError(.outOfCredits)
        case "INVALID_API_KEY": throw ProviderError(.unauthorized)
        case "ACCOUNT_RESTRICTED": throw ProviderError(.unauthorized, "the account is restricted")
        case "PLAN_REQUIRED": throw ProviderError(.unauthorized, "the plan doesn't include this")
        case "RATE_LIMITED", "RATE_LIMIT_EXCEEDED": throw ProviderError(.throttled, retryAfter: pause(reply))
        case "INTERNAL_ERROR": throw ProviderError(.unavailable)
        case "INVALID_DATAPOINTS", "INVALID_REQUEST", "INVALID_FILTERS": throw ProviderError(.rejectedQuery)
        default: throw reply.failure ?? ProviderError(.malformedReply, "an unknown error code")
        }
    }

    /// How long the window that is used up still lasts.
    private func pause(_ reply: ProviderReply) -> Duration? {
        for window in ["daily", "minute"] where reply.headers["x-\(window)-request-left"] == "0" {
            let seconds = reply.headers["x-\(window)-reset-seconds"].flatMap { Int64($0) } ?? -1
            if seconds >= 0 { return .seconds(min(seconds, 86_400)) }
        }
        return reply.retryAfter
    }
}
