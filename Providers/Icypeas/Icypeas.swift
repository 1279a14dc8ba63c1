// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Icypeas: work emails by name and company, as a search that is polled.
    public static let icypeas = ProviderDefinition(Icypeas.facts) { Icypeas() }
}

/// Icypeas' email search: submitted, then read until it has ended.
///
/// - The key stands in `Authorization` as it is, without `Bearer`.
/// - A search is read by POST, from `items`; a client reads `item` there too.
/// - A refused query is `success: false` with `validationErrors`, and status 200 or 400.
/// - Used-up credits are a status of the search, not of HTTP.
/// - `ultra_sure` alone is verified: the next word, `very_sure`, bounces up to once in twenty.
struct Icypeas: PollingProvider {
    static let unit = "icypeas_credits"

    static let facts = ProviderDescriptor(
        id: "icypeas", name: "Icypeas", documentation: "https://api-doc.icypeas.com",
        baseURL: "https://app.icypeas.com/api", authentication: .header("Authorization"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.firstName, .lastName, .domain], [.firstName, .lastName, .companyName]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.4)
        ],
        // Of reads. Submissions are counted along: each needs one.
        repeats: .asyncID, limits: [RateLimit(30, per: .seconds(60))], concurrency: 5, timeout: .seconds(120),
        evidence: .confirmed)

    static let firstPause = Duration.seconds(5)
    static let pause = Duration.seconds(3)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        return .post(
            "/email-search",
            json: .object(compacting: [
                "firstname": .text(query.firstName), "lastname": .text(query.lastName),
                "domainOrCompany": .text(query.domain ?? query.companyName),
            ]))
    }

    func request(for ticket: PollTicket) -> ProviderRequest {
        .post("/bulk-single-searchs/read", json: .object(compacting: ["id": .string(ticket.rawValue)]))
    }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try reply.object { json throws(ProviderError) in
            guard json["success"].bool == true else {
                let refused = json["validationErrors"].exists
                throw ProviderError(refused ? .rejectedQuery : .malformedReply, "an error with status 200")
            }
            let read = json["items"].elements.first
            return try progress(of: read ?? json["item"], after: read == nil ? Self.firstPause : Self.pause)
        }
    }

    private func progress(of item: JSONReader, after pause: Duration) throws(ProviderError) -> Progress {
        switch item["status"].text {
        case "NONE", "SCHEDULED", "IN_PROGRESS":
            return .pending(item["_id"].exists ? try PollTicket(item["_id"]) : nil, after: pause)
        case "FOUND", "DEBITED":
            return .answered(ProviderAnswer(emails: item["results"]["emails"].elements.compactMap(email)))
        case "NOT_FOUND", "DEBITED_NOT_FOUND": return .answered(.miss)
        case "INSUFFICIENT_FUNDS": throw ProviderError(.outOfCredits)
        case "BAD_INPUT": throw ProviderError(.rejectedQuery)
        case "ABORTED": throw ProviderError(.unavailable, "the search was aborted")
        default: throw ProviderError(.malformedReply, "a search without a status that is known")
        }
    }

    private func email(_ entry: JSONReader) -> EmailCandidate? {
        guard let address = entry["email"].text else { return nil }
        switch entry["certainty"].text?.lowercased() {
        case "ultra_sure": return EmailCandidate(address, grade: .verified)
        case "undeliverable": return EmailCandidate(address, grade: .invalid)
        case "not_found": return nil
        // very_sure, sure, probable, risky.
        default: return EmailCandidate(address, grade: .unverified)
        }
    }
}
