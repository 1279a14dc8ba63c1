// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Surfe: emails and mobiles by name and company or by LinkedIn profile, as a job that is polled.
    public static let surfe = ProviderDefinition(Surfe.facts) { Surfe() }
}

/// Surfe's people enrichment, a job of one person.
///
/// - `include` decides what is billed: the email or the mobile, never both. The option that skips mobiles of people
///   without an email is left out, since with a mobile alone it would skip everybody.
/// - The profile is `linkedinUrl` in the request and `linkedInUrl` in the answer.
/// - 402 is both an empty pool and a used-up day; 403 is that too where its message says so, else a plan's lack.
/// - There is no header on limits, and no `Retry-After`.
struct Surfe: PollingProvider, AccountReporting {
    static let emailUnit = "surfe_email_credits"
    static let mobileUnit = "surfe_mobile_credits"

    static let facts = ProviderDescriptor(
        id: "surfe", name: "Surfe",
        documentation: "https://developers.surfe.com/public-015-create-people-bulk-enrichment",
        baseURL: "https://api.surfe.com/v2", authentication: .bearer,
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, emailUnit)), expectedHitRate: 0.5),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, mobileUnit)), expectedHitRate: 0.35),
        ],
        repeats: .asyncID, limits: [RateLimit(10, per: .seconds(1))], timeout: .seconds(120), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [
        [.firstName, .lastName, .domain], [.firstName, .lastName, .companyName], [.linkedInURL],
    ]
    /// Each look counts against the limits, and most jobs take some seconds.
    static let pause = Duration.seconds(5)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let isMobile = query.capability == .mobile
        let person: JSONValue = .object(compacting: [
            "linkedinUrl": .text(query.linkedInURL),
            "firstName": .text(query.firstName), "lastName": .text(query.lastName),
            "companyName": .text(query.companyName), "companyDomain": .text(query.domain),
        ])
        return .post(
            "/people/enrich",
            json: .object(compacting: [
                "include": isMobile ? .object(compacting: ["mobile": true]) : .object(compacting: ["email": true]),
                "enrichmentOptions": isMobile ? nil : .object(compacting: ["acceptedEmailType": "professional"]),
                "people": .array([person]),
            ]))
    }

    func request(for ticket: PollTicket) -> ProviderRequest { .get("/people/enrich/\(ticket.rawValue)") }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            switch json["status"].text {
            case nil: return .pending(try PollTicket(json["enrichmentID"]), after: Self.pause)
            case "PENDING", "IN_PROGRESS": return .pending(nil, after: Self.pause)
            case "COMPLETED": return .answered(try answer(json["people"]))
            case "FAILED": throw ProviderError(.unavailable, "the job failed")
            default: throw ProviderError(.malformedReply, "a job's status that is not in the documents")
            }
        }
    }

    private func answer(_ people: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard people.exists else { throw ProviderError(.malformedReply, "a result without people") }
        guard let person = people.elements.first else { return .miss }
        guard person.isObject else { throw ProviderError(.malformedReply, "a person that is not an object") }
        return ProviderAnswer(
            emails: person["emails"].elements.compactMap(email),
            phones: person["mobilePhones"].elements.compactMap { entry in
                entry["mobilePhone"].text.map { PhoneCandidate($0, type: .mobile) }
            },
            person: PersonFacts(
                title: person["jobTitle"].text, linkedInURL: person["linkedInUrl"].text,
                companyName: person["companyName"].text, companyDomain: person["companyDomain"].text))
    }

    private func email(_ entry: JSONReader) -> EmailCandidate? {
        guard let address = entry["email"].text else { return nil }
        let grade: EmailStatus =
            switch entry["validationStatus"].text {
            case "VALID": .verified
            case "CATCH_ALL": .catchAll
            case "INVALID": .invalid
            default: .unverified
            }
        return EmailCandidate(address, grade: grade)
    }

    func accountRequest() -> ProviderRequest { .get("/credits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            // The second names are those that the older `/v1/credits` answers with.
            let pools = [
                json["emailCredits"].amount(Self.emailUnit) ?? json["totalEmail"].amount(Self.emailUnit),
                json["mobileCredits"].amount(Self.mobileUnit) ?? json["totalMobile"].amount(Self.mobileUnit),
            ]
            return ProviderAccount(remaining: pools.compactMap(\.self))
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        guard reply.status == 403 else { return reply.failure }
        let isSpent = reply.mentions("credit") || reply.mentions("quota")
        return isSpent ? ProviderError(.outOfCredits) : ProviderError(.unauthorized, "the plan doesn't include this")
    }
}
