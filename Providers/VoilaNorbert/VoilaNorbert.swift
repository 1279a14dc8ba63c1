// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Voila Norbert: work emails by name and company, as a search that is polled where it isn't done at once.
    public static let voilaNorbert = ProviderDefinition(VoilaNorbert.facts) { VoilaNorbert() }
}

/// Voila Norbert's search by name: a contact is made, and asked for as long as it says `searching`.
///
/// - A miss is a contact that isn't searched for any more and has no email; it is free.
/// - There is no word on whether an email can be delivered: `score` is how sure the vendor is of it.
/// - The search takes a form, not JSON.
/// - The key is the password of HTTP Basic; the user may be anything.
struct VoilaNorbert: PollingProvider, AccountReporting {
    static let unit = "voilanorbert_credits"

    static let facts = ProviderDescriptor(
        id: "voilanorbert", name: "Voila Norbert", documentation: "https://api.voilanorbert.com/2018-01-08/",
        baseURL: "https://api.voilanorbert.com/2018-01-08", authentication: .basic(user: "api"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.35)
        ],
        repeats: .asyncID, limits: [RateLimit(120, per: .seconds(60))], timeout: .seconds(120), evidence: .documented)

    static let pause = Duration.seconds(5)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        return .post(
            "/search/name",
            form: [
                ("name", query.fullName), ("domain", query.domain),
                ("company", query.companyNameAlone),
            ])
    }

    func request(for ticket: PollTicket) -> ProviderRequest { .get("/contacts/\(ticket.rawValue)") }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try reply.object { json throws(ProviderError) in
            switch json["searching"].bool {
            case true: return .pending(try PollTicket(json["id"]), after: Self.pause)
            case false: return .answered(answer(json))
            case nil: throw ProviderError(.malformedReply, "a contact that doesn't say whether it is searched for")
            }
        }
    }

    private func answer(_ contact: JSONReader) -> ProviderAnswer {
        let email = contact["email"]
        guard let address = email["email"].text else { return .miss }
        return ProviderAnswer(
            email: EmailCandidate(address, grade: .unverified, confidence: email["score"].percent),
            person: PersonFacts(
                companyName: contact["company"]["name"].text, companyDomain: contact["company"]["url"].text))
    }

    func accountRequest() -> ProviderRequest { .get("/organization/credits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object { json throws(ProviderError) in try ProviderAccount(json["remains"], Self.unit) }
    }
}
