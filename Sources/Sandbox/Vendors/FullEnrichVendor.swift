// SPDX-License-Identifier: Apache-2.0

/// FullEnrich, API v2 (its OpenAPI file): submit contacts, then poll.
///
/// A work email costs 1 credit and a mobile 10; what was paid for is free for three months, which here is for ever. A
/// job that is not ready is a 400, and one whose credits ran out a 402 with what could be paid for.
struct FullEnrichVendor: Vendor {
    let facts = SandboxVendor(id: "fullenrich", name: "FullEnrich")

    private static let emailPrice = 1000, phonePrice = 10_000, contactsMax = 100
    private static let path = "/api/v2/contact/enrich/bulk"
    private static let fields: Set = ["contact.work_emails", "contact.personal_emails", "contact.phones"]

    func refusal(of call: Call) -> Reply? {
        guard call.header("authorization") != nil else {
            return error(401, "authorization.not_set", "Authorization header not set", .refused)
        }
        guard let key = call.bearer else {
            return error(401, "authorization.not_bearer", "Authorization header is not a bearer", .refused)
        }
        return key == facts.key ? nil : error(401, "api.key", "Invalid API key", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "rate.limit", "Too many requests. Try again in 1m", .throttled)
    }

    func broken() -> Reply { error(500, "internal", "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("POST", Self.path): submit(call, desk)
        case ("GET", "/api/v2/account/credits"):
            Reply(200, .account, ["balance": .integer(desk.balance() / 1000)])
        case ("GET", "/api/v2/account/keys/verify"):
            Reply(200, .account, ["workspace_id": .text(Self.id(Dice.hash(facts.id)))])
        case ("GET", let path) where path.hasPrefix(Self.path + "/"):
            poll(String(path.dropFirst(Self.path.count + 1)), isForced: call.flag("forceResults"), desk)
        default: error(404, "not_found", "Not found", .rejected)
        }
    }

    private func error(_ status: Int, _ code: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["code": .text("error." + code), "message": .text(message)])
    }

    private static func id(_ number: UInt64) -> String {
        let digits = Array(Dice.identifier(number, length: 32))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    // MARK: - Submitting

    private func submit(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json ?? .null
        let contacts = body["data"]?.array ?? []
        if let problem = problem(with: body, contacts) {
            return error(400, "enrichment." + problem, "The enrichment is not valid: \(problem)", .rejected)
        }
        let findings = contacts.map { desk.world.finding(by: facts.id, query(of: $0)) }
        if findings.contains(where: { $0?.grade == .failing }) { return broken() }
        var price = 0, isHit = false, isShort = false
        let data = zip(contacts, findings).map { contact, finding -> JSON in
            let wanted = (contact["enrich_fields"]?.array ?? []).compactMap(\.text)
            var email = wanted.contains("contact.work_emails") ? finding?.email : nil
            var mobile = wanted.contains("contact.phones") ? finding?.mobile : nil
            let cost = cost(email, mobile, desk)
            if isShort || !desk.charge(cost, for: finding?.person.email ?? "", at: Self.path) {
                (email, mobile, isShort) = (nil, nil, true)
            } else {
                price += cost
                for value in [email, mobile].compactMap({ $0 }) { _ = desk.wasPaid(value) }
            }
            isHit = isHit || email != nil || mobile != nil
            return answer(contact, finding, email: email, mobile: mobile, desk)
        }
        let result: JSON = [
            "name": body["name"] ?? "", "status": isShort ? "CREDITS_INSUFFICIENT" : "FINISHED",
            "cost": ["credits": .integer(price / 1000)], "data": .array(data),
        ]
        let outcome: Reply.Outcome = isShort ? .outOfCredits : isHit ? .hit : .miss
        let id = desk.submit(Reply(isShort ? 402 : 200, outcome, result), makeID: Self.id)
        return Reply(200, .pending, ["enrichment_id": .text(id)])
    }

    private func cost(_ email: String?, _ mobile: String?, _ desk: Desk) -> Int {
        (email.map { desk.isPaid($0) ? 0 : Self.emailPrice } ?? 0)
            + (mobile.map { desk.isPaid($0) ? 0 : Self.phonePrice } ?? 0)
    }

    private func problem(with body: JSON, _ contacts: [JSON]) -> String? {
        if body["name"]?.filledText == nil { return "name.empty" }
        if contacts.isEmpty { return "data.empty" }
        if contacts.count > Self.contactsMax { return "data.exceeded" }
        return contacts.lazy.compactMap(problem).first
    }

    private func problem(with contact: JSON) -> String? {
        let query = query(of: contact)
        if query.handle == nil {
            if query.first == nil { return "first_name.empty" }
            if query.last == nil { return "last_name.empty" }
            if !query.hasCompany { return "domain.empty" }
        }
        let fields = contact["enrich_fields"]?.array ?? []
        if fields.isEmpty { return "enrich_fields.empty" }
        if !fields.allSatisfy({ Self.fields.contains($0.text ?? "") }) { return "enrich_field.value" }
        let custom = contact["custom"]?.members ?? []
        if custom.count > 10 { return "custom.key.exceeded" }
        return custom.contains { ($0.value.text ?? "").count > 100 } ? "custom.value.exceeded" : nil
    }

    private func query(of contact: JSON) -> PersonQuery {
        PersonQuery(
            first: contact["first_name"]?.filledText, last: contact["last_name"]?.filledText,
            domain: contact["domain"]?.filledText, company: contact["company_name"]?.filledText,
            handle: contact["linkedin_url"]?.filledText)
    }

    // MARK: - Results

    private func answer(
        _ asked: JSON, _ finding: Finding?, email: String?, mobile: String?, _ desk: Desk
    ) -> JSON {
        let isCatchAll = (finding.flatMap { desk.world.company($0.person.domain) })?.isCatchAll ?? false
        let status: JSON =
            finding?.grade == .guess ? "HIGH_PROBABILITY" : isCatchAll ? "CATCH_ALL" : "DELIVERABLE"
        let emailJSON: JSON = email.map { ["email": .text($0), "status": status] } ?? nil
        let phone: JSON =
            mobile.map { number in
                let isUS = number.hasPrefix("+1") && number.count == 12
                let region = isUS ? "US" : finding?.person.country ?? "US"
                return ["number": .text(isUS ? spaced(number) : number), "region": .text(region)]
            } ?? nil
        return [
            "input": [
                "first_name": asked["first_name"] ?? nil, "last_name": asked["last_name"] ?? nil,
                "company_domain": asked["domain"] ?? nil, "company_name": asked["company_name"] ?? nil,
                "professional_network_url": asked["linkedin_url"] ?? nil,
            ],
            "custom": asked["custom"] ?? [:],
            "contact_info": [
                "most_probable_work_email": emailJSON, "most_probable_personal_email": nil,
                "most_probable_phone": phone, "work_emails": emailJSON == .null ? [] : [emailJSON],
                "personal_emails": [], "phones": phone == .null ? [] : [phone],
            ],
            "profile": profile(finding),
        ]
    }

    private func spaced(_ number: String) -> String {
        "+1 \(number.dropFirst(2).prefix(3))-\(number.dropFirst(5).prefix(3))-\(number.suffix(4))"
    }

    private func profile(_ finding: Finding?) -> JSON {
        guard let person = finding?.person else { return nil }
        return [
            "full_name": .text(person.fullName), "headline": .text("\(person.title) at \(person.company)"),
            "employment": [
                "current": [
                    "title": .text(person.title),
                    "company": ["name": .text(person.company), "domain": .text(person.domain)],
                ]
            ],
        ]
    }

    // MARK: - Polling

    /// Who forces results while there are none yet gets an answer without any.
    private func poll(_ id: String, isForced: Bool, _ desk: Desk) -> Reply {
        let head = JSON.Member(name: "id", value: .text(id))
        switch desk.poll(id) {
        case .unknown: return error(404, "enrichment.not_found", "Enrichment not found", .rejected)
        case .pending where isForced:
            return Reply(
                200, .pending,
                .object([
                    head, .init(name: "status", value: "IN_PROGRESS"),
                    .init(name: "cost", value: ["credits": 0]), .init(name: "data", value: []),
                ]))
        case .pending:
            return error(
                400, "enrichment.in_progress", "Enrichment not ready, try again in 30 seconds", .pending)
        case .ready(var reply):
            reply.body = JSON.object([head] + (JSONParser.value(of: reply.body)?.members ?? [])).bytes
            return reply
        }
    }
}
