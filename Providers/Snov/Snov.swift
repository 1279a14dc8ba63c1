// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Snov.io: work emails by name and domain, and verified emails, as jobs that are polled.
    public static let snov = ProviderDefinition(Snov.facts) { Snov() }
}

/// Snov.io's email finder and verifier: a job is submitted, and asked for until it is done.
///
/// - Errors come in two forms, with status 200 too: `errors` is an object of the gateway's or a list of texts.
/// - What used-up credits look like is not documented: any error that speaks of credits counts as that.
/// - No state of a failed job is documented, so only the attempt's deadline ends the waiting.
/// - A job that is submitted again may be billed again.
/// - A LinkedIn profile leads to a profile, never to an email.
/// - Finder and verifier are polled at paths of their own: the ticket of a verification is marked.
struct Snov: PollingProvider, VerifyingPollingProvider, AccountReporting {
    static let unit = "snov_credits"

    static let facts = ProviderDescriptor(
        id: "snov", name: "Snov.io", documentation: "https://snov.io/api", baseURL: "https://api.snov.io",
        authentication: .clientCredentials(.init("/v1/oauth/access_token")),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.firstName, .lastName, .domain]], price: VendorPrice(.found, Amount(1, unit)),
                expectedHitRate: 0.35),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.8),
        ],
        repeats: .asyncID, limits: [RateLimit(60, per: .seconds(60))], timeout: .seconds(120), evidence: .documented)

    static let pause = Duration.seconds(5)
    private static let verifyMark = "verify-"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let row: JSONValue = .object(compacting: [
            "first_name": .text(query.firstName), "last_name": .text(query.lastName), "domain": .text(query.domain),
        ])
        return .post("/v2/emails-by-domain-by-name/start", json: .object(compacting: ["rows": .array([row])]))
    }

    func request(for ticket: PollTicket) -> ProviderRequest {
        let isVerification = ticket.rawValue.hasPrefix(Self.verifyMark)
        let hash = isVerification ? String(ticket.rawValue.dropFirst(Self.verifyMark.count)) : ticket.rawValue
        let job = isVerification ? "email-verification" : "emails-by-domain-by-name"
        return .get("/v2/\(job)/result", query: [("task_hash", hash)])
    }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try checked(reply) { json throws(ProviderError) in
            switch json["status"].text {
            case "completed": return .answered(try answer(json["data"].elements.first))
            case "in_progress": return .pending(nil, after: Self.pause)
            case nil: return .pending(try ticket(json), after: Self.pause)
            default: throw ProviderError(.malformedReply, "a status that is not in the documents")
            }
        }
    }

    private func ticket(_ json: JSONReader) throws(ProviderError) -> PollTicket {
        let inData = json["data"]["task_hash"]
        return try PollTicket(inData.exists ? inData : json["meta"]["task_hash"])
    }

    private func answer(_ row: JSONReader?) throws(ProviderError) -> ProviderAnswer {
        guard let row, row["result"].exists else { throw ProviderError(.malformedReply, "a result without a row") }
        let found = row["result"].elements
        let billed = found.count { ["valid", "unknown"].contains($0["smtp_status"].text) }
        return ProviderAnswer(emails: found.compactMap(email), charged: Amount(Int64(billed), Self.unit))
    }

    private func email(_ entry: JSONReader) -> EmailCandidate? {
        entry["email"].text.map { EmailCandidate($0, grade: verdict(entry).status) }
    }

    /// What the words on an address mean, of the finder as of the verifier.
    private func verdict(_ entry: JSONReader) -> EmailVerdict {
        if entry["is_valid_format"].bool == false { return EmailVerdict(.invalid, .invalidSyntax) }
        if entry["is_disposable"].bool == true { return EmailVerdict(.invalid, .disposableDomain) }
        switch (entry["smtp_status"].text, entry["unknown_status_reason"].text) {
        case ("valid", _): return EmailVerdict(.verified, .mailboxExists)
        case ("not_valid", _): return EmailVerdict(.invalid, .mailboxNotFound)
        case ("unknown", "catchall"): return EmailVerdict(.catchAll, .catchAllDomain)
        case ("unknown", "banned"): return EmailVerdict(.unverified, .blockedIP)
        case ("unknown", "connection_error"): return EmailVerdict(.unverified, .connectionFailed)
        case ("unknown", "greylist"): return EmailVerdict(.unverified, .greylisted)
        default: return EmailVerdict(.unverified, .unspecified)
        }
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        .post(
            "/v2/email-verification/start",
            json: .object(compacting: ["emails": .array([.string(try candidate.emailAddress)])]))
    }

    func progress(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> JobProgress<Verdict> {
        try checked(reply) { json throws(ProviderError) in
            switch json["status"].text {
            case "completed":
                guard let result = json["data"].elements.first?["result"], result["smtp_status"].exists else {
                    throw ProviderError(.malformedReply, "a verification without a verdict")
                }
                return .answered(.email(verdict(result)))
            case "in_progress": return .pending(nil, after: Self.pause)
            case nil:
                let ticket = PollTicket(rawValue: Self.verifyMark + (try ticket(json)).rawValue)
                return .pending(ticket, after: Self.pause)
            default: throw ProviderError(.malformedReply, "a status that is not in the documents")
            }
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/v1/get-balance") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply) { json throws(ProviderError) in try ProviderAccount(json["data"]["balance"], Self.unit) }
    }

    /// Reads a reply that is no error, whatever form and status that has.
    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["success"].bool != false, !json["errors"].exists else {
                throw ProviderError(
                    reply.mentions("credit") ? .outOfCredits : .rejectedQuery, "an error with status 200")
            }
            return try read(json)
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        [400, 403, 422].contains(reply.status) && reply.mentions("credit")
            ? ProviderError(.outOfCredits) : reply.failure
    }
}
