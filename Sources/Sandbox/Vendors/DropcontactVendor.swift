// SPDX-License-Identifier: Apache-2.0

/// Dropcontact (developer.dropcontact.com): submit records, then poll.
///
/// A credit is held for each record and given back where no email is found. A job that is not ready and a
/// job that never was are answered alike.
struct DropcontactVendor: Vendor {
    let facts = SandboxVendor(id: "dropcontact", name: "Dropcontact")

    private static let price = 1000, recordsMax = 250
    private static let submitPath = "/v1/enrich/all"

    func refusal(of call: Call) -> Reply? {
        call.header("x-access-token") == facts.key ? nil : failure(401, .refused, "Invalid access token")
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        failure(429, .throttled, "Too many requests")
    }

    func broken() -> Reply {
        Reply(500, .failed, ["detail": "Internal Server Error"])
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        if call.method == "POST", call.path == Self.submitPath { return submit(call, desk) }
        if call.method == "GET", call.path == "/v1/account/credits" {
            return Reply(200, .account, ["credits": .integer(desk.balance() / 1000)])
        }
        if call.method == "GET", call.path.hasPrefix(Self.submitPath + "/") {
            return poll(String(call.path.dropFirst(Self.submitPath.count + 1)), desk)
        }
        return Reply(404, .rejected, ["detail": "Not Found"])
    }

    private func failure(_ status: Int, _ outcome: Reply.Outcome, _ reason: String) -> Reply {
        Reply(status, outcome, ["error": true, "success": false, "reason": .text(reason)])
    }

    // MARK: - Submitting

    private func submit(_ call: Call, _ desk: Desk) -> Reply {
        guard let records = call.json?["data"]?.array, !records.isEmpty,
            records.allSatisfy({ $0.members != nil })
        else { return failure(400, .rejected, "Missing data in JSON") }
        guard records.count <= Self.recordsMax else {
            return failure(
                400, .rejected,
                "Too many records, you can only submit up to \(Self.recordsMax) records")
        }
        guard desk.hold(Self.price * records.count) else {
            return failure(403, .outOfCredits, "You don't have enough credits for this request")
        }
        let findings = records.map { desk.world.finding(by: facts.id, query(of: $0)) }
        if findings.contains(where: { $0?.grade == .failing }) {
            desk.release(Self.price * records.count)
            return broken()
        }
        var misses = 0
        for (record, finding) in zip(records, findings) {
            if let subject = finding?.email ?? record["email"]?.filledText {
                desk.capture(Self.price, for: subject, at: Self.submitPath)
            } else {
                misses += 1
            }
        }
        return accept(records, findings, misses: misses, desk)
    }

    private func accept(
        _ records: [JSON], _ findings: [Finding?], misses: Int, _ desk: Desk
    ) -> Reply {
        let data = zip(records, findings).map { enriched($0, $1, desk) }
        let done = Reply(
            200, misses == records.count ? .miss : .hit,
            [
                "success": true, "error": false,
                "credits_left": .integer((desk.balance() + misses * Self.price) / 1000),
                "data": .array(data),
            ])
        let id = desk.submit(done, refund: misses * Self.price) { hash in
            String(Dice.identifier(hash, length: 12).map { Self.letters[$0.hexDigitValue ?? 0] })
        }
        return Reply(
            200, .pending,
            [
                "error": false, "success": true, "request_id": .text(id),
                "credits_left": .integer(desk.balance() / 1000),
            ])
    }

    /// Request ids are letters alone.
    private static let letters = Array("abcdefghijklmnop")

    private func query(of record: JSON) -> PersonQuery {
        PersonQuery(
            first: record["first_name"]?.filledText, last: record["last_name"]?.filledText,
            full: record["full_name"]?.filledText, domain: record["website"]?.filledText,
            company: record["company"]?.filledText, handle: record["linkedin"]?.filledText,
            email: record["email"]?.filledText)
    }

    // MARK: - Polling

    private func poll(_ id: String, _ desk: Desk) -> Reply {
        guard case .ready(let reply) = desk.poll(id) else {
            return Reply(
                200, .pending,
                [
                    "error": false, "success": false,
                    "reason": "Request not ready yet, try again in 30 seconds",
                ])
        }
        return reply
    }

    private func enriched(_ record: JSON, _ finding: Finding?, _ desk: Desk) -> JSON {
        let person = finding?.person
        let company = person.flatMap { desk.world.company($0.domain) }
        var emails: [JSON] = []
        if let finding, let email = finding.email {
            let isCatchAll = company?.isCatchAll ?? false
            let local = finding.grade == .guess ? "random" : isCatchAll ? "catch_all" : "nominative"
            emails = [["email": .text(email), "qualification": .text("\(local)@pro")]]
        }
        let website = person.map { "www.\($0.domain)" } ?? record["website"]?.text
        return [
            "civility": nil,
            "first_name": JSON(person?.first ?? record["first_name"]?.text),
            "last_name": JSON(person?.last ?? record["last_name"]?.text),
            "full_name": JSON(person?.fullName ?? record["full_name"]?.text),
            "email": .array(emails), "phone": JSON(company?.phone),
            "mobile_phone": JSON(finding?.mobile),
            "company": JSON(person?.company ?? record["company"]?.text), "website": JSON(website),
            "linkedin": JSON(person?.profileURL ?? record["linkedin"]?.text), "company_linkedin": nil,
            "siren": nil, "siret": nil, "vat": nil, "nb_employees": nil, "naf5_code": nil,
            "industry": nil, "job": JSON(person?.title), "job_level": nil, "job_function": nil,
            "country": JSON(person?.country), "custom_fields": record["custom_fields"] ?? [:],
        ]
    }
}
