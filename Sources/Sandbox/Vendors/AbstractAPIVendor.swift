// SPDX-License-Identifier: Apache-2.0

/// AbstractAPI's Phone Intelligence, API v1 (docs.abstractapi.com).
///
/// Every call costs 1, and a used-up quota is 422.
struct AbstractAPIVendor: Vendor {
    let facts = SandboxVendor(id: "abstractapi", name: "AbstractAPI")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        guard call.parameter("api_key") != facts.key else { return nil }
        return error(401, "unauthorized", "Invalid API key.", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "too_many_requests", "Too many requests.", .throttled)
    }

    func broken() -> Reply { error(500, "internal_server_error", "Internal server error.", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        guard call.method == "GET", call.path == "/v1/" else {
            return error(404, "not_found", "Not found.", .rejected)
        }
        guard let phone = call.parameter("phone") else {
            return error(400, "validation_error", "A phone number is required.", .rejected)
        }
        guard desk.charge(Self.price, for: phone, at: "/v1/") else {
            return error(422, "quota_reached", "Insufficient API credits.", .outOfCredits)
        }
        return Reply(200, .hit, answer(phone, desk.world.line(of: phone, country: call.parameter("country"))))
    }

    private func error(_ status: Int, _ code: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(status, outcome, ["error": ["message": .text(message), "code": .text(code), "details": nil]])
    }

    private func answer(_ phone: String, _ line: PhoneLine?) -> JSON {
        [
            "phone_number": .text(phone),
            "phone_format": ["international": JSON(line?.e164), "national": JSON(line?.national)],
            "phone_carrier": [
                "name": nil, "line_type": JSON(line.map { $0.isMobile ? "Wireless" : "Landline" }), "mcc": nil,
                "mnc": nil,
            ],
            "phone_location": [
                "country_name": JSON(line?.countryName), "country_code": JSON(line?.country),
                "country_prefix": JSON(line.map { "+\($0.prefix)" }), "region": nil, "city": nil, "timezone": nil,
            ],
            "phone_messaging": ["sms_domain": nil, "sms_email": nil],
            "phone_validation": [
                "is_valid": .bool(line != nil), "line_status": line == nil ? nil : "active", "is_voip": false,
                "minimum_age": nil,
            ],
            "phone_registration": ["name": nil, "type": nil],
            "phone_risk": ["risk_level": "low", "is_disposable": false, "is_abuse_detected": false],
            "phone_breaches": [
                "total_breaches": 0, "date_first_breached": nil, "date_last_breached": nil, "breached_domains": [],
            ],
        ]
    }
}
