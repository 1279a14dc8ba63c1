// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// DeBounce: verifies emails.
    public static let deBounce = ProviderDefinition(DeBounce.facts) { DeBounce() }
}

/// DeBounce's single validation.
///
/// - Every value is a string, numbers and booleans too.
/// - Errors are documented as 401, 402 and 429, and were seen with 200: `success` is read before anything else.
/// - `code` is the verdict; `reason` is a list in one string ("Deliverable, Role").
/// - Five calls at once, no more.
struct DeBounce: VerifyingExchangeProvider, AccountReporting {
    static let unit = "debounce_credits"

    static let facts = ProviderDescriptor(
        id: "debounce", name: "DeBounce", documentation: "https://developers.debounce.com",
        baseURL: "https://api.debounce.io", authentication: .query("api"),
        capabilities: [
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.85)
        ],
        concurrency: 5, timeout: .seconds(30), evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v1/", query: [("email", candidate.emailAddress)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object { json throws(ProviderError) in
            if let failure = failure(in: json) { throw failure }
            let answer = json["debounce"]
            guard let code = answer["code"].text else {
                throw ProviderError(.malformedReply, "a validation without a code")
            }
            var verdict = try verdict(code, isRole: answer["role"].text == "true")
            verdict.suggestion = answer["did_you_mean"].text
            return .email(verdict)
        }
    }

    private func verdict(_ code: String, isRole: Bool) throws(ProviderError) -> EmailVerdict {
        switch code {
        case "1": EmailVerdict(.invalid, .invalidSyntax)
        case "2": EmailVerdict(.invalid, .spamTrap)
        case "3": EmailVerdict(.invalid, .disposableDomain)
        case "4": .catchAll(isRole: isRole)
        case "5": .verified(isRole: isRole)
        case "6": EmailVerdict(.invalid, .mailboxNotFound)
        case "7": EmailVerdict(.unverified, .unspecified)
        case "8": EmailVerdict(.unverified, .roleAccount)
        default: throw ProviderError(.malformedReply, "a code that is not in the documents")
        }
    }

    func accountRequest() -> ProviderRequest { .get("/v1/balance/") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object { json throws(ProviderError) in
            if let failure = failure(in: json) { throw failure }
            return try ProviderAccount(json["balance"], Self.unit)
        }
    }

    private func failure(in json: JSONReader) -> ProviderError? {
        guard json["success"].text != "1" else { return nil }
        let complaint = (json["debounce"]["error"].text ?? "").lowercased()
        // The daily limit says "authentication failed" too: it is looked for first.
        if complaint.contains("maximum") { return ProviderError(.throttled) }
        if complaint.contains("credit") { return ProviderError(.outOfCredits) }
        if complaint.contains("wrong api") || complaint.contains("authentication") {
            return ProviderError(.unauthorized)
        }
        return ProviderError(.malformedReply, "an error that is not in the documents")
    }
}
