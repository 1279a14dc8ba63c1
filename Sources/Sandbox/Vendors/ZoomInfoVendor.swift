// SPDX-License-Identifier: Apache-2.0

/// ZoomInfo, GTM Data API v1 (its OpenAPI files and clients): a bearer token by client credentials, then `enrich`.
///
/// A record costs 1 credit, and is free afterwards. Only what `outputFields` names is returned. What an account can
/// no longer pay for is a 400, or a match status where a part of the request was paid for.
struct ZoomInfoVendor: Vendor {
    let facts = SandboxVendor(id: "zoominfo", name: "ZoomInfo", key: "sandbox-zoominfo-id:sandbox-zoominfo-secret")

    private static let price = 1000, inputsMax = 25
    private static let token = "sandbox-zoominfo-token"
    private static let tokenPath = "/gtm/oauth/v1/token"
    private static let contactsPath = "/gtm/data/v1/contacts/enrich"
    private static let companiesPath = "/gtm/data/v1/companies/enrich"
    private static let mediaType = "application/vnd.api+json"

    func refusal(of call: Call) -> Reply? {
        if call.path == Self.tokenPath {
            return call.basic == facts.key
                ? nil : Reply(401, .refused, ["error": "invalid_client", "error_description": "Client is unknown"])
        }
        return call.bearer == Self.token ? nil : error(401, "ZI0001", "Authentication failed", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        let rejection = [
            ("retry-after", "1"), ("x-ratelimit-rejected-bucket", "second"), ("x-ratelimit-reset", "1"),
        ]
        return error(429, "ZI0004", "Rate limit exceeded", .throttled)
            .with(limits(desk, left: 0) + rejection.map { (name: $0.0, value: $0.1) })
    }

    func broken() -> Reply { error(500, "ZI0005", "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        if call.method == "POST", call.path == Self.tokenPath { return token(call) }
        let reply =
            switch (call.method, call.path) {
            case ("POST", Self.contactsPath): enrich(call, "matchPersonInput", desk, contact)
            case ("POST", Self.companiesPath): enrich(call, "matchCompanyInput", desk, company)
            case ("GET", "/gtm/data/v1/users/usage"): usage(desk)
            default: error(404, "ZI0006", "Not found", .rejected)
            }
        return reply.with(limits(desk, left: nil))
    }

    private func error(_ status: Int, _ code: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            status, outcome,
            [
                "error": [
                    "code": .text(code), "message": .text(message), "status": .integer(status),
                    "requestId": "5f1c0de0-0000-4000-8000-000000000000", "retryable": .bool(status >= 429),
                ]
            ], type: Self.mediaType)
    }

    private func problem(_ code: String, _ title: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            400, outcome,
            [
                "errors": [
                    [
                        "id": "1", "code": .text(code), "status": "400", "title": .text(title),
                        "detail": .text(title), "source": [:],
                    ]
                ]
            ], type: Self.mediaType)
    }

    private func limits(_ desk: Desk, left: Int?) -> [(name: String, value: String)] {
        let second = desk.allowance?.rate ?? 25
        return [
            ("x-ratelimit-limit-second", String(second)),
            ("x-ratelimit-remaining-second", String(left ?? desk.allowance?.left ?? second - 1)),
            ("x-ratelimit-limit-day", "100000"), ("x-ratelimit-remaining-day", "99999"),
        ]
    }

    private func token(_ call: Call) -> Reply {
        let form = String(decoding: call.body, as: UTF8.self)
        guard form.split(separator: "&").contains("grant_type=client_credentials") else {
            return Reply(400, .rejected, ["error": "unsupported_grant_type"])
        }
        return Reply(
            200, .account,
            [
                "token_type": "Bearer", "expires_in": 3600, "access_token": .text(Self.token),
                "scope": "api:data:contact api:data:company",
            ])
    }

    private func usage(_ desk: Desk) -> Reply {
        let (used, left) = (desk.charged / 1000, desk.balance() / 1000)
        let records: JSON = [
            "limitType": "uniqueIdLimit", "description": "Unique records", "totalLimit": .integer(used + left),
            "currentUsage": .integer(used), "usageRemaining": .integer(left),
        ]
        return Reply(
            200, .account,
            ["data": [["id": "1", "type": "UserUsage", "attributes": ["usage": [records]]]]], type: Self.mediaType)
    }

    // MARK: - Enriching

    /// What is known of one input: whom it is paid for, and what is told of them.
    private struct Match {
        var subject: String
        var entry: JSON
        var isHit: Bool
    }

    private enum Answer {
        case match(Match), none(String), failing
    }

    private func enrich(
        _ call: Call, _ inputs: String, _ desk: Desk, _ find: (JSON, JSON, Desk) -> Answer
    ) -> Reply {
        let attributes = call.json?["data"]?["attributes"]
        guard let attributes, let inputs = attributes[inputs]?.array, (1...Self.inputsMax).contains(inputs.count) else {
            return problem("PFAPI0001", "Invalid input", .rejected)
        }
        var data: [JSON] = []
        var isHit = false
        for input in inputs {
            switch find(input, attributes, desk) {
            case .failing: return broken()
            case .none(let status): data.append(missed(input, status))
            case .match(let match):
                let isPaid = desk.isPaid(match.subject)
                if isPaid || desk.charge(Self.price, for: match.subject, at: call.path) {
                    _ = desk.wasPaid(match.subject)
                    data.append(match.entry)
                    isHit = isHit || match.isHit
                } else if data.isEmpty {
                    return problem("PFAPI0011", "Credit Limit Reached", .outOfCredits)
                } else {
                    data.append(missed(input, "LIMIT_EXCEEDED"))
                }
            }
        }
        return Reply(200, isHit ? .hit : .miss, ["data": .array(data)], type: Self.mediaType)
    }

    private func missed(_ input: JSON, _ status: String) -> JSON {
        ["id": "0", "type": "NoMatch", "meta": ["input": input, "matchStatus": .text(status)]]
    }

    private func entry(_ id: Int, _ type: String, _ attributes: [JSON.Member], _ input: JSON) -> JSON {
        [
            "id": .text(String(id)), "type": .text(type), "attributes": .object(attributes),
            "meta": ["input": input, "matchStatus": "FULL_MATCH"],
        ]
    }

    private func contact(_ input: JSON, _ attributes: JSON, _ desk: Desk) -> Answer {
        let query = PersonQuery(
            first: input["firstName"]?.filledText, last: input["lastName"]?.filledText,
            full: input["fullName"]?.filledText, company: input["companyName"]?.filledText,
            handle: input["externalURL"]?.filledText, email: input["emailAddress"]?.filledText)
        guard query.handle != nil || query.email != nil || (query.name != nil && query.hasCompany) else {
            return .none("INVALID_INPUT")
        }
        guard let finding = desk.world.finding(by: facts.id, query) else { return .none("NO_MATCH") }
        guard finding.grade != .failing else { return .failing }
        let person = finding.person
        let company = desk.world.company(person.domain)
        let values: [JSON.Member] = [
            .init(name: "firstName", value: .text(person.first)), .init(name: "lastName", value: .text(person.last)),
            .init(name: "email", value: JSON(finding.email)),
            .init(name: "mobilePhone", value: JSON(finding.mobile.map(national))),
            .init(name: "phone", value: nil), .init(name: "jobTitle", value: .text(person.title)),
            .init(name: "contactAccuracyScore", value: finding.grade == .guess ? 75 : 95),
        ]
        func has(_ name: String) -> Bool { values.first { $0.name == name }.map { $0.value != .null } ?? true }
        guard names(attributes["requiredFields"]).allSatisfy(has) else { return .none("NON_MATCH_BY_REQUIRED_FIELDS") }
        let wanted = names(attributes["outputFields"])
        let shown = values.filter { $0.value != .null && (wanted.isEmpty || wanted.contains($0.name)) }
        let phone = wanted.contains("companyPhone") ? company?.phone.map(national) : nil
        let employer: JSON = [
            "id": .integer(id(person.domain)), "name": .text(person.company), "phone": JSON(phone),
        ]
        let entry = entry(
            Int(person.hash % 10_000_000_000), "Contact", shown + [.init(name: "company", value: employer)], input)
        return .match(.init(subject: person.email, entry: entry, isHit: finding.email != nil || finding.mobile != nil))
    }

    private func company(_ input: JSON, _ attributes: JSON, _ desk: Desk) -> Answer {
        let domain = input["companyWebsite"]?.filledText.map(Folding.domain)
        let name = input["companyName"]?.filledText.map(Folding.name)
        guard domain != nil || name != nil else { return .none("INVALID_INPUT") }
        let company =
            domain.flatMap(desk.world.company)
            ?? desk.world.companies.values.first { name != nil && Folding.name($0.name) == name }
        guard let company else { return .none("NO_MATCH") }
        let values: [JSON.Member] = [
            .init(name: "name", value: .text(company.name)), .init(name: "website", value: .text(company.domain)),
            .init(name: "phone", value: JSON(company.phone.map(national))),
        ]
        let entry = entry(id(company.domain), "Company", values, input)
        return .match(.init(subject: company.domain, entry: entry, isHit: company.phone != nil))
    }

    private func names(_ list: JSON?) -> [String] { (list?.array ?? []).compactMap(\.filledText) }

    private func id(_ domain: String) -> Int { Int(Dice.hash(domain) % 1_000_000_000) }

    /// Numbers of the United States are written as one writes them there.
    private func national(_ number: String) -> String {
        let digits = number.filter { $0.isNumber || $0 == "+" }
        guard digits.hasPrefix("+1"), digits.count == 12 else { return digits }
        return "(\(digits.dropFirst(2).prefix(3))) \(digits.dropFirst(5).prefix(3))-\(digits.suffix(4))"
    }
}
