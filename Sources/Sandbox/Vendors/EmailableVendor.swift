// SPDX-License-Identifier: Apache-2.0

/// Emailable, API v1 (emailable.com/docs/api).
///
/// A verification costs 1 credit; what was paid for once is free for five minutes, which here is for ever. With
/// `pending_polls` set, the first answers to a question are a 249: ask the same again. Whether a domain accepts every
/// recipient is told only to who asks for it.
struct EmailableVendor: Vendor {
    let facts = SandboxVendor(id: "emailable", name: "Emailable")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        guard let key = call.bearer ?? call.parameter("api_key") else {
            return message(401, "No API key was provided.", .refused)
        }
        return key == facts.key ? nil : message(403, "The API key is invalid.", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        message(429, "You have exceeded the rate limit.", .throttled).with(limits(desk, left: 0))
    }

    func broken() -> Reply { message(500, "Something went wrong.", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply =
            switch (call.method, call.path) {
            case ("GET", "/v1/verify"), ("POST", "/v1/verify"): verify(call, desk)
            case ("GET", "/v1/account"):
                Reply(
                    200, .account,
                    ["owner_email": "ops@example.com", "available_credits": .integer(desk.balance() / 1000)])
            default: message(404, "Not found.", .rejected)
            }
        return reply.with(limits(desk, left: nil))
    }

    private func message(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["message": .text(text)])
    }

    private func limits(_ desk: Desk, left: Int?) -> [(name: String, value: String)] {
        let rate = desk.allowance?.rate ?? 25
        return [
            ("ratelimit-limit", String(rate)),
            ("ratelimit-remaining", String(left ?? desk.allowance?.left ?? rate - 1)), ("ratelimit-reset", "1"),
        ]
    }

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else { return message(400, "Email can't be blank.", .rejected) }
        if desk.isPending(call.identity) {
            return message(
                249, "Your request is taking longer than normal. Please send your request again.", .pending)
        }
        if !desk.isPaid("verify \(email)") {
            guard desk.charge(Self.price, for: email, at: "/v1/verify") else {
                return message(402, "You have insufficient credits.", .outOfCredits)
            }
            _ = desk.wasPaid("verify \(email)")
        }
        let verdict = desk.world.verdict(on: email)
        return Reply(
            200, words(for: verdict, call).state == "unknown" ? .miss : .hit, answer(email, verdict, call, desk))
    }

    private func answer(_ email: String, _ verdict: MailVerdict, _ call: Call, _ desk: Desk) -> JSON {
        let (state, reason, score) = words(for: verdict, call)
        let parts = email.split(separator: "@", maxSplits: 1).map(String.init)
        let domain = parts.count > 1 ? parts[1] : nil
        let person = desk.world.person(PersonQuery(email: email))
        return [
            "accept_all": .bool(verdict == .catchAll && call.flag("accept_all")), "did_you_mean": nil,
            "disposable": .bool(verdict == .disposable), "domain": JSON(domain), "duration": .number(0.493),
            "email": .text(email), "first_name": JSON(person?.first), "free": false,
            "full_name": JSON(person?.fullName), "gender": nil, "last_name": JSON(person?.last),
            "mailbox_full": false, "mx_record": JSON(domain.map { "mx.\($0)" }), "no_reply": false,
            "reason": .text(reason), "role": .bool(verdict == .role), "score": .integer(score),
            "smtp_provider": nil, "state": .text(state), "tag": nil, "user": JSON(parts.first),
        ]
    }

    private func words(
        for verdict: MailVerdict, _ call: Call
    ) -> (state: String, reason: String, score: Int) {
        switch verdict {
        case .catchAll where !call.flag("accept_all"): ("deliverable", "accepted_email", 90)
        case .valid: ("deliverable", "accepted_email", 100)
        case .catchAll: ("risky", "low_deliverability", 60)
        case .role, .disposable, .spamTrap: ("risky", "low_quality", 30)
        case .mailboxNotFound: ("undeliverable", "rejected_email", 0)
        case .noMailServer: ("undeliverable", "invalid_domain", 0)
        case .badSyntax: ("undeliverable", "invalid_email", 0)
        case .greylisted: ("unknown", "unavailable_smtp", 0)
        case .unknown: ("unknown", "timeout", 0)
        }
    }
}
