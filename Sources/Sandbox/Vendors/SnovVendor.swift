// SPDX-License-Identifier: Apache-2.0

/// Snov.io, API v2 (snov.io/knowledgebase): a token for an id and a secret, then start and result.
///
/// A found email costs 1 credit, and so does a verification. Its gateway says what is wrong in one form, its
/// operations in another.
struct SnovVendor: Vendor {
    let facts = SandboxVendor(id: "snov", name: "Snov.io", key: "sandbox-snov-id:sandbox-snov-secret")

    private static let price = 1000, rowsMax = 10
    private static let tokenPath = "/v1/oauth/access_token"
    private static let findPath = "/v2/emails-by-domain-by-name/"
    private static let verifyPath = "/v2/email-verification/"

    /// The one token that is given out; it is not remembered how old it is.
    private var token: String { Dice.identifier(Dice.hash(facts.key ?? ""), length: 40) }

    func refusal(of call: Call) -> Reply? {
        if call.path == Self.tokenPath {
            let pair = [field("client_id", in: call), field("client_secret", in: call)].compactMap { $0 }
            guard pair.joined(separator: ":") != facts.key else { return nil }
            return Reply(
                401, .refused,
                ["error": "invalid_client", "error_description": "Client authentication failed"])
        }
        return call.bearer == token ? nil : gateway(401, "Unauthorized", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        Reply(429, .throttled, ["error": "Rate limit exceeded"])
    }

    func broken() -> Reply { gateway(500, "Internal server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("POST", Self.tokenPath): issue(call)
        case ("POST", Self.findPath + "start"): find(call, desk)
        case ("POST", Self.verifyPath + "start"): verify(call, desk)
        case ("GET", Self.findPath + "result"), ("GET", Self.verifyPath + "result"): result(call, desk)
        case ("GET", "/v1/get-balance"): balance(desk)
        default: missing()
        }
    }

    private func gateway(_ code: Int, _ title: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            code, outcome, ["errors": ["code": .integer(code), "title": .text(title), "source": ""]])
    }

    private func failure(_ status: Int, _ text: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["success": false, "errors": [.text(text)]])
    }

    private func missing() -> Reply { gateway(404, "Sorry, but url or entity not found", .rejected) }

    private func outOfCredits() -> Reply {
        failure(402, "You don't have enough credits to perform this action", .outOfCredits)
    }

    // MARK: - The token

    /// A field of a body, which is JSON or a form.
    private func field(_ name: String, in call: Call) -> String? {
        if let json = call.json { return json[name]?.filledText }
        let form = String(decoding: call.body, as: UTF8.self)
        for pair in form.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1)
            if parts.count == 2, Call.decoded(parts[0]) == name { return Call.decoded(parts[1]) }
        }
        return nil
    }

    private func issue(_ call: Call) -> Reply {
        guard field("grant_type", in: call) == "client_credentials" else {
            return Reply(400, .rejected, ["error": "unsupported_grant_type"])
        }
        return Reply(
            200, .account, ["access_token": .text(token), "token_type": "Bearer", "expires_in": 3600])
    }

    // MARK: - Starting

    private func find(_ call: Call, _ desk: Desk) -> Reply {
        let rows = call.json?["rows"]?.array ?? []
        guard !rows.isEmpty, rows.count <= Self.rowsMax else {
            return failure(400, "The rows must be 1 to \(Self.rowsMax)", .rejected)
        }
        let queries = rows.map { row in
            PersonQuery(
                first: row["first_name"]?.filledText, last: row["last_name"]?.filledText,
                domain: row["domain"]?.filledText)
        }
        guard queries.allSatisfy({ $0.name != nil && $0.domain != nil }) else {
            return failure(400, "A row must have first_name, last_name and domain", .rejected)
        }
        let findings = queries.map { desk.world.finding(by: facts.id, $0) }
        if findings.contains(where: { $0?.grade == .failing }) { return broken() }
        let found = findings.compactMap { $0?.email }
        guard desk.affords(Self.price * max(1, found.count)) else { return outOfCredits() }
        for email in found {
            guard desk.charge(Self.price, for: email, at: call.path) else { return outOfCredits() }
        }
        let data = zip(queries, findings).map { query, finding -> JSON in
            let results = finding.flatMap { finding in
                finding.email.map { self.result($0, words(for: finding, desk)) }
            }
            return ["people": JSON(query.name), "result": .array(results.map { [$0] } ?? [])]
        }
        return start(.array(data), rows: .array(rows), found.isEmpty ? .miss : .hit, desk)
    }

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        let emails = (call.json?["emails"]?.array ?? []).compactMap(\.filledText)
        guard !emails.isEmpty, emails.count <= Self.rowsMax else {
            return failure(400, "The emails must be 1 to \(Self.rowsMax)", .rejected)
        }
        guard desk.affords(Self.price * emails.count) else { return outOfCredits() }
        for email in emails { _ = desk.charge(Self.price, for: email, at: call.path) }
        let verdicts = emails.map { words(for: desk.world.verdict(on: $0)) }
        let data = zip(emails, verdicts).map { email, verdict -> JSON in
            var result = self.result(email, verdict).members ?? []
            result.removeFirst()
            return ["email": .text(email), "result": .object(result)]
        }
        let isUnknown = verdicts.allSatisfy { $0.status == "unknown" }
        return start(
            .array(data), rows: .array(emails.map { .text($0) }), isUnknown ? .miss : .hit, desk)
    }

    private typealias Words = (status: String, reason: String)

    private func words(for finding: Finding, _ desk: Desk) -> Words {
        if finding.grade == .guess { return ("unknown", "connection_error") }
        let isCatchAll = desk.world.company(finding.person.domain)?.isCatchAll ?? false
        return isCatchAll ? ("unknown", "catchall") : ("valid", "")
    }

    private func words(for verdict: MailVerdict) -> Words {
        switch verdict {
        case .valid, .role, .spamTrap, .disposable: ("valid", "")
        case .catchAll: ("unknown", "catchall")
        case .mailboxNotFound, .noMailServer, .badSyntax: ("not_valid", "")
        case .greylisted: ("unknown", "greylist")
        case .unknown: ("unknown", "connection_error")
        }
    }

    private func result(_ email: String, _ words: Words) -> JSON {
        [
            "email": .text(email), "smtp_status": .text(words.status), "is_valid_format": .bool(email.contains("@")),
            "is_disposable": false, "is_webmail": false, "is_gibberish": false,
            "unknown_status_reason": .text(words.reason),
        ]
    }

    private func start(_ data: JSON, rows: JSON, _ outcome: Reply.Outcome, _ desk: Desk) -> Reply {
        let id = desk.submit(Reply(200, outcome, ["data": data, "rows": rows])) {
            Dice.identifier($0, length: 32)
        }
        return Reply(200, .pending, ["data": ["task_hash": .text(id)], "meta": ["rows": rows]])
    }

    // MARK: - Results and the account

    private func result(_ call: Call, _ desk: Desk) -> Reply {
        guard let id = call.parameter("task_hash") else {
            return failure(400, "The task_hash is required", .rejected)
        }
        switch desk.poll(id) {
        case .unknown: return missing()
        case .pending:
            return Reply(
                200, .pending, ["status": "in_progress", "data": [], "meta": ["task_hash": .text(id)]])
        case .ready(let reply):
            let done = JSONParser.value(of: reply.body)
            return Reply(
                200, reply.outcome,
                [
                    "status": "completed", "data": done?["data"] ?? [],
                    "meta": ["rows": done?["rows"] ?? [], "task_hash": .text(id)],
                ])
        }
    }

    /// The balance is a text with two decimals.
    private func balance(_ desk: Desk) -> Reply {
        let hundredths = desk.balance() / 10
        let cents = String(100 + hundredths % 100).dropFirst()
        return Reply(
            200, .account,
            [
                "success": true,
                "data": [
                    "balance": .text("\(hundredths / 100).\(cents)"), "teamwork": false,
                    "unique_recipients_used": 0, "limit_resets_in": 29, "expires_in": 29,
                ],
            ])
    }
}
