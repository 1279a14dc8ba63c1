// SPDX-License-Identifier: Apache-2.0

/// Nymeria, API v4 (nymeria.io/developers and its SDKs).
///
/// A person that is matched costs 1 credit, and so does a verification; a 404 is free. Whoever must have an
/// email has to say so in `require`. Above its rate it is a 503.
struct NymeriaVendor: Vendor {
    let facts = SandboxVendor(id: "nymeria", name: "Nymeria")

    private static let price = 1000
    private static let enrichPath = "/person/enrich", verifyPath = "/email/verify"

    func refusal(of call: Call) -> Reply? {
        guard call.header("x-api-key") != facts.key else { return nil }
        return error(401, "invalid_request_error", "The API key is missing or invalid.", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(503, "server_error", "Too many requests.", .throttled)
    }

    func broken() -> Reply { error(500, "server_error", "Something went wrong.", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, path(of: call)) {
        case ("GET", Self.enrichPath): enrich(call, desk)
        case ("POST", Self.enrichPath + "/bulk"): enrichMany(call, desk)
        case ("GET", Self.verifyPath): verify(call, desk)
        case ("POST", "/check-authentication"):
            Reply(
                200, .account,
                [
                    "status": "success",
                    "data": ["message": "Great! You have successfully authenticated with the API."],
                ])
        default: error(404, "invalid_request_error", "There is no such endpoint.", .rejected)
        }
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/api/v4/") ? String(call.path.dropFirst(7)) : call.path
    }

    private func error(_ status: Int, _ type: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            status, outcome,
            ["status": .integer(status), "error": ["type": .text(type), "message": .text(message)]])
    }

    private func outOfCredits() -> Reply {
        error(402, "invalid_request_error", "Payment required.", .outOfCredits)
    }

    // MARK: - Enriching

    private func enrich(_ call: Call, _ desk: Desk) -> Reply {
        let names = ["profile", "email", "lid", "filter", "require"]
        let members = names.compactMap { name in
            call.parameter(name).map { JSON.Member(name: name, value: .text($0)) }
        }
        return enrich(.object(members), desk)
    }

    /// The envelope of each answer is that of a single one, with the metadata of its request.
    private func enrichMany(_ call: Call, _ desk: Desk) -> Reply {
        guard let requests = call.json?["requests"]?.array, !requests.isEmpty else {
            return error(400, "invalid_request_error", "There are no requests.", .rejected)
        }
        var outcome = Reply.Outcome.miss
        var answers: [JSON] = []
        for request in requests {
            let reply = enrich(request["params"] ?? [:], desk)
            if reply.outcome == .outOfCredits || reply.outcome == .failed { return reply }
            if reply.outcome == .hit { outcome = .hit }
            let members = (JSONParser.value(of: reply.body)?.members ?? []).filter { $0.name != "metadata" }
            answers.append(.object(members + [.init(name: "metadata", value: request["metadata"] ?? [:])]))
        }
        return Reply(200, outcome, .array(answers))
    }

    private func enrich(_ params: JSON, _ desk: Desk) -> Reply {
        let query = PersonQuery(handle: params["profile"]?.filledText, email: params["email"]?.filledText)
        guard query.handle != nil || query.email != nil || params["lid"]?.filledText != nil else {
            return error(400, "invalid_request_error", "A profile, an email or a lid is required.", .rejected)
        }
        guard desk.affords(Self.price) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let required = (params["require"]?.filledText ?? "").split(separator: ",").map(String.init)
        guard let finding, required.allSatisfy({ has(finding, $0) }) else { return noMatch(params) }
        guard desk.charge(Self.price, for: finding.person.email, at: Self.enrichPath) else { return outOfCredits() }
        let isHit = finding.email != nil || finding.mobile != nil
        return Reply(200, isHit ? .hit : .miss, ["status": 200, "data": data(finding)])
    }

    private func noMatch(_ params: JSON) -> Reply {
        Reply(
            404, .miss,
            [
                "metadata": [:], "params": params, "status": 404,
                "error": [
                    "type": "not_found", "message": "There were no records found matching your request.",
                ],
            ])
    }

    private func has(_ finding: Finding, _ field: String) -> Bool {
        switch field {
        case "email", "professional-email": finding.email != nil
        case "phone": finding.mobile != nil
        case "personal-email": false
        default: true
        }
    }

    private func data(_ finding: Finding) -> JSON {
        let person = finding.person
        let emails: [JSON] =
            finding.email.map { email in
                let local = String(email.prefix { $0 != "@" })
                return [
                    [
                        "type": "professional", "name": .text(local), "domain": .text(person.domain),
                        "address": .text(email),
                    ]
                ]
            } ?? []
        let profiles: [JSON] =
            person.handle.map { handle in
                [["network": "linkedin", "url": JSON(person.profileURL), "username": .text(handle)]]
            } ?? []
        return [
            "id": .text(Dice.identifier(person.hash)), "first_name": .text(person.first),
            "last_name": .text(person.last), "full_name": .text(person.fullName),
            "work_email": JSON(finding.email), "personal_emails": [], "emails": .array(emails),
            "mobile_phone": JSON(finding.mobile),
            "phone_numbers": .array(finding.mobile.map { [.text($0)] } ?? []),
            "job_title": .text(person.title), "job_company_name": .text(person.company),
            "job_company_website": .text(person.domain),
            "linkedin_url": JSON(person.handle.map { "linkedin.com/in/\($0)" }), "profiles": .array(profiles),
        ]
    }

    // MARK: - Verifying

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else {
            return error(400, "invalid_request_error", "An email is required.", .rejected)
        }
        guard desk.charge(Self.price, for: email, at: Self.verifyPath) else { return outOfCredits() }
        let verdict = desk.world.verdict(on: email)
        let result =
            switch verdict {
            case .valid, .role, .spamTrap: "valid"
            case .catchAll: "catchall"
            case .mailboxNotFound, .noMailServer, .badSyntax: "invalid"
            case .disposable: "disposable"
            case .greylisted, .unknown: "unknown"
            }
        let flags: JSON = verdict == .noMailServer || verdict == .badSyntax ? [] : ["has_dns"]
        return Reply(
            200, result == "unknown" ? .miss : .hit,
            [
                "status": 200,
                "data": [
                    "result": .text(result), "flags": flags, "suggested_correction": "", "execution_time": 120,
                ],
            ])
    }
}
