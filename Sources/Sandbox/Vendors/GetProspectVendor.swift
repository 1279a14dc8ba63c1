// SPDX-License-Identifier: Apache-2.0

/// GetProspect, API v2 (seen in the clients of others; its own documents are silent).
///
/// An email that is found costs 1 credit, and so does a verification. Whether one that isn't `valid` is billed, nobody
/// says: what would be the worse for who pays is played. There is no account endpoint.
struct GetProspectVendor: Vendor {
    let facts = SandboxVendor(id: "getprospect", name: "GetProspect")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        let key = call.header("apikey") ?? call.header("x-api-key") ?? call.parameter("api_key")
        guard key != facts.key else { return nil }
        return key == nil ? error(401, "API key is missing", .refused) : error(403, "API key is invalid", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { error(429, "Too many requests", .throttled) }

    func broken() -> Reply { error(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v2/email-finder"): find(call, desk)
        case ("GET", "/v2/email-verifier"), ("GET", "/public/v1/email/verify"): verify(call, desk)
        default: notFound()
        }
    }

    private func error(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["success": false, "message": .text(message)])
    }

    private func outOfCredits() -> Reply { error(402, "Not enough credits", .outOfCredits) }

    // MARK: - Finding

    private func find(_ call: Call, _ desk: Desk) -> Reply {
        let query = PersonQuery(
            first: call.parameter("first_name"), last: call.parameter("last_name"),
            full: call.parameter("full_name"), domain: call.parameter("domain"), company: call.parameter("company"))
        guard query.name != nil, query.hasCompany else {
            return error(400, "A name and a domain or a company are required", .rejected)
        }
        guard desk.affords(Self.price) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard let finding, let email = finding.email else {
            return Reply(200, .miss, contact(nil, status: "not_found", query))
        }
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        let status = finding.grade == .guess ? "unknown" : isCatchAll ? "accept_all" : "valid"
        guard desk.charge(Self.price, for: email, at: call.path) else { return outOfCredits() }
        return Reply(200, .hit, contact(finding, status: status, query))
    }

    private func contact(_ finding: Finding?, status: String, _ query: PersonQuery) -> JSON {
        let person = finding?.person
        return [
            "email": JSON(finding?.email), "status": .text(status), "account": account(of: finding?.email),
            "domain": JSON(person?.domain ?? query.domain), "full_name": JSON(person?.fullName ?? query.name),
            "first_name": JSON(person?.first ?? query.first), "last_name": JSON(person?.last ?? query.last),
            "linkedin_url": JSON(person?.profileURL),
        ]
    }

    private func account(of email: String?) -> JSON { JSON(email.map { String($0.prefix { $0 != "@" }) }) }

    // MARK: - Verifying

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else { return error(400, "An email is required", .rejected) }
        let verdict = desk.world.verdict(on: email)
        let status =
            switch verdict {
            case .valid, .role, .spamTrap: "valid"
            case .catchAll: "accept_all"
            case .mailboxNotFound, .noMailServer, .badSyntax, .disposable: "invalid"
            case .greylisted, .unknown: "unknown"
            }
        guard desk.charge(Self.price, for: email, at: call.path) else { return outOfCredits() }
        let domain = email.split(separator: "@", maxSplits: 1).dropFirst().first.map(String.init)
        return Reply(
            200, status == "unknown" ? .miss : .hit,
            [
                "email": .text(email), "status": .text(status), "account": account(of: email),
                "domain": JSON(domain), "domain_status": verdict == .noMailServer ? "invalid" : "valid",
                "smtp_provider": verdict == .noMailServer ? nil : "google", "free_email": false,
            ])
    }
}
