// SPDX-License-Identifier: Apache-2.0

/// Wiza (docs.wiza.co): start an individual reveal, then poll it.
///
/// A profile that matches costs 1 API credit, its valid email 2 more and its phone 5, what isn't found nothing; a
/// risky email is free.
struct WizaVendor: Vendor {
    let facts = SandboxVendor(id: "wiza", name: "Wiza")

    private static let profilePrice = 1000, emailPrice = 2000, phonePrice = 5000
    private static let path = "/individual_reveals"

    func refusal(of call: Call) -> Reply? {
        call.bearer == facts.key ? nil : failure(401, "Invalid API key.", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { failure(429, "Too many requests.", .throttled) }

    func broken() -> Reply { failure(500, "Internal server error.", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, path(of: call)) {
        case ("POST", Self.path): reveal(call, desk)
        case ("GET", let path) where path.hasPrefix(Self.path + "/"):
            poll(String(path.dropFirst(Self.path.count + 1)), desk)
        case ("GET", "/meta/credits"): credits(desk)
        default: failure(404, "Not found.", .rejected)
        }
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/api/") ? String(call.path.dropFirst(4)) : call.path
    }

    private func failure(_ code: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(code, outcome, ["status": ["code": .integer(code), "message": .text(message)]])
    }

    private func envelope(_ outcome: Reply.Outcome, _ data: JSON) -> Reply {
        Reply(
            200, outcome,
            [
                "status": ["code": 200, "message": "OK"], "type": "individual_reveal",
                "data": data,
            ])
    }

    // MARK: - Revealing

    private func reveal(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let asked = body?["individual_reveal"]
        let query = PersonQuery(
            full: asked?["full_name"]?.filledText, domain: asked?["domain"]?.filledText,
            company: asked?["company"]?.filledText, handle: asked?["profile_url"]?.filledText,
            email: asked?["email"]?.filledText)
        guard query.handle != nil || query.email != nil || (query.name != nil && query.hasCompany) else {
            return failure(400, "Please provide a profile_url, an email, or a full_name and a company.", .rejected)
        }
        let level = body?["enrichment_level"]?.text ?? "full"
        guard ["none", "partial", "phone", "full"].contains(level) else {
            return failure(422, "The enrichment_level is not valid.", .rejected)
        }
        let acceptsWork = body?["email_options"]?["accept_work"]?.bool ?? true
        let wantsEmail = (level == "partial" || level == "full") && acceptsWork
        let wantsPhone = level == "phone" || level == "full"
        let most = Self.profilePrice + (wantsEmail ? Self.emailPrice : 0) + (wantsPhone ? Self.phonePrice : 0)
        guard desk.affords(most) else {
            return failure(402, "You do not have enough API credits.", .outOfCredits)
        }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let email = wantsEmail ? finding?.email : nil
        let mobile = wantsPhone ? finding?.mobile : nil
        let isValid = email != nil && finding?.grade != .guess && !isCatchAll(finding, desk)
        let price =
            (finding == nil ? 0 : Self.profilePrice) + (isValid ? Self.emailPrice : 0)
            + (mobile == nil ? 0 : Self.phonePrice)
        guard desk.charge(price, for: finding?.person.email ?? "", at: Self.path) else {
            return failure(402, "You do not have enough API credits.", .outOfCredits)
        }
        let status = email == nil ? "unfound" : isValid ? "valid" : "risky"
        let revealed = Revealed(
            person: finding?.person, level: level, email: email, status: status, mobile: mobile, price: price)
        let isHit = email != nil || mobile != nil
        let id = desk.submit(Reply(200, isHit ? .hit : .miss, data(revealed))) {
            String($0 % 1_000_000_000)
        }
        return envelope(.pending, unfinished(id, "queued"))
    }

    private func isCatchAll(_ finding: Finding?, _ desk: Desk) -> Bool {
        finding.flatMap { desk.world.company($0.person.domain) }?.isCatchAll ?? false
    }

    private struct Revealed {
        var person: Person?
        var level: String
        var email: String?
        var status: String
        var mobile: String?
        var price: Int
    }

    /// A finished reveal without its id, which it has when it is polled.
    private func data(_ revealed: Revealed) -> JSON {
        let (person, email, mobile) = (revealed.person, revealed.email, revealed.mobile)
        let type: JSON = email == nil ? nil : "work"
        let emails: JSON = [["email": JSON(email), "email_type": type, "email_status": .text(revealed.status)]]
        let phones: JSON = [
            ["number": JSON(mobile), "pretty_number": JSON(mobile), "type": "mobile"]
        ]
        return [
            "status": "finished", "is_complete": true, "name": JSON(person?.fullName),
            "title": JSON(person?.title), "company": JSON(person?.company),
            "enrichment_level": .text(revealed.level), "linkedin_profile_url": JSON(person?.profileURL),
            "location": nil, "email": JSON(email), "email_type": type,
            "email_status": .text(revealed.status), "emails": email == nil ? [] : emails,
            "mobile_phone": JSON(mobile), "phone_number": JSON(mobile),
            "phone_status": mobile == nil ? "unfound" : "found", "phones": mobile == nil ? [] : phones,
            "company_domain": JSON(person?.domain), "company_size": 120, "company_size_range": "51-200",
            "company_industry": "Software", "company_founded": 2012, "company_linkedin": nil,
            "credits": [
                "email_credits": revealed.status == "valid" ? 1 : 0, "phone_credits": mobile == nil ? 0 : 1,
                "api_credits": ["total": .integer(revealed.price / 1000)],
            ],
        ]
    }

    private func unfinished(_ id: String, _ status: String) -> JSON {
        ["id": number(id), "status": .text(status), "is_complete": false]
    }

    private func number(_ id: String) -> JSON { Int(id).map { .integer($0) } ?? .null }

    // MARK: - Polling and the account

    private func poll(_ id: String, _ desk: Desk) -> Reply {
        switch desk.poll(id) {
        case .unknown: return failure(404, "Not found.", .rejected)
        case .pending: return envelope(.pending, unfinished(id, "resolving"))
        case .ready(let reply):
            let members = JSONParser.value(of: reply.body)?.members ?? []
            return envelope(reply.outcome, .object([.init(name: "id", value: number(id))] + members))
        }
    }

    private func credits(_ desk: Desk) -> Reply {
        Reply(
            200, .account,
            [
                "credits": [
                    "email_credits": 0, "phone_credits": 0, "export_credits": 0,
                    "api_credits": .integer(desk.balance() / 1000),
                ]
            ])
    }
}
