// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Kaspr: work emails and phones by LinkedIn profile and name.
    public static let kaspr = ProviderDefinition(Kaspr.facts) { Kaspr() }
}

/// Kaspr's LinkedIn look-up, known from others' code alone.
///
/// - The profile goes as its handle; one of another form is answered with 500, as an outage would be.
/// - `requiredData` keeps a profile without what is asked for from being billed.
/// - "No credits left" comes with 402, or inside a 200.
/// - Work emails, direct emails and phones are pools of their own.
struct Kaspr: ExchangeProvider, AccountReporting {
    static let emailUnit = "kaspr_work_email_credits"
    static let phoneUnit = "kaspr_phone_credits"
    static let directUnit = "kaspr_direct_email_credits"

    static let facts = ProviderDescriptor(
        id: "kaspr", name: "Kaspr", documentation: "https://docs.developers.kaspr.io",
        baseURL: "https://api.developers.kaspr.io", authentication: .bearer,
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.linkedInURL, .fullName]], price: VendorPrice(.found, Amount(1, emailUnit)),
                expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: [[.linkedInURL, .fullName]], price: VendorPrice(.found, Amount(1, phoneUnit)),
                expectedHitRate: 0.35),
        ],
        timeout: .seconds(50), evidence: .unconfirmed)

    private static let version = HeaderItem(own: "accept-version", "v2.0")

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        guard let handle = query.linkedInHandle else {
            throw ProviderError(.rejectedQuery, "needs a profile of a person")
        }
        let wanted: JSONValue = .array([query.capability == .mobile ? "phone" : "workEmail"])
        return .post(
            "/profile/linkedin", headers: [Self.version],
            json: .object(compacting: [
                "id": .string(handle), "name": .text(query.fullName), "dataToGet": wanted, "requiredData": wanted,
            ]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            if json["profile"].isObject { return answer(json["profile"]) }
            switch json["message"].text?.lowercased() {
            case nil where !json["profile"].exists: return .miss
            case let message? where message.contains("credits"): throw ProviderError(.outOfCredits)
            default: throw ProviderError(.malformedReply, "neither a profile nor none")
            }
        }
    }

    private func answer(_ profile: JSONReader) -> ProviderAnswer {
        let emails = distinct(
            [profile["starryWorkEmail"], profile["starryProfessionalEmail"]]
                + profile["professionalEmails"].elements)
        let bad = profile["emails"].elements.filter { $0["valid"].bool == false }.compactMap { $0["email"].text }
        let phones = distinct([profile["starryPhone"]] + profile["phones"].elements)
        let company = profile["company"]
        return ProviderAnswer(
            // No deliverability is said of a good one.
            emails: emails.map { EmailCandidate($0, grade: bad.contains($0) ? .invalid : .unverified) },
            phones: phones.map { PhoneCandidate($0, type: .other) },
            person: PersonFacts(
                title: profile["title"].text, companyName: company["name"].text,
                companyDomain: company["domains"].elements.first?.text))
    }

    private func distinct(_ values: [JSONReader]) -> [String] {
        var seen: Set<String> = []
        return values.compactMap(\.text).filter { seen.insert($0).inserted }
    }

    func accountRequest() -> ProviderRequest { .get("/keys/remainingCredits", headers: [Self.version]) }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object { json throws(ProviderError) in
            // An unlimited pool is -1, which is no amount.
            ProviderAccount(
                remaining: [
                    json["workEmailCredits"].amount(Self.emailUnit), json["phoneCredits"].amount(Self.phoneUnit),
                    json["directEmailCredits"].amount(Self.directUnit),
                ].compactMap(\.self))
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        reply.status == 500 ? ProviderError(.rejectedQuery, "a profile that the vendor can't take") : reply.failure
    }
}
