// SPDX-License-Identifier: Apache-2.0

/// Coresignal, API v2 (its n8n nodes and documents): a record by id or by the last part of a profile's address.
///
/// A record costs 20 credits, with an email or without; searching is free, and gives ids. There are no phones.
struct CoresignalVendor: Vendor {
    let facts = SandboxVendor(id: "coresignal", name: "Coresignal")

    private static let price = 20_000
    private static let collectPath = "/employee_multi_source/collect/"
    private static let searchPath = "/employee_multi_source/search/es_dsl"

    func refusal(of call: Call) -> Reply? {
        call.header("apikey") == facts.key ? nil : detail(401, "Unauthorized", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { detail(429, "Too many requests", .throttled) }

    func broken() -> Reply { detail(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply =
            switch (call.method, path(of: call)) {
            case ("GET", let path) where path.hasPrefix(Self.collectPath):
                collect(Call.decoded(path.dropFirst(Self.collectPath.count).utf8), desk)
            case ("POST", Self.searchPath): search(call, desk)
            default: detail(404, "Not Found", .rejected)
            }
        return reply.with([("x-credits-remaining", String(desk.balance() / 1000))])
    }

    /// The path behind the vendor's base, which may be part of the caller's base URL or not.
    private func path(of call: Call) -> String {
        call.path.hasPrefix("/cdapi/v2/") ? String(call.path.dropFirst(9)) : call.path
    }

    private func detail(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["detail": .text(text)])
    }

    // MARK: - Collecting

    private func collect(_ key: String, _ desk: Desk) -> Reply {
        guard desk.affords(Self.price) else { return detail(402, "Insufficient credits", .outOfCredits) }
        let finding = desk.world.finding(by: facts.id, query(for: key, desk))
        if finding?.grade == .failing { return broken() }
        guard let finding else { return detail(404, "Record not found", .miss) }
        guard desk.charge(Self.price, for: finding.person.email, at: Self.collectPath) else {
            return detail(402, "Insufficient credits", .outOfCredits)
        }
        return Reply(200, email(in: finding) == nil ? .miss : .hit, record(finding, desk))
    }

    /// An id is one that a search gave: what it stands for is kept as a job is.
    private func query(for key: String, _ desk: Desk) -> PersonQuery {
        guard key.allSatisfy(\.isNumber) else { return PersonQuery(handle: key) }
        guard case .ready(let stored) = desk.poll(key), let person = JSONParser.value(of: stored.body) else {
            return PersonQuery()
        }
        return PersonQuery(full: person["name"]?.text, domain: person["domain"]?.text)
    }

    /// Of the countries here, those whose people's emails are left out: the EEA and the United Kingdom.
    private static let withheld: Set<String> = ["FR", "GB"]

    private func email(in finding: Finding) -> String? {
        Self.withheld.contains(finding.person.country) ? nil : finding.email
    }

    private func record(_ finding: Finding, _ desk: Desk) -> JSON {
        let person = finding.person
        let email = email(in: finding)
        let status = status(of: finding, desk)
        return [
            "id": .integer(id(of: person)), "full_name": .text(person.fullName),
            "first_name": .text(person.first), "last_name": .text(person.last),
            "headline": .text("\(person.title) at \(person.company)"), "linkedin_url": JSON(person.profileURL),
            "active_experience_title": .text(person.title),
            "active_experience_company_name": .text(person.company), "is_decision_maker": 1,
            "primary_professional_email": JSON(email), "primary_professional_email_status": status,
            "professional_emails_collection": .array(
                email.map {
                    [["professional_email": .text($0), "professional_email_status": status]]
                } ?? []),
        ]
    }

    private func id(of person: Person) -> Int { Int(person.hash % 1_000_000_000) }

    private func status(of finding: Finding, _ desk: Desk) -> JSON {
        guard email(in: finding) != nil else { return nil }
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        return finding.grade == .guess ? "guessed_common_pattern" : isCatchAll ? "matched_pattern" : "verified"
    }

    // MARK: - Searching

    /// Of an Elasticsearch query, the fields and values of its leaves are read, and nothing else.
    private func search(_ call: Call, _ desk: Desk) -> Reply {
        guard let body = call.json, body["query"]?.members != nil else {
            return detail(422, "A query is required", .rejected)
        }
        var query = PersonQuery()
        read(body, into: &query)
        guard let finding = desk.world.finding(by: facts.id, query) else { return ids([]) }
        let id = id(of: finding.person)
        let person: JSON = ["name": .text(finding.person.fullName), "domain": .text(finding.person.domain)]
        _ = desk.submit(Reply(200, .hit, person)) { _ in String(id) }
        return ids([.integer(id)])
    }

    private func ids(_ ids: [JSON]) -> Reply {
        Reply(200, ids.isEmpty ? .miss : .hit, .array(ids))
            .with([("x-total-results", String(ids.count)), ("x-total-pages", ids.isEmpty ? "0" : "1")])
    }

    private func read(_ json: JSON, into query: inout PersonQuery) {
        for element in json.array ?? [] { read(element, into: &query) }
        for member in json.members ?? [] {
            let leaf = member.value["query"] ?? member.value["value"] ?? member.value
            guard let value = leaf.filledText else {
                read(member.value, into: &query)
                continue
            }
            switch member.name {
            case "full_name": query.full = value
            case "first_name": query.first = value
            case "last_name": query.last = value
            case let name where name.contains("linkedin") && !name.contains("company"): query.handle = value
            case let name where name.contains("email"): query.email = value
            case let name where name.contains("website") || name.contains("domain"): query.domain = value
            case let name where name.contains("company_name"): query.company = value
            default: break
            }
        }
    }
}
