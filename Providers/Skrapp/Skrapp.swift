// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes

extension ProviderDefinition {
    /// Skrapp: work emails by name and company, and its email verifier.
    public static let skrapp = ProviderDefinition(Skrapp.facts) { Skrapp() }
}

/// Skrapp's email finder and email verifier.
///
/// - Misses, errors, limits and prices are not documented: whatever is read here of them is from others' code.
/// - An error may come with status 200 and its own status in `status_code`.
/// - The words of a status are written in either case.
/// - The balance is the quota less what is used, numbers or texts, with or without `email` around them.
struct Skrapp: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "skrapp_credits"

    static let facts = ProviderDescriptor(
        id: "skrapp", name: "Skrapp", documentation: "https://skrapp.io/api", baseURL: "https://api.skrapp.io",
        authentication: .header("X-Access-Key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.3),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.7),
        ],
        concurrency: 5, timeout: .seconds(30), evidence: .unconfirmed)

    private static let contentType = HeaderItem(.contentType, "application/json")

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        return .get(
            "/api/v2/find",
            query: [
                ("firstName", query.name.first), ("lastName", query.name.last), ("fullName", query.name.full),
                ("domain", query.domain), ("company", query.companyNameAlone),
            ], headers: [Self.contentType])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404, try reply.json({ $0["message"].text ?? $0["error"].text != nil }) { return .miss }
        return try checked(reply) { json throws(ProviderError) in
            guard json.members.contains(where: { $0.key == "email" }) else {
                throw ProviderError(.malformedReply, "an answer without an email")
            }
            guard let address = json["email"].text else { return .miss }
            return ProviderAnswer(
                email: EmailCandidate(
                    address, grade: grade(json["quality"]["status"].text), confidence: json["accuracy"].percent),
                person: PersonFacts(companyName: json["company"].text, companyDomain: json["domain"].text))
        }
    }

    private func grade(_ status: String?) -> EmailStatus {
        switch status?.lowercased() {
        case "valid": .verified
        case "catch-all": .catchAll
        case "invalid": .invalid
        default: .unverified
        }
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .get("/v3/verify", query: [("email", candidate.emailAddress)], headers: [Self.contentType])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try checked(reply) { json throws(ProviderError) in
            guard let status = json["email_status"].text else {
                throw ProviderError(.malformedReply, "a verification without a status")
            }
            if json["mailbox_type"].text?.lowercased() == "temporary" {
                return .email(EmailVerdict(.invalid, .disposableDomain))
            }
            let isMalformed = json["format"].text?.lowercased() == "invalid"
            switch grade(status) {
            case .verified: return .email(EmailVerdict(.verified, .mailboxExists))
            case .invalid: return .email(EmailVerdict(.invalid, isMalformed ? .invalidSyntax : .mailboxNotFound))
            case .catchAll: return .email(EmailVerdict(.catchAll, .catchAllDomain))
            default: return .email(EmailVerdict(.unverified, .unspecified))
            }
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/api/v2/account", headers: [Self.contentType]) }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply) { json throws(ProviderError) in
            let credit = json["credit"]["email"].isObject ? json["credit"]["email"] : json["credit"]
            guard let quota = credit["quota"].amount(Self.unit), let used = credit["used"].amount(Self.unit) else {
                throw ProviderError(.malformedReply, "an account without a quota")
            }
            return ProviderAccount(
                remaining: [Amount(micros: max(0, quota.micros - used.micros), unit: Self.unit)])
        }
    }

    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object(unless: failure(of: reply, reply.status)) { json throws(ProviderError) in
            let inner = json["status_code"].integer.flatMap { Int(exactly: $0) } ?? 200
            if let failure = failure(of: reply, inner) { throw failure }
            return try read(json)
        }
    }

    /// What a status, that of HTTP or the one inside, says.
    private func failure(of reply: ProviderReply, _ status: Int) -> ProviderError? {
        status == 402 && reply.mentions("paid account")
            ? ProviderError(.unauthorized, "the plan doesn't include the API")
            : ProviderReply(status: status, headers: reply.headers).failure
    }
}
