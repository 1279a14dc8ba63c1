// SPDX-License-Identifier: Apache-2.0

/// Apollo, API v1 (docs.apollo.io): one `match`, all of it in the query string.
///
/// An email costs 1 credit and a mobile 8 more. Mobiles come later, by polling; the sandbox calls no
/// webhook, though it insists on one unless the result is polled alone. Request ids are of 64 bits, and
/// half of them negative. A bad key is told in plain text.
struct ApolloVendor: Vendor {
    let facts = SandboxVendor(id: "apollo", name: "Apollo")

    private static let emailPrice = 1000, mobilePrice = 8000
    private static let matchPath = "/api/v1/people/match"
    private static let resultPath = "/api/v1/webhook_result/"
    /// The request of the documents' own example, whose result is no longer kept.
    private static let expiredID = "1039995589705121900"

    func refusal(of call: Call) -> Reply? {
        guard call.header("x-api-key") ?? call.bearer != facts.key else { return nil }
        return Reply(
            401, .refused,
            text: "Invalid API key. See https://docs.apollo.io/reference/authentication "
                + "for how to authenticate.",
            type: "text/plain; charset=utf-8")
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        let rate = desk.allowance?.rate ?? 0
        let path = call.path.dropFirst()
        let message =
            "The maximum number of api calls allowed for \(path) is \(rate * 60) times per minute. "
            + "Please upgrade your plan from https://app.apollo.io/#/settings/plans/upgrade."
        return Reply(429, .throttled, ["message": .text(message)])
            .with(limits(desk, minuteLeft: 0) + [("retry-after", "1")])
    }

    func broken() -> Reply {
        Reply(500, .failed, ["error": "Something went wrong, please try again."])
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        let reply: Reply =
            switch (call.method, call.path) {
            case ("POST", Self.matchPath): match(call, desk)
            case ("POST", "/api/v1/usage_stats/credit_usage_stats"): usage(desk)
            case ("GET", "/api/v1/auth/health"):
                Reply(200, .account, ["healthy": true, "is_logged_in": true])
            case ("GET", let path) where path.hasPrefix(Self.resultPath):
                result(String(path.dropFirst(Self.resultPath.count)), desk)
            default: notFound()
            }
        return reply.with(limits(desk, minuteLeft: desk.allowance.map { $0.left * 60 }))
    }

    private func limits(_ desk: Desk, minuteLeft: Int?) -> [(name: String, value: String)] {
        let minute = desk.allowance.map { $0.rate * 60 } ?? 1_000
        let left = minuteLeft ?? 999
        return [
            ("x-rate-limit-minute", String(minute)), ("x-minute-requests-left", String(left)),
            ("x-minute-usage", String(max(0, minute - left))),
            ("x-rate-limit-hourly", "60000"), ("x-hourly-requests-left", "59999"),
            ("x-rate-limit-24-hour", "600000"), ("x-24-hour-requests-left", "599999"),
        ]
    }

    private func rejected(_ text: String) -> Reply {
        Reply(422, .rejected, ["error": .text(text)])
    }

    private func outOfCredits() -> Reply {
        Reply(
            422, .outOfCredits,
            [
                "error": "You have insufficient credits. Please upgrade your plan or buy more credits.",
                "error_code": "INSUFFICIENT_CREDITS",
            ])
    }

    // MARK: - Matching

    private func match(_ call: Call, _ desk: Desk) -> Reply {
        let query = PersonQuery(
            first: call.parameter("first_name"), last: call.parameter("last_name"),
            full: call.parameter("name"), domain: call.parameter("domain"),
            company: call.parameter("organization_name"), handle: call.parameter("linkedin_url"),
            email: call.parameter("email"))
        guard query.handle != nil || query.email != nil || query.name != nil else {
            return rejected("Please provide at least a name, an email or a linkedin_url.")
        }
        let wantsMobile = call.flag("reveal_phone_number")
        let isDeliverable = call.parameter("webhook_url")?.hasPrefix("https://") == true
        guard !wantsMobile || isDeliverable || call.flag("poll_only") else {
            return rejected("Please add a valid 'webhook_url' parameter when using 'reveal_phone_number'.")
        }
        let finding = desk.world.finding(by: facts.id, query)
        if finding?.grade == .failing { return broken() }
        guard desk.affords(Self.emailPrice) else { return outOfCredits() }
        guard let finding else { return Reply(200, .miss, ["person": nil]) }
        let mobile = wantsMobile ? finding.mobile : nil
        let price = Self.emailPrice + (mobile == nil ? 0 : Self.mobilePrice)
        guard desk.charge(price, for: finding.person.email, at: Self.matchPath) else {
            return outOfCredits()
        }
        var members = [JSON.Member(name: "person", value: person(finding, desk))]
        if wantsMobile { members += submission(webhookResult(finding, mobile, price), finding, desk) }
        let isHit = finding.email != nil || mobile != nil
        return Reply(200, isHit ? .hit : .miss, .object(members))
    }

    private func person(_ finding: Finding, _ desk: Desk) -> JSON {
        let person = finding.person
        let company = desk.world.company(person.domain)
        let status: JSON =
            switch finding.grade {
            case .sure, .stale: "verified"
            case .guess: "guessed"
            case .masked, .blank, .failing: "unavailable"
            }
        let hash = person.hash
        let number = company?.phone
        let numbers: JSON =
            number == nil
            ? []
            : [
                [
                    "raw_number": JSON(number),
                    "sanitized_number": JSON(number.map { $0.filter { $0.isNumber || $0 == "+" } }),
                    "type": "work_hq", "position": 0, "status": "valid_number", "dnc_status": nil,
                ]
            ]
        return [
            "id": .text(Dice.identifier(hash, length: 24)), "first_name": .text(person.first),
            "last_name": .text(person.last), "name": .text(person.fullName),
            "linkedin_url": JSON(person.handle.map { "http://www.linkedin.com/in/\($0)" }),
            "title": .text(person.title), "email_status": status, "photo_url": nil,
            "twitter_url": nil, "github_url": nil, "facebook_url": nil,
            "extrapolated_email_confidence": finding.grade == .guess ? .number(0.41) : nil,
            "headline": .text("\(person.title) at \(person.company)"), "email": JSON(finding.email),
            "organization_id": .text(Dice.identifier(Dice.hash(person.domain), length: 24)),
            "employment_history": [], "state": nil, "city": nil, "country": .text(person.country),
            "contact_id": .text(Dice.identifier(Dice.mix(hash), length: 24)),
            "contact": ["email_true_status": "Verified", "phone_numbers": numbers],
            "revealed_for_current_team": true,
            "organization": [
                "id": .text(Dice.identifier(Dice.hash(person.domain), length: 24)),
                "name": .text(person.company), "primary_domain": .text(person.domain),
            ],
            "departments": [], "seniority": nil,
        ]
    }

    // MARK: - Mobiles

    /// Of the two ids, only the number can be polled.
    private func submission(_ result: Reply, _ finding: Finding, _ desk: Desk) -> [JSON.Member] {
        let id = desk.submit(result) { String(Int(truncatingIfNeeded: $0)) }
        let message: JSON = "The result will be sent to the webhook."
        return [
            .init(
                name: "phone_enrichment",
                value: [
                    "request_id": .text(Dice.identifier(Dice.hash(id), length: 24)), "status": "pending",
                    "message": message,
                ]),
            .init(name: "waterfall", value: ["status": "accepted", "message": message]),
            // The vendor writes a number that is too large for a double.
            .init(name: "request_id", value: Int(id).map { .integer($0) } ?? .null),
        ]
    }

    private func webhookResult(_ finding: Finding, _ mobile: String?, _ price: Int) -> Reply {
        let hash = finding.person.hash
        let numbers: [JSON] =
            mobile.map { number in
                [
                    [
                        "_id": .text(Dice.identifier(Dice.mix(hash &+ 1), length: 24)),
                        "confidence_cd": "high", "direct_dial_source_cd": "contact_trusted",
                        "dnc_status_cd": "not_found", "position": 0, "raw_number": .text(number),
                        "sanitized_number": .text(number), "status_cd": "valid_number",
                        "type_cd": "mobile",
                    ]
                ]
            } ?? []
        let body: JSON = [
            "status": "success", "total_requested_enrichments": 1,
            "unique_enriched_records": .integer(numbers.count),
            "missing_records": .integer(1 - numbers.count), "credits_consumed": .integer(price / 1000),
            "people": [
                [
                    "id": .text(Dice.identifier(hash, length: 24)), "status": "success",
                    "phone_numbers": .array(numbers),
                ]
            ],
        ]
        return Reply(
            200, numbers.isEmpty ? .miss : .hit,
            [
                "webhook_status": "success", "request_type": "phone",
                "last_dispatched_at": "2026-11-22T10:42:11Z", "failure_reason": nil,
                "webhook_result": body,
            ])
    }

    private func result(_ id: String, _ desk: Desk) -> Reply {
        guard Int(id) != nil else { return Reply(400, .rejected, ["error_code": "invalid_request_id"]) }
        guard id != Self.expiredID else { return Reply(410, .rejected, ["error_code": "request_id_expired"]) }
        switch desk.poll(id) {
        case .unknown: return Reply(404, .rejected, ["error_code": "request_id_unknown"])
        case .pending:
            return Reply(
                404, .pending, ["error_code": "result_pending", "retry_after_seconds": 10])
        case .ready(var reply):
            let head = JSON.object([.init(name: "request_id", value: .text(id))]).bytes.dropLast()
            reply.body = head + [UInt8(ascii: ",")] + reply.body.dropFirst()
            return reply
        }
    }

    // MARK: - The account

    private func usage(_ desk: Desk) -> Reply {
        let consumed = desk.charged / 1000
        let left = desk.balance() / 1000
        let pool: JSON = [
            "limit": .integer(consumed + left), "consumed": .integer(consumed),
            "left_over": .integer(left),
        ]
        return Reply(
            200, .account,
            [
                "credit_usage_stats": [
                    "lead_credit": pool, "direct_dial_credit": pool, "export_credit": pool,
                    "power_up_credit": ["limit": 1000, "consumed": 0, "left_over": 1000],
                ],
                "current_credit_cycle": ["start_date": "2026-11-01", "end_date": "2026-12-01"],
            ])
    }
}
