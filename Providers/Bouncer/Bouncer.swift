// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Bouncer: verifies emails.
    public static let bouncer = ProviderDefinition(Bouncer.facts) { Bouncer() }
}

/// Bouncer's real-time verification.
///
/// - `risky` is several things, told apart by flags that are `yes`, `no` or `unknown`: a catch-all, a disposable
///   domain, a full mailbox, a role.
/// - `unknown` with `retryAfter` is a greylisting: asking later helps, asking now is billed again.
/// - Toxicity costs a credit more and isn't asked for.
struct Bouncer: VerifyingExchangeProvider, AccountReporting {
    static let unit = "bouncer_credits"

    static let facts = ProviderDescriptor(
        id: "bouncer", name: "Bouncer", documentation: "https://docs.usebouncer.com",
        baseURL: "https://api.usebouncer.com", authentication: .header("x-api-key"),
        capabilities: [
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.85)
        ],
        limits: [RateLimit(1_000, per: .seconds(60))], timeout: .seconds(35), evidence: .documented)

    /// Seconds after which the vendor answers `unknown`: the most that it takes.
    private static let patience = "30"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v1.1/email/verify", query: [("email", candidate.emailAddress), ("timeout", Self.patience)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object { json throws(ProviderError) in
            guard let status = json["status"].text else {
                throw ProviderError(.malformedReply, "a verification without a status")
            }
            var verdict = try verdict(status, json)
            verdict.suggestion = json["didYouMean"].text
            return .email(verdict)
        }
    }

    private func verdict(_ status: String, _ json: JSONReader) throws(ProviderError) -> EmailVerdict {
        let isRole = json["account"]["role"].text == "yes"
        let acceptsAll = json["domain"]["acceptAll"].text == "yes"
        switch status {
        case "deliverable" where acceptsAll: return .catchAll(isRole: isRole)
        case "deliverable": return .verified(isRole: isRole)
        case "undeliverable": return EmailVerdict(.invalid, refusal(json))
        case "risky" where json["domain"]["disposable"].text == "yes": return EmailVerdict(.invalid, .disposableDomain)
        case "risky" where acceptsAll: return .catchAll(isRole: isRole)
        case "risky" where json["account"]["fullMailbox"].text == "yes": return EmailVerdict(.unverified, .mailboxFull)
        case "risky": return EmailVerdict(.unverified, isRole ? .roleAccount : .unspecified)
        case "unknown" where json["retryAfter"].exists: return EmailVerdict(.unverified, .greylisted)
        case "unknown": return EmailVerdict(.unverified, doubt(json["reason"].text))
        default: throw ProviderError(.malformedReply, "a status that is not in the documents")
        }
    }

    private func refusal(_ json: JSONReader) -> VerdictReason {
        switch json["reason"].text {
        case "invalid_email": .invalidSyntax
        case "invalid_domain": .noSuchDomain
        default: json["account"]["disabled"].text == "yes" ? .mailboxDisabled : .mailboxNotFound
        }
    }

    private func doubt(_ reason: String?) -> VerdictReason {
        switch reason {
        case "timeout": .timeout
        case "no_connect": .connectionFailed
        case "unavailable_smtp", "dns_error": .temporaryError
        case "unsupported": .unverifiableHost
        default: .unspecified
        }
    }

    func accountRequest() -> ProviderRequest { .get("/v1.1/credits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object { json throws(ProviderError) in try ProviderAccount(json["credits"], Self.unit) }
    }
}
