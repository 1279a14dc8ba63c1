// SPDX-License-Identifier: Apache-2.0

/// Icypeas (its n8n node and clients): submit one search, then read it.
///
/// A found email costs 1 credit, a verification 0.1, a miss nothing. An empty account is a status of the
/// search, not of the request.
struct IcypeasVendor: Vendor {
    let facts = SandboxVendor(id: "icypeas", name: "Icypeas")

    private static let findPrice = 1000, verifyPrice = 100

    func refusal(of call: Call) -> Reply? {
        guard call.header("authorization") != facts.key else { return nil }
        return failure(401, .refused, "Unauthorized")
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { failure(429, .throttled, "Too many requests") }

    func broken() -> Reply { failure(500, .failed, "Internal server error") }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, path(of: call)) {
        case ("POST", "/email-search"): search(call, desk)
        case ("POST", "/email-verification"): verify(call, desk)
        case ("POST", "/bulk-single-searchs/read"): read(call, desk)
        case ("POST", "/a/actions/subscription-information"): subscription(call, desk)
        default: failure(404, .rejected, "Not found")
        }
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/api/") ? String(call.path.dropFirst(4)) : call.path
    }

    private func failure(_ status: Int, _ outcome: Reply.Outcome, _ message: String) -> Reply {
        Reply(status, outcome, ["success": false, "message": .text(message)])
    }

    private func missing(_ field: String) -> Reply {
        Reply(
            400, .rejected,
            [
                "success": false,
                "validationErrors": [
                    [
                        "expected": "string", "actual": "undefined", "type": "required", "field": .text(field),
                        "message": .text("The '\(field)' field is required."),
                        "humanReadableMessage": .text("The field \(field) is required."),
                    ]
                ],
            ])
    }

    // MARK: - Submitting

    private func search(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        guard let place = body?["domainOrCompany"]?.filledText else { return missing("domainOrCompany") }
        let (first, last) = (body?["firstname"]?.filledText, body?["lastname"]?.filledText)
        let name = [first, last].compactMap { $0 }.joined(separator: " ")
        let query = PersonQuery(full: name.isEmpty ? nil : name, company: place)
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let asked = (first: first, last: last, custom: body?["custom"])
        guard let finding, let email = finding.email else {
            let isBroke = !desk.affords(Self.findPrice)
            return accept(
                item(isBroke ? "INSUFFICIENT_FUNDS" : "DEBITED_NOT_FOUND", asked, emails: []),
                isBroke ? .outOfCredits : .miss, desk)
        }
        guard desk.charge(Self.findPrice, for: email, at: call.path) else {
            return accept(item("INSUFFICIENT_FUNDS", asked, emails: []), .outOfCredits, desk)
        }
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        let certainty = finding.grade == .guess ? "risky" : isCatchAll ? "probable" : "ultra_sure"
        let person = (first: finding.person.first, last: finding.person.last, custom: asked.custom)
        return accept(item("DEBITED", person, emails: [entry(email, certainty)]), .hit, desk)
    }

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        guard let email = body?["email"]?.filledText else { return missing("email") }
        let asked: Asked = (first: nil, last: nil, custom: body?["custom"])
        guard desk.charge(Self.verifyPrice, for: email, at: call.path) else {
            return accept(item("INSUFFICIENT_FUNDS", asked, emails: []), .outOfCredits, desk)
        }
        let verdict = desk.world.verdict(on: email)
        let certainty = certainty(of: verdict)
        let status = certainty == "undeliverable" ? "DEBITED_NOT_FOUND" : "DEBITED"
        let isUnknown = verdict == .greylisted || verdict == .unknown
        return accept(
            item(status, asked, emails: [entry(email, certainty)]), isUnknown ? .miss : .hit, desk)
    }

    private func certainty(of verdict: MailVerdict) -> String {
        switch verdict {
        case .valid, .role, .spamTrap, .disposable: "ultra_sure"
        case .catchAll: "probable"
        case .mailboxNotFound, .noMailServer, .badSyntax: "undeliverable"
        case .greylisted, .unknown: "risky"
        }
    }

    private typealias Asked = (first: String?, last: String?, custom: JSON?)

    private func entry(_ email: String, _ certainty: String) -> JSON {
        let domain = email.split(separator: "@").last.map(String.init) ?? ""
        return [
            "email": .text(email), "certainty": .text(certainty), "mxProvider": "google",
            "mxRecords": [.text("mx.\(domain)")],
        ]
    }

    /// A search without its id, which it has when it is read.
    private func item(_ status: String, _ asked: Asked, emails: [JSON]) -> JSON {
        let name = [asked.first, asked.last].compactMap { $0 }.joined(separator: " ")
        return [
            "name": "", "user": "0123456789abcdef01234567", "status": .text(status), "order": 0,
            "results": [
                "firstname": .text(asked.first ?? ""), "lastname": .text(asked.last ?? ""),
                "fullname": .text(name), "gender": nil, "emails": .array(emails), "phones": [],
                "saasServices": [],
            ],
            "userData": [
                "webhookUrl": asked.custom?["webhookUrl"] ?? "", "externalId": asked.custom?["externalId"] ?? "",
            ],
            "system": ["createdAt": "2026-11-22T10:00:00.000Z", "modifiedAt": "2026-11-22T10:00:05.000Z"],
        ]
    }

    private func accept(_ item: JSON, _ outcome: Reply.Outcome, _ desk: Desk) -> Reply {
        let id = desk.submit(Reply(200, outcome, item)) { Dice.identifier($0, length: 24) }
        return Reply(200, .pending, ["success": true, "item": ["status": "NONE", "_id": .text(id)]])
    }

    // MARK: - Reading and the account

    private func read(_ call: Call, _ desk: Desk) -> Reply {
        guard let id = call.json?["id"]?.filledText else { return missing("id") }
        switch desk.poll(id) {
        case .unknown: return Reply(200, .miss, ["success": true, "total": 0, "sorts": [], "items": []])
        case .pending:
            return list(id, item("IN_PROGRESS", (first: nil, last: nil, custom: nil), emails: []), .pending)
        case .ready(let reply):
            return list(id, JSONParser.value(of: reply.body) ?? .null, reply.outcome)
        }
    }

    private func list(_ id: String, _ item: JSON, _ outcome: Reply.Outcome) -> Reply {
        let members = [JSON.Member(name: "_id", value: .text(id))] + (item.members ?? [])
        return Reply(
            200, outcome,
            [
                "success": true, "total": 1, "sorts": [["2026-11-22T10:00:00.000Z", .text(id)]],
                "items": [.object(members)],
            ])
    }

    private func subscription(_ call: Call, _ desk: Desk) -> Reply {
        guard call.json?["email"]?.filledText != nil else { return missing("email") }
        return Reply(200, .account, ["success": true, "credits": Desk.json(milliunits: desk.balance())])
    }
}
