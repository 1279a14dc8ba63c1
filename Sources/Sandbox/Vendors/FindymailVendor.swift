// SPDX-License-Identifier: Apache-2.0

/// Findymail (app.findymail.com/docs).
///
/// A found email costs 1 credit and a found phone 10; a verification costs 1 of a pool of its own. A bad
/// key answers 401 only to one who accepts JSON, and a login page to all others.
struct FindymailVendor: Vendor {
    let facts = SandboxVendor(id: "findymail", name: "Findymail")

    private static let emailPrice = 1000, phonePrice = 10_000, verifyPrice = 1000

    func refusal(of call: Call) -> Reply? {
        guard call.bearer != facts.key else { return nil }
        guard call.header("accept")?.contains("application/json") ?? false else {
            return Reply(
                302, .refused, text: "<!DOCTYPE html><html><body>Redirecting to /login</body></html>",
                type: "text/html; charset=UTF-8"
            ).with([("location", "/findymail/login")])
        }
        return Reply(401, .refused, ["message": "Unauthenticated."])
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        Reply(429, .throttled, ["message": "Too Many Attempts."])
    }

    func broken() -> Reply {
        Reply(500, .failed, ["message": "Server Error"])
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("POST", "/api/search/name"): searchName(call, desk)
        case ("POST", "/api/search/business-profile"), ("POST", "/api/search/linkedin"):
            searchProfile(call, desk)
        case ("POST", "/api/search/phone"): searchPhone(call, desk)
        case ("POST", "/api/verify"): verify(call, desk)
        case ("GET", "/api/credits"): credits(desk)
        default: Reply(404, .rejected, ["message": "The route could not be found."])
        }
    }

    private func outOfCredits() -> Reply {
        Reply(402, .outOfCredits, ["error": "Not enough credits"])
    }

    /// The validation answer of Laravel, naming each field that is missing.
    private func missing(_ fields: [String]) -> Reply {
        let texts = fields.map { "The \($0.replacing("_", with: " ")) field is required." }
        return Reply(
            422, .rejected,
            [
                "message": JSON(texts.first),
                "errors": .object(
                    zip(fields, texts).map { .init(name: $0, value: .array([.text($1)])) }),
            ])
    }

    // MARK: - Searching

    private func searchName(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let (name, domain) = (body?["name"]?.filledText, body?["domain"]?.filledText)
        guard let name, let domain else {
            return missing([name == nil ? "name" : nil, domain == nil ? "domain" : nil].compactMap { $0 })
        }
        return search(PersonQuery(full: name, domain: domain), "/api/search/name", desk)
    }

    private func searchProfile(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = call.json?["linkedin_url"]?.filledText else { return missing(["linkedin_url"]) }
        return search(PersonQuery(handle: url), "/api/search/business-profile", desk)
    }

    /// What is returned is verified by contract, so that a poor address is no answer here.
    private func search(_ query: PersonQuery, _ endpoint: String, _ desk: Desk) -> Reply {
        guard desk.affords(Self.emailPrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding, finding.grade == .sure || finding.grade == .stale, let email = finding.email
        else { return Reply(200, .miss, ["contact": nil]) }
        guard desk.charge(Self.emailPrice, for: email, at: endpoint) else { return outOfCredits() }
        let person = finding.person
        return Reply(
            200, .hit,
            [
                "contact": [
                    "id": .integer(Int(person.hash % 1_000_000_000)), "name": .text(person.fullName),
                    "email": .text(email), "domain": .text(person.domain),
                    "company": .text(person.company), "linkedin_url": JSON(person.profileURL),
                    "job_title": .text(person.title), "company_city": "", "company_region": "",
                    "company_country": "", "city": nil, "region": nil, "country": nil,
                ]
            ])
    }

    /// United States numbers alone are sold.
    private func searchPhone(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = call.json?["linkedin_url"]?.filledText else { return missing(["linkedin_url"]) }
        guard desk.affords(Self.phonePrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, PersonQuery(handle: url))
        if finding?.grade == .failing { return broken() }
        guard let finding, let mobile = finding.mobile, mobile.hasPrefix("+1") else {
            return Reply(200, .miss, ["phone": nil])
        }
        let charged = desk.charge(
            Self.phonePrice, for: finding.person.email, at: "/api/search/phone")
        guard charged else { return outOfCredits() }
        return Reply(200, .hit, ["phone": .text(mobile), "line_type": "Mobile"])
    }

    // MARK: - Verifying and the account

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.json?["email"]?.filledText else { return missing(["email"]) }
        let charged = desk.charge(
            Self.verifyPrice, for: email, at: "/api/verify", from: .verifications)
        guard charged else { return outOfCredits() }
        let isVerified = desk.world.verdict(on: email).isDeliverable
        return Reply(
            200, .hit,
            ["email": .text(email), "verified": .bool(isVerified), "provider": "Google"])
    }

    private func credits(_ desk: Desk) -> Reply {
        Reply(
            200, .account,
            [
                "credits": .integer(desk.balance() / 1000),
                "verifier_credits": .integer(desk.balance(of: .verifications) / 1000),
                "pricing": "variant_a", "email": "jane@example.com", "id": 90000,
            ])
    }
}
