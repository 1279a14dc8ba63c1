// SPDX-License-Identifier: Apache-2.0

/// Cognism (its Postman examples): `enrich` says whom it knows, `redeem` what it knows of them.
///
/// A contact costs 1 credit when it is redeemed first; matching and accounts are free. Errors are a list. An account
/// without credits has no entitlement.
struct CognismVendor: Vendor {
    let facts = SandboxVendor(id: "cognism", name: "Cognism")

    private static let price = 1000, idsMax = 20
    private static let redeemPath = "/contact/redeem"
    private static let fields = [
        "fullName", "jobTitle", "email", "mobilePhoneNumbers", "directPhoneNumbers", "linkedinUrl", "account",
    ]

    func refusal(of call: Call) -> Reply? {
        guard let key = call.bearer ?? call.parameter("api_key") else {
            return error("MissingCredentials", 401, "Missing credentials", .refused)
        }
        return key == facts.key ? nil : error("InvalidCredentials", 401, "Invalid credentials", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error("TooManyRequests", 429, "Rate limit exceeded", .throttled).with(limits(desk, left: 0))
    }

    func broken() -> Reply { error("InternalError", 500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply =
            switch (call.method, path(of: call)) {
            case ("POST", "/contact/enrich"): enrich(call, desk)
            case ("POST", Self.redeemPath): redeem(call, desk)
            case ("POST", "/account/enrich"): enrichAccount(call, desk)
            case ("POST", "/account/redeem"): redeemAccounts(call, desk)
            case ("GET", "/entitlement/contactEntitlementSubscription"):
                Reply(
                    200, .account,
                    ["contact Entitlement": .object(Self.fields.map { .init(name: $0, value: true) })])
            default: error("RouteNotFound", 404, "Route not found", .rejected)
            }
        return reply.with(limits(desk, left: nil))
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/api/search/") ? String(call.path.dropFirst(11)) : call.path
    }

    private func error(_ key: String, _ code: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(code, outcome, [["key": .text(key), "code": .integer(code), "msg": .text(message)]])
    }

    private func limits(_ desk: Desk, left: Int?) -> [(name: String, value: String)] {
        let minute = desk.allowance.map { $0.rate * 60 } ?? 1_000
        return [
            ("x-rate-total-limit", String(minute)),
            ("x-rate-total-limit-remaining", String(left ?? desk.allowance.map { $0.left * 60 } ?? minute - 1)),
            ("x-rate-limit-reset", "1"),
        ]
    }

    // MARK: - Contacts

    private func enrich(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let website = body?["accountWebsite"]?.filledText
        let query = PersonQuery(
            first: body?["firstName"]?.filledText, last: body?["lastName"]?.filledText,
            domain: website.map(Folding.domain), company: body?["accountName"]?.filledText,
            handle: body?["linkedinUrl"]?.filledText, email: body?["email"]?.filledText)
        guard query.name != nil || query.handle != nil || query.email != nil else {
            return error("InvalidRequest", 400, "Not enough to match by", .rejected)
        }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let score = finding?.grade == .guess ? 42 : 88
        guard let finding, score >= body?["minMatchScore"]?.integer ?? 30 else {
            return Reply(200, .miss, ["results": []])
        }
        return Reply(200, .hit, ["matchScore": .integer(score), "results": [match(finding)]])
    }

    /// What an entitlement leaves out is left out of the preview as well.
    private func match(_ finding: Finding) -> JSON {
        let person = finding.person
        return [
            "id": .text(Dice.identifier(person.hash, length: 24)), "fullName": .text(person.fullName),
            "firstName": .text(person.first), "lastName": .text(person.last), "jobTitle": .text(person.title),
            "hasEmail": .bool(finding.email != nil), "hasMobilePhoneNumbers": .bool(finding.mobile != nil),
            "hasDirectPhoneNumbers": false, "redeemId": .text(Self.code(person.fullName + "\n" + person.domain)),
            "account": [
                "id": .text(Self.code(person.domain)), "name": .text(person.company),
            ],
        ]
    }

    private func redeem(_ call: Call, _ desk: Desk) -> Reply {
        guard let ids = ids(in: call) else {
            return error("InvalidRequest", 400, "redeemIds must be 1 to \(Self.idsMax) ids", .rejected)
        }
        let findings = ids.compactMap { id -> Finding? in
            guard let text = Self.text(id), let end = text.firstIndex(of: "\n") else { return nil }
            let query = PersonQuery(full: String(text[..<end]), domain: String(text[text.index(after: end)...]))
            return desk.world.finding(by: facts.id, query)
        }
        let new = findings.filter { !desk.isPaid($0.person.email) }
        guard desk.affords(Self.price * new.count) else {
            return error("NoEntitlement", 403, "You have no entitlement set for this request", .outOfCredits)
        }
        for finding in new where !desk.wasPaid(finding.person.email) {
            _ = desk.charge(Self.price, for: finding.person.email, at: Self.redeemPath)
        }
        let isHit = findings.contains { $0.email != nil || $0.mobile != nil }
        return Reply(
            200, isHit ? .hit : .miss,
            [
                "totalResults": .integer(findings.count), "results": .array(findings.map { contact($0, desk) }),
            ])
    }

    private func ids(in call: Call) -> [String]? {
        let body = call.json
        let ids = ((body?["redeemIds"] ?? body?["ids"])?.array ?? []).compactMap(\.filledText)
        return (1...Self.idsMax).contains(ids.count) ? ids : nil
    }

    private func contact(_ finding: Finding, _ desk: Desk) -> JSON {
        let person = finding.person
        let company = desk.world.company(person.domain)
        let isCatchAll = company?.isCatchAll ?? false
        let quality: JSON = finding.grade == .guess ? "LOW" : isCatchAll ? "MEDIUM" : "HIGH_PLUS"
        let mobiles = finding.mobile.map { phone($0, type: "MOBILE", label: "DIRECT_DIAL", score: 99) }
        return [
            "fullName": .text(person.fullName),
            "email": finding.email.map {
                ["address": .text($0), "quality": quality, "sha256": .text(Dice.identifier(person.hash, length: 64))]
            } ?? .null,
            "mobilePhoneNumbers": .array(mobiles.map { [$0] } ?? []), "directPhoneNumbers": [],
            "linkedinUrl": JSON(person.profileURL), "jobTitle": .text(person.title),
            "account": company.map(account) ?? .null,
            "redeemId": .text(Self.code(person.fullName + "\n" + person.domain)),
        ]
    }

    // MARK: - Accounts

    private func enrichAccount(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let domain = (body?["domain"] ?? body?["website"])?.filledText.map(Folding.domain)
        let name = body?["name"]?.filledText.map(Folding.name)
        let company =
            domain.flatMap(desk.world.company)
            ?? desk.world.companies.values.first { name != nil && Folding.name($0.name) == name }
        guard let company else { return Reply(200, .miss, ["results": []]) }
        return Reply(
            200, .hit,
            [
                "matchScore": 90,
                "results": [["id": .text(Self.code(company.domain)), "name": .text(company.name)]],
            ])
    }

    /// An account is redeemed by its id, and comes in an envelope of its own.
    private func redeemAccounts(_ call: Call, _ desk: Desk) -> Reply {
        guard let ids = ids(in: call) else {
            return error("InvalidRequest", 400, "redeemIds must be 1 to \(Self.idsMax) ids", .rejected)
        }
        let companies = ids.compactMap { id in
            Self.text(id).flatMap(desk.world.company).map(account)
        }
        return Reply(
            200, companies.isEmpty ? .miss : .hit,
            ["total": .integer(companies.count), "result": .array(companies)])
    }

    private func account(_ company: Company) -> JSON {
        let number = company.phone.map { $0.filter { $0.isNumber || $0 == "+" } }
        let office = number.map { number -> JSON in
            let phone = phone(number, type: "FIXED_LINE", label: "COMPANY_SWITCHBOARD", score: 20)
            return .object((phone.members ?? []) + [.init(name: "addressType", value: "office")])
        }
        return [
            "id": .text(Self.code(company.domain)), "name": .text(company.name), "domain": .text(company.domain),
            "website": .text(company.domain), "officePhoneNumbers": .array(office.map { [$0] } ?? []),
            "hqPhoneNumbers": [],
        ]
    }

    private func phone(_ number: String, type: String, label: String, score: Int) -> JSON {
        [
            "number": .text(number), "numberType": .text(type), "label": .text(label), "score": .integer(score),
            "dnc": false,
        ]
    }

    // MARK: - Redeem ids

    /// A redeem id names whom it stands for, so that none has to be kept.
    private static func code(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func text(_ code: String) -> String? {
        var rest = code[...]
        var bytes: [UInt8] = []
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
