// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// GetProspect: work emails by name and company, and its email verifier.
    public static let getProspect = ProviderDefinition(GetProspect.facts) { GetProspect() }
}

/// GetProspect's email finder and email verifier, known from others' code alone.
///
/// - An answer is flat, or below `data` beside `success`: both were seen.
/// - A miss is `email: null`, the status `not_found`, or a 404 that says one of them.
struct GetProspect: ExchangeProvider, VerifyingExchangeProvider {
    static let unit = "getprospect_credits"

    static let facts = ProviderDescriptor(
        id: "getprospect", name: "GetProspect", documentation: "https://getprospect.com/blog/getprospect-api/",
        baseURL: "https://api.getprospect.com", authentication: .header("apiKey"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.3),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.7),
        ],
        timeout: .seconds(30), evidence: .unconfirmed)

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        return .get(
            "/v2/email-finder",
            query: [
                ("first_name", query.name.first), ("last_name", query.name.last), ("full_name", query.name.full),
                ("domain", query.domain), ("company", query.companyNameAlone),
            ])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try reply.object(unless: reply.status == 404 ? nil : reply.failure) { json throws(ProviderError) in
            let found = try record(json)
            let status = found["status"].text
            if status == "not_found" { return .miss }
            guard reply.status != 404, let address = found["email"].text else {
                guard found.members.contains(where: { $0.key == "email" }), !found["email"].exists else {
                    throw ProviderError(.malformedReply, "an answer without an email")
                }
                return .miss
            }
            return ProviderAnswer(
                email: EmailCandidate(address, grade: grade(status)),
                person: PersonFacts(linkedInURL: found["linkedin_url"].text, companyDomain: found["domain"].text))
        }
    }

    private func grade(_ status: String?) -> EmailStatus {
        switch status {
        case "valid": .verified
        case "accept_all": .catchAll
        case "invalid": .invalid
        default: .unverified
        }
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v2/email-verifier", query: [("email", candidate.emailAddress)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object { json throws(ProviderError) in
            guard let status = try record(json)["status"].text else {
                throw ProviderError(.malformedReply, "a verification without a status")
            }
            let verdict: EmailVerdict =
                switch status {
                case "valid": EmailVerdict(.verified, .mailboxExists)
                case "accept_all": EmailVerdict(.catchAll, .catchAllDomain)
                case "invalid": EmailVerdict(.invalid, .mailboxNotFound)
                default: EmailVerdict(.unverified, .unspecified)
                }
            return .email(verdict)
        }
    }

    private func record(_ json: JSONReader) throws(ProviderError) -> JSONReader {
        guard json["success"].bool != false else { throw ProviderError(.malformedReply, "an error without a status") }
        return json["data"].isObject ? json["data"] : json
    }
}
