// SPDX-License-Identifier: Apache-2.0

/// Mailgun's address validation, API v4 (documentation.mailgun.com).
///
/// A validation costs 1. The key is the password of the user `api`, and a wrong one is told in plain text.
struct MailgunVendor: Vendor {
    let facts = SandboxVendor(id: "mailgun", name: "Mailgun")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        guard call.basic != "api:\(facts.key ?? "")" else { return nil }
        return Reply(401, .refused, text: "Forbidden", type: "text/plain")
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply { message(429, "Too many requests", .throttled) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v4/address/validate"): validate(call, desk)
        default: message(404, "Not Found", .rejected)
        }
    }

    private func message(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["message": .text(text)])
    }

    private func validate(_ call: Call, _ desk: Desk) -> Reply {
        guard let address = call.parameter("address") else {
            return message(400, "'address' parameter is required", .rejected)
        }
        guard desk.charge(Self.price, for: address, at: "/v4/address/validate") else {
            return message(402, "Payment Required", .outOfCredits)
        }
        let verdict = desk.world.verdict(on: address)
        let (result, reasons, risk) = words(for: verdict)
        return Reply(
            200, result == "unknown" ? .miss : .hit,
            [
                "address": .text(address), "did_you_mean": nil,
                "is_disposable_address": .bool(verdict == .disposable),
                "is_role_address": .bool(verdict == .role), "reason": .array(reasons.map { .text($0) }),
                "result": .text(result), "risk": .text(risk),
            ])
    }

    private func words(for verdict: MailVerdict) -> (result: String, reasons: [String], risk: String) {
        switch verdict {
        case .valid: ("deliverable", [], "low")
        case .role: ("deliverable", ["mailbox_is_role_address"], "medium")
        case .catchAll: ("catch_all", ["catch_all"], "medium")
        case .mailboxNotFound: ("undeliverable", ["mailbox_does_not_exist"], "high")
        case .noMailServer: ("undeliverable", ["no_mx"], "high")
        case .badSyntax: ("undeliverable", ["failed custom grammar check"], "high")
        case .disposable: ("do_not_send", ["mailbox_is_disposable_address"], "high")
        case .spamTrap: ("do_not_send", ["high_risk_domain"], "high")
        case .greylisted: ("unknown", ["no_data"], "unknown")
        case .unknown: ("unknown", ["unknown_provider"], "unknown")
        }
    }
}
