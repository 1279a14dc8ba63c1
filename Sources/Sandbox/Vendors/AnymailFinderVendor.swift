// SPDX-License-Identifier: Apache-2.0

/// Anymail Finder, API v5.1 (anymailfinder.com, its OpenAPI file).
///
/// A valid email costs 1 credit and a verification 0.2; the same result again is free. Finding gives out no
/// risky address, and there is no limit on the rate but a busy server.
struct AnymailFinderVendor: Vendor {
    let facts = SandboxVendor(id: "anymail_finder", name: "Anymail Finder")

    private static let findPrice = 1000, verifyPrice = 200

    func refusal(of call: Call) -> Reply? {
        let key = call.header("x-api-key") ?? call.bearer ?? call.header("authorization")
        guard key != facts.key else { return nil }
        return error(401, "unauthorized", "Missing or invalid API key.", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        Reply(
            503, .throttled,
            ["error": "server_busy", "error_explained": "The server is busy, please try again later."])
    }

    func broken() -> Reply { error(500, "internal_error", "Something went wrong.", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, path(of: call)) {
        case ("POST", "/find-email/person"): findPerson(call, desk)
        case ("POST", "/find-email/linkedin-url"), ("POST", "/find-email/linkedin"):
            findProfile(call, desk)
        case ("POST", "/verify-email"): verify(call, desk)
        case ("GET", "/account"):
            Reply(
                200, .account,
                ["credits_left": Desk.json(milliunits: desk.balance()), "email": "jane@example.com"])
        default: error(404, "not_found", "There is no such endpoint.", .rejected)
        }
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/v5.1/") ? String(call.path.dropFirst(5)) : call.path
    }

    private func error(_ status: Int, _ error: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["error": .text(error), "message": .text(message)])
    }

    private func outOfCredits() -> Reply {
        error(402, "upgrade_needed", "You don't have enough credits.", .outOfCredits)
    }

    // MARK: - Finding

    private func findPerson(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        if body?["linkedin_url"]?.filledText != nil { return findProfile(call, desk) }
        let query = PersonQuery(
            first: body?["first_name"]?.filledText, last: body?["last_name"]?.filledText,
            full: body?["full_name"]?.filledText, domain: body?["domain"]?.filledText,
            company: body?["company_name"]?.filledText)
        guard query.name != nil else {
            return error(400, "bad_request", "A full_name, or a first_name and a last_name, is needed.", .rejected)
        }
        guard query.hasCompany else {
            return error(400, "bad_request", "A domain or a company_name is needed.", .rejected)
        }
        let names = ["full_name", "first_name", "last_name", "domain", "company_name"]
        return find(query, echo(names, of: body), call.path, desk)
    }

    private func findProfile(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = call.json?["linkedin_url"]?.filledText else {
            return error(400, "bad_request", "A linkedin_url is needed.", .rejected)
        }
        return find(PersonQuery(handle: url), echo(["linkedin_url"], of: call.json), call.path, desk)
    }

    private func echo(_ names: [String], of body: JSON?) -> JSON {
        .object(names.compactMap { name in body?[name].map { .init(name: name, value: $0) } })
    }

    private func find(_ query: PersonQuery, _ input: JSON, _ endpoint: String, _ desk: Desk) -> Reply {
        guard desk.affords(Self.findPrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding, finding.grade == .sure || finding.grade == .stale, let email = finding.email,
            desk.world.company(finding.person.domain)?.isCatchAll != true
        else { return Reply(200, .miss, result(input, nil, nil, price: 0)) }
        let price = desk.isPaid("find \(email)") ? 0 : Self.findPrice
        guard desk.charge(price, for: email, at: endpoint) else { return outOfCredits() }
        _ = desk.wasPaid("find \(email)")
        return Reply(200, .hit, result(input, email, finding.person, price: price))
    }

    private func result(_ input: JSON, _ email: String?, _ person: Person?, price: Int) -> JSON {
        [
            "input": input, "credits_charged": Desk.json(milliunits: price), "email": JSON(email),
            "email_status": email == nil ? "not_found" : "valid", "mx_domain": email == nil ? nil : "google.com",
            "mx_host": email == nil ? nil : "aspmx.l.google.com", "person_company_name": JSON(person?.company),
            "person_full_name": JSON(person?.fullName), "person_job_title": JSON(person?.title),
            "valid_email": JSON(email),
        ]
    }

    // MARK: - Verifying

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.json?["email"]?.filledText else {
            return error(400, "bad_request", "An email is needed.", .rejected)
        }
        let price = desk.isPaid("verify \(email)") ? 0 : Self.verifyPrice
        guard desk.charge(price, for: email, at: call.path) else { return outOfCredits() }
        _ = desk.wasPaid("verify \(email)")
        return Reply(
            200, .hit,
            [
                "input": ["email": .text(email)], "credits_charged": Desk.json(milliunits: price),
                "email": .text(email), "email_status": .text(word(for: desk.world.verdict(on: email))),
            ])
    }

    private func word(for verdict: MailVerdict) -> String {
        switch verdict {
        case .valid, .role, .spamTrap, .disposable: "valid"
        case .mailboxNotFound, .noMailServer, .badSyntax: "invalid"
        case .catchAll, .greylisted, .unknown: "risky"
        }
    }
}
