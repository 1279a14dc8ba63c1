// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Enrow: work emails by name and company, mobiles by LinkedIn profile or by name and company, and verified emails,
    /// as searches that are polled.
    public static let enrow = ProviderDefinition(Enrow.facts) { Enrow() }
}

/// Enrow's finders and verifier: a search is submitted, and asked for until it has ended.
///
/// - A search that still runs is 202 with `ongoing`.
/// - The word for a miss is `invalid` for an email, `not_found` for a phone. Of a verification `invalid` is a verdict,
///   and there is no third: at a domain that accepts everybody it decides too.
/// - Used-up credits are 422. What `credits_used` of a submission says is refunded where nothing is found.
/// - Each kind of search is polled at a path of its own: the tickets of phones and verifications are marked.
struct Enrow: PollingProvider, VerifyingPollingProvider, AccountReporting {
    static let unit = "enrow_credits"

    static let facts = ProviderDescriptor(
        id: "enrow", name: "Enrow", documentation: "https://enrow.readme.io",
        baseURL: "https://api.enrow.io", authentication: .header("x-api-key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: [
                    [.linkedInURL], [.firstName, .lastName, .domain], [.firstName, .lastName, .companyName],
                ],
                price: VendorPrice(.found, Amount(50, unit)), expectedHitRate: 0.25),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(micros: 250_000, unit: unit)), expectedHitRate: 0.95),
        ],
        repeats: .asyncID, limits: [RateLimit(10, per: .seconds(1))], timeout: .seconds(120), evidence: .documented)

    static let pause = Duration.seconds(3)
    private static let phoneMark = "phone-"
    private static let verifyMark = "verify-"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let company = query.companyNameAlone
        guard query.capability == .mobile else {
            let country: JSONValue? = company == nil ? nil : .text(query.country)
            return .post(
                "/email/find/single",
                json: .object(compacting: [
                    "fullname": .text(query.fullName), "company_domain": .text(query.domain),
                    "company_name": .text(company),
                    "settings": country.map { .object(compacting: ["country_code": $0]) },
                ]))
        }
        if let profile = query.linkedInURL {
            return .post("/phone/single", json: .object(compacting: ["linkedin_url": .string(profile)]))
        }
        return .post(
            "/phone/single",
            json: .object(compacting: [
                "firstname": .text(query.firstName), "lastname": .text(query.lastName),
                "company_domain": .text(query.domain), "company_name": .text(company),
            ]))
    }

    func request(for ticket: PollTicket) -> ProviderRequest {
        let paths = [(Self.phoneMark, "/phone/single"), (Self.verifyMark, "/email/verify/single")]
        for (mark, path) in paths where ticket.rawValue.hasPrefix(mark) {
            return .get(path, query: [("id", String(ticket.rawValue.dropFirst(mark.count)))])
        }
        return .get("/email/find/single", query: [("id", ticket.rawValue)])
    }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            let isMobile = query.capability == .mobile
            switch (json["qualification"].text, isMobile) {
            case (nil, _):
                let id = try PollTicket(json["id"])
                return .pending(isMobile ? PollTicket(rawValue: Self.phoneMark + id.rawValue) : id, after: Self.pause)
            case ("ongoing", _): return .pending(nil, after: Self.pause)
            case ("invalid", false), ("not_found", true): return .answered(.miss)
            case ("valid", false): return .answered(try email(json))
            case ("found", true): return .answered(try phone(json))
            default: throw ProviderError(.malformedReply, "a qualification that is not in the documents")
            }
        }
    }

    private func email(_ json: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard let address = json["email"].text else { throw ProviderError(.malformedReply, "a hit without an email") }
        return ProviderAnswer(
            email: EmailCandidate(address, grade: .verified),
            person: PersonFacts(companyDomain: json["info"]["company_domain"].text))
    }

    private func phone(_ json: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard let raw = json["number"].text else { throw ProviderError(.malformedReply, "a hit without a number") }
        return ProviderAnswer(phones: [PhoneCandidate(raw, type: .mobile, country: json["country"].text)])
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        .post("/email/verify/single", json: .object(compacting: ["email": .string(try candidate.emailAddress)]))
    }

    func progress(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> JobProgress<Verdict> {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            switch json["qualification"].text {
            case nil:
                return .pending(
                    PollTicket(rawValue: Self.verifyMark + (try PollTicket(json["id"])).rawValue), after: Self.pause)
            case "ongoing": return .pending(nil, after: Self.pause)
            case "valid": return .answered(.email(EmailVerdict(.verified, .mailboxExists)))
            case "invalid": return .answered(.email(EmailVerdict(.invalid, .unspecified)))
            default: throw ProviderError(.malformedReply, "a qualification that is not in the documents")
            }
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/account/info") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            try ProviderAccount(json["credits"], Self.unit)
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        switch reply.status {
        case 404 where (try? reply.json { $0["message"].exists }) == true:
            ProviderError(.rejectedQuery, "an unknown search")
        case 422: ProviderError(.outOfCredits)
        default: reply.failure
        }
    }
}
