// SPDX-License-Identifier: Apache-2.0

/// Datagma (its website's backend and n8n node): GET requests with the key in the query.
///
/// A verified email costs 1 credit, a mobile 30, a full enrichment 2; a probable address, a catch-all and a
/// miss are free. What goes wrong has a code in the body, under a 200.
struct DatagmaVendor: Vendor {
    let facts = SandboxVendor(id: "datagma", name: "Datagma")

    private static let emailPrice = 1000, mobilePrice = 30_000, fullPrice = 2000

    func refusal(of call: Call) -> Reply? {
        guard call.parameter("apiId") != facts.key else { return nil }
        return failure(16, "invalid api key", 401, .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        failure(8, "too many requests", 429, .throttled)
    }

    func broken() -> Reply { failure(2, "internal error", 500, .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, path(of: call)) {
        case ("GET", "/v6/findEmail"), ("GET", "/v8/findEmail"), ("GET", "/v2/findEmail"):
            findEmail(call, desk)
        case ("GET", "/v1/search"): search(call, desk)
        case ("GET", "/v2/full"): full(call, desk)
        case ("GET", "/v1/mine"):
            Reply(200, .account, ["credit": Desk.json(milliunits: desk.balance())])
        default: failure(5, "Not Found", 404, .rejected)
        }
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/api/ingress/") ? String(call.path.dropFirst(12)) : call.path
    }

    private func failure(_ code: Int, _ message: String, _ status: Int, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["code": .integer(code), "message": .text(message), "details": []])
    }

    private func outOfCredits() -> Reply { failure(13, "can't get credit", 200, .outOfCredits) }

    private func nobody() -> Reply { failure(5, "not found", 200, .miss) }

    private func name(in call: Call) -> String? {
        if let full = call.parameter("fullName") { return full }
        guard let first = call.parameter("firstName"), let last = call.parameter("lastName") else { return nil }
        return "\(first) \(last)"
    }

    // MARK: - Emails

    private func findEmail(_ call: Call, _ desk: Desk) -> Reply {
        guard let name = name(in: call), let company = call.parameter("company") else {
            return failure(3, "fullName and company are required", 200, .rejected)
        }
        guard desk.affords(Self.emailPrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, PersonQuery(full: name, company: company))
        if finding?.grade == .failing { return broken() }
        // The eighth version writes the words in lower case.
        let isLowerCase = path(of: call).hasPrefix("/v8")
        guard let finding, let email = finding.email else {
            return Reply(200, .miss, ["status": isLowerCase ? "notfound" : "NotFound"])
        }
        guard finding.grade != .guess else {
            return Reply(
                200, .miss,
                [
                    "status": isLowerCase ? "mostprobable" : "MostProbable",
                    "mostProbableEmail": [.text(email)], "email": nil,
                ])
        }
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        guard desk.charge(isCatchAll ? 0 : Self.emailPrice, for: email, at: call.path) else {
            return outOfCredits()
        }
        return Reply(
            200, .hit,
            [
                "email": .text(email), "status": isLowerCase ? "valid" : "Valid",
                "emailDomain": .text(finding.person.domain), "mxfound": true, "smtpCheck": true,
                "cachAll": .bool(isCatchAll), "patterns": ["{first}.{last}"], "mostProbableEmail": [],
            ])
    }

    // MARK: - Phones

    private func search(_ call: Call, _ desk: Desk) -> Reply {
        let isAdvanced = call.parameter("source") == "advanced_search"
        let query = PersonQuery(handle: call.parameter("username"), email: call.parameter("email"))
        guard isAdvanced || query.handle != nil || query.email != nil else {
            return failure(3, "username or email is required", 200, .rejected)
        }
        guard desk.affords(Self.mobilePrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding else { return nobody() }
        let price = finding.mobile == nil ? 0 : Self.mobilePrice
        guard desk.charge(price, for: finding.person.email, at: call.path) else { return outOfCredits() }
        let person = finding.person
        return Reply(
            200, finding.mobile == nil ? .miss : .hit,
            [
                "httpStatusCode": 200, "creditBurn": .integer(price / 1000), "personsCount": 1,
                "visibleSources": 1, "availableSources": 1, "warnings": nil,
                "person": [
                    "names": [["first": .text(person.first), "last": .text(person.last)]],
                    "emails": finding.grade == .sure ? [["address": JSON(finding.email)]] : [],
                    "phones": phones(finding.mobile),
                    "jobs": [["title": .text(person.title), "company": .text(person.company)]],
                    "urls": .array(
                        person.profileURL.map { [["domain": "linkedin.com", "url": .text($0)]] } ?? []),
                ],
                "possiblePersons": [],
            ])
    }

    private func phones(_ mobile: String?) -> JSON {
        guard let mobile else { return [] }
        let digits = mobile.dropFirst()
        let prefix = digits.prefix(digits.hasPrefix("1") ? 1 : 2)
        let number = String(digits.dropFirst(prefix.count))
        let parts = [number.prefix(3), number.dropFirst(3).prefix(3), number.dropFirst(6)]
        let shown = "+\(prefix) \(parts.joined(separator: "-"))"
        return [
            [
                "countryCode": Int(prefix).map { .integer($0) } ?? .null,
                "number": Int(number).map { .integer($0) } ?? .null, "displayInternational": .text(shown),
                "linkedWhatsapp": true, "whatsapp": ["isIn": true],
            ]
        ]
    }

    // MARK: - Full enrichment

    private func full(_ call: Call, _ desk: Desk) -> Reply {
        var query = PersonQuery(
            full: name(in: call), domain: call.parameter("domain"),
            company: call.parameter("company") ?? call.parameter("companyName")
                ?? call.parameter("companyKeyword"))
        if let data = call.parameter("data") {
            if data.contains("/in/") {
                query.handle = data
            } else if data.contains("@") {
                query.email = data
            } else {
                query.full = query.full ?? data
            }
        }
        guard query.handle != nil || query.email != nil || query.name != nil else {
            return failure(3, "data is required", 200, .rejected)
        }
        guard desk.affords(Self.fullPrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding else { return nobody() }
        let mobile = call.flag("phoneFull") ? finding.mobile : nil
        let price = Self.fullPrice + (mobile == nil ? 0 : Self.mobilePrice)
        guard desk.charge(price, for: finding.person.email, at: call.path) else { return outOfCredits() }
        let email = finding.grade == .guess ? nil : finding.email
        let isHit = email != nil || mobile != nil
        return Reply(200, isHit ? .hit : .miss, enriched(finding.person, email, mobile, price))
    }

    private func enriched(_ person: Person, _ email: String?, _ mobile: String?, _ price: Int) -> JSON {
        [
            "person": [
                "basic": [
                    "name": .text(person.fullName), "firstName": .text(person.first),
                    "lastName": .text(person.last), "jobTitle": .text(person.title),
                    "company": .text(person.company), "linkedInUrl": JSON(person.profileURL), "city": nil,
                    "region": nil, "country": .text(person.country), "legacyEmail": nil,
                ]
            ],
            "company": ["name": .text(person.company), "website": .text(person.domain)],
            "email": JSON(email), "emailV2": JSON(email), "phoneFull": ["phones": phones(mobile)],
            "creditBurn": .integer(price / 1000),
        ]
    }
}
