// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Google Places (Legacy): the office phone of a company by its name and domain, for projects that have this API.
    public static let googlePlacesLegacy = ProviderDefinition(GooglePlacesLegacy.facts) { GooglePlacesLegacy() }
}

/// The older Places API: one call finds the place, a second one has its number.
///
/// - The status is in the body, HTTP says 200 to all.
/// - A name finds other companies too: the number is taken only where the place's website is at the company's domain.
/// - `OVER_QUERY_LIMIT` is both too many calls and a project without billing; the message says which.
/// - The number is no field of the first call. Both are billed.
struct GooglePlacesLegacy: FindingProvider {
    static let facts = ProviderDescriptor(
        id: "google_places_legacy", name: "Google Places (Legacy)",
        documentation: "https://developers.google.com/maps/documentation/places/web-service/search",
        baseURL: "https://maps.googleapis.com", authentication: .query("key"),
        capabilities: [
            .officePhone: CapabilityDescriptor(
                inputs: [[.companyName, .domain]], price: VendorPrice(.attempt, Amount(micros: 37_000, unit: "USD")),
                expectedHitRate: 0.35)
        ],
        evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func find(_ query: ContactQuery, using client: ProviderClient) async throws(ProviderError) -> ProviderAnswer {
        try descriptor.checkInputs(of: query)
        let search = ProviderRequest.get(
            "/maps/api/place/findplacefromtext/json",
            query: [("input", query.companyName), ("inputtype", "textquery"), ("fields", "place_id")])
        guard let place = try place(in: try await client.send(search)) else { return .miss }
        let details = ProviderRequest.get(
            "/maps/api/place/details/json",
            query: [
                ("place_id", place),
                ("fields", "formatted_phone_number,international_phone_number,website,business_status"),
                ("language", "en"),
            ])
        return try answer(to: query, from: try await client.send(details))
    }

    /// Returns the id of the place that fits best; nil where there is none.
    private func place(in reply: ProviderReply) throws(ProviderError) -> String? {
        try checked(reply) { json throws(ProviderError) in
            guard let best = json?["candidates"].elements.first else { return nil }
            guard let id = best["place_id"].text else {
                throw ProviderError(.malformedReply, "a place without its id")
            }
            return id
        }
    }

    private func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try checked(reply) { json throws(ProviderError) in
            guard let json else { return .miss }
            let place = json["result"]
            guard place.isObject else { throw ProviderError(.malformedReply, "details without a place") }
            guard let raw = place["international_phone_number"].text ?? place["formatted_phone_number"].text,
                place["business_status"].text != "CLOSED_PERMANENTLY",
                let site = place["website"].text, query.isOwn(website: site)
            else { return .miss }
            return ProviderAnswer(officePhones: [PhoneCandidate(raw, type: .office, country: query.country)])
        }
    }

    /// Reads a reply by the status in its body; nil where that says that there is nothing.
    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader?) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object { json throws(ProviderError) in
            switch json["status"].text {
            case "OK": return try read(json)
            case "ZERO_RESULTS", "NOT_FOUND": return try read(nil)
            case "INVALID_REQUEST": throw ProviderError(.rejectedQuery)
            case "REQUEST_DENIED": throw ProviderError(.unauthorized)
            case "OVER_QUERY_LIMIT":
                let words = json["error_message"].text?.lowercased() ?? ""
                let unpaid = words.contains("billing") || words.contains("payment")
                throw unpaid ? ProviderError(.outOfCredits) : ProviderError(.throttled, retryAfter: reply.retryAfter)
            case "OVER_DAILY_LIMIT": throw ProviderError(.outOfCredits, "the project's daily limit, or its billing")
            case "UNKNOWN_ERROR": throw ProviderError(.unavailable)
            default: throw ProviderError(.malformedReply, "an answer without a known status")
            }
        }
    }
}
