// SPDX-License-Identifier: Apache-2.0

/// NeverBounce, API v4.2 (developers.neverbounce.com and its SDKs).
///
/// A check costs 1 credit. Whatever goes wrong comes with status 200 and a `status` of its own.
struct NeverBounceVendor: Vendor {
    let facts = SandboxVendor(id: "neverbounce", name: "NeverBounce")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        guard let key = call.parameter("key") else {
            return failure("general_failure", "Missing required parameter 'key'", .refused)
        }
        guard key != facts.key else { return nil }
        return failure("auth_failure", "We were unable to authenticate your request", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        failure("throttle_triggered", "Too many requests in a short amount of time", .throttled)
    }

    func broken() -> Reply { failure("temp_unavail", "Temporarily unavailable", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v4.2/single/check"), ("POST", "/v4.2/single/check"): check(call, desk)
        case ("GET", "/v4.2/account/info"): account(desk)
        default: failure("general_failure", "The requested resource does not exist", .rejected)
        }
    }

    private func failure(_ status: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(200, outcome, ["status": .text(status), "message": .text(message), "execution_time": 5])
    }

    private func check(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else {
            return failure("general_failure", "Missing required parameter 'email'", .rejected)
        }
        guard desk.charge(Self.price, for: email, at: "/v4.2/single/check") else {
            return failure("general_failure", "Insufficient credits to complete the request", .outOfCredits)
        }
        let (result, flags) = words(for: desk.world.verdict(on: email))
        var members: [JSON.Member] = [
            .init(name: "status", value: "success"), .init(name: "result", value: .text(result)),
            .init(name: "flags", value: .array(flags.map { .text($0) })),
            .init(name: "suggested_correction", value: ""), .init(name: "execution_time", value: 499),
        ]
        if call.flag("credits_info") { members.append(.init(name: "credits_info", value: credits(desk))) }
        return Reply(200, result == "unknown" ? .miss : .hit, .object(members))
    }

    private func words(for verdict: MailVerdict) -> (result: String, flags: [String]) {
        let connected = ["has_dns", "has_dns_mx", "smtp_connectable"]
        return switch verdict {
        case .valid: ("valid", connected)
        case .role: ("valid", connected + ["role_account"])
        case .spamTrap: ("valid", connected + ["spamtrap_network"])
        case .catchAll: ("catchall", connected + ["accepts_all"])
        case .mailboxNotFound: ("invalid", connected)
        case .noMailServer: ("invalid", ["bad_dns"])
        case .badSyntax: ("invalid", ["bad_syntax"])
        case .disposable: ("disposable", connected + ["disposable_email"])
        case .greylisted: ("unknown", ["has_dns", "has_dns_mx"])
        case .unknown: ("unknown", ["has_dns", "has_dns_mx", "connect_fails"])
        }
    }

    private func account(_ desk: Desk) -> Reply {
        Reply(
            200, .account,
            [
                "status": "success", "billing_type": "default", "credits_info": credits(desk),
                "job_counts": ["completed": 0, "processing": 0, "queued": 0], "execution_time": 13,
            ])
    }

    private func credits(_ desk: Desk) -> JSON {
        [
            "paid_credits_used": .integer(desk.charged / 1000), "free_credits_used": 0,
            "paid_credits_remaining": .integer(desk.balance() / 1000), "free_credits_remaining": 0,
        ]
    }
}
