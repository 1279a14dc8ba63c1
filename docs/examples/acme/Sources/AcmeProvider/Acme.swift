// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// The company directory of Acme, which does not exist: the smallest provider that is whole.
    public static let acme = ProviderDefinition(Acme.facts) { Acme() }
}

/// Acme answers 200 with a person, or 404. Its quirk: `confirmed` is the string `"yes"`, not a boolean.
struct Acme: ExchangeProvider {
    static let facts = ProviderDescriptor(
        id: "acme", name: "Acme", documentation: "https://api.acme.example/docs", baseURL: "https://api.acme.example",
        authentication: .bearer,
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.firstName, .lastName, .domain]], price: VendorPrice(.found, Amount(1, "acme_credits")))
        ],
        limits: [RateLimit(10, per: .seconds(1))])

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        .get(
            "/v1/people",
            query: [("first", query.firstName), ("last", query.lastName), ("domain", query.domain)])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404 { return .miss }
        if let failure = reply.failure { throw failure }
        return try reply.json { json in
            guard let address = json["person"]["email"].text else { return .miss }
            let isConfirmed = json["person"]["confirmed"].string == "yes"
            return ProviderAnswer(emails: [EmailCandidate(address, grade: isConfirmed ? .verified : .unverified)])
        }
    }
}
