// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Forager: work emails and phones by LinkedIn profile.
    public static let forager = ProviderDefinition(Forager.facts) { Forager() }
}

/// Forager's contact look-ups, an endpoint each for emails and phones.
///
/// - The account is a segment of the path, and each path ends with a slash.
/// - An answer is a list at the top; an empty one is a miss.
/// - A price is one of a request; whether an empty answer costs it too is not said, so it is booked.
struct Forager: ExchangeProvider, AccountReporting {
    static let unit = "forager_credits"

    static let facts = ProviderDescriptor(
        id: "forager", name: "Forager", documentation: "https://docs.forager.ai/openapi",
        baseURL: "https://api-v2.forager.ai", authentication: .account(header: "X-API-KEY"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.linkedInURL]], price: VendorPrice(.attempt, Amount(5, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: [[.linkedInURL]], price: VendorPrice(.attempt, Amount(15, unit)), expectedHitRate: 0.3),
        ],
        timeout: .seconds(30), evidence: .documented)

    private static let lookup = "/api/{account}/datastorage/person_contacts_lookup"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        guard let handle = query.linkedInHandle else {
            throw ProviderError(.rejectedQuery, "needs a profile of a person")
        }
        let isMobile = query.capability == .mobile
        return .post(
            "\(Self.lookup)/\(isMobile ? "phone_numbers" : "work_emails")/",
            json: .object(compacting: [
                "linkedin_public_identifier": .string(handle), "do_contacts_enrichment": isMobile ? nil : true,
            ]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if let failure = reply.failure { throw failure }
        return try reply.json { json throws(ProviderError) in
            let entries = json.elements
            guard json.isArray, entries.allSatisfy(\.isObject) else {
                throw ProviderError(.malformedReply, "an answer that is not a list of objects")
            }
            return ProviderAnswer(
                emails: entries.compactMap(email),
                phones: entries.compactMap { entry in
                    entry["phone_number"].text.map { PhoneCandidate($0, type: .other) }
                })
        }
    }

    private func email(_ entry: JSONReader) -> EmailCandidate? {
        guard let address = entry["email"].text, entry["email_type"].text != "personal" else { return nil }
        let grade: EmailStatus =
            switch entry["validation_status"].text {
            case "valid": .verified
            case "invalid": .invalid
            default: .unverified
            }
        return EmailCandidate(address, grade: grade)
    }

    func accountRequest() -> ProviderRequest { .get("/api/{account}/subscriptions/balance_change_logs/") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object { json throws(ProviderError) in
            guard json["count"].integer != nil else { throw ProviderError(.malformedReply, "a log without a count") }
            return ProviderAccount()
        }
    }
}
