// SPDX-License-Identifier: Apache-2.0

/// Reacher's `check-if-email-exists`, API v1 (its source).
///
/// It runs on a server of one's own and costs nothing. A wrong secret is told in plain text, and an address is risky
/// before it is invalid.
struct ReacherVendor: Vendor {
    let facts = SandboxVendor(id: "reacher", name: "Reacher")

    func refusal(of call: Call) -> Reply? {
        let secret = call.header("x-reacher-secret")
        guard secret != facts.key else { return nil }
        let text = secret == nil ? "Missing" : "Invalid"
        return Reply(400, .refused, text: "\(text) request header \"x-reacher-secret\"", type: "text/plain")
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "Rate limit per second exceeded, please wait 1s", .throttled)
    }

    func broken() -> Reply { error(500, "Failed to get a reply from the worker.", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        guard call.method == "POST", ["/v1/check_email", "/v0/check_email"].contains(call.path) else {
            return notFound()
        }
        guard let email = call.json?["to_email"]?.filledText else {
            return error(400, "to_email field is required.", .rejected)
        }
        let verdict = desk.world.verdict(on: email)
        let reachable = word(for: verdict)
        return Reply(200, reachable == "unknown" ? .miss : .hit, answer(email, verdict, reachable))
    }

    private func error(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["error": .text(text)])
    }

    private func answer(_ email: String, _ verdict: MailVerdict, _ reachable: String) -> JSON {
        let parts = email.split(separator: "@", maxSplits: 1).map(String.init)
        let isAddress = verdict != .badSyntax && parts.count == 2
        let domain = isAddress ? parts[1] : ""
        let hasMail = isAddress && verdict != .noMailServer
        return [
            "input": .text(email), "is_reachable": .text(reachable),
            "misc": [
                "is_disposable": .bool(verdict == .disposable), "is_role_account": .bool(verdict == .role),
                "is_b2c": false, "gravatar_url": nil, "haveibeenpwned": nil,
            ],
            "mx": [
                "accepts_mail": .bool(hasMail), "records": hasMail ? [.text("mx.\(domain).")] : [],
            ],
            "smtp": smtp(verdict),
            "syntax": [
                "address": isAddress ? .text(email) : nil, "domain": .text(domain),
                "is_valid_syntax": .bool(isAddress), "username": .text(isAddress ? parts[0] : ""),
                "normalized_email": isAddress ? .text(email.lowercased()) : nil, "suggestion": nil,
            ],
            "debug": [
                "backend_name": "sandbox", "start_time": "2026-11-22T12:30:18Z", "end_time": "2026-11-22T12:30:19Z",
                "duration": ["secs": 1, "nanos": 0], "smtp": ["verif_method": ["type": "Smtp"]],
            ],
        ]
    }

    private func smtp(_ verdict: MailVerdict) -> JSON {
        switch verdict {
        case .greylisted:
            return ["error": ["type": "AsyncSmtpError", "message": "transient: 4.2.0 Greylisted, try again later"]]
        case .unknown: return ["error": ["type": "Timeout", "message": ["secs": 45, "nanos": 0]]]
        default:
            let hasMail = ![.noMailServer, .badSyntax].contains(verdict)
            return [
                "can_connect_smtp": .bool(hasMail), "has_full_inbox": false,
                "is_catch_all": .bool(verdict == .catchAll),
                "is_deliverable": .bool(hasMail && verdict != .mailboxNotFound), "is_disabled": false,
            ]
        }
    }

    private func word(for verdict: MailVerdict) -> String {
        switch verdict {
        case .valid, .spamTrap: "safe"
        case .catchAll, .role, .disposable: "risky"
        case .mailboxNotFound, .noMailServer, .badSyntax: "invalid"
        case .greylisted, .unknown: "unknown"
        }
    }
}
