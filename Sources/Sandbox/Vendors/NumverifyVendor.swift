// SPDX-License-Identifier: Apache-2.0

/// Numverify (numverify.com/documentation).
///
/// Every call costs 1. An error comes with status 200 and a code.
struct NumverifyVendor: Vendor {
    let facts = SandboxVendor(id: "numverify", name: "Numverify")

    private static let price = 1000

    func refusal(of call: Call) -> Reply? {
        guard call.parameter("access_key") != facts.key else { return nil }
        return error(101, "invalid_access_key", "You have not supplied a valid API Access Key.", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        Reply(429, .throttled, ["message": "You have exceeded your rate limit"])
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        guard call.method == "GET", call.path == "/api/validate" else { return notFound() }
        guard let number = call.parameter("number") else {
            return error(210, "no_phone_number_provided", "Please specify a phone number.", .rejected)
        }
        guard number.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return error(211, "non_numeric_phone_number_provided", "Please specify a numeric phone number.", .rejected)
        }
        guard desk.charge(Self.price, for: number, at: "/api/validate") else {
            return error(104, "usage_limit_reached", "Your monthly usage limit has been reached.", .outOfCredits)
        }
        let line = desk.world.line(of: number, country: call.parameter("country_code"))
        return Reply(
            200, .hit,
            [
                "valid": .bool(line != nil), "number": .text(number), "local_format": .text(line?.national ?? ""),
                "international_format": .text(line?.e164 ?? ""),
                "country_prefix": .text(line.map { "+\($0.prefix)" } ?? ""),
                "country_code": .text(line?.country ?? ""), "country_name": .text(line?.countryName ?? ""),
                "location": "", "carrier": "",
                "line_type": JSON(line.map { $0.isMobile ? "mobile" : "landline" }),
            ])
    }

    private func error(_ code: Int, _ type: String, _ info: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            200, outcome,
            [
                "success": false,
                "error": ["code": .integer(code), "type": .text(type), "info": .text(info)],
            ])
    }
}
