// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Kickbox: verifies emails.
    public static let kickbox = ProviderDefinition(Kickbox.facts) { Kickbox() }
}

/// Kickbox's single verification.
///
/// - `success` is about the call, `result` about the address.
/// - 403 is a key without the right and, by its message, a balance that doesn't suffice.
/// - `risky` is a catch-all, a disposable domain or a role by the flags beside it.
struct Kickbox: VerifyingExchangeProvider, AccountReporting {
    static let unit = "kickbox_credits"

    static let facts = ProviderDescriptor(
        id: "kickbox", name: "Kickbox", documentation: "https://docs.kickbox.com/docs/single-verification-api",
        baseURL: "https://api.kickbox.com", authentication: .bearer,
        capabilities: [
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.85)
        ],
        limits: [RateLimit(8_000, per: .seconds(60))], concurrency: 25, timeout: .seconds(35), evidence: .documented)

    /// Milliseconds after which the vendor answers `unknown`: the most that it takes.
    private static let patience = "30000"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v2/verify", query: [("email", candidate.emailAddress), ("timeout", Self.patience)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            if json["success"].bool == false { throw failure(in: json) }
            guard let result = json["result"].text else {
                throw ProviderError(.malformedReply, "a verification without a result")
            }
            var verdict = try verdict(result, json)
            verdict.suggestion = json["did_you_mean"].text
            return .email(verdict)
        }
    }

    private func verdict(_ result: String, _ json: JSONReader) throws(ProviderError) -> EmailVerdict {
        let isRole = json["role"].bool == true
        let acceptsAll = json["accept_all"].bool == true
        switch result {
        case "deliverable" where acceptsAll: return .catchAll(isRole: isRole)
        case "deliverable": return .verified(isRole: isRole)
        case "undeliverable": return EmailVerdict(.invalid, reason(json, otherwise: .mailboxNotFound))
        case "risky" where json["disposable"].bool == true: return EmailVerdict(.invalid, .disposableDomain)
        case "risky" where acceptsAll: return .catchAll(isRole: isRole)
        case "risky": return EmailVerdict(.unverified, isRole ? .roleAccount : .unspecified)
        case "unknown": return EmailVerdict(.unverified, reason(json, otherwise: .unspecified))
        default: throw ProviderError(.malformedReply, "a result that is not in the documents")
        }
    }

    private func reason(_ json: JSONReader, otherwise: VerdictReason) -> VerdictReason {
        switch json["reason"].text {
        case "invalid_email": .invalidSyntax
        case "invalid_domain": .noSuchDomain
        case "rejected_email": .mailboxNotFound
        case "no_connect", "invalid_smtp": .connectionFailed
        case "timeout": .timeout
        case "unavailable_smtp": .temporaryError
        default: otherwise
        }
    }

    func accountRequest() -> ProviderRequest { .get("/v2/balance") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            if json["success"].bool == false { throw failure(in: json) }
            return try ProviderAccount(json["balance"], Self.unit)
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        let isSpent = reply.status == 403 && (reply.mentions("balance") || reply.mentions("credit"))
        return isSpent ? ProviderError(.outOfCredits) : reply.failure
    }

    private func failure(in json: JSONReader) -> ProviderError {
        let message = (json["message"].text ?? "").lowercased()
        if message.contains("balance") || message.contains("credit") { return ProviderError(.outOfCredits) }
        return ProviderError(.rejectedQuery, "a failure with status 200")
    }
}
