// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Google Places: the office phones of a company by its name and domain.
    public static let googlePlaces = ProviderDefinition(GooglePlaces.facts) { GooglePlaces() }
}

/// The text search of the Places API (New): one call finds places with their numbers and websites.
///
/// - A name finds other companies too: a number is taken only of a place whose website is at the company's domain.
/// - The field mask is mandatory, and sets the price: none but what is read is asked for.
/// - Every answered call is billed; a miss is an empty object.
/// - A bad key is 400, with a reason among the details.
struct GooglePlaces: ExchangeProvider {
    static let facts = ProviderDescriptor(
        id: "google_places", name: "Google Places",
        documentation: "https://developers.google.com/maps/documentation/places/web-service/text-search",
        baseURL: "https://places.googleapis.com", authentication: .header("X-Goog-Api-Key"),
        capabilities: [
            .officePhone: CapabilityDescriptor(
                inputs: [[.companyName, .domain]], price: VendorPrice(.attempt, Amount(micros: 35_000, unit: "USD")),
                expectedHitRate: 0.4)
        ],
        evidence: .documented)

    private static let fields = [
        "places.internationalPhoneNumber", "places.nationalPhoneNumber", "places.websiteUri", "places.businessStatus",
    ]
    private static let mask = HeaderItem(own: "X-Goog-FieldMask", fields.joined(separator: ","))

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        return .post(
            "/v1/places:searchText", headers: [Self.mask],
            json: .object(compacting: [
                "textQuery": .text(query.companyName), "regionCode": .text(query.country), "languageCode": "en",
                "pageSize": 5,
            ]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard !json["error"].exists else { throw ProviderError(.malformedReply, "neither places nor none") }
            var phones: [PhoneCandidate] = []
            for place in json["places"].elements {
                guard let phone = phone(place, query), !phones.contains(phone) else { continue }
                phones.append(phone)
            }
            return ProviderAnswer(officePhones: phones)
        }
    }

    private func phone(_ place: JSONReader, _ query: ContactQuery) -> PhoneCandidate? {
        guard let raw = place["internationalPhoneNumber"].text ?? place["nationalPhoneNumber"].text,
            place["businessStatus"].text != "CLOSED_PERMANENTLY",
            let site = place["websiteUri"].text, query.isOwn(website: site)
        else { return nil }
        return PhoneCandidate(raw, type: .office, country: query.country)
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        guard let failure = reply.failure else { return nil }
        let reasons = try? reply.json { json throws(ProviderError) in
            json["error"]["details"].elements.compactMap { $0["reason"].text }
        }
        if reasons?.contains("BILLING_DISABLED") == true { return ProviderError(.outOfCredits) }
        let isKey = reply.mentions("api key") || reasons?.contains { $0.hasPrefix("API_KEY_") } == true
        return isKey ? ProviderError(.unauthorized) : failure
    }
}
