// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Coresignal: work emails by LinkedIn profile.
    public static let coresignal = ProviderDefinition(Coresignal.facts) { Coresignal() }
}

/// Coresignal's multi-source record of an employee.
///
/// - A record costs the same with an email and without; a 404 costs nothing.
/// - A 404 stands for an unknown profile and for an unknown route alike, each with a `detail`.
/// - The profile's handle is a segment of the path, so one that needs escaping there is not asked for.
/// - Records have no phone numbers.
struct Coresignal: ExchangeProvider {
    static let unit = "coresignal_credits"

    static let facts = ProviderDescriptor(
        id: "coresignal", name: "Coresignal",
        documentation: "https://docs.coresignal.com/employee-api/multi-source-employee-api",
        baseURL: "https://api.coresignal.com/cdapi/v2", authentication: .header("apikey"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.linkedInURL]], price: VendorPrice(.found, price), expectedHitRate: 0.3)
        ],
        // That of the smallest plans; the greatest has 100.
        limits: [RateLimit(5, per: .seconds(1))], timeout: .seconds(30), evidence: .documented)

    private static let price = Amount(20, unit)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        guard let handle = query.linkedInHandle, handle.allSatisfy(isPlain) else {
            throw ProviderError(.rejectedQuery, "needs a person's profile of letters, digits and dashes")
        }
        return .get("/employee_multi_source/collect/\(handle)")
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404, try reply.json({ $0["detail"].text != nil }) { return .miss }
        return try reply.object { json throws(ProviderError) in
            guard json["id"].exists else { throw ProviderError(.malformedReply, "a record without an id") }
            return ProviderAnswer(
                emails: emails(json),
                person: PersonFacts(
                    title: json["active_experience_title"].text, linkedInURL: json["linkedin_url"].text,
                    companyName: json["active_experience_company_name"].text),
                charged: Self.price)
        }
    }

    private func emails(_ record: JSONReader) -> [EmailCandidate] {
        let primary = email(record["primary_professional_email"], record["primary_professional_email_status"])
        let others = record["professional_emails_collection"].elements.compactMap {
            email($0["professional_email"], $0["professional_email_status"])
        }
        return (primary.map { [$0] } ?? []) + others.filter { $0.address != primary?.address }
    }

    private func email(_ address: JSONReader, _ status: JSONReader) -> EmailCandidate? {
        guard let address = address.text else { return nil }
        let grade: EmailStatus =
            switch status.text {
            case "verified": .verified
            case "matched_pattern", "guessed_common_pattern": .guessed
            default: .unverified
            }
        return EmailCandidate(address, grade: grade)
    }

    private func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
    }
}
