// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// FullEnrich: work emails and mobiles by name and company or by LinkedIn profile, from many vendors in turn.
    public static let fullEnrich = ProviderDefinition(FullEnrich.facts) { FullEnrich() }
}

/// FullEnrich's enrichment: a bulk of one contact is submitted, and asked for until it is finished.
///
/// - A job that is not ready is HTTP 400 with a code that says so; an unknown one is 404.
/// - Used-up credits are 402 with the job itself, which may hold what was found before they were gone.
/// - `HIGH_PROBABILITY` is an address of a catch-all domain that is likely valid.
/// - Each field is billed on its own, so only the one that is wanted is asked for. `cost` is exact.
/// - The vendor would rather call back; 60 calls a minute are shared by the whole workspace.
struct FullEnrich: PollingProvider, AccountReporting {
    static let unit = "fullenrich_credits"

    static let facts = ProviderDescriptor(
        id: "fullenrich", name: "FullEnrich", documentation: "https://docs.fullenrich.com",
        baseURL: "https://app.fullenrich.com", authentication: .bearer,
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.6),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(10, unit)), expectedHitRate: 0.45),
        ],
        repeats: .asyncID, limits: [RateLimit(60, per: .seconds(60))], timeout: .seconds(300), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [
        [.firstName, .lastName, .domain], [.firstName, .lastName, .companyName], [.linkedInURL],
    ]
    /// How long the vendor asks to wait between two looks at a job.
    static let pause = Duration.seconds(30)
    private static let path = "/api/v2/contact/enrich/bulk"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let contact: JSONValue = .object(compacting: [
            "first_name": .text(query.name.first), "last_name": .text(query.name.last),
            "domain": .text(query.domain), "company_name": .text(query.companyName),
            "linkedin_url": .text(query.linkedInURL),
            "enrich_fields": .array([query.capability == .mobile ? "contact.phones" : "contact.work_emails"]),
        ])
        return .post(Self.path, json: .object(compacting: ["name": "weir", "data": .array([contact])]))
    }

    func request(for ticket: PollTicket) -> ProviderRequest { .get("\(Self.path)/\(ticket.rawValue)") }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try checked(reply, allowing: [400, 402]) { json throws(ProviderError) in
            if json["code"].text == "error.enrichment.in_progress" { return .pending(nil, after: Self.pause) }
            if reply.status != 402, let failure = reply.failure { throw failure }
            guard json["status"].exists else {
                return .pending(try PollTicket(json["enrichment_id"]), after: Self.pause)
            }
            switch json["status"].text {
            case "FINISHED": return .answered(try answer(json))
            case "CREATED", "IN_PROGRESS": return .pending(nil, after: Self.pause)
            case "CREDITS_INSUFFICIENT":
                let answer = try answer(json)
                guard !answer.isMiss(for: query.capability) else { throw ProviderError(.outOfCredits) }
                return .answered(answer)
            case "CANCELED": throw ProviderError(.unavailable, "the job was cancelled")
            case "RATE_LIMIT": throw ProviderError(.throttled)
            default: throw ProviderError(.malformedReply, "a job of an unknown status")
            }
        }
    }

    private func answer(_ job: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard let record = job["data"].elements.first, record.isObject else {
            throw ProviderError(.malformedReply, "a job without its contact")
        }
        let found = record["contact_info"]
        let current = record["profile"]["employment"]["current"]
        return ProviderAnswer(
            emails: unique([found["most_probable_work_email"]] + found["work_emails"].elements) { $0["email"].text }
                .map { address, entry in EmailCandidate(address, grade: grade(entry["status"].text)) },
            phones: unique([found["most_probable_phone"]] + found["phones"].elements) { $0["number"].text }
                .map { raw, entry in PhoneCandidate(raw, type: .mobile, country: entry["region"].text) },
            person: PersonFacts(
                title: current["title"].text,
                linkedInURL: record["profile"]["social_profiles"]["professional_network"]["url"].text,
                companyName: current["company"]["name"].text, companyDomain: current["company"]["domain"].text),
            charged: job["cost"]["credits"].amount(Self.unit))
    }

    /// The best one comes first, and again in its list.
    private func unique(
        _ entries: [JSONReader], by text: (JSONReader) -> String?
    ) -> [(text: String, entry: JSONReader)] {
        var seen: Set<String> = []
        return entries.compactMap { entry in
            guard let value = text(entry), seen.insert(value).inserted else { return nil }
            return (value, entry)
        }
    }

    private func grade(_ status: String?) -> EmailStatus {
        switch status {
        case "DELIVERABLE": .verified
        case "HIGH_PROBABILITY", "CATCH_ALL": .catchAll
        case "INVALID", "INVALID_DOMAIN": .invalid
        default: .unverified
        }
    }

    func accountRequest() -> ProviderRequest { .get("/api/v2/account/credits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply, allowing: []) { json throws(ProviderError) in
            try ProviderAccount(json["balance"], Self.unit)
        }
    }

    /// Reads a reply, also one whose status is an error that the body explains.
    private func checked<T>(
        _ reply: ProviderReply, allowing statuses: Set<Int>, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        switch reply.status {
        // "Try again in 1m"; no header says how long.
        case 429: throw ProviderError(.throttled, retryAfter: reply.retryAfter ?? .seconds(60))
        case let status where statuses.contains(status): break
        default: if let failure = reply.failure { throw failure }
        }
        return try reply.explained(read)
    }
}
