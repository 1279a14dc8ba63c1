// SPDX-License-Identifier: Apache-2.0

/// Hunter, API v2 (hunter.io/api-documentation/v2).
///
/// A found email costs 1 credit and a verification 0.5; what was paid for once is free afterwards, and
/// so is a verdict of `unknown` or `disposable`. Its rate limit is a 403 and its empty account a 429.
/// With `pending_polls` set, the first answers to a question are a 202: still searching, ask the same
/// again.
struct HunterVendor: Vendor {
    let facts = SandboxVendor(id: "hunter", name: "Hunter")

    private static let findPrice = 1000, verifyPrice = 500
    private static let freeVerdicts: Set = ["unknown", "disposable"]

    func refusal(of call: Call) -> Reply? {
        let key = call.parameter("api_key") ?? call.header("x-api-key") ?? call.bearer
        guard key != facts.key else { return nil }
        return error(
            401, "authentication_failed", .refused,
            key == nil ? "No API key was supplied" : "No user found for the API key supplied")
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(403, "too_many_requests", .throttled, "You've reached the rate limit. Please slow down")
    }

    func broken() -> Reply {
        error(500, "internal_error", .failed, "Something went wrong on our side")
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v2/email-finder"): find(call, desk)
        case ("GET", "/v2/email-verifier"): verify(call, desk)
        case ("GET", "/v2/account"): account(desk)
        default: error(404, "not_found", .rejected, "The requested resource does not exist")
        }
    }

    private func error(_ code: Int, _ id: String, _ outcome: Reply.Outcome, _ details: String) -> Reply {
        Reply(
            code, outcome,
            ["errors": [["id": .text(id), "code": .integer(code), "details": .text(details)]]])
    }

    private func outOfCredits() -> Reply {
        error(
            429, "too_many_requests", .outOfCredits,
            "You have reached the limit for the number of searches per billing period included in your plan")
    }

    private func stillRunning() -> Reply {
        Reply(202, .pending, ["data": nil, "meta": ["params": [:]]])
    }

    // MARK: - Finding

    private func find(_ call: Call, _ desk: Desk) -> Reply {
        let query = PersonQuery(
            first: call.parameter("first_name"), last: call.parameter("last_name"),
            full: call.parameter("full_name"), domain: call.parameter("domain"),
            company: call.parameter("company"), handle: call.parameter("linkedin_handle"))
        if let problem = problem(with: query) { return error(400, "wrong_params", .rejected, problem) }
        if desk.isPending(call.identity) { return stillRunning() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding, let email = finding.email else {
            guard desk.affords(Self.findPrice) else { return outOfCredits() }
            return Reply(200, .miss, ["data": data(query, nil, desk), "meta": meta(query)])
        }
        if !desk.isPaid("find \(email)") {
            guard desk.charge(Self.findPrice, for: email, at: "/v2/email-finder") else {
                return outOfCredits()
            }
            _ = desk.wasPaid("find \(email)")
        }
        return Reply(200, .hit, ["data": data(query, finding, desk), "meta": meta(query)])
    }

    private func problem(with query: PersonQuery) -> String? {
        if query.handle != nil { return nil }
        if !query.hasCompany { return "You are missing the domain parameter or the company parameter" }
        if query.name == nil {
            return "You are missing the full_name parameter or the first_name and last_name parameters"
        }
        return nil
    }

    private func data(_ query: PersonQuery, _ finding: Finding?, _ desk: Desk) -> JSON {
        let person = finding?.person
        let isSure = finding?.grade == .sure || finding?.grade == .stale
        let domain = person?.domain ?? query.domain.map(Folding.domain)
        let company = domain.flatMap(desk.world.company)
        let isCatchAll = company?.isCatchAll ?? false
        let status: JSON = !isSure ? nil : isCatchAll ? "accept_all" : "valid"
        return [
            "first_name": JSON(person?.first ?? query.first),
            "last_name": JSON(person?.last ?? query.last),
            "email": JSON(finding?.email),
            "score": finding == nil ? 0 : isSure ? (isCatchAll ? 80 : 97) : 34,
            "domain": JSON(domain), "accept_all": .bool(isCatchAll), "position": JSON(person?.title),
            "twitter": nil, "linkedin_url": JSON(person?.profileURL), "phone_number": nil,
            "company": JSON(company?.name),
            "source_type": finding == nil ? nil : isSure ? "crawled" : "generated",
            "sources": isSure ? [source(domain)] : [],
            "verification": [
                "date": status == .null ? nil : "2026-07-28", "status": status,
            ],
        ]
    }

    private func source(_ domain: String?) -> JSON {
        [
            "domain": "example.org", "uri": .text("https://example.org/\(domain ?? "")"),
            "extracted_on": "2026-07-24", "last_seen_on": "2026-07-24", "still_on_page": true,
        ]
    }

    private func meta(_ query: PersonQuery) -> JSON {
        [
            "params": [
                "first_name": JSON(query.first), "last_name": JSON(query.last),
                "full_name": JSON(query.full), "domain": JSON(query.domain),
                "company": JSON(query.company), "linkedin_handle": JSON(query.handle),
                "max_duration": nil,
            ]
        ]
    }

    // MARK: - Verifying

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else {
            return error(400, "wrong_params", .rejected, "You are missing the email parameter")
        }
        let verdict = desk.world.verdict(on: email)
        guard verdict != .badSyntax else {
            return error(400, "invalid_email", .rejected, "The supplied email is invalid")
        }
        if desk.isPending(call.identity) { return stillRunning() }
        let (status, score, result) = words(for: verdict)
        if !Self.freeVerdicts.contains(status), !desk.isPaid("verify \(email)") {
            guard desk.charge(Self.verifyPrice, for: email, at: "/v2/email-verifier") else {
                return outOfCredits()
            }
            _ = desk.wasPaid("verify \(email)")
        }
        return Reply(
            200, status == "unknown" ? .miss : .hit,
            [
                "data": [
                    "status": .text(status), "score": .integer(score), "email": .text(email),
                    "regexp": true, "gibberish": false, "disposable": .bool(verdict == .disposable),
                    "webmail": false, "mx_records": .bool(verdict != .noMailServer),
                    "smtp_server": .bool(verdict != .noMailServer),
                    "smtp_check": .bool(verdict.isDeliverable || verdict == .catchAll),
                    "accept_all": .bool(verdict == .catchAll), "block": false, "sources": [],
                    "result": .text(result),
                    "_deprecation_notice": "Using result is deprecated, use status instead",
                ],
                "meta": ["params": ["email": .text(email)]],
            ])
    }

    private func words(for verdict: MailVerdict) -> (status: String, score: Int, result: String) {
        switch verdict {
        case .valid, .role, .spamTrap: ("valid", 100, "deliverable")
        case .catchAll: ("accept_all", 60, "risky")
        case .mailboxNotFound, .noMailServer, .badSyntax: ("invalid", 0, "undeliverable")
        case .disposable: ("disposable", 10, "risky")
        case .greylisted, .unknown: ("unknown", 40, "risky")
        }
    }

    // MARK: - The account

    private func account(_ desk: Desk) -> Reply {
        let used = desk.charged
        let left = desk.balance()
        return Reply(
            200, .account,
            [
                "data": [
                    "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com",
                    "plan_name": "Sandbox", "plan_level": 0, "reset_date": "2026-12-28", "team_id": 0,
                    "requests": [
                        "credits": [
                            "used": .number(Double(used) / 1000),
                            "available": .number(Double(used + left) / 1000),
                            "remaining": .number(Double(left) / 1000),
                        ],
                        "searches": ["used": 0, "available": 50],
                        "verifications": ["used": 0, "available": 100],
                    ],
                    "calls": [
                        "_deprecation_notice": "Use requests instead", "used": 0, "available": 75,
                    ],
                ]
            ])
    }
}
