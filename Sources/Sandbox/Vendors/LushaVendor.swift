// SPDX-License-Identifier: Apache-2.0

/// Lusha, API v3 (docs.lusha.com).
///
/// A search costs 1 credit for up to 25 results, a revealed email 1 and revealed phones 5; what was revealed
/// once is free, and so is a search without results. Every answer says what it cost.
struct LushaVendor: Vendor {
    let facts = SandboxVendor(id: "lusha", name: "Lusha")

    private static let searchPrice = 1000, emailPrice = 1000, phonePrice = 5000
    private static let perSearch = 25, contactsMax = 100

    func refusal(of call: Call) -> Reply? {
        call.header("api_key") == facts.key ? nil : failure(401, "Invalid API key", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        failure(429, "Too many requests", .throttled).with(limits(desk, minuteLeft: 0))
    }

    func broken() -> Reply { failure(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply =
            switch (call.method, call.path) {
            case ("POST", "/v3/contacts/search-and-enrich"): searchAndEnrich(call, desk)
            case ("POST", "/v3/contacts/search"): search(call, desk)
            case ("POST", "/v3/contacts/enrich"): enrich(call, desk)
            case ("GET", "/v3/account/usage"): usage(desk)
            default: failure(404, "Not found", .rejected)
            }
        return reply.with(limits(desk, minuteLeft: nil))
    }

    private func failure(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["statusCode": .integer(status), "message": .text(message), "errors": []])
    }

    private func invalid(_ problem: String) -> Reply {
        Reply(
            400, .rejected, ["statusCode": 400, "message": "Validation failed", "errors": [.text(problem)]])
    }

    private func outOfCredits() -> Reply { failure(402, "Insufficient credits", .outOfCredits) }

    private func limits(_ desk: Desk, minuteLeft: Int?) -> [(name: String, value: String)] {
        let minute = desk.allowance.map { $0.rate * 60 } ?? 1_500
        let left = minuteLeft ?? desk.allowance.map { $0.left * 60 } ?? 1_499
        return [
            ("x-rate-limit-daily", "500000"), ("x-daily-requests-left", "499999"), ("x-daily-usage", "1"),
            ("x-rate-limit-hourly", "50000"), ("x-hourly-requests-left", "49999"), ("x-hourly-usage", "1"),
            ("x-rate-limit-minute", String(minute)), ("x-minute-requests-left", String(left)),
            ("x-minute-usage", String(max(0, minute - left))),
        ]
    }

    // MARK: - Searching and revealing

    /// One contact that was asked for: its reference, and what is had of it.
    private struct Contact {
        var reference: JSON?
        var finding: Finding?
    }

    private func searchAndEnrich(_ call: Call, _ desk: Desk) -> Reply {
        guard let reveal = reveal(in: call), !reveal.isEmpty else {
            return invalid("reveal must be a list of emails and phones")
        }
        return answer(call, reveal, isSearch: true, desk)
    }

    private func search(_ call: Call, _ desk: Desk) -> Reply { answer(call, nil, isSearch: true, desk) }

    private func enrich(_ call: Call, _ desk: Desk) -> Reply {
        guard let reveal = reveal(in: call), !reveal.isEmpty else {
            return invalid("reveal must be a list of emails and phones")
        }
        return answer(call, reveal, isSearch: false, desk)
    }

    private func reveal(in call: Call) -> Set<String>? {
        guard let fields = call.json?["reveal"]?.array?.compactMap(\.text) else { return nil }
        return Set(fields).isSubset(of: ["emails", "phones"]) ? Set(fields) : nil
    }

    /// - Parameter reveal: what is revealed; `nil` where it is only said what could be.
    private func answer(_ call: Call, _ reveal: Set<String>?, isSearch: Bool, _ desk: Desk) -> Reply {
        let asked = (isSearch ? call.json?["contacts"]?.array : call.json?["ids"]?.array?.map { ["id": $0] }) ?? []
        guard !asked.isEmpty, asked.count <= Self.contactsMax else {
            return invalid("there must be 1 to \(Self.contactsMax) contacts")
        }
        let queries = asked.map(query)
        guard queries.allSatisfy({ $0.handle != nil || $0.email != nil || ($0.name != nil && $0.hasCompany) }) else {
            return invalid("a contact needs an id, a linkedinUrl, an email, or a name and a company")
        }
        let findings = queries.map { desk.world.finding(by: facts.id, $0) }
        if findings.contains(where: { $0?.grade == .failing }) { return broken() }
        let found = findings.compactMap { $0 }
        let searches = isSearch ? (found.count + Self.perSearch - 1) / Self.perSearch : 0
        let prices = found.map { price(of: $0, reveal ?? [], desk) }
        let total = searches * Self.searchPrice + prices.reduce(0, +)
        guard desk.affords(max(total, Self.searchPrice)) else { return outOfCredits() }
        for (index, (finding, price)) in zip(found, prices).enumerated() {
            let isFirst = isSearch && index.isMultiple(of: Self.perSearch)
            let price = price + (isFirst ? Self.searchPrice : 0)
            guard desk.charge(price, for: finding.person.email, at: call.path) else { return outOfCredits() }
            for field in reveal ?? [] { _ = desk.wasPaid("\(field) \(finding.person.email)") }
        }
        let contacts = zip(asked, findings).map { Contact(reference: $0["clientReferenceId"], finding: $1) }
        let isHit = found.contains {
            reveal == nil || value($0, "emails", reveal) != nil || value($0, "phones", reveal) != nil
        }
        return Reply(
            200, isHit ? .hit : .miss,
            [
                "requestId": .text("f2749441-0000-0000-0000-\(Dice.identifier(call.identity, length: 12))"),
                "results": .array(contacts.map { result($0, reveal) }),
                "billing": [
                    "creditsCharged": .integer(total / 1000), "resultsReturned": .integer(found.count),
                ],
            ])
    }

    private func query(of contact: JSON) -> PersonQuery {
        if let id = contact["id"]?.filledText {
            let parts = Self.decoded(id).split(separator: "@").map(String.init)
            return PersonQuery(full: parts.first, domain: parts.last)
        }
        return PersonQuery(
            first: contact["firstName"]?.filledText, last: contact["lastName"]?.filledText,
            domain: contact["companyDomain"]?.filledText, company: contact["companyName"]?.filledText,
            handle: contact["linkedinUrl"]?.filledText, email: contact["email"]?.filledText)
    }

    private func price(of finding: Finding, _ reveal: Set<String>, _ desk: Desk) -> Int {
        func price(_ field: String, _ price: Int) -> Int {
            value(finding, field, reveal) == nil || desk.isPaid("\(field) \(finding.person.email)") ? 0 : price
        }
        return price("emails", Self.emailPrice) + price("phones", Self.phonePrice)
    }

    private func value(_ finding: Finding, _ field: String, _ reveal: Set<String>?) -> String? {
        guard reveal?.contains(field) ?? true else { return nil }
        return field == "emails" ? finding.email : finding.mobile
    }

    // MARK: - Results

    private func result(_ contact: Contact, _ reveal: Set<String>?) -> JSON {
        var members: [JSON.Member] = []
        if let reference = contact.reference {
            members.append(.init(name: "clientReferenceId", value: reference))
        }
        guard let finding = contact.finding else {
            let error: JSON = ["code": "NOT_FOUND", "message": "Contact not found"]
            return .object(members + [.init(name: "error", value: error)])
        }
        let person = finding.person
        members += [
            .init(name: "id", value: .text(Self.id(of: person))), .init(name: "firstName", value: .text(person.first)),
            .init(name: "lastName", value: .text(person.last)),
            .init(name: "fullName", value: .text(person.fullName)),
        ]
        members += reveal == nil ? offers(finding) : reveals(finding, reveal)
        let rest: JSON = [
            "jobTitle": ["title": .text(person.title), "departments": [], "seniority": nil],
            "company": [
                "id": .text("v1.\(Dice.identifier(Dice.hash(person.domain)))"), "name": .text(person.company),
                "domain": .text("www.\(person.domain)"), "industry": "Software",
            ],
            "location": ["countryIso2": .text(person.country), "isEuContact": .bool(person.country == "FR")],
            "socialLinks": ["linkedin": JSON(person.profileURL)], "updateDate": "2026-07-28",
        ]
        return .object(members + (rest.members ?? []))
    }

    private func offers(_ finding: Finding) -> [JSON.Member] {
        var fields: [(name: String, price: Int)] = []
        if finding.email != nil { fields.append(("emails", Self.emailPrice)) }
        if finding.mobile != nil { fields.append(("phones", Self.phonePrice)) }
        let canReveal = fields.map { field -> JSON in
            ["field": .text(field.name), "credits": .integer(field.price / 1000)]
        }
        return [
            .init(name: "has", value: .array(fields.map { .text($0.name) })),
            .init(name: "canReveal", value: .array(canReveal)),
        ]
    }

    private func reveals(_ finding: Finding, _ reveal: Set<String>?) -> [JSON.Member] {
        var members: [JSON.Member] = []
        if let email = value(finding, "emails", reveal) {
            let entry: JSON = [
                "email": .text(email), "type": "work", "confidence": finding.grade == .guess ? "B" : "A+",
                "updateDate": "2026-07-28", "dataSource": "lusha",
            ]
            members.append(.init(name: "emails", value: [entry]))
        }
        if let mobile = value(finding, "phones", reveal) {
            let entry: JSON = [
                "number": .text(mobile), "type": "mobile", "doNotCall": false, "updateDate": "2026-07-28",
            ]
            members.append(.init(name: "phones", value: [entry]))
        }
        return members
    }

    /// An id leads back to its person: it is `name@domain` in hexadecimal.
    private static func id(of person: Person) -> String {
        let digits = "\(person.fullName)@\(person.domain)".utf8.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "v1." + digits.joined()
    }

    private static func decoded(_ id: String) -> String {
        var rest = id.dropFirst(3)
        var bytes: [UInt8] = []
        while rest.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: - The account

    private func usage(_ desk: Desk) -> Reply {
        let (used, left) = (desk.charged / 1000, desk.balance() / 1000)
        return Reply(
            200, .account,
            [
                "credits": ["total": .integer(used + left), "used": .integer(used), "remaining": .integer(left)],
                "rateLimits": [
                    "daily": [
                        "limit": 500_000, "used": 1, "remaining": 499_999, "resetsAt": "2026-11-23T00:00:00.000Z",
                    ],
                    "hourly": nil,
                    "minute": [
                        "limit": 1500, "used": 1, "remaining": 1499, "resetsAt": "2026-11-22T12:31:00.000Z",
                    ],
                ],
                "plan": [
                    "category": "paid", "renewalType": "month", "startDate": "2026-11-01T00:00:00.000Z",
                    "endDate": "2026-12-01T00:00:00.000Z",
                ],
                "pricing": [
                    "contactSearch": ["credits": 1, "perQuantity": .integer(Self.perSearch)],
                    "revealEmail": ["credits": 1, "perQuantity": 1],
                    "revealPhone": ["credits": 5, "perQuantity": 1],
                ],
            ])
    }
}
