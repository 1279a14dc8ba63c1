// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Enrow: work emails by name and company, mobiles by LinkedIn profile or by name and company, as searches that
    /// are polled.
    public static let enrow = ProviderDefinition(Enrow.facts) { Enrow() }
}

/// Enrow's email and phone finders: a search is submitted, and asked for until it has ended.
///
/// - A search that still runs is 202 with `ongoing`.
/// - The word for a miss is `invalid` for an email, `not_found` for a phone.
/// - Used-up credits are 422. What `credits_used` of a submission says is refunded where nothing is found.
/// - Emails and phones are polled at paths of their own: the ticket of a phone is marked.
struct Enrow: PollingProvider, AccountReporting {
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
        ],
        repeats: .asyncID, limits: [RateLimit(10, per: .seconds(1))], timeout: .seconds(120), evidence: .documented)

    static let pause = Duration.seconds(3)
    private static let phoneMark = "phone-"

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
        let id = ticket.rawValue
        return id.hasPrefix(Self.phoneMark)
            ? .get("/phone/single", query: [("id", String(id.dropFirst(Self.phoneMark.count)))])
            : .get("/email/find/single", query: [("id", id)])
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
