// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes

extension ProviderDefinition {
    /// Apollo: emails by name and company, LinkedIn profile or known email, and mobiles as a job that is polled.
    public static let apollo = ProviderDefinition(Apollo.facts) { Apollo() }
}

/// Apollo's people match: an email is there at once, a mobile is revealed later and asked for.
///
/// - Every parameter goes into the query, the body of the POST is empty.
/// - A reveal wants a webhook or `poll_only`; with that one nothing is sent to an address on the internet.
/// - A result that isn't there yet is 404 with a code that says so. Its id is a signed integer beyond 2^53.
/// - A bad key is answered with 401 and plain text.
/// - `email_not_unlocked@...` stands where an email is known and was not paid for: it is not a hit.
/// - A matched person costs a credit also where no email comes with it, a mobile eight more.
/// - Numbers of a contact that the account holds already come along; `work_hq` is the office.
struct Apollo: PollingProvider, AccountReporting {
    static let unit = "apollo_credits"

    static let facts = ProviderDescriptor(
        id: "apollo", name: "Apollo", documentation: "https://docs.apollo.io/reference/people-enrichment",
        baseURL: "https://api.apollo.io", authentication: .header("x-api-key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.5),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(9, unit)), expectedHitRate: 0.3),
        ],
        repeats: .asyncID,
        limits: [
            RateLimit(50, per: .seconds(60)), RateLimit(200, per: .seconds(3_600)),
            RateLimit(600, per: .seconds(86_400)),
        ],
        // Fixed windows, each opened by its first call; no header says when they end.
        quotaHeaders: [
            QuotaHeader("x-minute-requests-left", per: .seconds(60)),
            QuotaHeader("x-hourly-requests-left", per: .seconds(3_600)),
            QuotaHeader("x-24-hour-requests-left", per: .seconds(86_400)),
        ],
        timeout: .seconds(300), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [
        [.fullName, .domain], [.fullName, .companyName], [.linkedInURL], [.email],
    ]
    /// A reveal takes a minute and more; each look counts against the limits.
    static let pause = Duration.seconds(30)
    private static let accept = HeaderItem(.accept, "application/json")

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let reveals = query.capability == .mobile
        let parameters: [(String, String?)] = [
            ("first_name", query.name.first), ("last_name", query.name.last), ("name", query.name.full),
            ("organization_name", query.companyName), ("domain", query.domain), ("linkedin_url", query.linkedInURL),
            ("email", query.email), ("reveal_personal_emails", "false"),
            ("reveal_phone_number", reveals ? "true" : "false"), ("poll_only", reveals ? "true" : nil),
        ]
        return post(
            "/api/v1/people/match", parameters.compactMap { name, value in value.map { QueryItem(name, $0) } })
    }

    func request(for ticket: PollTicket) -> ProviderRequest {
        .get("/api/v1/webhook_result/\(ticket.rawValue)", headers: [Self.accept])
    }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        if [400, 404, 410].contains(reply.status), let waiting = try pending(reply) { return waiting }
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            if json["webhook_status"].exists { return try revealed(json) }
            let person = json["person"]
            guard person.exists else { return .answered(.miss) }
            guard person.isObject else { throw ProviderError(.malformedReply, "a person that is not an object") }
            // Another request for the person is under way; asked again, the match would be billed again.
            if query.capability == .mobile, json["phone_enrichment"]["status"].text == "skipped" {
                throw ProviderError(.rejectedQuery, "the person's phones are looked for already")
            }
            // Without an id nothing more will come.
            guard query.capability == .mobile, json["request_id"].exists else { return .answered(answer(person)) }
            return .pending(try PollTicket(json["request_id"]), after: Self.pause)
        }
    }

    /// Reads a result that isn't there; nil for a query that was refused.
    private func pending(_ reply: ProviderReply) throws(ProviderError) -> Progress? {
        let read = try? reply.json { json throws(ProviderError) in
            (code: json["error_code"].text, seconds: json["retry_after_seconds"].integer)
        }
        switch read?.code {
        case "result_pending": return .pending(nil, after: .seconds(min(max(read?.seconds ?? 30, 5), 60)))
        case "request_id_unknown", "request_id_expired", "invalid_request_id":
            throw ProviderError(.malformedReply, "a result that the vendor doesn't know")
        case _ where reply.status == 400: return nil
        default: throw ProviderError(.malformedReply, "a result of another form")
        }
    }

    private func revealed(_ json: JSONReader) throws(ProviderError) -> Progress {
        switch json["webhook_status"].text {
        case "in_progress": return .pending(nil, after: Self.pause)
        case "success": break
        case "failed": throw ProviderError(.unavailable, "the reveal failed")
        default: throw ProviderError(.malformedReply, "a result of an unknown status")
        }
        guard json["webhook_result"].isObject else { throw ProviderError(.malformedReply, "a result that holds none") }
        return .answered(answer(toReveal: json["webhook_result"]))
    }

    func accountRequest() -> ProviderRequest { post("/api/v1/usage_stats/credit_usage_stats") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["credit_usage_stats"].isObject else {
                throw ProviderError(.malformedReply, "an account without usage")
            }
            let left = json["credit_usage_stats"]["lead_credit"]["left_over"].amount(Self.unit)
            return ProviderAccount(remaining: left.map { [$0] } ?? [])
        }
    }

    private func post(_ path: String, _ query: [QueryItem] = []) -> ProviderRequest {
        ProviderRequest(method: .post, target: .path(path), query: query, headers: [Self.accept])
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        // What a team without credits gets is not documented; both statuses were reported, with a text that says so.
        reply.status == 422 && reply.mentions("credit") ? ProviderError(.outOfCredits) : reply.failure
    }
}
