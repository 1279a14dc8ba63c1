// SPDX-License-Identifier: Apache-2.0

/// Kickbox, API v2 (docs.kickbox.com).
///
/// A verification costs 1 credit, and the balance comes in a header. A balance that doesn't suffice is 403, as a wrong
/// key is; the message tells them apart.
struct KickboxVendor: Vendor {
    let facts = SandboxVendor(id: "kickbox", name: "Kickbox")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        // Its own client library writes `token` where its documents write `Bearer`.
        let token = call.header("authorization").flatMap { $0.hasPrefix("token ") ? String($0.dropFirst(6)) : nil }
        guard let key = call.bearer ?? token ?? call.parameter("apikey") else {
            return failure(401, "Missing API key", .refused)
        }
        return key == facts.key ? nil : failure(403, "Invalid API key", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { failure(429, "Too many requests", .throttled) }

    func broken() -> Reply { failure(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v2/verify"): verify(call, desk)
        case ("GET", "/v2/balance"):
            Reply(200, .account, ["balance": .integer(desk.balance() / 1000), "success": true, "message": nil])
        default: failure(404, "Not found", .rejected)
        }
    }

    private func failure(_ status: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["success": false, "message": .text(message)])
    }

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else { return failure(400, "Missing email", .rejected) }
        guard desk.charge(Self.price, for: email, at: "/v2/verify") else {
            return failure(403, "Insufficient balance", .outOfCredits)
        }
        let verdict = desk.world.verdict(on: email)
        let (result, reason, sendex) = words(for: verdict)
        let parts = email.split(separator: "@", maxSplits: 1).map(String.init)
        let answer: JSON = [
            "result": .text(result), "reason": .text(reason), "role": .bool(verdict == .role), "free": false,
            "disposable": .bool(verdict == .disposable), "accept_all": .bool(verdict == .catchAll),
            "did_you_mean": nil, "sendex": .number(sendex), "email": .text(email), "user": JSON(parts.first),
            "domain": JSON(parts.count > 1 ? parts[1] : nil), "success": true, "message": nil,
        ]
        return Reply(200, result == "unknown" ? .miss : .hit, answer)
            .with([
                ("x-kickbox-balance", String(desk.balance() / 1000)), ("x-kickbox-response-time", "120"),
            ])
    }

    private func words(for verdict: MailVerdict) -> (result: String, reason: String, sendex: Double) {
        switch verdict {
        case .valid: ("deliverable", "accepted_email", 1)
        case .catchAll: ("risky", "low_deliverability", 0.5)
        case .role, .disposable, .spamTrap: ("risky", "low_quality", 0.2)
        case .mailboxNotFound: ("undeliverable", "rejected_email", 0)
        case .noMailServer: ("undeliverable", "invalid_domain", 0)
        case .badSyntax: ("undeliverable", "invalid_email", 0)
        case .greylisted: ("unknown", "unavailable_smtp", 0)
        case .unknown: ("unknown", "no_connect", 0)
        }
    }
}
