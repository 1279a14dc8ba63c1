// SPDX-License-Identifier: Apache-2.0

/// ContactOut (api.contactout.com): profiles by their URL, or by name and company.
///
/// A profile with an email costs 1 credit and one with a phone 1 more; to be enriched costs 1 beside. A bad key
/// is a 400, bad input a 401, and an empty account a 403.
struct ContactOutVendor: Vendor {
    let facts = SandboxVendor(id: "contactout", name: "ContactOut")

    private static let contactPrice = 1000, searchPrice = 1000, batchMax = 1000
    private static let batchPath = "/v2/people/linkedin/batch"

    func refusal(of call: Call) -> Reply? {
        call.header("token") == facts.key ? nil : failure(400, "Bad credentials", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        failure(429, "Too many requests", .throttled).with([("retry-after", "1")])
    }

    func broken() -> Reply { failure(500, "Internal Server Error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v1/people/linkedin"): contactInfo(call, desk)
        case ("GET", "/v1/linkedin/enrich"): enrichProfile(call, desk)
        case ("POST", "/v1/people/enrich"): enrichPerson(call, desk)
        case ("GET", "/v1/people/linkedin/work_email_status"),
            ("GET", "/v1/people/linkedin/personal_email_status"), ("GET", "/v1/people/linkedin/phone_status"):
            check(call, desk)
        case ("GET", "/v1/email/verify"): verify(call, desk)
        case ("POST", Self.batchPath): submit(call, desk)
        case ("GET", let path) where path.hasPrefix(Self.batchPath + "/"):
            poll(String(path.dropFirst(Self.batchPath.count + 1)), desk)
        case ("GET", "/v1/stats"): stats(call, desk)
        default: failure(404, "Not Found", .rejected)
        }
    }

    private func failure(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["status_code": .integer(status), "message": .text(message)])
    }

    private func invalid(_ message: String) -> Reply { failure(401, message, .rejected) }

    private func outOfCredits() -> Reply { failure(403, "You have run out of credits", .outOfCredits) }

    private func miss() -> Reply { failure(404, "Not Found", .miss) }

    // MARK: - One profile

    /// What was asked of a profile.
    private struct Wants {
        var email: Bool, phone: Bool
        var isEnriched = false

        /// What may be charged at least for a profile that has something.
        var least: Int { email || phone ? contactPrice : isEnriched ? searchPrice : 0 }

        func price(of finding: Finding) -> Int {
            (isEnriched ? searchPrice : 0) + (email && finding.email != nil ? contactPrice : 0)
                + (phone && finding.mobile != nil ? contactPrice : 0)
        }

        func isHit(_ finding: Finding) -> Bool {
            (email && finding.email != nil) || (phone && finding.mobile != nil)
        }
    }

    /// Nobody here has a personal address, so that work addresses alone count.
    private func wants(_ call: Call) -> Wants {
        let types = (call.parameter("email_type") ?? "personal,work").split(separator: ",")
        return Wants(email: types.contains("work"), phone: call.flag("include_phone"))
    }

    private func profile(in call: Call) -> String? { call.parameter("profile").flatMap(profileURL) }

    private func profileURL(_ url: String) -> String? {
        let isProfile = url.contains("linkedin.com/in/") || url.contains("linkedin.com/pub/")
        return url.hasPrefix("https://") && isProfile ? url : nil
    }

    private static let badProfile = "The profile must be an https URL of a LinkedIn profile"

    private func contactInfo(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = profile(in: call) else { return invalid(Self.badProfile) }
        let wants = wants(call)
        guard desk.affords(wants.least) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, PersonQuery(handle: url))
        if finding?.grade == .failing { return broken() }
        guard let finding else { return miss() }
        guard desk.charge(wants.price(of: finding), for: finding.person.email, at: call.path) else {
            return outOfCredits()
        }
        return found(finding, wants)
    }

    private func enrichProfile(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = profile(in: call) else { return invalid(Self.badProfile) }
        let hasContact = !call.flag("profile_only")
        let wants = Wants(email: hasContact, phone: hasContact, isEnriched: true)
        guard desk.affords(wants.least) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, PersonQuery(handle: url))
        if finding?.grade == .failing { return broken() }
        guard let finding else { return Reply(200, .miss, ["status_code": 200, "profile": []]) }
        guard desk.charge(wants.price(of: finding), for: finding.person.email, at: call.path) else {
            return outOfCredits()
        }
        return found(finding, wants)
    }

    private func enrichPerson(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        func first(_ name: String) -> String? {
            body?[name]?.array?.first?.filledText ?? body?[name]?.filledText
        }
        let query = PersonQuery(
            first: first("first_name"), last: first("last_name"), full: first("full_name"),
            domain: first("company_domain"), company: first("company"), handle: first("linkedin_url"),
            email: first("email"))
        let hasPlace = query.hasCompany || first("education") != nil || first("location") != nil
        let isEnough = query.handle != nil || query.email != nil || first("phone") != nil
        guard isEnough || (query.name != nil && hasPlace) else {
            return invalid("A linkedin_url, an email, a phone, or a name with a company is required")
        }
        let include = body?["include"]?.array?.compactMap(\.text) ?? []
        let wants = Wants(
            email: include.contains("work_email"), phone: include.contains("phone"), isEnriched: true)
        guard desk.affords(wants.least) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding else { return miss() }
        guard desk.charge(wants.price(of: finding), for: finding.person.email, at: call.path) else {
            return outOfCredits()
        }
        return found(finding, wants)
    }

    private func found(_ finding: Finding, _ wants: Wants) -> Reply {
        let person = finding.person
        let emails = list(wants.email ? finding.email : nil)
        var members: [JSON.Member] = [
            .init(name: "url", value: JSON(person.profileURL)), .init(name: "email", value: emails),
            .init(name: "work_email", value: emails),
            .init(name: "work_email_status", value: status(of: finding, wants)),
            .init(name: "personal_email", value: []),
            .init(name: "phone", value: list(wants.phone ? finding.mobile : nil)),
            .init(name: "github", value: []),
        ]
        if wants.isEnriched {
            members += [
                .init(name: "full_name", value: .text(person.fullName)),
                .init(name: "headline", value: .text("\(person.title) at \(person.company)")),
                .init(
                    name: "company",
                    value: [
                        "name": .text(person.company), "domain": .text(person.domain),
                        "email_domain": .text(person.domain),
                    ]),
            ]
        }
        return Reply(
            200, wants.isHit(finding) ? .hit : .miss, ["status_code": 200, "profile": .object(members)])
    }

    private func list(_ text: String?) -> JSON { .array(text.map { [.text($0)] } ?? []) }

    private func status(of finding: Finding, _ wants: Wants) -> JSON {
        guard wants.email, let email = finding.email else { return [:] }
        return .object([.init(name: email, value: finding.grade == .guess ? "Unverified" : "Verified")])
    }

    // MARK: - What is free

    private func check(_ call: Call, _ desk: Desk) -> Reply {
        guard let url = profile(in: call) else { return invalid(Self.badProfile) }
        let finding = desk.world.finding(by: facts.id, PersonQuery(handle: url))
        if finding?.grade == .failing { return broken() }
        guard let finding else { return miss() }
        if call.path.hasSuffix("/phone_status") {
            let profile: JSON = ["phone": .bool(finding.mobile != nil)]
            return Reply(200, .account, ["status_code": 200, "profile": profile])
        }
        let hasEmail = call.path.hasSuffix("/work_email_status") && finding.email != nil
        let status: JSON = !hasEmail ? nil : finding.grade == .guess ? "Unverified" : "Verified"
        return Reply(
            200, .account,
            ["status_code": 200, "profile": ["email": .bool(hasEmail), "email_status": status]])
    }

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else { return invalid("The email is required") }
        let word =
            switch desk.world.verdict(on: email) {
            case .valid, .role, .spamTrap: "valid"
            case .catchAll: "accept_all"
            case .mailboxNotFound, .noMailServer, .badSyntax: "invalid"
            case .disposable: "disposable"
            case .greylisted, .unknown: "unknown"
            }
        return Reply(
            200, word == "unknown" ? .miss : .hit, ["status_code": 200, "data": ["status": .text(word)]])
    }

    private func stats(_ call: Call, _ desk: Desk) -> Reply {
        let (used, left) = (desk.charged / 1000, desk.balance() / 1000)
        let month = call.parameter("period") ?? "2026-11"
        return Reply(
            200, .account,
            [
                "status_code": 200,
                "period": ["start": .text("\(month)-01 00:00:00"), "end": .text("\(month)-30 23:59:59")],
                "usage": [
                    "count": .integer(used), "quota": .integer(used + left), "remaining": .integer(left),
                    "over_quota": 0, "phone_count": 0, "phone_quota": .integer(left),
                    "phone_remaining": .integer(left), "search_count": 0, "search_quota": .integer(left),
                    "search_remaining": .integer(left),
                ],
            ])
    }

    // MARK: - Batches

    private func submit(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let urls = (body?["profiles"]?.array ?? []).compactMap { $0.text.flatMap(profileURL) }
        guard !urls.isEmpty, urls.count <= Self.batchMax, urls.count == body?["profiles"]?.array?.count else {
            return invalid("The profiles must be 1 to \(Self.batchMax) https URLs of LinkedIn profiles")
        }
        let types = (body?["email_type"]?.text ?? "personal,work").split(separator: ",")
        let wants = Wants(email: types.contains("work"), phone: body?["include_phone"]?.bool ?? false)
        let findings = urls.map { desk.world.finding(by: facts.id, PersonQuery(handle: $0)) }
        if findings.contains(where: { $0?.grade == .failing }) { return broken() }
        let price = findings.compactMap { $0.map(wants.price) }.reduce(0, +)
        guard desk.affords(max(price, wants.least)) else { return outOfCredits() }
        for finding in findings.compactMap({ $0 }) {
            let isPaid = desk.charge(wants.price(of: finding), for: finding.person.email, at: Self.batchPath)
            guard isPaid else { return outOfCredits() }
        }
        let result = zip(urls, findings).map { url, finding -> JSON.Member in
            let emails = list(wants.email ? finding?.email : nil)
            let phones = list(wants.phone ? finding?.mobile : nil)
            return .init(
                name: url,
                value: ["emails": emails, "personal_emails": [], "work_emails": emails, "phones": phones])
        }
        let isHit = findings.contains { $0.map(wants.isHit) ?? false }
        let id = desk.submit(Reply(200, isHit ? .hit : .miss, .object(result))) { hash in
            let digits = Dice.identifier(hash, length: 32)
            return [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)]
                .map { String(digits.dropFirst($0.0).prefix($0.1)) }.joined(separator: "-")
        }
        return Reply(200, .pending, ["status": "QUEUED", "job_id": .text(id)])
    }

    private func poll(_ id: String, _ desk: Desk) -> Reply {
        switch desk.poll(id) {
        case .unknown: return failure(404, "Not Found", .rejected)
        case .pending: return Reply(200, .pending, ["data": ["uuid": .text(id), "status": "QUEUED"]])
        case .ready(let reply):
            let result = JSONParser.value(of: reply.body) ?? .null
            return Reply(
                200, reply.outcome, ["data": ["uuid": .text(id), "status": "DONE", "result": result]])
        }
    }
}
