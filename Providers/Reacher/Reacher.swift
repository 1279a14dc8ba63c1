// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Reacher: verifies emails from a server of one's own.
    public static let reacher = ProviderDefinition(Reacher.facts) { Reacher() }
}

/// Reacher's `check-if-email-exists`, on a server of one's own.
///
/// - It has no address of its own: `base_url` says where it is asked. Until then it is asked nowhere.
/// - A wrong secret is 400 with a plain text, a wrong query 400 with JSON.
/// - `risky` is decided before `invalid`: a role's mailbox that doesn't exist is risky, and invalid here.
/// - `misc`, `mx` and `smtp` can each be an `error` with its `type`; then nothing is known.
/// - An answer takes as long as the mail server does: give it time.
struct Reacher: VerifyingExchangeProvider {
    static let facts = ProviderDescriptor(
        id: "reacher", name: "Reacher", documentation: "https://github.com/reacherhq/check-if-email-exists",
        baseURL: "https://reacher.invalid", authentication: .header("x-reacher-secret"),
        capabilities: [.verifyEmail: CapabilityDescriptor(price: .free, expectedHitRate: 0.7)],
        repeats: .free, timeout: .seconds(60), evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .post("/v1/check_email", json: .object(compacting: ["to_email": .string(candidate.emailAddress)]))
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard let reachable = json["is_reachable"].text else {
                throw ProviderError(.malformedReply, "a check without a verdict")
            }
            var verdict = try verdict(reachable, json)
            verdict.suggestion = json["syntax"]["suggestion"].text
            return .email(verdict)
        }
    }

    private func verdict(_ reachable: String, _ json: JSONReader) throws(ProviderError) -> EmailVerdict {
        switch reachable {
        case "safe": EmailVerdict(.verified, .mailboxExists)
        case "risky": risky(json["misc"], json["smtp"])
        case "invalid": EmailVerdict(.invalid, refusal(json))
        case "unknown": EmailVerdict(.unverified, doubt(json))
        default: throw ProviderError(.malformedReply, "a verdict that is not in its source")
        }
    }

    private func risky(_ misc: JSONReader, _ smtp: JSONReader) -> EmailVerdict {
        let isRole = misc["is_role_account"].bool == true
        if misc["is_disposable"].bool == true { return EmailVerdict(.invalid, .disposableDomain) }
        if smtp["has_full_inbox"].bool == true { return EmailVerdict(.unverified, .mailboxFull) }
        if smtp["is_disabled"].bool == true { return EmailVerdict(.invalid, .mailboxDisabled) }
        if smtp["is_catch_all"].bool == true { return .catchAll(isRole: isRole) }
        if smtp["can_connect_smtp"].bool == false { return EmailVerdict(.unverified, .connectionFailed) }
        if smtp["is_deliverable"].bool == false { return EmailVerdict(.invalid, .mailboxNotFound) }
        return EmailVerdict(.unverified, isRole ? .roleAccount : .unspecified)
    }

    private func refusal(_ json: JSONReader) -> VerdictReason {
        if json["syntax"]["is_valid_syntax"].bool == false { return .invalidSyntax }
        if json["mx"]["accepts_mail"].bool == false { return .noMX }
        if json["smtp"]["is_disabled"].bool == true { return .mailboxDisabled }
        if json["smtp"]["can_connect_smtp"].bool == false { return .connectionFailed }
        return .mailboxNotFound
    }

    /// An error is `{"error": {"type", "message"}, "description"}`; older versions had no `error` around it.
    private func doubt(_ json: JSONReader) -> VerdictReason {
        if json["mx"]["error"].exists || json["mx"]["type"].exists { return .temporaryError }
        switch json["smtp"]["description"].text {
        case "IpBlacklisted": return .blockedIP
        case "NeedsRDNS": return .noPTR
        default: break
        }
        let error = json["smtp"]["error"].exists ? json["smtp"]["error"] : json["smtp"]
        switch error["type"].text {
        case "Timeout": return .timeout
        case "IOError", "Socks5": return .connectionFailed
        case "AsyncSmtpError": return refused(error["message"].text ?? "")
        case "YahooError", "GmailError", "HeadlessError", "Microsoft365Error": return .unverifiableHost
        default: return .unspecified
        }
    }

    /// What a mail server said starts with `transient:` or `permanent:`.
    private func refused(_ message: String) -> VerdictReason {
        let message = message.lowercased()
        if message.contains("greylist") || message.contains("graylist") { return .greylisted }
        if message.hasPrefix("transient") { return .temporaryError }
        if message.hasPrefix("permanent") { return .policyRefused }
        return .connectionFailed
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        reply.status == 400 && reply.mentions("x-reacher-secret")
            ? ProviderError(.unauthorized, "the secret is missing or wrong") : reply.failure
    }
}
