// SPDX-License-Identifier: Apache-2.0

/// Tomba, API v1 (docs.tomba.io and its SDKs): GET requests with a key and a secret.
///
/// A found email costs 1 credit, a phone 5, a verification and a phone's validation 1; a miss is free, and so
/// is what was paid for this month.
struct TombaVendor: Vendor {
    let facts = SandboxVendor(id: "tomba", name: "Tomba", key: "sandbox-tomba-id:sandbox-tomba-secret")

    private static let findPrice = 1000, phonePrice = 5000, verifyPrice = 1000

    func refusal(of call: Call) -> Reply? {
        let parts = (facts.key ?? "").split(separator: ":").map(String.init)
        let (key, secret) = (call.header("x-tomba-key"), call.header("x-tomba-secret"))
        if key == parts.first, secret == parts.last || path(of: call) == "/usage" { return nil }
        let message = "No user found for the API supplied, check the key and the secret"
        return error(key != nil && secret == nil ? 400 : 401, "authentication_failed", message, .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "rate_limit", "You have reached the rate limit, please slow down", .throttled)
            .with(limits(desk, left: 0))
    }

    func broken() -> Reply { error(500, "internal_error", "Something went wrong", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply: Reply =
            switch (call.method, path(of: call)) {
            case ("GET", "/email-finder"): findByName(call, desk)
            case ("GET", "/linkedin"): findByProfile(call, desk)
            case ("GET", "/phone-finder"): findPhone(call, desk)
            case ("GET", "/phone-validator"): validatePhone(call, desk)
            case ("GET", let path) where path.hasPrefix("/email-verifier"): verify(path, call, desk)
            case ("GET", "/usage"), ("GET", "/me"), ("GET", "/rate-limits"): account(path(of: call), desk)
            default: error(404, "not_found", "The requested resource does not exist", .rejected)
            }
        return reply.with(limits(desk, left: nil))
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/v1/") ? String(call.path.dropFirst(3)) : call.path
    }

    private func error(_ status: Int, _ type: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["errors": ["type": .text(type), "message": .text(message)]])
    }

    private func limits(_ desk: Desk, left: Int?) -> [(name: String, value: String)] {
        let rate = desk.allowance.map { $0.rate * 60 } ?? 300
        return [
            ("x-ratelimit-limit", String(rate)),
            ("x-ratelimit-remaining", String(left ?? desk.allowance.map { $0.left * 60 } ?? 299)),
            ("x-ratelimit-reset", "60"),
            // Its client libraries read these.
            ("x-minute-rate-limit", String(rate)),
            ("x-minute-request-left", String(left ?? desk.allowance.map { $0.left * 60 } ?? 299)),
            ("x-minute-reset-seconds", "60"),
        ]
    }

    private func wrong(_ message: String) -> Reply { error(400, "wrong_params", message, .rejected) }

    private func outOfCredits() -> Reply {
        error(402, "payment_required", "You have no more credits on your plan", .outOfCredits)
    }

    /// Charges for what was not paid for this month; `false` where the balance does not cover it.
    private func charge(_ price: Int, _ thing: String, for subject: String, _ call: Call, _ desk: Desk) -> Bool {
        if desk.isPaid(thing) { return true }
        guard desk.charge(price, for: subject, at: path(of: call)) else { return false }
        return !desk.wasPaid(thing)
    }

    // MARK: - Emails

    private func findByName(_ call: Call, _ desk: Desk) -> Reply {
        let query = PersonQuery(
            first: call.parameter("first_name"), last: call.parameter("last_name"),
            full: call.parameter("full_name"), domain: call.parameter("domain"),
            company: call.parameter("company"))
        guard query.hasCompany else { return wrong("You are missing the domain or the company parameter") }
        guard query.name != nil else { return wrong("You are missing the full_name parameter") }
        return find(query, call, desk)
    }

    private func findByProfile(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = call.parameter("url") else { return wrong("You are missing the url parameter") }
        return find(PersonQuery(handle: url), call, desk)
    }

    private func find(_ query: PersonQuery, _ call: Call, _ desk: Desk) -> Reply {
        guard desk.affords(Self.findPrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        if let email = finding?.email {
            guard charge(Self.findPrice, "find \(email)", for: email, call, desk) else { return outOfCredits() }
        }
        var phone: JSON = nil
        if call.flag("enrich_mobile"), let finding, let mobile = finding.mobile {
            let email = finding.person.email
            guard charge(Self.phonePrice, "phone \(mobile)", for: email, call, desk) else {
                return outOfCredits()
            }
            phone = line(mobile, finding.person, desk)
        }
        let isHit = finding?.email != nil || phone != .null
        return Reply(200, isHit ? .hit : .miss, ["data": data(query, finding, phone, desk)])
    }

    private func data(_ query: PersonQuery, _ finding: Finding?, _ phone: JSON, _ desk: Desk) -> JSON {
        let person = finding?.person
        let email = finding?.email
        let domain = person?.domain ?? query.domain.map(Folding.domain)
        let isCatchAll = domain.flatMap(desk.world.company)?.isCatchAll ?? false
        let isSure = finding?.grade == .sure || finding?.grade == .stale
        let date: JSON = "2026-08-20T02:46:32.093942727+02:00"
        let sources: JSON = [
            [
                "uri": "https://example.org/team", "website_url": "example.org",
                "extracted_on": "2026-08-20T02:46:32+02:00", "last_seen_on": "2026-08-20T02:46:32+02:00",
                "still_on_page": true,
            ]
        ]
        return [
            "email": JSON(email), "first_name": JSON(person?.first ?? query.first),
            "last_name": JSON(person?.last ?? query.last), "full_name": JSON(person?.fullName ?? query.name),
            "website_url": JSON(domain), "company": JSON(person?.company ?? query.company), "pattern": nil,
            "department": nil, "type": nil, "position": .text(person?.title ?? ""),
            "country": JSON(person?.country), "gender": nil, "twitter": nil,
            "linkedin": .text(person?.profileURL ?? ""), "score": email == nil ? 0 : isSure ? 99 : 42,
            "accept_all": .bool(isCatchAll), "phone_number": .bool(finding?.mobile != nil),
            "phone_data": phone,
            "verification": [
                "date": email == nil ? nil : date, "status": email == nil ? nil : isSure ? "valid" : "unknown",
            ],
            "sources": email != nil && isSure ? sources : [],
        ]
    }

    private func verify(_ path: String, _ call: Call, _ desk: Desk) -> Reply {
        let rest = path.dropFirst("/email-verifier/".count)
        guard let email = rest.isEmpty ? call.parameter("email") : Call.decoded(rest.utf8) else {
            return wrong("You are missing the email parameter")
        }
        guard charge(Self.verifyPrice, "verify \(email)", for: email, call, desk) else { return outOfCredits() }
        let verdict = desk.world.verdict(on: email)
        let (result, status, score) = words(for: verdict)
        let hasMail = ![.noMailServer, .badSyntax, .unknown].contains(verdict)
        let isTaken = result == "deliverable"
        return Reply(
            200, status == "unknown" ? .miss : .hit,
            [
                "data": [
                    "email": [
                        "email": .text(email), "result": .text(result), "status": .text(status),
                        "score": .integer(score), "smtp_provider": "Google Workspace",
                        "mx": ["records": hasMail ? ["mx.example.net"] : []], "mx_check": .bool(hasMail),
                        "smtp_server": .bool(hasMail), "smtp_check": .bool(isTaken),
                        "accept_all": .bool(verdict == .catchAll),
                        "greylisted": .bool(verdict == .greylisted), "block": false, "gibberish": false,
                        "disposable": .bool(verdict == .disposable), "webmail": false,
                        "regex": .bool(verdict != .badSyntax),
                    ],
                    "sources": [],
                ]
            ])
    }

    private func words(for verdict: MailVerdict) -> (result: String, status: String, score: Int) {
        switch verdict {
        case .valid, .role, .spamTrap, .catchAll: ("deliverable", "valid", 99)
        case .disposable: ("risky", "disposable", 10)
        case .mailboxNotFound, .noMailServer, .badSyntax: ("undeliverable", "invalid", 0)
        case .greylisted, .unknown: ("unknown", "unknown", 40)
        }
    }

    // MARK: - Phones

    private func findPhone(_ call: Call, _ desk: Desk) -> Reply {
        let (url, email, domain) = (call.parameter("linkedin"), call.parameter("email"), call.parameter("domain"))
        guard [url, email, domain].count(where: { $0 != nil }) == 1 else {
            return wrong("Please give one of the linkedin, email and domain parameters")
        }
        guard desk.affords(Self.phonePrice) else { return outOfCredits() }
        if let domain {
            let company = desk.world.company(Folding.domain(domain))
            let phone = company?.phone.map { "+" + $0.filter { $0.isASCII && $0.isNumber } }
            return answer(phone, nil, domain: domain, call, desk)
        }
        let finding = desk.world.finding(by: facts.id, PersonQuery(handle: url, email: email))
        if finding?.grade == .failing { return broken() }
        return answer(finding?.mobile, finding?.person, domain: finding?.person.domain, call, desk)
    }

    private func answer(
        _ phone: String?, _ person: Person?, domain: String?, _ call: Call, _ desk: Desk
    ) -> Reply {
        guard let phone else {
            return Reply(
                200, .miss,
                ["data": ["email": JSON(person?.email), "domain": JSON(domain), "valid": false, "e164_format": nil]])
        }
        let subject = person?.email ?? domain ?? phone
        guard charge(Self.phonePrice, "phone \(phone)", for: subject, call, desk) else { return outOfCredits() }
        return Reply(200, .hit, ["data": line(phone, person, domain: domain, desk)])
    }

    private func validatePhone(_ call: Call, _ desk: Desk) -> Reply {
        guard let phone = call.parameter("phone") else { return wrong("You are missing the phone parameter") }
        guard charge(Self.verifyPrice, "validate \(phone)", for: phone, call, desk) else { return outOfCredits() }
        let found = desk.world.line(of: phone, country: call.parameter("country_code"))
        return Reply(200, .hit, ["data": line(found?.e164 ?? phone, nil, desk)])
    }

    private func line(_ phone: String, _ person: Person?, domain: String? = nil, _ desk: Desk) -> JSON {
        let line = desk.world.line(of: phone, country: nil)
        return [
            "email": JSON(person?.email), "domain": JSON(domain ?? person?.domain), "valid": .bool(line != nil),
            "local_format": JSON(line?.national), "intl_format": .text(phone), "e164_format": .text(phone),
            "rfc3966_format": .text("tel:\(phone)"), "country_code": JSON(line?.country),
            "line_type": line.map { $0.isMobile ? "MOBILE" : "FIXED_LINE" } ?? "UNKNOWN", "carrier": "",
            "region": ["name": nil, "code": nil], "timezones": [],
        ]
    }

    // MARK: - The account

    private func account(_ path: String, _ desk: Desk) -> Reply {
        let used = desk.charged / 1000
        let left = desk.balance() / 1000
        let limits: JSON = [
            "limits": ["rps": 5, "rpm": 300, "daily": 10_000], "usage": ["rpm_used": 0, "daily_used": 0],
        ]
        let body: JSON =
            switch path {
            case "/usage":
                [
                    "data": [["search": .integer(used), "verifier": 0, "created_at": "2026-11-22"]],
                    "total": ["search": .integer(used), "verifier": 0],
                ]
            case "/me":
                [
                    "data": [
                        "email": "jane@example.com", "expired": false,
                        "pricing": ["name": "sandbox", "available_searches": .integer(left)],
                        "requests": [
                            "domains": ["available": .integer(left + used), "used": .integer(used)],
                            "verifications": ["available": .integer(left), "used": 0],
                        ],
                    ]
                ]
            default: ["data": ["email-finder": limits, "linkedin": limits, "email-verifier": limits]]
            }
        return Reply(200, .account, body)
    }
}
