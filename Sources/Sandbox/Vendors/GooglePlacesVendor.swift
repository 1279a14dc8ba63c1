// SPDX-License-Identifier: Apache-2.0

/// Google Places, the new API (places.googleapis.com): the companies of the world, with their office phones.
///
/// Every request is paid for, whatever it finds: a search 0.035 and a place 0.020 dollars, here 35 and 20
/// thousandths of a credit. Only what the field mask names is returned, and without a mask nothing is.
struct GooglePlacesVendor: Vendor {
    let facts = SandboxVendor(id: "google_places", name: "Google Places")

    private static let searchPrice = 35, placePrice = 20
    private static let searchPath = "/v1/places:searchText", placePath = "/v1/places/"

    func refusal(of call: Call) -> Reply? {
        guard call.header("x-goog-api-key") ?? call.parameter("key") != facts.key else { return nil }
        return error(403, "PERMISSION_DENIED", "The request is missing a valid API key.", .refused)
    }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'SearchTextRequest'.", .throttled)
    }

    func broken() -> Reply { error(500, "INTERNAL", "Internal error encountered.", .failed) }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        switch (call.method, call.path) {
        case ("POST", Self.searchPath), ("POST", "/v1/places%3AsearchText"): search(call, desk)
        case ("GET", let path) where path.hasPrefix(Self.placePath):
            place(String(path.dropFirst(Self.placePath.count)), call, desk)
        default: error(404, "NOT_FOUND", "Requested entity was not found.", .rejected)
        }
    }

    private func error(_ code: Int, _ status: String, _ message: String, _ outcome: Reply.Outcome) -> Reply {
        Reply(
            code, outcome,
            ["error": ["code": .integer(code), "message": .text(message), "status": .text(status)]])
    }

    private func outOfCredits() -> Reply {
        error(403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", .outOfCredits)
    }

    /// The fields of a mask without their prefix.
    private func fields(_ call: Call, prefix: String) -> Set<String> {
        let mask = call.header("x-goog-fieldmask") ?? call.parameter("fields") ?? ""
        return Set(
            mask.split(separator: ",").map { field in
                String(field.hasPrefix(prefix) ? field.dropFirst(prefix.count) : field)
            })
    }

    private func search(_ call: Call, _ desk: Desk) -> Reply {
        let fields = fields(call, prefix: "places.")
        guard !fields.isEmpty, !fields.contains(where: { $0.contains(" ") }) else { return badMask() }
        guard let text = call.json?["textQuery"]?.filledText else {
            return error(400, "INVALID_ARGUMENT", "Empty text_query.", .rejected)
        }
        guard desk.charge(Self.searchPrice, for: text, at: Self.searchPath) else { return outOfCredits() }
        guard let company = desk.world.place(for: text) else { return Reply(200, .miss, [:]) }
        return Reply(200, company.phone == nil ? .miss : .hit, ["places": [place(company, fields)]])
    }

    private func place(_ id: String, _ call: Call, _ desk: Desk) -> Reply {
        let fields = fields(call, prefix: "")
        guard !fields.isEmpty else { return badMask() }
        guard desk.charge(Self.placePrice, for: id, at: Self.placePath) else { return outOfCredits() }
        guard let company = desk.world.place(withID: id) else {
            return error(400, "INVALID_ARGUMENT", "Not a valid Place ID: \(id)", .miss)
        }
        return Reply(200, company.phone == nil ? .miss : .hit, place(company, fields))
    }

    private func badMask() -> Reply {
        error(
            400, "INVALID_ARGUMENT",
            "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters", .rejected)
    }

    private func place(_ company: Company, _ fields: Set<String>) -> JSON {
        let values: [JSON.Member] = [
            .init(name: "id", value: .text(company.placeID)),
            .init(name: "nationalPhoneNumber", value: JSON(company.nationalPhone)),
            .init(name: "internationalPhoneNumber", value: JSON(company.internationalPhone)),
            .init(name: "formattedAddress", value: .text("1 Main St, \(company.country)")),
            .init(name: "websiteUri", value: .text("https://www.\(company.domain)/")),
            .init(name: "businessStatus", value: "OPERATIONAL"),
            .init(name: "displayName", value: ["text": .text(company.name), "languageCode": "en"]),
        ]
        return .object(values.filter { $0.value != .null && (fields.contains($0.name) || fields.contains("*")) })
    }
}

// MARK: - Places

extension World {
    /// The company that a search means: the one whose domain stands in it, or whose name it begins with.
    ///
    /// Of the invented ones, whose names are their domains', Google knows six in ten.
    func place(for text: String) -> Company? {
        let words = text.split(separator: " ").map { Folding.domain(String($0)) }
        if let domain = words.first(where: { $0.contains(".") && company($0) != nil }) {
            return isPlace(domain) ? company(domain) : nil
        }
        let name = Folding.words(of: text).map(Folding.name)
        let known = companies.values.filter { name.starts(with: Folding.words(of: $0.name).map(Folding.name)) }
        if let longest = known.max(by: { $0.name.count < $1.name.count }) { return longest }
        guard let label = words.first, !label.isEmpty, !label.contains(".") else { return nil }
        return isPlace(label + ".example") ? company(label + ".example") : nil
    }

    func place(withID id: String) -> Company? {
        guard id.hasPrefix(Company.placeIDPrefix) else { return nil }
        var rest = id.dropFirst(Company.placeIDPrefix.count)
        var bytes: [UInt8] = []
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return company(String(decoding: bytes, as: UTF8.self))
    }

    private func isPlace(_ domain: String) -> Bool {
        companies[domain] != nil || Dice.unit(Dice.hash("places", from: Dice.hash(domain))) < 0.6
    }
}

extension Company {
    static let placeIDPrefix = "ChIJ"

    /// Names the domain, so that no id has to be kept.
    var placeID: String {
        Self.placeIDPrefix + domain.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// With blanks and hyphens as Google writes them: `+1 202-555-0100`, `+44 20 7946 0018`.
    var internationalPhone: String? {
        guard let phone else { return nil }
        let digits = phone.filter(\.isNumber)
        guard digits.hasPrefix("1"), digits.count == 11 else { return phone }
        return "+1 \(digits.dropFirst().prefix(3))-\(digits.dropFirst(4).prefix(3))-\(digits.suffix(4))"
    }

    /// `(202) 555-0100`, `020 7946 0018`.
    var nationalPhone: String? {
        guard let phone = internationalPhone else { return nil }
        guard phone.hasPrefix("+1 ") else { return "0" + phone.drop { $0 != " " }.dropFirst() }
        return "(\(phone.dropFirst(3).prefix(3))) \(phone.suffix(8))"
    }
}
