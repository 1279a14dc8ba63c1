// SPDX-License-Identifier: Apache-2.0

/// Google Places, the legacy API (maps.googleapis.com): find a place, then ask for its details.
///
/// Whatever goes wrong comes with status 200 and a `status` of its own. Every request is paid for: 0.017 dollars to
/// find and 0.020 for details, here 17 and 20 thousandths of a credit. To find gives no phone.
struct GooglePlacesLegacyVendor: Vendor {
    let facts = SandboxVendor(id: "google_places_legacy", name: "Google Places (legacy)")

    private static let findPrice = 17, detailsPrice = 20
    private static let base = "/maps/api/place"
    private static let findFields: Set = ["place_id", "name", "formatted_address", "business_status"]

    func refusal(of call: Call) -> Reply? {
        guard call.parameter("key") != facts.key else { return nil }
        return failure("REQUEST_DENIED", "The provided API key is invalid.", call, .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        failure("OVER_QUERY_LIMIT", "You have exceeded your rate-limit for this API.", call, .throttled)
    }

    func broken() -> Reply { Reply(200, .failed, ["status": "UNKNOWN_ERROR"]) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("GET", Self.base + "/findplacefromtext/json"): find(call, desk)
        case ("GET", Self.base + "/details/json"): details(call, desk)
        default: Reply(404, .rejected, text: "<!DOCTYPE html><title>Not Found</title>", type: "text/html")
        }
    }

    private func failure(_ status: String, _ message: String?, _ call: Call, _ outcome: Reply.Outcome) -> Reply {
        let isDetails = call.path.hasSuffix("/details/json")
        var members: [JSON.Member] = [.init(name: isDetails ? "html_attributions" : "candidates", value: [])]
        if let message { members.append(.init(name: "error_message", value: .text(message))) }
        return Reply(200, outcome, .object(members + [.init(name: "status", value: .text(status))]))
    }

    private func outOfCredits(_ call: Call) -> Reply {
        failure("REQUEST_DENIED", "You must enable Billing on the Google Cloud Project.", call, .outOfCredits)
    }

    private func fields(_ call: Call) -> Set<String> {
        Set((call.parameter("fields") ?? "").split(separator: ",").map(String.init))
    }

    private func shown(_ members: [JSON.Member], _ fields: Set<String>) -> JSON {
        .object(members.filter { $0.value != .null && (fields.isEmpty || fields.contains($0.name)) })
    }

    // MARK: - Finding and details

    private func find(_ call: Call, _ desk: Desk) -> Reply {
        let wanted = fields(call)
        guard let input = call.parameter("input"), call.parameter("inputtype") == "textquery" else {
            return failure("INVALID_REQUEST", nil, call, .rejected)
        }
        guard wanted.isSubset(of: Self.findFields) else {
            let unknown = wanted.subtracting(Self.findFields).sorted().joined(separator: ", ")
            return failure("INVALID_REQUEST", "Error while parsing 'fields' parameter: \(unknown)", call, .rejected)
        }
        guard desk.charge(Self.findPrice, for: input, at: call.path) else { return outOfCredits(call) }
        guard let company = desk.world.place(for: input) else { return failure("ZERO_RESULTS", nil, call, .miss) }
        let place = shown(members(of: company), wanted.isEmpty ? ["place_id"] : wanted)
        return Reply(200, .hit, ["candidates": [place], "status": "OK"])
    }

    private func details(_ call: Call, _ desk: Desk) -> Reply {
        guard let id = call.parameter("place_id") else { return failure("INVALID_REQUEST", nil, call, .rejected) }
        guard desk.charge(Self.detailsPrice, for: id, at: call.path) else { return outOfCredits(call) }
        guard let company = desk.world.place(withID: id) else { return failure("NOT_FOUND", nil, call, .miss) }
        return Reply(
            200, company.phone == nil ? .miss : .hit,
            ["html_attributions": [], "result": shown(members(of: company), fields(call)), "status": "OK"])
    }

    private func members(of company: Company) -> [JSON.Member] {
        [
            .init(name: "place_id", value: .text(company.placeID)), .init(name: "name", value: .text(company.name)),
            .init(name: "formatted_address", value: .text("1 Main St, \(company.country)")),
            .init(name: "formatted_phone_number", value: JSON(company.nationalPhone)),
            .init(name: "international_phone_number", value: JSON(company.internationalPhone)),
            .init(name: "website", value: .text("https://www.\(company.domain)/")),
            .init(name: "business_status", value: "OPERATIONAL"),
        ]
    }
}
