// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Cognism: emails and phones by name and company, LinkedIn profile or known email, and companies' office phones.
    public static let cognism = ProviderDefinition(Cognism.facts) { Cognism() }
}

/// Cognism's match and redemption: the first is free and says what there is, the second shows it.
///
/// - A contact costs a credit when it is redeemed first, whatever of it was wanted, so one whose preview lacks what is
///   asked for is not redeemed. A repeat is free. Companies are free.
/// - What the entitlements leave out is absent, in the preview too.
/// - Contacts are answered as `results`, redeemed accounts as `result`. Errors are a list at the top.
/// - Each number says whether it is on a do-not-call list.
struct Cognism: FindingProvider, AccountReporting {
    static let unit = "cognism_credits"

    static let facts = ProviderDescriptor(
        id: "cognism", name: "Cognism", documentation: "https://developers.cognism.com",
        baseURL: "https://app.cognism.com/api/search", authentication: .bearer,
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.3),
            .officePhone: CapabilityDescriptor(
                inputs: [[.domain], [.companyName]], price: .free, expectedHitRate: 0.5),
        ],
        repeats: .freeWindow(.seconds(86_400)), limits: [RateLimit(1_000, per: .seconds(60))],
        quotaHeaders: [QuotaHeader("x-rate-total-limit-remaining", reset: "x-rate-limit-reset")],
        timeout: .seconds(30), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [
        [.firstName, .lastName, .domain], [.firstName, .lastName, .companyName], [.linkedInURL], [.email],
    ]

    var descriptor: ProviderDescriptor { Self.facts }

    func find(_ query: ContactQuery, using client: ProviderClient) async throws(ProviderError) -> ProviderAnswer {
        try descriptor.checkInputs(of: query)
        let isOffice = query.capability == .officePhone
        let kind = isOffice ? "account" : "contact"
        let match = try await client.send(.post("/\(kind)/enrich", json: criteria(query)), repeatable: true)
        guard let id = try preview(in: match, for: query.capability) else { return .miss }
        let redemption: JSONValue = .object(compacting: ["redeemIds": .array([.string(id)])])
        let reply = try await client.send(
            .post("/\(kind)/redeem", query: [("mergePhonesAndLocations", "true")], json: redemption),
            repeatable: isOffice)
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            let records = json[isOffice ? "result" : "results"]
            guard records.exists else { throw ProviderError(.malformedReply, "a redemption without results") }
            guard let record = records.elements.first else { return .miss }
            guard record.isObject else { throw ProviderError(.malformedReply, "a record that is not an object") }
            return isOffice ? company(record) : contact(record)
        }
    }

    private func criteria(_ query: ContactQuery) -> JSONValue {
        guard query.capability != .officePhone else {
            return .object(compacting: ["domain": .text(query.domain), "name": .text(query.companyName)])
        }
        return .object(compacting: [
            "firstName": .text(query.firstName), "lastName": .text(query.lastName), "jobTitle": .text(query.title),
            "accountName": .text(query.companyName), "accountWebsite": .text(query.domain),
            "linkedinUrl": .text(query.linkedInURL), "email": .text(query.email),
        ])
    }

    /// Returns the id to redeem; nil where nobody matched, or the match has nothing of what is asked for.
    private func preview(in reply: ProviderReply, for capability: Capability) throws(ProviderError) -> String? {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["results"].exists else { throw ProviderError(.malformedReply, "a match without results") }
            guard let match = json["results"].elements.first else { return nil }
            let members: [String] =
                switch capability {
                case .mobile: ["hasMobilePhoneNumbers", "hasDirectPhoneNumbers"]
                case .officePhone: ["hasOfficePhoneNumbers", "hasHqPhoneNumbers"]
                default: ["hasEmail"]
                }
            guard members.contains(where: { match[$0].bool == true }) else { return nil }
            guard let id = match[capability == .officePhone ? "id" : "redeemId"].text else {
                throw ProviderError(.malformedReply, "a match without an id")
            }
            return id
        }
    }

    private func contact(_ record: JSONReader) -> ProviderAnswer {
        let account = record["account"]
        // `quality` is no verification, and its words are not documented.
        let email = record["email"]["address"].text.map { EmailCandidate($0, grade: .unverified) }
        return ProviderAnswer(
            emails: email.map { [$0] } ?? [],
            phones: phones(record["mobilePhoneNumbers"], .mobile) + phones(record["directPhoneNumbers"], .direct),
            officePhones: company(account).officePhones,
            person: PersonFacts(
                title: record["jobTitle"].text, linkedInURL: record["linkedinUrl"].text,
                companyName: account["name"].text, companyDomain: account["domain"].text),
            charged: Amount(1, Self.unit))
    }

    private func company(_ account: JSONReader) -> ProviderAnswer {
        ProviderAnswer(
            officePhones: phones(account["hqPhoneNumbers"], .office) + phones(account["officePhoneNumbers"], .office))
    }

    private func phones(_ list: JSONReader, _ type: PhoneType) -> [PhoneCandidate] {
        list.elements.compactMap { entry in
            guard let raw = entry["number"].text else { return nil }
            return PhoneCandidate(
                raw, type: type, doNotCall: entry["dnc"].bool.map { $0 ? .listed : .notListed } ?? .unknown)
        }
    }

    func accountRequest() -> ProviderRequest { .get("/entitlement/contactEntitlementSubscription") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { _ in ProviderAccount() }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        switch reply.status {
        case 429:
            let seconds = reply.headers["x-rate-limit-reset"].flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 }
            return ProviderError(
                .throttled, retryAfter: reply.retryAfter ?? seconds.map { .seconds(min($0, 3_600)) })
        // What an account without credits gets is not documented.
        case 400..<500 where reply.status != 404 && reply.mentions("credit"): return ProviderError(.outOfCredits)
        default: return reply.failure
        }
    }
}
