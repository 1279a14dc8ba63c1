// SPDX-License-Identifier: Apache-2.0

/// LeadMagic, API v1 (its OpenAPI repository and skills).
///
/// A found email costs 1 credit, one from a profile 5, a mobile 5, a validation 0.25; a miss, a verdict of
/// `unknown` and bad syntax are free. Every answer says what it cost.
struct LeadMagicVendor: Vendor {
    let facts = SandboxVendor(id: "leadmagic", name: "LeadMagic")

    private static let findPrice = 1000, profilePrice = 5000, personalPrice = 2000
    private static let mobilePrice = 5000, validationPrice = 250
    private static let people = "/v1/people/"

    func refusal(of call: Call) -> Reply? {
        guard call.header("x-api-key") ?? call.bearer != facts.key else { return nil }
        var reply = error(401, "unauthorized", "API key is missing or invalid", .refused)
        reply.contentType = "application/problem+json"
        return reply
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "rate_limit_exceeded", "Too many requests", .throttled)
    }

    func broken() -> Reply { error(500, "internal_error", "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("POST", Self.people + "email-finder"): findEmail(call, desk)
        case ("POST", Self.people + "b2b-profile-email"): findByProfile(call, desk)
        case ("POST", Self.people + "mobile-finder"): findMobile(call, desk)
        case ("POST", Self.people + "personal-email-finder"): findPersonalEmail(call, desk)
        case ("POST", Self.people + "email-validation"): validate(call, desk)
        case ("GET", "/v1/credits"): credits(desk)
        default: error(404, "not_found", "The requested resource was not found", .rejected)
        }
    }

    private func error(_ status: Int, _ code: String, _ title: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            status, outcome,
            [
                "success": false,
                "errors": [
                    [
                        "type": .text("https://api.leadmagic.io/errors/\(code)"), "title": .text(title),
                        "status": .integer(status), "code": .text(code),
                        "docs": "https://leadmagic.io/docs",
                    ]
                ],
                "meta": [
                    "request_id": .text(Dice.identifier(Dice.hash(title))), "timestamp": "2026-11-22T12:30:18Z",
                ],
            ])
    }

    private func invalid(_ title: String) -> Reply { error(400, "validation_error", title, .rejected) }

    private func outOfCredits() -> Reply {
        error(402, "insufficient_credits", "Insufficient credits", .outOfCredits)
    }

    // MARK: - Finding emails

    /// There is no word for an address that is unsure, so that one is not found here.
    private func email(of finding: Finding?) -> String? {
        guard let finding, finding.grade == .sure || finding.grade == .stale else { return nil }
        return finding.email
    }

    private func findEmail(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let query = PersonQuery(
            first: body?["first_name"]?.filledText, last: body?["last_name"]?.filledText,
            full: body?["full_name"]?.filledText, domain: body?["domain"]?.filledText,
            company: body?["company_name"]?.filledText)
        guard query.name != nil else { return invalid("first_name and last_name, or full_name, are required") }
        guard query.hasCompany else { return invalid("domain or company_name is required") }
        guard desk.affords(Self.findPrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let asked: [JSON.Member] = [
            .init(name: "first_name", value: JSON(finding?.person.first ?? query.first)),
            .init(name: "last_name", value: JSON(finding?.person.last ?? query.last)),
            .init(name: "domain", value: JSON(finding?.person.domain ?? query.domain)),
        ]
        guard let finding, let email = email(of: finding) else {
            return Reply(200, .miss, .object(head(nil, "No valid email found.", 0) + asked))
        }
        guard desk.charge(Self.findPrice, for: email, at: call.path) else { return outOfCredits() }
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        let found = head(email, "Valid email found.", Self.findPrice, isCatchAll: isCatchAll)
        return Reply(200, .hit, .object(found + asked + details(finding.person, isCatchAll)))
    }

    private func head(
        _ email: String?, _ message: String, _ price: Int, isCatchAll: Bool = false
    ) -> [JSON.Member] {
        let status: JSON = email == nil ? nil : isCatchAll ? "valid_catch_all" : "valid"
        return [
            .init(name: "email", value: JSON(email)), .init(name: "status", value: status),
            .init(name: "credits_consumed", value: Desk.json(milliunits: price)),
            .init(name: "message", value: .text(message)),
        ]
    }

    private func details(_ person: Person, _ isCatchAll: Bool) -> [JSON.Member] {
        let details: JSON = [
            "is_domain_catch_all": .bool(isCatchAll), "employment_verified": true, "has_mx": true,
            "mx_record": .text("mx.\(person.domain)"), "mx_provider": "Google", "mx_security_gateway": nil,
            "company_name": .text(person.company), "company_industry": "Software",
            "company_size": "51-200", "company_founded": 2012, "company_type": "private",
            "company_linkedin_url": nil,
            "company_location": [
                "name": nil, "locality": nil, "region": nil, "country": .text(person.country.lowercased()),
                "postal_code": nil,
            ],
        ]
        return details.members ?? []
    }

    private func findByProfile(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = call.json?["profile_url"]?.filledText else { return invalid("profile_url is required") }
        guard desk.affords(Self.profilePrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, PersonQuery(handle: url))
        if finding?.grade == .failing { return broken() }
        guard let email = email(of: finding) else {
            return Reply(200, .miss, profile(url, "email", nil, "No email found", 0))
        }
        guard desk.charge(Self.profilePrice, for: email, at: call.path) else { return outOfCredits() }
        return Reply(200, .hit, profile(url, "email", email, "Email found", Self.profilePrice))
    }

    /// Nobody here has a personal address.
    private func findPersonalEmail(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = call.json?["profile_url"]?.filledText else { return invalid("profile_url is required") }
        guard desk.affords(Self.personalPrice) else { return outOfCredits() }
        return Reply(200, .miss, profile(url, "personal_email", nil, "No personal email found", 0))
    }

    private func profile(
        _ url: String, _ name: String, _ value: String?, _ message: String, _ price: Int
    ) -> JSON {
        .object([
            .init(name: "profile_url", value: .text(url)), .init(name: name, value: JSON(value)),
            .init(name: "credits_consumed", value: Desk.json(milliunits: price)),
            .init(name: "message", value: .text(message)),
        ])
    }

    // MARK: - Mobiles

    private func findMobile(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let url = body?["profile_url"]?.filledText
        let email = body?["work_email"]?.filledText ?? body?["personal_email"]?.filledText
        guard url != nil || email != nil else {
            return invalid("profile_url, work_email or personal_email is required")
        }
        guard desk.affords(Self.mobilePrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, PersonQuery(handle: url, email: email))
        if finding?.grade == .failing { return broken() }
        guard let finding, let mobile = finding.mobile else {
            return Reply(200, .miss, self.mobile(url, email, nil, "mobile not found", 0))
        }
        guard desk.charge(Self.mobilePrice, for: finding.person.email, at: call.path) else {
            return outOfCredits()
        }
        return Reply(200, .hit, self.mobile(url, email, mobile, "Mobile found", Self.mobilePrice))
    }

    private func mobile(
        _ url: String?, _ email: String?, _ number: String?, _ message: String, _ price: Int
    ) -> JSON {
        [
            "profile_url": JSON(url), "email": JSON(email), "mobile_number": JSON(number),
            "credits_consumed": Desk.json(milliunits: price), "message": .text(message),
        ]
    }

    // MARK: - Validating and the account

    private func validate(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.json?["email"]?.filledText else { return invalid("email is required") }
        guard desk.affords(Self.validationPrice) else { return outOfCredits() }
        let verdict = desk.world.verdict(on: email)
        let status = word(for: verdict)
        let price = status == "unknown" || verdict == .badSyntax ? 0 : Self.validationPrice
        guard desk.charge(price, for: email, at: call.path) else { return outOfCredits() }
        let domain = email.split(separator: "@").last.map(String.init) ?? ""
        let hasMail = ![.noMailServer, .badSyntax, .unknown].contains(verdict)
        return Reply(
            200, status == "unknown" ? .miss : .hit,
            [
                "email": .text(email), "email_status": .text(status),
                "is_domain_catch_all": .bool(verdict == .catchAll),
                "credits_consumed": Desk.json(milliunits: price), "message": .text("Email is \(status)."),
                "mx_record": hasMail ? .text("mx.\(domain)") : nil, "mx_provider": hasMail ? "Google" : nil,
            ])
    }

    private func word(for verdict: MailVerdict) -> String {
        switch verdict {
        case .valid, .role, .spamTrap, .disposable: "valid"
        case .catchAll: "catch_all"
        case .mailboxNotFound, .noMailServer, .badSyntax: "invalid"
        case .greylisted, .unknown: "unknown"
        }
    }

    private func credits(_ desk: Desk) -> Reply {
        let credits = Desk.json(milliunits: desk.balance())
        return Reply(
            200, .account,
            [
                "credits": credits, "is_frozen": false, "credits_frozen": 0, "credits_liquid": credits,
                "credit_freeze_message": nil, "credit_freeze_plan_hint": nil,
            ])
    }
}
