// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes

extension ProviderDefinition {
    /// Nymeria: work emails and phones by LinkedIn profile or known email, and its email verifier.
    public static let nymeria = ProviderDefinition(Nymeria.facts) { Nymeria() }
}

/// Nymeria's person enrichment and email verifier.
///
/// - `require` names what is asked for, so that a record without it is an unbilled 404.
/// - A miss is 404 with `error.type` `not_found`; another 404 is not the vendor's.
/// - `x-call-credits-spent` is the exact charge.
/// - 503 is the limit on calls. A value may be masked (`*****@example.com`): then it is none.
struct Nymeria: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "nymeria_credits"

    static let facts = ProviderDescriptor(
        id: "nymeria", name: "Nymeria", documentation: "https://www.nymeria.io/developers",
        baseURL: "https://www.nymeria.io/api/v4", authentication: .header("X-Api-Key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.linkedInURL], [.email]], price: VendorPrice(.found, Amount(1, unit)),
                expectedHitRate: 0.3),
            .mobile: CapabilityDescriptor(
                inputs: [[.linkedInURL], [.email]], price: VendorPrice(.found, Amount(1, unit)),
                expectedHitRate: 0.3),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.7),
        ],
        limits: [RateLimit(10, per: .seconds(1))], timeout: .seconds(30), evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        return .get(
            "/person/enrich",
            query: [
                ("profile", query.linkedInURL), ("email", query.linkedInURL == nil ? query.email : nil),
                ("require", query.capability == .mobile ? "phone" : "professional-email"),
            ])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404, try reply.json({ $0["error"]["type"].text == "not_found" }) { return .miss }
        let spent = reply.headers["x-call-credits-spent"].flatMap { Amount(decimal: $0, unit: Self.unit) }
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["data"].isObject else { throw ProviderError(.malformedReply, "a match without data") }
            return answer(json["data"], charged: spent)
        }
    }

    private func answer(_ data: JSONReader, charged: Amount?) -> ProviderAnswer {
        let work = shown(data["work_email"])
        let others = data["emails"].elements.filter { $0["type"].text == "professional" }
            .compactMap { shown($0["address"]) }.filter { $0 != work }
        let mobile = shown(data["mobile_phone"])
        let numbers = data["phone_numbers"].elements.compactMap(shown).filter { $0 != mobile }
        return ProviderAnswer(
            emails: ((work.map { [$0] } ?? []) + others).map { EmailCandidate($0, grade: .unverified) },
            phones: (mobile.map { [PhoneCandidate($0, type: .mobile)] } ?? [])
                + numbers.map { PhoneCandidate($0, type: .other) },
            person: PersonFacts(
                title: data["job_title"].text, linkedInURL: data["linkedin_url"].text,
                companyName: data["job_company_name"].text, companyDomain: data["job_company_website"].text),
            charged: charged)
    }

    private func shown(_ value: JSONReader) -> String? { value.text.flatMap { $0.contains("*") ? nil : $0 } }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/email/verify", query: [("email", candidate.emailAddress)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard let result = json["data"]["result"].text else {
                throw ProviderError(.malformedReply, "a verification without a result")
            }
            let correction = json["data"]["suggested_correction"].text
            let verdict: EmailVerdict =
                switch result {
                case "valid": EmailVerdict(.verified, .mailboxExists)
                case "catchall": EmailVerdict(.catchAll, .catchAllDomain)
                case "disposable": EmailVerdict(.invalid, .disposableDomain)
                case "invalid": EmailVerdict(.invalid, .mailboxNotFound, suggestion: correction)
                default: EmailVerdict(.unverified, .unspecified, suggestion: correction)
                }
            return .email(verdict)
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest {
        ProviderRequest(method: .post, target: .path("/check-authentication"))
    }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["data"].isObject else { throw ProviderError(.malformedReply, "an account without data") }
            return ProviderAccount(
                remaining: reply.headers["x-total-limit-remaining"]
                    .flatMap { Amount(decimal: $0, unit: Self.unit) }.map { [$0] } ?? [])
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        reply.status == 503 ? ProviderError(.throttled, retryAfter: reply.retryAfter) : reply.failure
    }
}
