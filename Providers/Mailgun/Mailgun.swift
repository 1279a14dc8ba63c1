// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Mailgun: verifies emails.
    public static let mailgun = ProviderDefinition(Mailgun.facts) { Mailgun() }
}

/// Mailgun's address validation.
///
/// - The key is the password of the user `api`; a wrong one is 401 with a plain text.
/// - `do_not_send` is by its flags and reasons: disposable is invalid, what is only risky is unverified.
/// - The limit is a number of calls at once that isn't published; 429 is beyond it.
/// - Accounts in the EU are asked at `https://api.eu.mailgun.net` (`base_url`).
struct Mailgun: VerifyingExchangeProvider {
    static let unit = "mailgun_credits"

    static let facts = ProviderDescriptor(
        id: "mailgun", name: "Mailgun",
        documentation: "https://documentation.mailgun.com/docs/validate/single-valid-ir",
        baseURL: "https://api.mailgun.net", authentication: .basic(user: "api"),
        capabilities: [
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.85)
        ],
        concurrency: 5, timeout: .seconds(30), evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v4/address/validate", query: [("address", candidate.emailAddress), ("provider_lookup", "true")])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object { json throws(ProviderError) in
            guard let result = json["result"].text else {
                throw ProviderError(.malformedReply, "a validation without a result")
            }
            var verdict = try verdict(result, json)
            verdict.suggestion = json["did_you_mean"].text
            return .email(verdict)
        }
    }

    private func verdict(_ result: String, _ json: JSONReader) throws(ProviderError) -> EmailVerdict {
        let isRole = json["is_role_address"].bool == true
        let reasons = Set(json["reason"].elements.compactMap { $0.text?.lowercased() })
        switch result {
        case "deliverable": return .verified(isRole: isRole)
        case "undeliverable": return EmailVerdict(.invalid, reason(reasons, otherwise: .mailboxNotFound))
        case "do_not_send" where json["is_disposable_address"].bool == true:
            return EmailVerdict(.invalid, .disposableDomain)
        case "do_not_send":
            let known = reason(reasons, otherwise: .doNotMail)
            return EmailVerdict(known == .disposableDomain ? .invalid : .unverified, known)
        case "catch_all": return .catchAll(isRole: isRole)
        case "unknown": return EmailVerdict(.unverified, reason(reasons, otherwise: .unspecified))
        default: throw ProviderError(.malformedReply, "a result that is not in the documents")
        }
    }

    /// The reason that says most of several. `high_risk_domain`, `subdomain_mailer`, `immature_domain` and `tld_risk`
    /// judge a domain's repute, not the mailbox, and add nothing to the result.
    private func reason(_ reasons: Set<String>, otherwise: VerdictReason) -> VerdictReason {
        if reasons.contains("failed custom grammar check") { return .invalidSyntax }
        if reasons.contains("no_mx") || reasons.contains("no mx host found") { return .noMX }
        if reasons.contains("mailbox_is_disposable_address") { return .disposableDomain }
        if reasons.contains("mailbox_does_not_exist") { return .mailboxNotFound }
        if reasons.contains("long_term_disposable") { return .doNotMail }
        if reasons.contains("catch_all") { return .catchAllDomain }
        if reasons.contains("mailbox_is_role_address") { return .roleAccount }
        if reasons.contains("unknown_provider") { return .unverifiableHost }
        return otherwise
    }
}
