// SPDX-License-Identifier: Apache-2.0

/// DeBounce, API v1 (developers.debounce.com and its help's result codes).
///
/// A validation costs 1 credit. Every value is a string, and `success` says whether there is one.
struct DeBounceVendor: Vendor {
    let facts = SandboxVendor(id: "debounce", name: "DeBounce")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        call.parameter("api") == facts.key ? nil : error(401, "Wrong API", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "Maximum concurrent calls reached", .throttled)
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v1/"): validate(call, desk)
        case ("GET", "/v1/balance/"):
            Reply(200, .account, ["success": "1", "balance": .text(String(desk.balance() / 1000))])
        default: notFound()
        }
    }

    private func error(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["debounce": ["error": .text(text), "code": "0"], "success": "0"])
    }

    private func validate(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else { return error(400, "Email is missing", .rejected) }
        guard desk.charge(Self.price, for: email, at: "/v1/") else {
            return error(402, "Credits Low", .outOfCredits)
        }
        let verdict = desk.world.verdict(on: email)
        let (code, result, reason) = words(for: verdict)
        return Reply(
            200, code == "7" ? .miss : .hit,
            [
                "debounce": [
                    "email": .text(email), "code": .text(code), "role": .text(verdict == .role ? "true" : "false"),
                    "free_email": "false", "result": .text(result), "reason": .text(reason),
                    "send_transactional": .text(result == "Invalid" ? "0" : "1"), "did_you_mean": "",
                ],
                "success": "1", "balance": .text(String(desk.balance() / 1000)),
            ])
    }

    private func words(for verdict: MailVerdict) -> (code: String, result: String, reason: String) {
        switch verdict {
        case .valid: ("5", "Safe to Send", "Deliverable")
        case .catchAll: ("4", "Risky", "Accept-All")
        case .mailboxNotFound, .noMailServer: ("6", "Invalid", "Bounce")
        case .badSyntax: ("1", "Invalid", "Syntax")
        case .disposable: ("3", "Invalid", "Disposable")
        case .role: ("8", "Risky", "Deliverable, Role")
        case .spamTrap: ("2", "Invalid", "Spam Trap")
        case .greylisted, .unknown: ("7", "Unknown", "Unknown")
        }
    }
}
