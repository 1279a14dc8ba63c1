// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// MillionVerifier: verifies emails.
    public static let millionVerifier = ProviderDefinition(MillionVerifier.facts) { MillionVerifier() }
}

/// MillionVerifier's single API.
///
/// - Errors come with HTTP 200: `result` is `error`, and `error` is a sentence. Only "Apikey not found" was seen; the
///   others are told by the causes that the documents list.
/// - `unverified` and `unknown` are two words for not knowing.
/// - Each answer has the account's balance in it.
struct MillionVerifier: VerifyingExchangeProvider, AccountReporting {
    static let unit = "millionverifier_credits"

    static let facts = ProviderDescriptor(
        id: "millionverifier", name: "MillionVerifier", documentation: "https://developer.millionverifier.com",
        baseURL: "https://api.millionverifier.com", authentication: .query("api"),
        capabilities: [
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.85)
        ],
        timeout: .seconds(30), evidence: .documented)

    /// Seconds after which the vendor answers `unknown`: less than an attempt may take.
    private static let patience = "25"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/api/v3/", query: [("email", candidate.emailAddress), ("timeout", Self.patience)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try reply.object { json throws(ProviderError) in
            if let failure = failure(in: json) { throw failure }
            guard let result = json["result"].text else {
                throw ProviderError(.malformedReply, "a verification without a result")
            }
            var verdict = try verdict(result, isRole: json["role"].bool == true)
            verdict.suggestion = json["didyoumean"].text
            return .email(verdict)
        }
    }

    private func verdict(_ result: String, isRole: Bool) throws(ProviderError) -> EmailVerdict {
        switch result {
        case "ok": .verified(isRole: isRole)
        case "catch_all": .catchAll(isRole: isRole)
        case "disposable": EmailVerdict(.invalid, .disposableDomain)
        case "invalid": EmailVerdict(.invalid, .mailboxNotFound)
        case "unknown", "unverified": EmailVerdict(.unverified, .unspecified)
        default: throw ProviderError(.malformedReply, "a result that is not in the documents")
        }
    }

    func accountRequest() -> ProviderRequest { .get("/api/v3/credits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object { json throws(ProviderError) in
            if let failure = failure(in: json) { throw failure }
            return try ProviderAccount(json["credits"], Self.unit)
        }
    }

    /// The causes that the documents list, by their words: no email, no API key, invalid API key, insufficient credits,
    /// IP address blocked, internal error.
    private func failure(in json: JSONReader) -> ProviderError? {
        let complaint = json["error"].text
        guard complaint != nil || json["result"].text == "error" else { return nil }
        let words = (complaint ?? "").lowercased().filter { $0.isLetter }
        if words.contains("apikey") { return ProviderError(.unauthorized) }
        if words.contains("credit") { return ProviderError(.outOfCredits) }
        if words.contains("block") { return ProviderError(.unauthorized, "the vendor blocks this address") }
        if words.contains("internal") { return ProviderError(.unavailable) }
        if words.contains("email") { return ProviderError(.rejectedQuery, "an error with status 200") }
        return ProviderError(.malformedReply, "an error that is not in the documents")
    }
}
