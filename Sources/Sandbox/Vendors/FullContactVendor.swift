// SPDX-License-Identifier: Apache-2.0

/// FullContact, API v3 (its Python client and docs.fullcontact.com): `person.enrich` and `stats.get`.
///
/// A match costs 1, a miss nothing. A wrong key is echoed in a 401, and a missing key is a 403, as is a used-up
/// quota. With `pending_polls` set, the first answers to a question are a 202: ask the same again.
struct FullContactVendor: Vendor {
    let facts = SandboxVendor(id: "fullcontact", name: "FullContact")

    private static let price = 1000
    private static let endpoint = "/person.enrich"

    func refusal(of call: Call) -> Reply? {
        guard let key = call.bearer else {
            return failure(403, "API Key is missing or invalid. Please check your request.", .refused)
        }
        return key == facts.key ? nil : failure(401, "401: Expired access token: \(key)", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        failure(429, "Rate limit exceeded", .throttled).with(limits(desk, left: 0))
    }

    func broken() -> Reply { failure(503, "Service temporarily unavailable", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply =
            switch (call.method, path(of: call)) {
            case ("POST", Self.endpoint): enrich(call, desk)
            case ("POST", "/stats.get"): stats(desk)
            default: failure(404, "Not Found", .rejected)
            }
        return reply.with(limits(desk, left: nil))
    }

    /// What was matched in the period, and how much may be.
    private func stats(_ desk: Desk) -> Reply {
        let used = desk.charged / 1000
        let matches: JSON = [
            "count": .integer(used), "quota": .integer(desk.balance() / 1000 + used), "overQuota": false,
        ]
        return Reply(
            200, .account,
            [
                "period": ["start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"],
                "plan": ["name": "sandbox", "period": "yearly", "baseCost": 0, "daysRemainingInPeriod": 30],
                "stats": ["person": ["enrichment": ["matches": matches, "total": ["count": .integer(used)]]]],
            ])
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/v3/") ? String(call.path.dropFirst(3)) : call.path
    }

    private func failure(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["status": .integer(status), "message": .text(message)])
    }

    private func limits(_ desk: Desk, left: Int?) -> [(name: String, value: String)] {
        let minute = desk.allowance.map { $0.rate * 60 } ?? 6_000
        return [
            ("x-rate-limit", String(minute)),
            ("x-rate-limit-remaining", String(left ?? desk.allowance.map { $0.left * 60 } ?? 5_999)),
            ("x-rate-limit-reset", "60"),
        ]
    }

    private func outOfCredits() -> Reply {
        failure(403, "You have exceeded the quota of your plan.", .outOfCredits)
    }

    // MARK: - Enriching

    private func enrich(_ call: Call, _ desk: Desk) -> Reply {
        guard let body = call.json, body.members != nil else {
            return Reply(400, .rejected, ["code": 400, "message": "Unable to process JSON"])
        }
        let query = PersonQuery(
            handle: profile(in: body),
            email: body["email"]?.filledText ?? body["emails"]?.array?.first?.filledText)
        let hasPhone = body["phone"]?.filledText != nil || body["phones"]?.array?.isEmpty == false
        let hasPlace = body["location"]?.members != nil || body["placekey"]?.filledText != nil
        let hasName = body["name"]?.members != nil && hasPlace
        guard query.handle != nil || query.email != nil || hasPhone || hasName else {
            return failure(400, "A profile, an email, a phone, or a name with a location is required", .rejected)
        }
        if desk.isPending(call.identity) { return queued(call) }
        guard desk.affords(Self.price) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding else { return failure(404, "Profile not found", .miss) }
        guard desk.charge(Self.price, for: finding.person.email, at: Self.endpoint) else {
            return outOfCredits()
        }
        return Reply(200, finding.email != nil || finding.mobile != nil ? .hit : .miss, person(finding))
    }

    private func profile(in body: JSON) -> String? {
        for profile in body["profiles"]?.array ?? [] {
            if let url = profile["url"]?.filledText, url.contains("linkedin.com") { return url }
            if profile["service"]?.text == "linkedin", let name = profile["username"]?.filledText { return name }
        }
        return nil
    }

    private func queued(_ call: Call) -> Reply {
        Reply(
            202, .pending,
            [
                "status": 202,
                "message": "Queued for search. Please retry your query within about 2 minutes.",
                "requestId": .text("f25d3bca-0000-0000-0000-\(Dice.identifier(call.identity, length: 12))"),
            ])
    }

    private func person(_ finding: Finding) -> JSON {
        let person = finding.person
        return [
            "fullName": .text(person.fullName), "ageRange": nil, "gender": nil,
            "location": .text(person.country), "title": .text(person.title),
            "organization": .text(person.company), "twitter": nil, "linkedin": JSON(person.profileURL),
            "facebook": nil, "bio": nil, "avatar": nil, "website": nil, "details": details(finding),
            "isSandboxProfile": false, "updated": "2026-01-01",
        ]
    }

    private func details(_ finding: Finding) -> JSON {
        let person = finding.person
        let emails = finding.email.map { email -> [JSON] in [["value": .text(email), "label": "work"]] }
        let phones = finding.mobile.map { mobile -> [JSON] in [["value": .text(mobile), "label": "mobile"]] }
        let profiles = person.handle.map { handle -> JSON in
            [
                "linkedin": [
                    "username": .text(handle), "userid": .text(String(person.hash % 1_000_000)),
                    "url": JSON(person.profileURL), "service": "linkedin",
                ]
            ]
        }
        return [
            "name": ["given": .text(person.first), "family": .text(person.last), "full": .text(person.fullName)],
            "emails": .array(emails ?? []), "phones": .array(phones ?? []), "profiles": profiles ?? [:],
            "employment": [
                [
                    "name": .text(person.company), "current": true, "title": .text(person.title),
                    "start": ["year": 2019, "month": 9],
                ]
            ],
            "locations": [["countryCode": .text(person.country), "formatted": .text(person.country)]],
        ]
    }
}
