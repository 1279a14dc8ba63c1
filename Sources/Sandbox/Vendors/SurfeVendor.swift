// SPDX-License-Identifier: Apache-2.0

/// Surfe, API v2 (developers.surfe.com): submit people, then poll.
///
/// An email that is found costs 1 credit and so does a mobile; the sandbox keeps one pool where the vendor keeps two.
/// An empty pool refuses the whole request, one that runs empty leaves the rest unfound.
struct SurfeVendor: Vendor {
    let facts = SandboxVendor(id: "surfe", name: "Surfe")

    private static let price = 1000, peopleMax = 10_000
    private static let path = "/people/enrich"

    func refusal(of call: Call) -> Reply? {
        call.bearer == facts.key ? nil : error(401, "unauthorized", "Invalid API key", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "too_many_requests", "Rate limit exceeded", .throttled)
    }

    func broken() -> Reply { error(500, "internal_error", "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, path(of: call)) {
        case ("POST", Self.path): submit(call, desk)
        case ("GET", "/credits"): credits(desk)
        case ("GET", let path) where path.hasPrefix(Self.path + "/"):
            poll(String(path.dropFirst(Self.path.count + 1)), desk)
        default: error(404, "not_found", "Not found", .rejected)
        }
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/v2/") ? String(call.path.dropFirst(3)) : call.path
    }

    private func error(_ status: Int, _ code: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["message": .text(message), "code": .text(code)])
    }

    private func credits(_ desk: Desk) -> Reply {
        let left = JSON.integer(desk.balance() / 1000)
        return Reply(200, .account, ["emailCredits": left, "mobileCredits": left, "searchCredits": left])
    }

    // MARK: - Submitting

    private func submit(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let people = body?["people"]?.array ?? []
        guard (1...Self.peopleMax).contains(people.count), let include = body?["include"], include.members != nil,
            people.allSatisfy(isEnough)
        else { return error(400, "invalid_request", "Each person needs a profile, or a name and a company", .rejected) }
        guard desk.affords(Self.price) else {
            return error(402, "insufficient_credits", "Not enough credits or daily quota exceeded", .outOfCredits)
        }
        let findings = people.map { desk.world.finding(by: facts.id, query(of: $0)) }
        if findings.contains(where: { $0?.grade == .failing }) { return broken() }
        let options = body?["enrichmentOptions"] ?? [:]
        var isHit = false
        let answers = zip(people, findings).map { person, finding in
            let (email, mobile) = pay(for: finding, include, options, desk)
            isHit = isHit || email != nil || mobile != nil
            return enriched(person, finding, include, email: email, mobile: mobile, desk)
        }
        let done: JSON = ["status": "COMPLETED", "percentCompleted": 100, "people": .array(answers)]
        let id = desk.submit(Reply(200, isHit ? .hit : .miss, done), makeID: Self.id)
        return Reply(
            202, .pending,
            [
                "enrichmentID": .text(id),
                "enrichmentCallbackURL": .text("https://api.surfe.com/v2/people/enrich/\(id)"),
                "message": "The enrichment will take about a minute.",
            ])
    }

    private static func id(_ number: UInt64) -> String {
        let digits = Array(Dice.identifier(number, length: 32))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private func isEnough(_ person: JSON) -> Bool {
        let query = query(of: person)
        return query.handle != nil || (query.name != nil && query.hasCompany)
    }

    private func query(of person: JSON) -> PersonQuery {
        PersonQuery(
            first: person["firstName"]?.filledText, last: person["lastName"]?.filledText,
            domain: person["companyDomain"]?.filledText, company: person["companyName"]?.filledText,
            handle: person["linkedinUrl"]?.filledText)
    }

    private func pay(
        for finding: Finding?, _ include: JSON, _ options: JSON, _ desk: Desk
    ) -> (email: String?, mobile: String?) {
        guard let finding else { return (nil, nil) }
        let wantsEmail = include["email"]?.bool == true && options["acceptedEmailType"]?.text != "personal"
        let email = paid(wantsEmail ? finding.email : nil, finding, desk)
        let isSkipped = options["skipMobileEnrichmentIfNoEmailFound"]?.bool == true && email == nil
        let wantsMobile = include["mobile"]?.bool == true && !isSkipped
        return (email, paid(wantsMobile ? finding.mobile : nil, finding, desk))
    }

    private func paid(_ value: String?, _ finding: Finding, _ desk: Desk) -> String? {
        guard let value, desk.charge(Self.price, for: finding.person.email, at: Self.path) else { return nil }
        return value
    }

    // MARK: - Results

    /// The profile is asked for as `linkedinUrl` and told as `linkedInUrl`.
    private func enriched(
        _ asked: JSON, _ finding: Finding?, _ include: JSON, email: String?, mobile: String?, _ desk: Desk
    ) -> JSON {
        let person = finding?.person
        let isCatchAll = (person.flatMap { desk.world.company($0.domain) })?.isCatchAll ?? false
        let status: JSON = finding?.grade == .guess ? "UNKNOWN" : isCatchAll ? "CATCH_ALL" : "VALID"
        let profile = include["linkedInUrl"]?.bool == true ? person?.profileURL : nil
        return [
            "externalID": asked["externalID"] ?? "", "firstName": JSON(person?.first ?? asked["firstName"]?.text),
            "lastName": JSON(person?.last ?? asked["lastName"]?.text), "jobTitle": JSON(person?.title),
            "seniorities": [], "departments": [],
            "companyName": JSON(person?.company ?? asked["companyName"]?.text),
            "companyDomain": JSON(person?.domain ?? asked["companyDomain"]?.text),
            "country": JSON(person?.country), "location": nil,
            "linkedInUrl": JSON(profile ?? asked["linkedinUrl"]?.text),
            "emails": .array(email.map { [["email": .text($0), "validationStatus": status]] } ?? []),
            "mobilePhones": .array(
                mobile.map { [["mobilePhone": .text($0), "confidenceScore": .number(0.9)]] } ?? []),
            "status": "COMPLETED",
        ]
    }

    private func poll(_ id: String, _ desk: Desk) -> Reply {
        let head = JSON.Member(name: "enrichmentID", value: .text(id))
        switch desk.poll(id) {
        case .unknown: return error(404, "not_found", "The enrichment was not found", .rejected)
        case .pending:
            return Reply(
                200, .pending,
                .object([
                    head, .init(name: "status", value: "IN_PROGRESS"),
                    .init(name: "percentCompleted", value: 0), .init(name: "people", value: []),
                ]))
        case .ready(var reply):
            reply.body = JSON.object([head] + (JSONParser.value(of: reply.body)?.members ?? [])).bytes
            return reply
        }
    }
}
