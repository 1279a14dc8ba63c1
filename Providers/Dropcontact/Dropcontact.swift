// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Dropcontact: verified work emails by name and company or by LinkedIn profile, as a job that is polled.
    public static let dropcontact = ProviderDefinition(Dropcontact.facts) { Dropcontact() }
}

/// Dropcontact's enrichment: a job is submitted, and asked for until it is done.
///
/// - A job that is not ready is HTTP 200 with `success: false`; an unknown id gets the same answer, so only the
///   attempt's deadline ends the waiting.
/// - 403 is both "not enough credits" and a token without rights; the reason says which.
/// - `nominative@pro` is the one qualification that means verified. A `generic` address is a mailbox of the company,
///   not of the person: it is left out.
/// - `phone` is mostly the company's. An email sent along is billed as a verification, so none is.
struct Dropcontact: PollingProvider, AccountReporting {
    static let unit = "dropcontact_credits"

    static let facts = ProviderDescriptor(
        id: "dropcontact", name: "Dropcontact", documentation: "https://developer.dropcontact.com",
        baseURL: "https://api.dropcontact.com", authentication: .header("X-Access-Token"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName], [.linkedInURL]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.35)
        ],
        // Sources give 60 a second and 60 a minute; the lower one is kept until that is settled.
        repeats: .asyncID, limits: [RateLimit(60, per: .seconds(60))], timeout: .seconds(240), evidence: .documented)

    /// How long the vendor asks to wait between two looks at a job.
    static let pause = Duration.seconds(30)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let record: JSONValue = .object(compacting: [
            "first_name": .text(query.name.first), "last_name": .text(query.name.last),
            "full_name": .text(query.name.full), "company": .text(query.companyName), "website": .text(query.domain),
            "linkedin": .text(query.linkedInURL), "country": .text(query.country),
        ])
        return .post(
            "/v1/enrich/all", json: .object(compacting: ["data": .array([record]), "siren": false, "language": "en"]))
    }

    func request(for ticket: PollTicket) -> ProviderRequest { .get("/v1/enrich/all/\(ticket.rawValue)") }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try checked(reply) { json throws(ProviderError) in
            if json["success"].bool == false { return .pending(nil, after: Self.pause) }
            if json["data"].exists { return .answered(try answer(json["data"].elements.first)) }
            return .pending(try PollTicket(json["request_id"]), after: Self.pause)
        }
    }

    private func answer(_ record: JSONReader?) throws(ProviderError) -> ProviderAnswer {
        guard let record, record.isObject else { throw ProviderError(.malformedReply, "a result without a record") }
        let country = record["country"].text
        func phone(_ member: String, _ type: PhoneType) -> [PhoneCandidate] {
            record[member].text.map { [PhoneCandidate($0, type: type, country: country)] } ?? []
        }
        return ProviderAnswer(
            emails: record["email"].elements.compactMap(email),
            phones: phone("mobile_phone", .mobile), officePhones: phone("phone", .office),
            person: PersonFacts(
                title: record["job"].text, linkedInURL: record["linkedin"].text, companyName: record["company"].text,
                companyDomain: record["website"].text))
    }

    private func email(_ entry: JSONReader) -> EmailCandidate? {
        guard let address = entry["email"].text else { return nil }
        let parts = (entry["qualification"].text ?? "").split(separator: "@", omittingEmptySubsequences: false)
        switch (parts.first, parts.last) {
        case ("generic", _): return nil
        case ("invalid", _), (_, "invalid"): return EmailCandidate(address, grade: .invalid)
        case ("nominative", "pro"): return EmailCandidate(address, grade: .verified)
        case ("catch_all", _): return EmailCandidate(address, grade: .catchAll)
        default: return EmailCandidate(address, grade: .unverified)
        }
    }

    func accountRequest() -> ProviderRequest { .get("/v1/account/credits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply) { json throws(ProviderError) in try ProviderAccount(json["credits"], Self.unit) }
    }

    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            // A job that is not ready is no error.
            guard json["error"].bool != true else {
                let credits = json["reason"].text?.lowercased().contains("credit") ?? false
                throw ProviderError(credits ? .outOfCredits : .rejectedQuery, "an error with status 200")
            }
            return try read(json)
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        reply.status == 403 && !reply.mentions("token") ? ProviderError(.outOfCredits) : reply.failure
    }
}
