// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// ZeroBounce: work emails by name and company, made of a pattern, and its email validation.
    public static let zeroBounce = ProviderDefinition(ZeroBounce.facts) { ZeroBounce() }
}

/// ZeroBounce's email finder and email validation.
///
/// - Errors come with HTTP 200. One message stands for both a bad key and used-up credits, so the balance, which is
///   free and `-1` for a bad key, is asked for to tell them apart.
/// - 200 requests with a bad key in an hour block for an hour: the first one must open the breaker.
/// - Numbers and booleans may be strings.
/// - The finder makes an address of a pattern: a guess. How sure it is comes as a word; a miss is a word too, and free.
struct ZeroBounce: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "zerobounce_credits"

    static let facts = ProviderDescriptor(
        id: "zerobounce", name: "ZeroBounce", documentation: "https://www.zerobounce.net/docs/",
        baseURL: "https://api.zerobounce.net", authentication: .query("api_key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.firstName, .lastName, .domain], [.firstName, .lastName, .companyName]],
                price: VendorPrice(.found, Amount(20, unit)), expectedHitRate: 0.3),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.known, Amount(1, unit)), expectedHitRate: 0.85),
        ],
        limits: [RateLimit(50_000, per: .seconds(10))], timeout: .seconds(30), evidence: .documented)

    private static let keyOrCredits = ProviderError(.unauthorized, "the key is wrong, or its credits are gone")

    var descriptor: ProviderDescriptor { Self.facts }

    func find(_ query: ContactQuery, using client: ProviderClient) async throws(ProviderError) -> ProviderAnswer {
        let reply = try await client.send(try request(for: query))
        do { return try answer(to: query, from: reply) } catch { throw try await cause(of: error, using: client) }
    }

    func verify(_ candidate: Candidate, using client: ProviderClient) async throws(ProviderError) -> Verdict {
        let reply = try await client.send(try request(for: candidate))
        do { return try verdict(on: candidate, from: reply) } catch { throw try await cause(of: error, using: client) }
    }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        return .get(
            "/v2/guessformat",
            query: [
                ("domain", query.domain), ("company_name", query.companyNameAlone),
                ("first_name", query.firstName), ("last_name", query.lastName),
            ])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try checked(reply) { json throws(ProviderError) in
            guard let word = json["email_confidence"].text?.lowercased() else {
                throw ProviderError(.malformedReply, "a guess without a confidence")
            }
            guard word != "unknown", word != "undetermined", let address = json["email"].text else { return .miss }
            let confidence = ["high": 0.9, "medium": 0.6, "low": 0.3][word]
            return ProviderAnswer(
                email: EmailCandidate(address, grade: .guessed, confidence: confidence),
                person: PersonFacts(companyName: json["company_name"].text, companyDomain: json["domain"].text))
        }
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v2/validate", query: [("email", candidate.emailAddress), ("ip_address", "")])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try checked(reply) { json throws(ProviderError) in
            guard let status = json["status"].text?.lowercased() else {
                throw ProviderError(.malformedReply, "a validation without a status")
            }
            var verdict = verdict(status, json["sub_status"].text?.lowercased() ?? "")
            verdict.suggestion = json["did_you_mean"].text
            return .email(verdict)
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/v2/getcredits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply) { json throws(ProviderError) in
            let credits = json["Credits"]
            guard credits.text != "-1", credits.integer != -1 else { throw ProviderError(.unauthorized) }
            return try ProviderAccount(credits, Self.unit)
        }
    }

    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object { json throws(ProviderError) in
            // The finder's errors stand in `message`, in either case.
            guard ["error", "message", "Message"].allSatisfy({ json[$0].text == nil }) else {
                let isEither = reply.mentions("api key") || reply.mentions("credits")
                throw isEither ? Self.keyOrCredits : ProviderError(.rejectedQuery, "an error with status 200")
            }
            return try read(json)
        }
    }

    /// A good key is the only one with a balance: then it is the credits that are missing.
    private func cause(
        of failure: ProviderError, using client: ProviderClient
    ) async throws(ProviderError) -> ProviderError {
        guard failure == Self.keyOrCredits else { return failure }
        _ = try account(from: try await client.send(accountRequest(), repeatable: true))
        return ProviderError(.outOfCredits)
    }
}
