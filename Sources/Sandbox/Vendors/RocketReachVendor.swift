// SPDX-License-Identifier: Apache-2.0

/// RocketReach, API v2 (docs.rocketreach.co and its OpenAPI file): a lookup answers at once where it is cached,
/// or else when its status is asked for.
///
/// A lookup costs 1 credit where it has a good email, or a phone if phones were asked for; a universal one 2
/// an email, 6 a phone and 1 a profile. A second lookup is free.
struct RocketReachVendor: Vendor {
    let facts = SandboxVendor(id: "rocketreach", name: "RocketReach")

    private static let lookupPrice = 1000
    private static let emailPrice = 2000, phonePrice = 6000, profilePrice = 1000

    func refusal(of call: Call) -> Reply? {
        call.header("api-key") == facts.key ? nil : failure(401, "Invalid API Key", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        failure(429, "Request was throttled. Expected available in 1 second.", .throttled)
            .with([("retry-after", "1")])
    }

    func broken() -> Reply { failure(500, "Internal Server Error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, path(of: call)) {
        case ("GET", "/person/lookup"): lookUp(call, asked(call), desk)
        case ("GET", "/universal/person/lookup"): lookUp(call, universal(call), desk)
        case ("GET", "/person/checkStatus"), ("GET", "/universal/person/check_status"): check(call, desk)
        case ("GET", "/account/"), ("GET", "/account"): account(desk)
        case ("GET", "/universal/account/"): universalAccount(desk)
        default: failure(404, "Not found.", .rejected)
        }
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/api/v2/") ? String(call.path.dropFirst(7)) : call.path
    }

    private func failure(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["status": .integer(status), "message": .text(message)])
    }

    private func outOfCredits() -> Reply {
        failure(402, "You have no lookup credits of this type left", .outOfCredits)
    }

    // MARK: - Looking up

    /// What a lookup shows, and what it costs at most and in the end.
    private struct Asked {
        var type: String
        var emails: Bool, phones: Bool
        var isUniversal = false, profile = false

        var most: Int {
            guard isUniversal else { return lookupPrice }
            return (emails ? emailPrice : 0) + (phones ? phonePrice : 0) + (profile ? profilePrice : 0)
        }

        func price(of finding: Finding) -> Int {
            let hasPhone = phones && finding.mobile != nil
            guard isUniversal else {
                let isGood = emails && finding.email != nil && finding.grade != .guess
                return isGood || hasPhone || type == "enrich" ? lookupPrice : 0
            }
            return (emails && finding.email != nil ? emailPrice : 0) + (hasPhone ? phonePrice : 0)
                + (profile ? profilePrice : 0)
        }
    }

    private func asked(_ call: Call) -> Asked {
        let type = call.parameter("lookup_type") ?? "standard"
        return Asked(
            type: type, emails: type != "phone", phones: ["premium", "phone", "enrich"].contains(type))
    }

    private func universal(_ call: Call) -> Asked {
        Asked(
            type: "universal", emails: call.flag("reveal_professional_email"), phones: call.flag("reveal_phone"),
            isUniversal: true, profile: call.flag("reveal_detailed_person_enrichment"))
    }

    private func lookUp(_ call: Call, _ asked: Asked, _ desk: Desk) -> Reply {
        let query = PersonQuery(
            full: call.parameter("name"), company: call.parameter("current_employer"),
            handle: call.parameter("linkedin_url"), email: call.parameter("email"))
        guard query.handle != nil || query.email != nil || (query.name != nil && query.hasCompany) else {
            return failure(400, "Please provide a linkedin_url, an email, or name and current_employer", .rejected)
        }
        guard desk.affords(asked.most) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding else { return failure(404, "No matching profile was found", .miss) }
        let id = String(finding.person.hash % 1_000_000_000)
        let thing = "\(asked.type) \(asked.emails) \(asked.phones) \(id)"
        let isCached = desk.isPaid(thing)
        let price = isCached ? 0 : asked.price(of: finding)
        guard desk.charge(price, for: finding.person.email, at: path(of: call)) else { return outOfCredits() }
        if price > 0 { _ = desk.wasPaid(thing) }
        let done = complete(finding, asked, id, desk)
        let settings = desk.settings
        guard !isCached, settings.pendingPolls > 0 || settings.pendingMilliseconds > 0 else { return done }
        return Reply(200, .pending, unfinished(desk.submit(done) { _ in id }, "searching", finding.person))
    }

    private func unfinished(_ id: String, _ status: String, _ person: Person?) -> JSON {
        [
            "id": number(id), "status": .text(status), "name": JSON(person?.fullName),
            "linkedin_url": JSON(person?.profileURL), "emails": [], "phones": [],
        ]
    }

    private func number(_ id: String) -> JSON { Int(id).map { .integer($0) } ?? .null }

    private func complete(_ finding: Finding, _ asked: Asked, _ id: String, _ desk: Desk) -> Reply {
        let person = finding.person
        let email = asked.emails ? finding.email : nil
        let mobile = asked.phones ? finding.mobile : nil
        let hasNothing = finding.grade == .blank && finding.mobile == nil
        return Reply(
            200, email != nil || mobile != nil ? .hit : .miss,
            [
                "id": number(id), "status": hasNothing ? "failed" : "complete", "name": .text(person.fullName),
                "profile_pic": nil, "linkedin_url": JSON(person.profileURL), "location": .text(person.country),
                "current_title": .text(person.title), "current_employer": .text(person.company),
                "current_employer_id": .integer(Int(Dice.hash(person.domain) % 1_000_000)),
                "current_employer_domain": .text(person.domain), "recommended_email": JSON(email),
                "recommended_professional_email": JSON(email), "recommended_personal_email": nil,
                "current_work_email": JSON(email), "current_personal_email": nil,
                "emails": .array(email.map { [emailJSON($0, finding, desk)] } ?? []),
                "phones": .array(mobile.map { [phoneJSON($0)] } ?? []), "job_history": [], "education": [],
                "skills": [], "profile_list": [],
            ])
    }

    private func emailJSON(_ email: String, _ finding: Finding, _ desk: Desk) -> JSON {
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        let isGuess = finding.grade == .guess
        return [
            "email": .text(email), "smtp_valid": isGuess ? "unknown" : isCatchAll ? "accept-all" : "valid",
            "type": "professional", "last_validation_check": "2026-01-01T12:00:00Z",
            "grade": isGuess ? "B" : isCatchAll ? "A-" : "A",
        ]
    }

    private func phoneJSON(_ mobile: String) -> JSON {
        [
            "number": .text(mobile), "e164": .text(mobile),
            "country_code": .text(String(mobile.dropFirst().prefix(mobile.hasPrefix("+1") ? 1 : 2))),
            "extension": nil, "type": "mobile", "grade": "A", "validity": "valid", "recommended": true,
            "premium": true, "last_checked": "2026-01-01",
        ]
    }

    /// The answer has the profiles in the order asked; it is pending while one of them is.
    private func check(_ call: Call, _ desk: Desk) -> Reply {
        // A list is one value with commas, or a parameter for each.
        let ids = call.query.filter { $0.name == "ids" }.flatMap { $0.value.split(separator: ",").map(String.init) }
        guard !ids.isEmpty, ids.count <= 100 else { return failure(400, "Please provide up to 100 ids", .rejected) }
        var profiles: [JSON] = []
        var outcome = Reply.Outcome.miss
        for id in ids {
            switch desk.poll(id) {
            case .unknown: continue
            case .pending:
                profiles.append(unfinished(id, "progress", nil))
                outcome = .pending
            case .ready(let reply):
                profiles.append(JSONParser.value(of: reply.body) ?? .null)
                if outcome == .miss { outcome = reply.outcome }
            }
        }
        return profiles.isEmpty ? failure(404, "Not found.", .rejected) : Reply(200, outcome, .array(profiles))
    }

    // MARK: - The account

    private func account(_ desk: Desk) -> Reply {
        let (used, left) = (desk.charged / 1000, desk.balance() / 1000)
        return Reply(
            200, .account,
            [
                "id": 1, "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com",
                "state": "registered",
                "credit_usage": [
                    [
                        "credit_type": "standard_lookup", "allocated": .integer(used + left),
                        "used": .integer(used), "remaining": .integer(left),
                    ]
                ],
                "rate_limits": limits,
            ])
    }

    private func universalAccount(_ desk: Desk) -> Reply {
        let (used, left) = (desk.charged / 1000, desk.balance() / 1000)
        return Reply(
            200, .account,
            [
                "id": 1, "email": "jane@example.com",
                "plan": ["id": 1, "name": "Sandbox", "lookup_limit": .integer(used + left), "export_limit": 0],
                "credit_usage": [
                    [
                        "credits_allocated": .integer(used + left), "credits_used": .integer(used),
                        "credits_remaining": .integer(left), "last_synced": "2026-11-22T12:30:18Z",
                    ]
                ],
                "credit_usage_by_action": [], "rate_limits": limits,
            ])
    }

    private var limits: JSON {
        [["action": "person_lookup", "duration": "minute", "limit": 250, "used": 0, "remaining": 250]]
    }
}
