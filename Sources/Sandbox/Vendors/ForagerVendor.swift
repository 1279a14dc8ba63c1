// SPDX-License-Identifier: Apache-2.0

/// Forager, API v2 (docs.forager.ai): look-ups by profile, each at a price of its own.
///
/// The price is for the request, whatever it finds. The account is a part of the path; another's is answered as a
/// bad key is.
struct ForagerVendor: Vendor {
    let facts = SandboxVendor(id: "forager", name: "Forager", key: "sandbox-forager-id:sandbox-forager-secret")

    private static let emailPrice = 5000, phonePrice = 15_000
    private static let lookup = "/datastorage/person_contacts_lookup/"

    func refusal(of call: Call) -> Reply? {
        guard let secret = call.header("x-api-key") else {
            return detail(403, "Authentication credentials were not provided.", .refused)
        }
        let parts = call.path.split(separator: "/")
        guard parts.count > 1, "\(parts[1]):\(secret)" == facts.key else {
            return detail(403, "You do not have permission to perform this action.", .refused)
        }
        return nil
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        detail(429, "Request was throttled. Expected available in 1 second.", .throttled)
    }

    func broken() -> Reply { detail(500, "Internal server error.", .failed) }

    /// A path without its last slash is another path.
    func answer(_ call: Call, at desk: Desk) -> Reply {
        let account = call.path.dropFirst("/api/".count).prefix { $0 != "/" }
        let path = call.path.dropFirst("/api/".count + account.count)
        return switch (call.method, path) {
        case ("POST", Self.lookup + "work_emails/"): look(call, desk, Self.emailPrice, workEmails)
        case ("POST", Self.lookup + "personal_emails/"): look(call, desk, Self.emailPrice) { _, _ in [] }
        case ("POST", Self.lookup + "phone_numbers/"): look(call, desk, Self.phonePrice, phones)
        case ("GET", "/subscriptions/balance_change_logs/"):
            Reply(200, .account, ["count": 0, "next": nil, "previous": nil, "results": []])
        default: detail(404, "Not found.", .rejected)
        }
    }

    private func detail(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["detail": .text(text)])
    }

    // MARK: - Looking up

    /// People are known by the last part of their profile's address; a whole address is nobody's.
    private func look(
        _ call: Call, _ desk: Desk, _ price: Int, _ contacts: (Finding, Desk) -> [JSON]
    ) -> Reply {
        let slug = call.json?["linkedin_public_identifier"]?.filledText
        let number = call.json?["person_id"] ?? .null
        guard slug != nil || number != .null else {
            return detail(400, "person_id or linkedin_public_identifier is required.", .rejected)
        }
        let finding = slug.flatMap { slug in
            slug.contains("/") ? nil : desk.world.finding(by: facts.id, PersonQuery(handle: slug))
        }
        if finding?.grade == .failing { return broken() }
        let path = call.path.dropFirst("/api/".count).drop { $0 != "/" }
        guard desk.charge(price, for: finding?.person.email ?? slug ?? "", at: String(path)) else {
            return detail(402, "Not enough credits.", .outOfCredits)
        }
        let found = finding.map { contacts($0, desk) } ?? []
        return Reply(200, found.isEmpty ? .miss : .hit, .array(found))
    }

    private func workEmails(_ finding: Finding, _ desk: Desk) -> [JSON] {
        guard let email = finding.email else { return [] }
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        let status: JSON = finding.grade == .guess ? "unknown" : isCatchAll ? "risky" : "valid"
        return [["email": .text(email), "email_type": "work", "validation_status": status]]
    }

    private func phones(_ finding: Finding, _ desk: Desk) -> [JSON] {
        finding.mobile.map { [["phone_number": .text($0)]] } ?? []
    }
}
