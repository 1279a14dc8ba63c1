// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Anymail Finder: verified work emails by name and company or by LinkedIn profile, and its email verifier.
    public static let anymailFinder = ProviderDefinition(AnymailFinder.facts) { AnymailFinder() }
}

/// Anymail Finder's person search and its verifier.
///
/// - It asks the mail server while the caller waits: mostly some seconds, up to three minutes.
/// - The key stands in `Authorization` as it is.
/// - A miss is 200 with `not_found` or `blacklisted`. What is in `valid_email` alone is verified.
/// - `credits_charged` is the exact charge. A repeat within 30 days is free, after a timeout too.
/// - `risky` says that the check came to nothing.
struct AnymailFinder: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "anymail_finder_credits"

    static let facts = ProviderDescriptor(
        id: "anymail_finder", name: "Anymail Finder", documentation: "https://anymailfinder.com/email-finder-api/docs",
        baseURL: "https://api.anymailfinder.com/v5.1", authentication: .header("Authorization"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName], [.linkedInURL]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.4),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(micros: 200_000, unit: unit)), expectedHitRate: 0.8),
        ],
        repeats: .freeWindow(.seconds(2_592_000)), timeout: .seconds(180), evidence: .confirmed)

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        guard query.fullName != nil, query.domain != nil || query.companyName != nil else {
            return .post("/find-email/person", json: .object(compacting: ["linkedin_url": .text(query.linkedInURL)]))
        }
        return .post(
            "/find-email/person",
            json: .object(compacting: [
                "first_name": .text(query.name.first), "last_name": .text(query.name.last),
                "full_name": .text(query.name.full), "domain": .text(query.domain),
                "company_name": .text(query.companyNameAlone),
            ]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try checked(reply) { json, status throws(ProviderError) in
            let charged = json["credits_charged"].amount(Self.unit)
            let valid = json["valid_email"].text.map { EmailCandidate($0, grade: .verified) }
            let other = json["email"].text.map {
                EmailCandidate($0, grade: status == "valid" ? .verified : .unverified)
            }
            guard status != "not_found", status != "blacklisted", let email = valid ?? other else {
                return ProviderAnswer(charged: charged)
            }
            return ProviderAnswer(
                email: email,
                person: PersonFacts(
                    title: json["person_job_title"].text, linkedInURL: json["person_linkedin_url"].text,
                    companyName: json["person_company_name"].text),
                charged: charged)
        }
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .post("/verify-email", json: .object(compacting: ["email": .string(candidate.emailAddress)]))
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try checked(reply) { json, status throws(ProviderError) in
            let charged = json["credits_charged"].amount(Self.unit)
            switch status {
            case "valid": return .email(EmailVerdict(.verified, .mailboxExists, charged: charged))
            case "invalid": return .email(EmailVerdict(.invalid, .mailboxNotFound, charged: charged))
            default: return .email(EmailVerdict(.unverified, .unspecified, charged: charged))
            }
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/account") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object { json throws(ProviderError) in try ProviderAccount(json["credits_left"], Self.unit) }
    }

    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader, String) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object { json throws(ProviderError) in
            guard let status = json["email_status"].text else {
                throw ProviderError(.malformedReply, "an answer without a status")
            }
            return try read(json, status)
        }
    }
}
