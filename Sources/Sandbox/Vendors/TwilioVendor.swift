// SPDX-License-Identifier: Apache-2.0

/// Twilio Lookup, API v2 (twilio-oai and twilio.com/docs/lookup/v2-api).
///
/// Whether a number is valid is free, its line type costs 0.008 dollars: here 8 thousandths of a credit. An account
/// without a balance is not active.
struct TwilioVendor: Vendor {
    let facts = SandboxVendor(id: "twilio", name: "Twilio", key: "sandbox-twilio-sid:sandbox-twilio-secret")

    private static let price = 8
    private static let path = "/v2/PhoneNumbers/"

    func refusal(of call: Call) -> Reply? {
        guard call.basic != facts.key else { return nil }
        return error(401, 20_003, "Authentication Error - invalid username", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, 20_429, "Too Many Requests", .throttled).with([("retry-after", "1")])
    }

    func broken() -> Reply { error(500, 20_500, "Internal Server Error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        guard call.method == "GET", call.path.hasPrefix(Self.path) else {
            return error(404, 20_404, "The requested resource was not found", .rejected)
        }
        // In a path a `+` is itself, not a blank as in a query.
        let number = String(call.path.dropFirst(Self.path.count)).replacing("%2B", with: "+")
        let country = call.parameter("CountryCode") ?? "US"
        guard desk.balance() > 0 else { return error(401, 10_001, "Account is not active", .outOfCredits) }
        let line = desk.world.line(of: number, country: number.hasPrefix("+") ? nil : country)
        let asksType = call.parameter("Fields")?.split(separator: ",").contains("line_type_intelligence") == true
        if asksType, !desk.charge(Self.price, for: number, at: Self.path) {
            return error(401, 10_001, "Account is not active", .outOfCredits)
        }
        return Reply(200, .hit, answer(number, line, asksType: asksType))
    }

    private func error(_ status: Int, _ code: Int, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            status, outcome,
            [
                "code": .integer(code), "message": .text(message),
                "more_info": .text("https://www.twilio.com/docs/errors/\(code)"), "status": .integer(status),
            ])
    }

    private func answer(_ number: String, _ line: PhoneLine?, asksType: Bool) -> JSON {
        let e164 = line?.e164 ?? number
        let digits = number.utf8.count { (48...57).contains($0) }
        let problem = digits > 12 ? "TOO_LONG" : digits < 10 ? "TOO_SHORT" : "INVALID_BUT_POSSIBLE"
        return [
            "calling_country_code": JSON(line?.prefix), "country_code": JSON(line?.country),
            "phone_number": .text(e164), "national_format": JSON(line?.national), "valid": .bool(line != nil),
            "validation_errors": line == nil ? [.text(problem)] : nil, "caller_name": nil, "sim_swap": nil,
            "call_forwarding": nil,
            "line_status": nil, "line_type_intelligence": asksType ? lineType(line) : nil,
            "url": .text("https://lookups.twilio.com/v2/PhoneNumbers/\(e164)"),
        ]
    }

    private func lineType(_ line: PhoneLine?) -> JSON {
        guard let line else { return nil }
        return [
            "error_code": nil, "mobile_country_code": line.isMobile ? "310" : nil,
            "mobile_network_code": line.isMobile ? "456" : nil, "carrier_name": "Example Carrier",
            "type": line.isMobile ? "mobile" : "landline",
        ]
    }
}
