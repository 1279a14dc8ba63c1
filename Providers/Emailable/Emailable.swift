// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Emailable: verifies emails.
    public static let emailable = ProviderDefinition(Emailable.facts) { Emailable() }
}

/// Emailable's single verification.
///
/// - 249 means that it takes longer than normal: the same request is to be sent again, which is free within 5 minutes.
/// - Whether a domain accepts every recipient is looked at only when asked (`accept_all`): it always is.
/// - 401 is no key, 403 a wrong one.
/// - `risky` is told apart by the flags beside it.
struct Emailable: VerifyingExchangeProvider, AccountReporting {
    static let unit = "emailable_credits"

    static let facts = ProviderDescriptor(
        id: "emailable", name: "Emailable", documentation: "https://emailable.com/docs/api",
        baseURL: "https://api.emailable.com", authentication: .bearer,
        capabilities: [
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.85)
        ],
        limits: [RateLimit(25, per: .seconds(1))], timeout: .seconds(30), evidence: .documented)

    /// How long a verification that still runs is left alone.
    static let pause = Duration.seconds(2)
    /// Seconds until the vendor answers 249: the most that it takes.
    private static let patience = "10"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get(
            "/v1/verify",
            query: [("email", candidate.emailAddress), ("accept_all", "true"), ("timeout", Self.patience)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard let state = json["state"].text else {
                throw ProviderError(.malformedReply, "a verification without a state")
            }
            var verdict = try verdict(state, json)
            verdict.suggestion = json["did_you_mean"].text
            return .email(verdict)
        }
    }

    private func verdict(_ state: String, _ json: JSONReader) throws(ProviderError) -> EmailVerdict {
        let isRole = json["role"].bool == true
        let acceptsAll = json["accept_all"].bool == true
        switch state {
        case "deliverable" where acceptsAll: return .catchAll(isRole: isRole)
        case "deliverable": return .verified(isRole: isRole)
        case "undeliverable": return EmailVerdict(.invalid, reason(json, otherwise: .mailboxNotFound))
        case "risky" where json["disposable"].bool == true: return EmailVerdict(.invalid, .disposableDomain)
        case "risky" where acceptsAll: return .catchAll(isRole: isRole)
        case "risky" where json["mailbox_full"].bool == true: return EmailVerdict(.unverified, .mailboxFull)
        case "risky" where json["no_reply"].bool == true: return EmailVerdict(.unverified, .doNotMail)
        case "risky": return EmailVerdict(.unverified, isRole ? .roleAccount : .unspecified)
        case "unknown": return EmailVerdict(.unverified, reason(json, otherwise: .unspecified))
        default: throw ProviderError(.malformedReply, "a state that is not in the documents")
        }
    }

    private func reason(_ json: JSONReader, otherwise: VerdictReason) -> VerdictReason {
        switch json["reason"].text {
        case "invalid_email": .invalidSyntax
        case "invalid_domain": .noSuchDomain
        case "rejected_email": json["mailbox_full"].bool == true ? .mailboxFull : .mailboxNotFound
        case "no_connect", "invalid_smtp": .connectionFailed
        case "timeout": .timeout
        case "unavailable_smtp": .temporaryError
        default: otherwise
        }
    }

    func accountRequest() -> ProviderRequest { .get("/v1/account") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            try ProviderAccount(json["available_credits"], Self.unit)
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        guard reply.status == 249 else { return reply.failure }
        return ProviderError(.unavailable, "the verification still runs", retryAfter: Self.pause)
    }
}
