// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Hunter: work emails by name and company or by LinkedIn profile, and its email verifier.
    public static let hunter = ProviderDefinition(Hunter.facts) { Hunter() }
}

/// Hunter's email finder and email verifier.
///
/// - 403 is the rate limit and 429 the used-up plan: the other way round than elsewhere.
/// - A finder's miss is 200 with `email: null`; a 404 in Hunter's own JSON is one too.
/// - 202 means that the search still runs: the same request is to be sent again.
/// - 451 means that the person asked Hunter to stop: a miss, or a verdict of `suppressed`.
/// - Identical repeats within a plan's period were seen to cost nothing.
struct Hunter: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "hunter_credits"

    static let facts = ProviderDescriptor(
        id: "hunter", name: "Hunter", documentation: "https://hunter.io/api-documentation/v2",
        baseURL: "https://api.hunter.io", authentication: .header("X-API-KEY"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName], [.linkedInURL]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.35),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.known, Amount(micros: 500_000, unit: unit)), expectedHitRate: 0.8),
        ],
        repeats: .freeWindow(.seconds(3_600)),
        limits: [RateLimit(10, per: .seconds(1)), RateLimit(300, per: .seconds(60))],
        timeout: .seconds(25), evidence: .confirmed)

    /// How long a search that still runs is left alone.
    static let pause = Duration.seconds(2)

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        guard query.fullName != nil, query.domain != nil || query.companyName != nil else {
            guard let handle = query.linkedInHandle else {
                throw ProviderError(.rejectedQuery, "needs a profile of a person")
            }
            return .get("/v2/email-finder", query: [("linkedin_handle", handle)])
        }
        return .get(
            "/v2/email-finder",
            query: [
                ("domain", query.domain), ("company", query.companyNameAlone),
                ("first_name", query.name.first), ("last_name", query.name.last), ("full_name", query.name.full),
            ])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 451 { return .miss }
        if reply.status == 404, try reply.json({ !$0["errors"].elements.isEmpty }) { return .miss }
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in try answer(json["data"]) }
    }

    private func answer(_ data: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard data.isObject else { throw ProviderError(.malformedReply, "an answer without data") }
        guard let address = data["email"].text else { return .miss }
        let email = EmailCandidate(
            address, grade: grade(data["verification"]["status"].text, generated: data["source_type"].text),
            confidence: data["score"].percent)
        let phone = data["phone_number"].text.map { PhoneCandidate($0, type: .other) }
        return ProviderAnswer(
            email: email, phone: phone,
            person: PersonFacts(
                title: data["position"].text, linkedInURL: data["linkedin_url"].text,
                companyName: data["company"].text, companyDomain: data["domain"].text))
    }

    private func grade(_ status: String?, generated source: String?) -> EmailStatus {
        switch status {
        case "valid": .verified
        case "accept_all": .catchAll
        case "invalid", "disposable": .invalid
        default: source == "generated" ? .guessed : .unverified
        }
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v2/email-verifier", query: [("email", candidate.emailAddress)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        if reply.status == 451 { return .email(EmailVerdict(.unverified, .suppressed)) }
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard let status = json["data"]["status"].text else {
                throw ProviderError(.malformedReply, "a verification without a status")
            }
            return .email(verdict(status, json["data"]))
        }
    }

    private func verdict(_ status: String, _ data: JSONReader) -> EmailVerdict {
        switch status {
        case "valid": EmailVerdict(.verified, .mailboxExists)
        case "accept_all": EmailVerdict(.catchAll, .catchAllDomain)
        case "disposable": EmailVerdict(.invalid, .disposableDomain)
        case "webmail": EmailVerdict(.unverified, .unverifiableHost)
        case "blocked": EmailVerdict(.unverified, .policyRefused)
        case "invalid" where data["regexp"].bool == false: EmailVerdict(.invalid, .invalidSyntax)
        case "invalid" where data["mx_records"].bool == false: EmailVerdict(.invalid, .noMX)
        case "invalid": EmailVerdict(.invalid, .mailboxNotFound)
        default: EmailVerdict(.unverified, .unspecified)
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/v2/account") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["data"].isObject else { throw ProviderError(.malformedReply, "an account without data") }
            // `searches` and `verifications` don't follow what is spent; only the pool of credits does.
            let left = json["data"]["requests"]["credits"]["remaining"].amount(Self.unit)
            return ProviderAccount(remaining: left.map { [$0] } ?? [])
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        switch reply.status {
        case 202: ProviderError(.unavailable, "the search still runs", retryAfter: Self.pause)
        case 403: ProviderError(.throttled, retryAfter: reply.retryAfter)
        case 429: ProviderError(.outOfCredits)
        default: reply.failure
        }
    }
}
