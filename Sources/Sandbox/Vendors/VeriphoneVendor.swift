// SPDX-License-Identifier: Apache-2.0

/// Veriphone, API v2 (veriphone.io/docs/v2).
///
/// A call that succeeds costs 1 credit. A number without `+` and country is read for the caller's: here the US.
struct VeriphoneVendor: Vendor {
    let facts = SandboxVendor(id: "veriphone", name: "Veriphone")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        guard (call.bearer ?? call.parameter("key")) != facts.key else { return nil }
        return error(401, "Unauthorized", "API key or token required", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "TooManyRequests", "Too many requests", .throttled)
    }

    func broken() -> Reply { error(500, "InternalServerError", "Server error", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", "/v2/verify"), ("POST", "/v2/verify"): verify(call, desk)
        default: error(404, "NotFound", "Resource not found", .rejected)
        }
    }

    private func error(_ code: Int, _ type: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            code, outcome,
            ["status": "error", "code": .integer(code), "type": .text(type), "message": .text(message)])
    }

    private func verify(_ call: Call, _ desk: Desk) -> Reply {
        guard let phone = call.parameter("phone") else {
            return error(400, "MissingParameter", "phone is required", .rejected)
        }
        guard desk.charge(Self.price, for: phone, at: "/v2/verify") else {
            return error(402, "PaymentRequired", "Insufficient credits", .outOfCredits)
        }
        let country = call.parameter("default_country") ?? "US"
        let line = desk.world.line(of: phone, country: phone.hasPrefix("+") ? nil : country)
        return Reply(
            200, .hit,
            [
                "status": "success", "phone": .text(phone), "phone_valid": .bool(line != nil),
                "phone_type": line.map { $0.isMobile ? "mobile" : "fixed_line" } ?? "unknown",
                "phone_region": "", "country": .text(line?.countryName ?? ""),
                "country_code": .text(line?.country ?? ""), "country_prefix": .text(line?.prefix ?? ""),
                "international_number": .text(line?.e164 ?? ""), "local_number": .text(line?.national ?? ""),
                "e164": .text(line?.e164 ?? ""), "carrier": "",
            ])
    }
}
