// SPDX-License-Identifier: Apache-2.0

/// Kaspr (api.developers.kaspr.io, seen in the clients of others): a profile by its slug.
///
/// Each field that is returned costs 1 credit; the sandbox keeps one pool where the vendor keeps three. An account
/// that is empty is a 402, one that has too little a 200 with a message. A slug that is an address is a 500.
struct KasprVendor: Vendor {
    let facts = SandboxVendor(id: "kaspr", name: "Kaspr")

    private static let price = 1000
    private static let path = "/profile/linkedin"
    private static let fields: Set = ["workEmail", "phone", "directEmail", "personalEmail"]

    /// The key may stand alone in the header.
    func refusal(of call: Call) -> Reply? {
        guard let key = call.bearer ?? call.header("authorization") else {
            return message(401, "Unauthorized", .refused)
        }
        return key == facts.key ? nil : message(403, "Forbidden", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { message(429, "Too Many Requests", .throttled) }

    func broken() -> Reply { message(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("POST", Self.path): profile(call, desk)
        case ("GET", "/keys/remainingCredits"): credits(desk)
        default: message(404, "Not Found", .rejected)
        }
    }

    private func message(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["message": .text(text)])
    }

    // MARK: - Profiles

    private func profile(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        guard let slug = body?["id"]?.filledText else { return message(400, "id is required", .rejected) }
        let wanted = fields(body?["dataToGet"]), required = fields(body?["requiredData"])
        guard !slug.contains("/"), wanted.union(required).isSubset(of: Self.fields) else {
            return message(500, "Internal server error", .rejected)
        }
        guard !wanted.isEmpty else { return Reply(200, .account, [:]) }
        guard desk.balance() > 0 else { return message(402, "No credits left", .outOfCredits) }
        let finding = desk.world.finding(by: facts.id, PersonQuery(handle: slug))
        if finding?.grade == .failing { return broken() }
        guard let finding else { return Reply(200, .miss, [:]) }
        let email = wanted.contains("workEmail") ? finding.email : nil
        let phone = wanted.contains("phone") ? finding.mobile : nil
        let found = Set([email == nil ? nil : "workEmail", phone == nil ? nil : "phone"].compactMap { $0 })
        let mustHavePhone = body?["isPhoneRequired"]?.bool ?? false
        guard required.isSubset(of: found), !mustHavePhone || phone != nil else { return Reply(200, .miss, [:]) }
        guard desk.charge(Self.price * found.count, for: finding.person.email, at: Self.path) else {
            return message(200, "No credits left", .outOfCredits)
        }
        return Reply(
            200, found.isEmpty ? .miss : .hit, ["profile": profile(finding, email: email, phone: phone)])
    }

    private func fields(_ list: JSON?) -> Set<String> {
        Set((list?.array ?? []).map { $0.text ?? "" })
    }

    private func profile(_ finding: Finding, email: String?, phone: String?) -> JSON {
        let person = finding.person
        let isSure = finding.grade != .guess
        return [
            "id": JSON(person.handle), "name": .text(person.fullName), "firstName": .text(person.first),
            "lastName": .text(person.last), "title": .text(person.title), "location": .text(person.country),
            "professionalEmails": .array(email.map { [.text($0)] } ?? []), "starryWorkEmail": JSON(email),
            "starryProfessionalEmail": JSON(email), "personalEmails": [], "starryDirectEmail": nil,
            "starryPersonalEmail": nil, "phones": .array(phone.map { [.text($0)] } ?? []),
            "starryPhone": JSON(phone),
            "emails": .array(email.map { [["email": .text($0), "valid": .bool(isSure)]] } ?? []),
            "company": [
                "name": .text(person.company), "domains": [.text(person.domain)], "industryName": "Software",
                "companyPageUrl": nil,
            ],
            "fetchedAt": "2026-11-20T08:00:00.000Z",
        ]
    }

    private func credits(_ desk: Desk) -> Reply {
        let left = JSON.integer(desk.balance() / 1000)
        return Reply(
            200, .account, ["workEmailCredits": left, "phoneCredits": left, "directEmailCredits": left])
    }
}
