// SPDX-License-Identifier: Apache-2.0

/// Voila Norbert, API of 2018-01-08 (api.voilanorbert.com).
///
/// A contact whose email is found costs 1 credit, and searching for it again is free. Requests are forms, answers
/// are JSON. With `pending_polls` set, a contact is `searching` at first, and is polled for by its id.
struct VoilaNorbertVendor: Vendor {
    let facts = SandboxVendor(id: "voilanorbert", name: "Voila Norbert")

    private static let price = 1000
    private static let searchPath = "/search/name", contactPath = "/contacts/"

    /// The token is the password; any user does.
    func refusal(of call: Call) -> Reply? {
        let password = call.basic?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).last
        guard password.map(String.init) != facts.key else { return nil }
        return error(401, "Unauthorized", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "Too many requests", .throttled).with(limits(desk, left: 0))
    }

    func broken() -> Reply { error(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply =
            switch (call.method, path(of: call)) {
            case ("POST", Self.searchPath): search(call, desk)
            case ("GET", "/account/"):
                Reply(200, .account, ["email": "ops@example.com", "credits": credits(desk)])
            case ("GET", "/organization/credits"): Reply(200, .account, credits(desk))
            case ("GET", let path) where path.hasPrefix(Self.contactPath):
                contact(String(path.dropFirst(Self.contactPath.count)), desk)
            default: error(404, "Not found", .rejected)
            }
        return reply.with(limits(desk, left: nil))
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/2018-01-08/") ? String(call.path.dropFirst(11)) : call.path
    }

    private func error(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["error": .text(message)])
    }

    private func limits(_ desk: Desk, left: Int?) -> [(name: String, value: String)] {
        let minute = desk.allowance.map { $0.rate * 60 } ?? 120
        return [
            ("x-ratelimit-limit", String(minute)),
            ("x-ratelimit-remaining", String(left ?? desk.allowance.map { $0.left * 60 } ?? 119)),
            ("x-ratelimit-reset", "1769904000"),
        ]
    }

    private func credits(_ desk: Desk) -> JSON {
        let left = desk.balance() / 1000
        return [
            "charge_failed": 0, "refill_credits": 0, "refill_limit": 0, "refill_price": 0, "remains": .integer(left),
            "total": .integer(left + desk.charged / 1000),
        ]
    }

    // MARK: - Searching

    private func search(_ call: Call, _ desk: Desk) -> Reply {
        let form = form(of: call)
        let query = PersonQuery(full: form["name"], domain: form["domain"], company: form["company"])
        guard let name = query.full, query.hasCompany else {
            return error(400, "A name and a domain or a company are required", .rejected)
        }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let subject = Folding.name(name) + "@" + (query.domain.map(Folding.domain) ?? query.company ?? "")
        let id = Int(Dice.hash(subject) % 1_000_000_000)
        let isPaid = desk.isPaid(subject)
        guard isPaid || desk.affords(Self.price) else { return error(402, "No credits left", .outOfCredits) }
        if let email = finding?.email, !isPaid {
            guard desk.charge(Self.price, for: email, at: Self.searchPath) else {
                return error(402, "No credits left", .outOfCredits)
            }
            _ = desk.wasPaid(subject)
        }
        let found = contact(id, name, query, finding, isNew: !isPaid, isSearching: false, desk)
        let done = Reply(200, finding?.email == nil ? .miss : .hit, found)
        _ = desk.submit(done) { _ in String(id) }
        let settings = desk.settings
        guard settings.pendingPolls > 0 || settings.pendingMilliseconds > 0 else { return done }
        return Reply(200, .pending, contact(id, name, query, nil, isNew: !isPaid, isSearching: true, desk))
    }

    private func form(of call: Call) -> [String: String] {
        var form: [String: String] = [:]
        for pair in String(decoding: call.body, as: UTF8.self).split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { continue }
            let value = Call.decoded(sides[1].utf8)
            if !Folding.isBlank(value) { form[Call.decoded(sides[0].utf8)] = value }
        }
        return form
    }

    private func contact(
        _ id: Int, _ name: String, _ query: PersonQuery, _ finding: Finding?, isNew: Bool, isSearching: Bool,
        _ desk: Desk
    ) -> JSON {
        let domain = finding?.person.domain ?? query.domain.map(Folding.domain)
        return [
            "id": .integer(id), "name": .text(name), "searching": .bool(isSearching), "is_new": .bool(isNew),
            "created": 1_466_368_960, "lists": [],
            "company": [
                "name": JSON(finding?.person.company ?? query.company), "title": nil, "url": JSON(domain),
            ],
            "email": email(finding, desk),
        ]
    }

    private func email(_ finding: Finding?, _ desk: Desk) -> JSON {
        guard let finding, let email = finding.email else { return nil }
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        return [
            "email": .text(email), "is_done": true,
            "score": finding.grade == .guess ? 30 : isCatchAll ? 70 : 97,
        ]
    }

    private func contact(_ id: String, _ desk: Desk) -> Reply {
        switch desk.poll(id) {
        case .unknown: return error(404, "Not found", .rejected)
        case .ready(let reply): return reply
        case .pending:
            return Reply(
                200, .pending,
                ["id": Int(id).map { .integer($0) } ?? .null, "searching": true, "email": nil])
        }
    }
}
