// SPDX-License-Identifier: Apache-2.0

/// ZeroBounce, API v2 (its Python SDK and its rate limit page).
///
/// A verdict costs 1 credit, `unknown` nothing; an address found by name 20. A bad key and an empty
/// account are one message with status 200; only `/getcredits` tells them apart.
struct ZeroBounceVendor: Vendor {
    let facts = SandboxVendor(id: "zerobounce", name: "ZeroBounce")

    private static let price = 1000
    /// Of an address that was found by name.
    private static let findPrice = 20_000

    func refusal(of call: Call) -> Reply? {
        let key = call.path == "/v2/validatebatch" ? call.json?["api_key"]?.text : call.parameter("api_key")
        guard key != facts.key else { return nil }
        switch call.path {
        case "/v2/getcredits": return Reply(200, .refused, ["Credits": "-1"])
        case "/v2/validatebatch": return batchRefusal(.refused)
        default: return invalid(.refused)
        }
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        Reply(429, .throttled, ["error": "Too many requests, your key is blocked for 1 minute"])
    }

    func broken() -> Reply {
        Reply(500, .failed, ["error": "Internal server error"])
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v2/validate"): validate(call, desk)
        case ("POST", "/v2/validatebatch"): validateBatch(call, desk)
        case ("GET", "/v2/guessformat"): find(call, desk)
        case ("GET", "/v2/getcredits"):
            Reply(200, .account, ["Credits": .text(String(desk.balance() / 1000))])
        default: notFound()
        }
    }

    private static let invalidText = "Invalid API key or your account ran out of credits"

    private func invalid(_ outcome: Reply.Outcome) -> Reply {
        Reply(200, outcome, ["error": .text(Self.invalidText)])
    }

    private func batchRefusal(_ outcome: Reply.Outcome) -> Reply {
        Reply(
            200, outcome,
            [
                "email_batch": [],
                "errors": [["error": .text(Self.invalidText), "email_address": "all"]],
            ])
    }

    // MARK: - Validating

    private func validate(_ call: Call, _ desk: Desk) -> Reply {
        guard let email = call.parameter("email") else {
            return Reply(400, .rejected, ["error": "Missing parameter: email."])
        }
        guard let (verdict, result) = judge(email, at: "/v2/validate", desk) else {
            return invalid(.outOfCredits)
        }
        return Reply(200, isUnknown(verdict) ? .miss : .hit, result)
    }

    private func validateBatch(_ call: Call, _ desk: Desk) -> Reply {
        let emails = (call.json?["email_batch"]?.array ?? []).compactMap { $0["email_address"]?.text }
        guard !emails.isEmpty, emails.count <= 200 else {
            return Reply(400, .rejected, ["error": "Invalid email_batch."])
        }
        guard desk.affords(Self.price * emails.count) else { return batchRefusal(.outOfCredits) }
        let results = emails.compactMap { judge($0, at: "/v2/validatebatch", desk)?.result }
        return Reply(200, .hit, ["email_batch": .array(results), "errors": []])
    }

    /// Returns what is true of an address and how it is said; `nil` where credits don't cover it.
    private func judge(
        _ email: String, at endpoint: String, _ desk: Desk
    ) -> (verdict: MailVerdict, result: JSON)? {
        let verdict = desk.world.verdict(on: email)
        if isUnknown(verdict) {
            guard desk.affords(Self.price) else { return nil }
        } else {
            guard desk.charge(Self.price, for: email, at: endpoint) else { return nil }
        }
        return (verdict, result(email, verdict, desk))
    }

    // MARK: - Finding

    /// What it isn't sure of it says so; what it doesn't know is undetermined, and free.
    private func find(_ call: Call, _ desk: Desk) -> Reply {
        guard call.parameter("domain") != nil || call.parameter("company_name") != nil else {
            return Reply(400, .rejected, ["error": "Missing parameter: domain."])
        }
        let query = PersonQuery(
            first: call.parameter("first_name"), last: call.parameter("last_name"), domain: call.parameter("domain"),
            company: call.parameter("company_name"))
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        let email = finding?.email
        if let email {
            guard desk.charge(Self.findPrice, for: email, at: "/v2/guessformat") else { return invalid(.outOfCredits) }
        }
        return Reply(
            200, email == nil ? .miss : .hit,
            [
                "email": .text(email ?? ""),
                "email_confidence": .text(email == nil ? "undetermined" : finding?.grade == .guess ? "low" : "high"),
                "domain": .text(finding?.person.domain ?? call.parameter("domain") ?? ""),
                "company_name": .text(finding?.person.company ?? ""), "did_you_mean": "", "failure_reason": "",
            ])
    }

    private func isUnknown(_ verdict: MailVerdict) -> Bool {
        verdict == .greylisted || verdict == .unknown
    }

    private func result(_ email: String, _ verdict: MailVerdict, _ desk: Desk) -> JSON {
        let (status, subStatus) = words(for: verdict)
        let parts = email.split(separator: "@", maxSplits: 1).map(String.init)
        let domain = parts.count > 1 ? parts[1] : ""
        let hasMail = ![.noMailServer, .badSyntax, .unknown].contains(verdict)
        let person = desk.world.person(PersonQuery(email: email))
        return [
            "address": .text(email), "status": .text(status), "sub_status": .text(subStatus),
            "account": JSON(parts.first), "domain": .text(domain), "did_you_mean": nil,
            "domain_age_days": hasMail ? "9692" : "", "free_email": false,
            "mx_found": .text(hasMail ? "true" : "false"),
            "mx_record": .text(hasMail ? "mx.\(domain)" : ""), "smtp_provider": "",
            "catchall_domain": .bool(verdict == .catchAll),
            "firstname": JSON(person?.first.lowercased()), "lastname": JSON(person?.last.lowercased()),
            "gender": nil, "country": nil, "region": nil, "city": nil, "zipcode": nil,
            "processed_at": "2026-11-22 12:30:18.990",
        ]
    }

    private func words(for verdict: MailVerdict) -> (status: String, subStatus: String) {
        switch verdict {
        case .valid: ("valid", "")
        case .catchAll: ("catch-all", "")
        case .mailboxNotFound: ("invalid", "mailbox_not_found")
        case .noMailServer: ("invalid", "no_dns_entries")
        case .badSyntax: ("invalid", "failed_syntax_check")
        case .disposable: ("do_not_mail", "disposable")
        case .role: ("do_not_mail", "role_based")
        case .spamTrap: ("spamtrap", "")
        case .greylisted: ("unknown", "greylisted")
        case .unknown: ("unknown", "mail_server_did_not_respond")
        }
    }
}
