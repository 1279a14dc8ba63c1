// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// NeverBounce: verifies emails.
    public static let neverBounce = ProviderDefinition(NeverBounce.facts) { NeverBounce() }
}

/// NeverBounce's single check.
///
/// - Errors come with HTTP 200: `status` is `success` or what went wrong. Used-up credits have no word of their own,
///   they are a `general_failure` whose message says so.
/// - The reason of a result is in `flags`.
/// - `valid` on a host of a spam trap network is no verified address.
struct NeverBounce: VerifyingExchangeProvider, AccountReporting {
    static let unit = "neverbounce_credits"

    static let facts = ProviderDescriptor(
        id: "neverbounce", name: "NeverBounce",
        documentation: "https://developers.neverbounce.com/reference/single-check",
        baseURL: "https://api.neverbounce.com", authentication: .query("key"),
        capabilities: [
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.85)
        ],
        timeout: .seconds(30), evidence: .documented)

    /// Seconds after which the vendor answers `unknown`: less than an attempt may take.
    private static let patience = "25"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v4.2/single/check", query: [("email", candidate.emailAddress), ("timeout", Self.patience)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object { json throws(ProviderError) in
            if let failure = failure(in: json) { throw failure }
            guard let result = json["result"].text else {
                throw ProviderError(.malformedReply, "a check without a result")
            }
            var verdict = try verdict(result, Set(json["flags"].elements.compactMap(\.text)))
            verdict.suggestion = json["suggested_correction"].text
            return .email(verdict)
        }
    }

    private func verdict(_ result: String, _ flags: Set<String>) throws(ProviderError) -> EmailVerdict {
        let isRole = flags.contains("role_account")
        switch result {
        case "valid" where flags.contains("spamtrap_network"): return EmailVerdict(.unverified, .spamTrap)
        case "valid": return .verified(isRole: isRole)
        case "invalid": return EmailVerdict(.invalid, reason(flags))
        case "disposable": return EmailVerdict(.invalid, .disposableDomain)
        case "catchall": return .catchAll(isRole: isRole)
        case "unknown" where flags.contains("temporary_dns_error"): return EmailVerdict(.unverified, .temporaryError)
        case "unknown" where flags.contains("connect_fails"): return EmailVerdict(.unverified, .connectionFailed)
        case "unknown": return EmailVerdict(.unverified, .unspecified)
        default: throw ProviderError(.malformedReply, "a result that is not in the documents")
        }
    }

    private func reason(_ flags: Set<String>) -> VerdictReason {
        if flags.contains("bad_syntax") { return .invalidSyntax }
        if flags.contains("bad_dns") { return .noSuchDomain }
        if flags.contains("spamtrap_network") { return .spamTrap }
        if flags.contains("connect_fails") { return .connectionFailed }
        if flags.contains("spelling_mistake") { return .possibleTypo }
        if flags.contains("has_dns"), !flags.contains("has_dns_mx") { return .noMX }
        return .mailboxNotFound
    }

    func accountRequest() -> ProviderRequest { .get("/v4.2/account/info") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object { json throws(ProviderError) in
            if let failure = failure(in: json) { throw failure }
            let credits = json["credits_info"]
            guard let paid = credits["paid_credits_remaining"].amount(Self.unit),
                let free = credits["free_credits_remaining"].amount(Self.unit)
            else { throw ProviderError(.malformedReply, "an account without credits") }
            return ProviderAccount(remaining: [Amount(micros: paid.micros + free.micros, unit: Self.unit)])
        }
    }

    private func failure(in json: JSONReader) -> ProviderError? {
        switch json["status"].text {
        case "success": nil
        case "auth_failure": ProviderError(.unauthorized)
        case "bad_referrer": ProviderError(.unauthorized, "the key may not be used from here")
        case "throttle_triggered": ProviderError(.throttled)
        case "temp_unavail": ProviderError(.unavailable)
        case "general_failure" where (json["message"].text ?? "").lowercased().contains("credit"):
            ProviderError(.outOfCredits)
        case "general_failure": ProviderError(.rejectedQuery, "a failure with status 200")
        default: ProviderError(.malformedReply, "a status that is not in the documents")
        }
    }
}
