// SPDX-License-Identifier: Apache-2.0

/// Bouncer, API v1.1 (docs.usebouncer.com).
///
/// A verification costs 1 credit. Flags are `yes`, `no` or `unknown`; a greylisting says when to come back.
struct BouncerVendor: Vendor {
    let facts = SandboxVendor(id: "bouncer", name: "Bouncer")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        guard call.header("x-api-key") != facts.key else { return nil }
        return error(401, "Unauthorized", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { error(429, "Too Many Requests", .throttled) }

    func broken() -> Reply { error(503, "Service Unavailable", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v1.1/email/verify"): verify(call, desk)
        case ("GET", "/v1.1/credits"): Reply(200, .account, ["credits": .integer(desk.balance() / 1000)])
        default: error(404, "Not Found", .rejected)
        }
    }

    private func error(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["status": .integer(status), "error": .text(text)])
    }

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else { return error(400, "Bad Request", .rejected) }
        guard desk.charge(Self.price, for: email, at: "/v1.1/email/verify") else {
            return error(402, "Payment Required", .outOfCredits)
        }
        let verdict = desk.world.verdict(on: email)
        let (status, reason, score) = words(for: verdict)
        return Reply(
            200, status == "unknown" ? .miss : .hit, answer(email, verdict, status, reason, score, desk))
    }

    private func answer(
        _ email: String, _ verdict: MailVerdict, _ status: String, _ reason: String, _ score: Int, _ desk: Desk
    ) -> JSON {
        let domain = email.split(separator: "@").last.map(String.init) ?? ""
        let hasMail = ![.noMailServer, .badSyntax].contains(verdict)
        let flag = { (holds: Bool) -> JSON in status == "unknown" ? "unknown" : holds ? "yes" : "no" }
        let members: [JSON.Member] = [
            .init(name: "email", value: .text(email)),
            .init(name: "name", value: JSON(desk.world.person(PersonQuery(email: email))?.fullName)),
            .init(name: "status", value: .text(status)), .init(name: "reason", value: .text(reason)),
            .init(
                name: "domain",
                value: [
                    "name": .text(domain), "acceptAll": flag(verdict == .catchAll),
                    "disposable": flag(verdict == .disposable), "free": "no",
                ]),
            .init(name: "account", value: ["role": flag(verdict == .role), "disabled": "no", "fullMailbox": "no"]),
            .init(name: "dns", value: hasMail ? ["type": "MX", "record": .text("mx.\(domain).")] : nil),
            .init(name: "provider", value: "other"), .init(name: "score", value: .integer(score)),
            .init(name: "toxic", value: "unknown"), .init(name: "toxicity", value: 0),
        ]
        let later: [JSON.Member] =
            verdict == .greylisted ? [.init(name: "retryAfter", value: "2026-11-22T12:45:00.000Z")] : []
        return .object(members + later)
    }

    private func words(for verdict: MailVerdict) -> (status: String, reason: String, score: Int) {
        switch verdict {
        case .valid: ("deliverable", "accepted_email", 100)
        case .catchAll: ("risky", "low_deliverability", 60)
        case .role, .spamTrap: ("risky", "low_quality", 40)
        case .disposable: ("risky", "low_quality", 10)
        case .mailboxNotFound: ("undeliverable", "rejected_email", 0)
        case .noMailServer: ("undeliverable", "invalid_domain", 0)
        case .badSyntax: ("undeliverable", "invalid_email", 0)
        case .greylisted, .unknown: ("unknown", "timeout", 0)
        }
    }
}
