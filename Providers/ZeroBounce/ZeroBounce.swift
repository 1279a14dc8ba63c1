// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// ZeroBounce: verifies emails.
    public static let zeroBounce = ProviderDefinition(ZeroBounce.facts) { ZeroBounce() }
}

/// ZeroBounce's email validation.
///
/// - Errors come with HTTP 200. One message stands for both a bad key and used-up credits, so the balance, which is
///   free and `-1` for a bad key, is asked for to tell them apart.
/// - 200 requests with a bad key in an hour block for an hour: the first one must open the breaker.
/// - Numbers and booleans may be strings.
struct ZeroBounce: VerifyingExchangeProvider, AccountReporting {
    static let unit = "zerobounce_credits"

    static let facts = ProviderDescriptor(
        id: "zerobounce", name: "ZeroBounce", documentation: "https://www.zerobounce.net/docs/",
        baseURL: "https://api.zerobounce.net", authentication: .query("api_key"),
        capabilities: [
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.known, Amount(1, unit)), expectedHitRate: 0.85)
        ],
        limits: [RateLimit(50_000, per: .seconds(10))], timeout: .seconds(30), evidence: .documented)

    private static let keyOrCredits = ProviderError(.unauthorized, "the key is wrong, or its credits are gone")

    var descriptor: ProviderDescriptor { Self.facts }

    func verify(_ candidate: Candidate, using client: ProviderClient) async throws(ProviderError) -> Verdict {
        let reply = try await client.send(try request(for: candidate))
        do { return try verdict(on: candidate, from: reply) } catch {
            guard error == Self.keyOrCredits else { throw error }
            let balance = try await client.send(accountRequest(), repeatable: true)
            // A good key is the only one with a balance: then it is the credits that are missing.
            _ = try account(from: balance)
            throw ProviderError(.outOfCredits)
        }
    }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        guard case .email(let email) = candidate else { throw ProviderError(.rejectedQuery, "verifies emails alone") }
        return .get("/v2/validate", query: [("email", email.address), ("ip_address", "")])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        if let failure = reply.failure { throw failure }
        return try reply.json { json throws(ProviderError) in
            if let complaint = json["error"].text?.lowercased() {
                let key = complaint.contains("api key") || complaint.contains("credits")
                throw key ? Self.keyOrCredits : ProviderError(.rejectedQuery, "an error with status 200")
            }
            guard let status = json["status"].text?.lowercased() else {
                throw ProviderError(.malformedReply, "a validation without a status")
            }
            let detail = json["sub_status"].text?.lowercased() ?? ""
            var verdict = verdict(status, detail)
            verdict.suggestion = json["did_you_mean"].text
            return .email(verdict)
        }
    }

    private func verdict(_ status: String, _ detail: String) -> EmailVerdict {
        switch status {
        case "valid": EmailVerdict(.verified, .mailboxExists)
        case "catch-all":
            EmailVerdict(.catchAll, detail.hasPrefix("role_based") ? .roleAccount : .catchAllDomain)
        case "invalid": EmailVerdict(.invalid, reason(detail, otherwise: .mailboxNotFound))
        case "spamtrap": EmailVerdict(.invalid, .spamTrap)
        // The mailbox of someone who reports mail as abuse exists; it is no address to write to.
        case "abuse": EmailVerdict(.unverified, .doNotMail)
        case "do_not_mail": doNotMail(detail)
        default: EmailVerdict(.unverified, reason(detail, otherwise: .unspecified))
        }
    }

    private func doNotMail(_ detail: String) -> EmailVerdict {
        switch detail {
        case "disposable": EmailVerdict(.invalid, .disposableDomain)
        case "possible_trap": EmailVerdict(.invalid, .spamTrap)
        case "role_based": EmailVerdict(.unverified, .roleAccount)
        case "role_based_catch_all", "role_based_accept_all": EmailVerdict(.catchAll, .roleAccount)
        case "global_suppression": EmailVerdict(.unverified, .suppressed)
        default: EmailVerdict(.unverified, .doNotMail)
        }
    }

    private func reason(_ detail: String, otherwise: VerdictReason) -> VerdictReason {
        switch detail {
        case "antispam_system": .policyRefused
        case "blocked": .blockedIP
        case "greylisted": .greylisted
        case "mail_server_temporary_error": .temporaryError
        case "forcible_disconnect", "failed_smtp_connection": .connectionFailed
        case "mail_server_did_not_respond", "timeout_exceeded": .timeout
        case "mailbox_quota_exceeded": .mailboxFull
        case "mailbox_not_found": .mailboxNotFound
        case "no_dns_entries": .noSuchDomain
        case "unroutable_ip_address": .noMX
        case "does_not_accept_mail": .nullMX
        case "failed_syntax_check": .invalidSyntax
        case "possible_typo": .possibleTypo
        default: otherwise
        }
    }

    func accountRequest() -> ProviderRequest { .get("/v2/getcredits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        if let failure = reply.failure { throw failure }
        return try reply.json { json throws(ProviderError) in
            let text = json["Credits"].text
            guard let left = json["Credits"].integer ?? text.flatMap({ Int64($0) }) else {
                throw ProviderError(.malformedReply, "an account without credits")
            }
            guard left >= 0 else { throw ProviderError(.unauthorized) }
            return ProviderAccount(remaining: [Amount(min(left, 1_000_000_000), Self.unit)])
        }
    }
}
