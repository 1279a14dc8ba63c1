// SPDX-License-Identifier: Apache-2.0

/// MillionVerifier, API v3 (developer.millionverifier.com).
///
/// A verdict costs 1 credit, `unknown` and `catch_all` nothing. An error comes with status 200, and the
/// balance with every answer.
struct MillionVerifierVendor: Vendor {
    let facts = SandboxVendor(id: "millionverifier", name: "MillionVerifier")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        guard call.parameter("api") != facts.key else { return nil }
        return error("Apikey not found", call, .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        Reply(429, .throttled, text: "Too Many Requests", type: "text/plain")
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/api/v3/"), ("GET", "/api/v3"): verify(call, desk)
        case ("GET", "/api/v3/credits"): Reply(200, .account, ["credits": .integer(desk.balance() / 1000)])
        default: notFound()
        }
    }

    private func error(_ text: String, _ call: Call, _ outcome: Reply.Outcome) -> Reply {
        let email = call.parameter("email") ?? ""
        return Reply(200, outcome, answer(email, ("error", 4, ""), isRole: false, credits: 0, error: text))
    }

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else { return error("No email specified", call, .rejected) }
        let verdict = desk.world.verdict(on: email)
        let words = words(for: verdict)
        guard desk.affords(Self.price) else { return error("Insufficient credits", call, .outOfCredits) }
        if words.quality != "risky" { _ = desk.charge(Self.price, for: email, at: "/api/v3/") }
        return Reply(
            200, ["unknown", "unverified"].contains(words.result) ? .miss : .hit,
            answer(email, words, isRole: verdict == .role, credits: desk.balance() / 1000, error: ""))
    }

    private func answer(
        _ email: String, _ words: (result: String, code: Int, quality: String), isRole: Bool, credits: Int,
        error: String
    ) -> JSON {
        [
            "email": .text(email), "quality": .text(words.quality), "result": .text(words.result),
            "resultcode": .integer(words.code), "subresult": .text(error.isEmpty ? words.result : ""),
            "free": false, "role": .bool(isRole), "didyoumean": "", "credits": .integer(credits),
            "executiontime": error.isEmpty ? 2 : 0, "error": .text(error), "livemode": true,
        ]
    }

    private func words(for verdict: MailVerdict) -> (result: String, code: Int, quality: String) {
        switch verdict {
        case .valid, .role: ("ok", 1, "good")
        case .catchAll: ("catch_all", 2, "risky")
        case .mailboxNotFound, .noMailServer, .badSyntax, .spamTrap: ("invalid", 6, "bad")
        case .disposable: ("disposable", 5, "bad")
        case .greylisted: ("unknown", 3, "risky")
        case .unknown: ("unverified", 0, "risky")
        }
    }
}
