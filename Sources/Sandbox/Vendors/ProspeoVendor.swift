// SPDX-License-Identifier: Apache-2.0

/// Prospeo (prospeo.io/api-docs): one `enrich-person`.
///
/// A match costs 1 credit, with a mobile 10, and what was paid for is free for ever. Nearly every failure
/// is a 400 that only `error_code` explains.
struct ProspeoVendor: Vendor {
    let facts = SandboxVendor(id: "prospeo", name: "Prospeo")

    private static let matchPrice = 1000, mobilePrice = 10_000

    func refusal(of call: Call) -> Reply? {
        call.header("x-key") == facts.key ? nil : error(401, "INVALID_API_KEY", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "RATE_LIMITED", .throttled).with(limits(desk, minuteLeft: 0))
    }

    func broken() -> Reply {
        error(500, "INTERNAL_ERROR", .failed)
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply =
            switch (call.method, call.path) {
            case ("POST", "/enrich-person"): enrich(call, desk)
            case ("GET", "/account-information"), ("POST", "/account-information"): account(desk)
            default: error(404, "NOT_FOUND", .rejected)
            }
        return reply.with(limits(desk, minuteLeft: nil))
    }

    private func error(_ status: Int, _ code: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["error": true, "error_code": .text(code)])
    }

    private func limits(_ desk: Desk, minuteLeft: Int?) -> [(name: String, value: String)] {
        let allowance = desk.allowance
        let second = allowance?.rate ?? 30
        let left = minuteLeft ?? allowance.map { $0.left * 60 } ?? 1_799
        return [
            ("x-daily-request-left", "499999"), ("x-daily-rate-limit", "500000"),
            ("x-minute-request-left", String(left)), ("x-minute-rate-limit", String(second * 60)),
            ("x-second-rate-limit", String(second)), ("x-daily-reset-seconds", "43200"),
            ("x-minute-reset-seconds", "1"),
        ]
    }

    // MARK: - Enriching

    private func enrich(_ call: Call, _ desk: Desk) -> Reply {
        guard let body = call.json, body.members != nil else {
            return error(400, "INVALID_REQUEST", .rejected)
        }
        let data = body["data"] ?? .null
        let query = PersonQuery(
            first: data["first_name"]?.filledText, last: data["last_name"]?.filledText,
            full: data["full_name"]?.filledText, domain: data["company_website"]?.filledText,
            company: data["company_name"]?.filledText, handle: data["linkedin_url"]?.filledText,
            email: data["email"]?.filledText)
        guard query.handle != nil || query.email != nil || (query.name != nil && query.hasCompany) else {
            return error(400, "INVALID_DATAPOINTS", .rejected)
        }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let wantsMobile = body["enrich_mobile"]?.bool ?? false
        let mustHaveMobile = body["only_verified_mobile"]?.bool ?? false
        let mustHaveEmail = body["only_verified_email"]?.bool ?? false
        guard desk.affords(Self.matchPrice) else {
            return error(400, "INSUFFICIENT_CREDITS", .outOfCredits)
        }
        guard let finding,
            !mustHaveEmail || finding.grade == .sure || finding.grade == .stale,
            !mustHaveMobile || finding.mobile != nil
        else { return error(400, "NO_MATCH", .miss) }
        return charge(finding, mobile: wantsMobile ? finding.mobile : nil, wantsMobile: wantsMobile, desk)
    }

    private func charge(
        _ finding: Finding, mobile: String?, wantsMobile: Bool, _ desk: Desk
    ) -> Reply {
        let subject = finding.person.email
        let isEmailPaid = desk.isPaid("email \(subject)")
        let isMobilePaid = desk.isPaid("mobile \(subject)")
        var price = isEmailPaid ? 0 : Self.matchPrice
        if mobile != nil, !isMobilePaid { price += Self.mobilePrice - Self.matchPrice }
        guard desk.charge(price, for: subject, at: "/enrich-person") else {
            return error(400, "INSUFFICIENT_CREDITS", .outOfCredits)
        }
        _ = desk.wasPaid("email \(subject)")
        if mobile != nil { _ = desk.wasPaid("mobile \(subject)") }
        let isHit = finding.email != nil || mobile != nil
        return Reply(
            200, isHit ? .hit : .miss,
            [
                "error": false, "free_enrichment": .bool(price == 0),
                "person": person(finding, mobile: mobile, wantsMobile: wantsMobile),
                "company": company(finding, desk),
            ])
    }

    private func person(_ finding: Finding, mobile: String?, wantsMobile: Bool) -> JSON {
        let person = finding.person
        return [
            "person_id": .text(Dice.identifier(person.hash)), "first_name": .text(person.first),
            "last_name": .text(person.last), "full_name": .text(person.fullName),
            "linkedin_url": JSON(person.profileURL), "current_job_title": .text(person.title),
            "current_job_key": .text(Dice.identifier(Dice.mix(person.hash))),
            "headline": .text("\(person.title) at \(person.company)"), "linkedin_member_id": nil,
            "last_job_change_detected_at": nil, "job_history": [],
            "mobile": mobileJSON(finding, mobile), "email": emailJSON(finding),
            "location": ["country": nil, "country_code": .text(person.country)], "skills": [],
        ]
    }

    private func emailJSON(_ finding: Finding) -> JSON {
        let domain = finding.person.domain
        switch finding.grade {
        case .blank, .failing: return nil
        case .masked:
            let masked = finding.person.email.prefix(2) + "*****@\(domain)"
            return [
                "status": "VERIFIED", "revealed": false, "email": .text(String(masked)),
                "verification_method": nil, "email_mx_provider": nil,
            ]
        case .sure, .stale, .guess:
            return [
                "status": finding.grade == .guess ? "UNVERIFIED" : "VERIFIED", "revealed": true,
                "email": JSON(finding.email), "verification_method": "SMTP",
                "email_mx_provider": "Google",
            ]
        }
    }

    /// A mobile that is known and was not asked for is shown masked.
    private func mobileJSON(_ finding: Finding, _ mobile: String?) -> JSON {
        guard let known = finding.mobile else {
            return ["status": nil, "revealed": false, "mobile": nil]
        }
        guard let mobile else {
            return [
                "status": "VERIFIED", "revealed": false, "mobile": .text(known.prefix(5) + "*******"),
            ]
        }
        return [
            "status": "VERIFIED", "revealed": true, "mobile": .text(mobile),
            "mobile_national": nil, "mobile_international": .text(mobile),
            "mobile_country": nil, "mobile_country_code": mobile.hasPrefix("+1") ? "US" : nil,
        ]
    }

    private func company(_ finding: Finding, _ desk: Desk) -> JSON {
        let person = finding.person
        let phone = desk.world.company(person.domain)?.phone
        return [
            "company_id": .text(Dice.identifier(Dice.hash(person.domain))),
            "name": .text(person.company), "website": .text("https://\(person.domain)"),
            "domain": .text(person.domain), "industry": "Software", "employee_count": 350,
            "linkedin_url": nil,
            "phone_hq": ["phone_hq": JSON(phone.map { $0.filter { $0.isNumber || $0 == "+" } })],
        ]
    }

    // MARK: - The account

    private func account(_ desk: Desk) -> Reply {
        Reply(
            200, .account,
            [
                "error": false,
                "response": [
                    "current_plan": "STARTER", "current_team_members": 1,
                    "remaining_credits": .integer(desk.balance() / 1000),
                    "used_credits": .integer(desk.charged / 1000), "next_quota_renewal_days": 25,
                    "next_quota_renewal_date": "2026-12-17 00:00:00+00:00",
                ],
            ])
    }
}
