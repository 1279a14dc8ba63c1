// SPDX-License-Identifier: Apache-2.0

/// People Data Labs, API v5 (docs.peopledatalabs.com).
///
/// Each 200 costs 1 credit, a repeat too; a 404 is free. What the plan does not show is `true`, and is
/// charged all the same.
struct PeopleDataLabsVendor: Vendor {
    let facts = SandboxVendor(id: "people_data_labs", name: "People Data Labs")

    private static let price = 1000
    private static let path = "/v5/person/enrich"

    func refusal(of call: Call) -> Reply? {
        guard call.header("x-api-key") ?? call.parameter("api_key") != facts.key else { return nil }
        return error(401, "authentication_error", .refused, "Request contained a missing or invalid key")
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "rate_limit_error", .throttled, "An error occurred due to requests hitting the API too quickly")
            .with(headers(desk, spent: 0, minuteLeft: 0))
    }

    func broken() -> Reply {
        error(500, "api_error", .failed, "The server encountered an unexpected condition")
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", Self.path), ("POST", Self.path): enrich(call, desk)
        case ("GET", "/v5/autocomplete"):
            Reply(200, .account, ["data": [], "fields": ["string"]])
                .with(headers(desk, spent: 0))
        case (_, Self.path), (_, "/v5/autocomplete"):
            error(405, "invalid_request_error", .rejected, "The method is not allowed")
        default: error(404, "not_found", .rejected, "The requested URL was not found")
        }
    }

    private func error(_ status: Int, _ type: String, _ outcome: Reply.Outcome, _ message: String) -> Reply {
        Reply(
            status, outcome,
            ["status": .integer(status), "error": ["type": .text(type), "message": .text(message)]])
    }

    private func headers(_ desk: Desk, spent: Int, minuteLeft: Int? = nil) -> [(name: String, value: String)] {
        let minute = desk.allowance.map { $0.rate * 60 } ?? 1_000
        let left = minuteLeft ?? desk.allowance.map { $0.left * 60 } ?? 999
        return [
            ("x-call-credits-spent", String(spent)), ("x-call-credits-type", "enrich"),
            ("x-totallimit-remaining", String(desk.balance() / 1000)),
            ("x-totallimit-purchased-remaining", String(desk.balance() / 1000)),
            ("x-totallimit-overages-remaining", "0"),
            ("x-lifetime-used", String(desk.charged / 1000)),
            ("x-ratelimit-limit", "{\"minute\": \(minute)}"),
            ("x-ratelimit-remaining", "{\"minute\": \(left)}"),
            ("x-ratelimit-reset", "2026-11-22 12:31:00"),
        ]
    }

    // MARK: - Enriching

    private func enrich(_ call: Call, _ desk: Desk) -> Reply {
        let parameters = call.method == "POST" ? call.json : nil
        if call.method == "POST", parameters?.members == nil {
            return error(400, "invalid_request_error", .rejected, "The request body is not valid JSON")
        }
        func value(_ name: String) -> String? {
            call.parameter(name) ?? parameters?[name]?.filledText
                ?? parameters?[name]?.array?.first?.filledText
        }
        let query = PersonQuery(
            first: value("first_name"), last: value("last_name"), full: value("name"),
            company: value("company"), handle: value("profile"), email: value("email"))
        guard query.handle != nil || query.email != nil || (query.name != nil && query.hasCompany) else {
            return error(
                400, "invalid_request_error", .rejected,
                "Request did not contain sufficient parameters: profile, email, or name and company")
        }
        guard desk.affords(Self.price) else {
            return error(
                402, "payment_required", .outOfCredits, "You have reached your account maximum for enrich"
            )
            .with(headers(desk, spent: 0))
        }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let isTitleCase = value("titlecase")?.lowercased() == "true" || parameters?["titlecase"]?.bool == true
        let minimum = value("min_likelihood").flatMap { Int($0) } ?? parameters?["min_likelihood"]?.integer
        return reply(
            finding, required: value("required") ?? "", minimum: minimum ?? 0, isTitleCase: isTitleCase, desk)
    }

    private func reply(
        _ finding: Finding?, required: String, minimum: Int, isTitleCase: Bool, _ desk: Desk
    ) -> Reply {
        guard let finding, likelihood(of: finding) >= minimum, fulfils(finding, required) else {
            return error(404, "not_found", .miss, "No records were found matching your request")
                .with(headers(desk, spent: 0))
        }
        guard desk.charge(Self.price, for: finding.person.email, at: Self.path) else {
            return error(
                402, "payment_required", .outOfCredits, "You have reached your account maximum for enrich"
            )
            .with(headers(desk, spent: 0))
        }
        let isHit = finding.email != nil || finding.mobile != nil
        return Reply(
            200, isHit ? .hit : .miss,
            [
                "status": 200, "likelihood": .integer(likelihood(of: finding)),
                "data": data(finding, isTitleCase: isTitleCase),
            ]
        ).with(headers(desk, spent: 1))
    }

    private func likelihood(of finding: Finding) -> Int {
        finding.grade == .guess ? 4 : 8
    }

    /// Whether a record has the fields of an expression such as `work_email AND (emails OR mobile_phone)`.
    ///
    /// `OR` binds loosest; parentheses are not told apart, which is enough for the fields known here.
    private func fulfils(_ finding: Finding, _ required: String) -> Bool {
        let words = required.split { $0 == " " || $0 == "(" || $0 == ")" }
        guard !words.isEmpty else { return true }
        let terms = words.split { $0.uppercased() == "OR" }
        return terms.contains { term in
            term.allSatisfy { $0.uppercased() == "AND" || has(finding, String($0)) }
        }
    }

    private func has(_ finding: Finding, _ field: String) -> Bool {
        switch field {
        case "work_email", "emails": finding.email != nil || finding.grade == .masked
        case "mobile_phone", "phone_numbers", "phones": finding.mobile != nil
        case "personal_emails", "recommended_personal_email": false
        default: true
        }
    }

    private func data(_ finding: Finding, isTitleCase: Bool) -> JSON {
        let person = finding.person
        func text(_ text: String) -> JSON { .text(isTitleCase ? text : text.lowercased()) }
        let isMasked = finding.grade == .masked
        let email: JSON = isMasked ? true : JSON(finding.email)
        let emails: JSON =
            isMasked
            ? true
            : .array(
                finding.email.map { [["address": .text($0), "type": "current_professional"]] } ?? [])
        return [
            "id": .text(Dice.identifier(person.hash, length: 22) + "_0000"),
            "full_name": text(person.fullName), "first_name": text(person.first),
            "last_name": text(person.last),
            "linkedin_url": JSON(person.handle.map { "linkedin.com/in/\($0)" }),
            "linkedin_username": JSON(person.handle), "work_email": email, "personal_emails": [],
            "recommended_personal_email": nil,
            "mobile_phone": isMasked && finding.mobile != nil ? true : JSON(finding.mobile),
            "phone_numbers": isMasked ? true : .array(finding.mobile.map { [.text($0)] } ?? []),
            "emails": emails, "job_title": text(person.title), "job_title_role": nil,
            "job_title_levels": [], "job_company_name": text(person.company),
            "job_company_website": .text(person.domain), "job_last_verified": "2026-06-14",
            "location_name": nil,
        ]
    }
}
