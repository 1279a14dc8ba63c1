// SPDX-License-Identifier: Apache-2.0

/// Skrapp, API v2 (skrapp.io/api and its clients): GET requests, answered at once.
///
/// A found email costs 1 credit, a verification nothing. Its errors and its misses are not documented: a miss is
/// an empty `email` here.
struct SkrappVendor: Vendor {
    let facts = SandboxVendor(id: "skrapp", name: "Skrapp")

    private static let price = 1000, bulkMax = 100, verifyMax = 50

    func refusal(of call: Call) -> Reply? {
        call.header("x-access-key") == facts.key ? nil : failure(401, "Invalid access key", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { failure(429, "Too many requests", .throttled) }

    func broken() -> Reply { failure(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/api/v2/find"): find(call, desk)
        case ("POST", "/api/v2/find_bulk"): findBulk(call, desk)
        case ("GET", "/v3/verify"): verify(call, desk)
        case ("GET", "/v3/verify_bulk"): verifyBulk(call, desk)
        case ("GET", "/api/v2/account"): account(desk)
        default: failure(404, "Not found", .rejected)
        }
    }

    private func failure(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["status_code": .integer(status), "message": .text(message)])
    }

    private func outOfCredits() -> Reply { failure(402, "Insufficient credits", .outOfCredits) }

    // MARK: - Finding

    private func find(_ call: Call, _ desk: Desk) -> Reply {
        let query = PersonQuery(
            first: call.parameter("firstName"), last: call.parameter("lastName"),
            full: call.parameter("fullName"), domain: call.parameter("domain"),
            company: call.parameter("company"))
        guard query.name != nil, query.hasCompany else {
            return failure(400, "A name and a domain or company are required", .rejected)
        }
        guard desk.affords(Self.price) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        if let email = finding?.email {
            guard desk.charge(Self.price, for: email, at: call.path) else { return outOfCredits() }
        }
        return Reply(200, finding?.email == nil ? .miss : .hit, .object(found(query, finding, desk)))
    }

    private func findBulk(_ call: Call, _ desk: Desk) -> Reply {
        let rows = call.json?.array ?? []
        guard !rows.isEmpty, rows.count <= Self.bulkMax else {
            return failure(400, "There must be 1 to \(Self.bulkMax) rows", .rejected)
        }
        let queries = rows.map { row in
            PersonQuery(
                first: row["firstName"]?.filledText, last: row["lastName"]?.filledText,
                full: row["fullName"]?.filledText, domain: row["domain"]?.filledText,
                company: row["company"]?.filledText)
        }
        let findings = queries.map { desk.world.finding(by: facts.id, $0) }
        if findings.contains(where: { $0?.grade == .failing }) { return broken() }
        let emails = findings.compactMap { $0?.email }
        guard desk.affords(Self.price * max(1, emails.count)) else { return outOfCredits() }
        for email in emails {
            guard desk.charge(Self.price, for: email, at: call.path) else { return outOfCredits() }
        }
        let results = zip(rows, zip(queries, findings)).map { row, pair -> JSON in
            let id = JSON.Member(name: "tId", value: row["tId"] ?? .null)
            return .object([id] + found(pair.0, pair.1, desk))
        }
        return Reply(200, emails.isEmpty ? .miss : .hit, .array(results))
    }

    private func found(_ query: PersonQuery, _ finding: Finding?, _ desk: Desk) -> [JSON.Member] {
        let person = finding?.person
        let isCatchAll = person.flatMap { desk.world.company($0.domain) }?.isCatchAll ?? false
        let quality: JSON =
            switch (finding?.grade, isCatchAll) {
            case (.sure, false), (.stale, false):
                ["status": "valid", "status_message": "Verified deliverable"]
            case (.sure, true), (.stale, true):
                ["status": "catch-all", "status_message": "The domain accepts all emails"]
            case (.guess, _): ["status": "unknown", "status_message": "Not verified"]
            default: nil
            }
        let found: JSON = [
            "email": JSON(finding?.email), "pattern": finding?.email == nil ? nil : "{first}.{last}",
            "quality": quality, "firstName": JSON(person?.first ?? query.first),
            "lastName": JSON(person?.last ?? query.last), "name": JSON(person?.fullName ?? query.name),
            "company": JSON(person?.company ?? query.company), "domain": JSON(person?.domain ?? query.domain),
        ]
        return found.members ?? []
    }

    // MARK: - Verifying and the account

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else { return failure(400, "An email is required", .rejected) }
        let verdict = desk.world.verdict(on: email)
        let isUnknown = verdict == .greylisted || verdict == .unknown
        return Reply(200, isUnknown ? .miss : .hit, verified(email, verdict))
    }

    private func verifyBulk(_ call: Call, _ desk: Desk) -> Reply {
        let values = call.query.filter { $0.name == "email" || $0.name == "emails" }.map(\.value)
        let emails = values.flatMap { $0.split(separator: ",").map(String.init) }
        guard !emails.isEmpty, emails.count <= Self.verifyMax else {
            return failure(400, "There must be 1 to \(Self.verifyMax) emails", .rejected)
        }
        return Reply(200, .hit, .array(emails.map { verified($0, desk.world.verdict(on: $0)) }))
    }

    private func verified(_ email: String, _ verdict: MailVerdict) -> JSON {
        let (status, mailbox) = words(for: verdict)
        return [
            "email": .text(email), "domain": JSON(email.split(separator: "@").last.map(String.init)),
            "email_status": .text(status), "message": .text("The email is \(status)"),
            "format": verdict == .badSyntax ? "invalid" : "valid", "mailbox_status": .text(mailbox),
            "mailbox_type": verdict == .disposable ? "temporary" : "professional",
            "mailbox_exchange": verdict == .noMailServer ? nil : "mx.example.net",
        ]
    }

    private func words(for verdict: MailVerdict) -> (status: String, mailbox: String) {
        switch verdict {
        case .valid, .role, .spamTrap, .disposable: ("valid", "valid")
        case .catchAll: ("catch-all", "unknown")
        case .mailboxNotFound, .noMailServer, .badSyntax: ("invalid", "invalid")
        case .greylisted, .unknown: ("unknown", "unknown")
        }
    }

    private func account(_ desk: Desk) -> Reply {
        let (used, left) = (desk.charged / 1000, desk.balance() / 1000)
        return Reply(
            200, .account,
            [
                "package": "Sandbox", "packageRDate": "2026-12-01",
                "credit": ["email": ["quota": .integer(used + left), "used": .integer(used)]], "lists": [],
            ])
    }
}
