// SPDX-License-Identifier: Apache-2.0

/// BetterContact, API v2 (doc.bettercontact.rocks): submit rows, then poll.
///
/// A deliverable or catch-all email costs 1 credit and a phone 10; all else is free. A job that its account cannot
/// pay for is on hold, and charged for nothing. Balances are texts in one place and numbers in the other.
struct BetterContactVendor: Vendor {
    let facts = SandboxVendor(id: "bettercontact", name: "BetterContact")

    private static let emailPrice = 1000, phonePrice = 10_000, rowsMax = 100
    private static let path = "/api/v2/async"

    func refusal(of call: Call) -> Reply? {
        let isAccount = call.path == "/api/v2/account"
        let key = call.header("x-api-key") ?? (isAccount ? call.parameter("api_key") : nil)
        return key == facts.key ? nil : failure(401, "Invalid API key", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { failure(429, "Too many requests", .throttled) }

    func broken() -> Reply { failure(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("POST", Self.path): submit(call, desk)
        case ("GET", "/api/v2/account"): account(desk)
        case ("GET", let path) where path.hasPrefix(Self.path + "/"):
            poll(String(path.dropFirst(Self.path.count + 1)), desk)
        default: failure(404, "Not found", .rejected)
        }
    }

    private func failure(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["success": false, "message": .text(message)])
    }

    private func account(_ desk: Desk) -> Reply {
        Reply(
            200, .account,
            ["success": true, "credits_left": .text(String(desk.balance() / 1000)), "email": "ops@example.com"])
    }

    // MARK: - Submitting

    /// What a row got, and what that costs.
    private struct Row {
        var record: JSON
        var finding: Finding?
        var status = "not_found"
        var email: String?
        var mobile: String?
        var price = 0
    }

    private func submit(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let (wantsEmail, wantsPhone) = (
            body?["enrich_email_address"]?.bool ?? false, body?["enrich_phone_number"]?.bool ?? false
        )
        guard let records = body?["data"]?.array, (1...Self.rowsMax).contains(records.count),
            wantsEmail || wantsPhone
        else { return failure(400, "1 to \(Self.rowsMax) rows and something to enrich are required", .rejected) }
        guard desk.balance() >= Self.emailPrice else { return failure(402, "Not enough credits", .outOfCredits) }
        let rows = records.map { row($0, wantsEmail: wantsEmail, wantsPhone: wantsPhone, desk) }
        if rows.contains(where: { $0.finding?.grade == .failing }) { return broken() }
        let price = rows.reduce(0) { $0 + $1.price }
        let isPaid = desk.affords(price)
        for row in rows where isPaid {
            _ = desk.charge(row.price, for: row.email ?? row.finding?.person.email ?? "", at: Self.path)
        }
        var result: JSON = ["status": "on_hold", "data": []]
        if isPaid { result = finished(rows, price: price, desk) }
        let isHit = isPaid && rows.contains { $0.email != nil || $0.mobile != nil }
        let outcome: Reply.Outcome = isPaid ? (isHit ? .hit : .miss) : .outOfCredits
        let id = desk.submit(Reply(200, outcome, result)) { Dice.identifier($0, length: 12) }
        return Reply(200, .pending, ["success": true, "id": .text(id), "message": "Processing..."])
    }

    private func row(_ record: JSON, wantsEmail: Bool, wantsPhone: Bool, _ desk: Desk) -> Row {
        let query = PersonQuery(
            first: record["first_name"]?.filledText, last: record["last_name"]?.filledText,
            domain: record["company_domain"]?.filledText, company: record["company"]?.filledText,
            handle: record["linkedin_url"]?.filledText)
        var row = Row(record: record, finding: desk.world.finding(by: facts.id, query))
        guard let finding = row.finding else { return row }
        if wantsEmail, let email = finding.email {
            let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
            row.status =
                finding.grade == .guess ? "catch_all_not_safe" : isCatchAll ? "catch_all" : "deliverable"
            row.email = email
            if finding.grade != .guess { row.price = Self.emailPrice }
        }
        if wantsPhone, let mobile = finding.mobile {
            row.mobile = mobile
            row.price += Self.phonePrice
        }
        return row
    }

    // MARK: - Results

    private func finished(_ rows: [Row], price: Int, _ desk: Desk) -> JSON {
        let words = ["catch_all", "catch_all_safe", "catch_all_not_safe", "undeliverable", "not_found"]
        let counts = words.map { word in
            JSON.Member(name: word, value: .integer(rows.count { $0.status == word }))
        }
        let valid = rows.count { $0.status == "deliverable" }
        return [
            "status": "terminated", "credits_consumed": .integer(price / 1000),
            "credits_left": .integer(desk.balance() / 1000),
            "summary": .object(
                [
                    .init(name: "total", value: .integer(rows.count)), .init(name: "valid", value: .integer(valid)),
                ] + counts),
            "data": .array(rows.map(answer)),
        ]
    }

    private func answer(_ row: Row) -> JSON {
        let person = row.finding?.person
        let fields = (row.record["custom_fields"]?.members ?? []).enumerated().map { position, member -> JSON in
            ["name": .text(member.name), "value": member.value, "position": .integer(position)]
        }
        let phone = row.mobile.map(split)
        let isEnriched = row.email != nil || row.mobile != nil
        return [
            "enriched": .bool(isEnriched), "email_provider": nil,
            "contact_first_name": JSON(person?.first ?? row.record["first_name"]?.text),
            "contact_last_name": JSON(person?.last ?? row.record["last_name"]?.text),
            "contact_email_address": JSON(row.email), "contact_email_address_status": .text(row.status),
            "contact_email_address_provider": nil, "contact_phone_number": JSON(phone?.number),
            "contact_phone_number_cc": JSON(phone?.code), "contact_phone_number_provider": nil,
            "contact_additional_phone_number": nil, "contact_gender": nil, "contact_job_title": JSON(person?.title),
            "company_name": JSON(person?.company ?? row.record["company"]?.text),
            "company_domain": JSON(person?.domain ?? row.record["company_domain"]?.text),
            "custom_fields": .array(fields), "do_not_contact": false,
        ]
    }

    /// The country code stands apart; in this world it has one digit in North America and two elsewhere.
    private func split(_ mobile: String) -> (code: String, number: String) {
        let digits = mobile.drop { $0 == "+" }
        let length = digits.hasPrefix("1") ? 1 : 2
        return (String(digits.prefix(length)), String(digits.dropFirst(length)))
    }

    private func poll(_ id: String, _ desk: Desk) -> Reply {
        switch desk.poll(id) {
        case .unknown: return failure(406, "Invalid request_id", .rejected)
        case .pending: return Reply(200, .pending, ["id": .text(id), "status": "in progress"])
        case .ready(var reply):
            let members = JSONParser.value(of: reply.body)?.members ?? []
            reply.body = JSON.object([.init(name: "id", value: .text(id))] + members).bytes
            return reply
        }
    }
}
