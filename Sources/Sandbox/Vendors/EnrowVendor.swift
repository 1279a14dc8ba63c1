// SPDX-License-Identifier: Apache-2.0

/// Enrow (its MCP server's documents): submit one search, then poll it by its id.
///
/// An email costs 1 credit, a phone 50, a verification 0.25; they are taken at once, and given back where
/// nothing is found. Catch-alls are resolved, so that an address is `valid` or `invalid`.
struct EnrowVendor: Vendor {
    let facts = SandboxVendor(id: "enrow", name: "Enrow")

    private static let emailPrice = 1000, phonePrice = 50_000, verifyPrice = 250

    func refusal(of call: Call) -> Reply? {
        guard let key = call.header("x-api-key") else {
            return failure(401, "No apikey found in the x-api-key headers", .refused)
        }
        return key == facts.key ? nil : failure(401, "This apikey is not valid", .refused)
    }

    /// Polls are without limit.
    func throttled(_ call: Call, at desk: Desk) -> Reply {
        call.method == "GET" ? answer(call, at: desk) : failure(429, "Rate limit exceeded", .throttled)
    }

    func broken() -> Reply { failure(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("POST", "/email/find/single"): findEmail(call, desk)
        case ("POST", "/email/verify/single"): verify(call, desk)
        case ("POST", "/phone/single"): findPhone(call, desk)
        case ("GET", "/email/find/single"), ("GET", "/email/verify/single"), ("GET", "/phone/single"):
            poll(call, desk)
        case ("GET", "/account/info"):
            Reply(200, .account, ["credits": Desk.json(milliunits: desk.balance()), "webhooks": []])
        default: failure(404, "Not found", .rejected)
        }
    }

    private func failure(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["message": .text(message)])
    }

    private func outOfCredits() -> Reply { failure(422, "Insufficient balance", .outOfCredits) }

    // MARK: - Finding

    private func findEmail(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        guard let name = body?["fullname"]?.filledText else {
            return failure(400, "fullname is required", .rejected)
        }
        let query = PersonQuery(
            full: name, domain: body?["company_domain"]?.filledText, company: body?["company_name"]?.filledText)
        guard query.hasCompany else {
            return failure(400, "company_domain or company_name is required", .rejected)
        }
        guard desk.hold(Self.emailPrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing {
            desk.release(Self.emailPrice)
            return broken()
        }
        let person = finding?.person
        // What it is not sure of is not given out.
        let email = finding?.grade == .guess ? nil : finding?.email
        if let email { desk.capture(Self.emailPrice, for: email, at: call.path) }
        var members: [JSON.Member] = [
            .init(name: "custom", value: body?["custom"] ?? [:]),
            .init(
                name: "info",
                value: [
                    "company_domain": JSON(person?.domain ?? query.domain), "fullname": .text(name),
                    "firstname": JSON(person?.first), "lastname": JSON(person?.last),
                ]),
            .init(name: "qualification", value: email == nil ? "invalid" : "valid"),
        ]
        if let email { members.insert(.init(name: "email", value: .text(email)), at: 0) }
        let done = Reply(200, email == nil ? .miss : .hit, .object(members))
        return accept(done, 200, "Single search operating", Self.emailPrice, found: email != nil, desk)
    }

    private func findPhone(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        let query = PersonQuery(
            first: body?["first_name"]?.filledText, last: body?["last_name"]?.filledText,
            domain: body?["company_domain"]?.filledText, company: body?["company_name"]?.filledText,
            handle: body?["linkedin_url"]?.filledText)
        guard query.handle != nil || (query.name != nil && query.hasCompany) else {
            return failure(400, "linkedin_url, or first_name, last_name and a company, are required", .rejected)
        }
        guard desk.hold(Self.phonePrice) else { return outOfCredits() }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing {
            desk.release(Self.phonePrice)
            return broken()
        }
        var members: [JSON.Member] = [.init(name: "params", value: body ?? [:])]
        if let finding, let mobile = finding.mobile {
            desk.capture(Self.phonePrice, for: finding.person.email, at: call.path)
            members += [
                .init(name: "custom", value: body?["custom"] ?? [:]),
                .init(name: "number", value: .text(mobile)),
                .init(name: "country", value: JSON(desk.world.line(of: mobile, country: nil)?.country)),
                .init(name: "qualification", value: "found"),
            ]
        } else {
            members.append(.init(name: "qualification", value: "not_found"))
        }
        let isFound = finding?.mobile != nil
        let done = Reply(200, isFound ? .hit : .miss, .object(members))
        return accept(done, 201, "Single search operating", Self.phonePrice, found: isFound, desk)
    }

    private func accept(
        _ done: Reply, _ status: Int, _ message: String, _ price: Int, found isFound: Bool, _ desk: Desk
    ) -> Reply {
        let id = desk.submit(done, refund: isFound ? 0 : price, makeID: Self.uuid)
        return Reply(
            status, .pending,
            ["message": .text(message), "id": .text(id), "credits_used": Desk.json(milliunits: price)])
    }

    private static func uuid(_ hash: UInt64) -> String {
        let digits = Dice.identifier(hash, length: 32)
        return [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)]
            .map { String(digits.dropFirst($0.0).prefix($0.1)) }.joined(separator: "-")
    }

    // MARK: - Verifying and polling

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        let body = call.json
        guard let email = body?["email"]?.filledText else {
            return failure(400, "email is required", .rejected)
        }
        guard desk.charge(Self.verifyPrice, for: email, at: call.path) else { return outOfCredits() }
        let isValid = [.valid, .catchAll, .role, .spamTrap, .disposable]
            .contains(desk.world.verdict(on: email))
        let done = Reply(
            200, .hit,
            [
                "email": .text(email), "custom": body?["custom"] ?? [:],
                "qualification": isValid ? "valid" : "invalid",
            ])
        let id = desk.submit(done, makeID: Self.uuid)
        return Reply(
            200, .pending,
            [
                "message": "Single verification operating", "id": .text(id),
                "credits_used": Desk.json(milliunits: Self.verifyPrice),
                "credits": ["amount": Desk.json(milliunits: Self.verifyPrice), "source": "plan", "split": nil],
            ])
    }

    private func poll(_ call: Call, _ desk: Desk) -> Reply {
        guard let id = call.parameter("id") else { return failure(400, "id is required", .rejected) }
        return switch desk.poll(id) {
        case .unknown: failure(404, "Bulk search not found", .rejected)
        case .pending: Reply(202, .pending, ["qualification": "ongoing"])
        case .ready(let reply): reply
        }
    }
}
