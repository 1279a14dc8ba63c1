// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes

extension ProviderDefinition {
    /// ZoomInfo: emails and mobiles by name and company name, LinkedIn profile or known email, and office phones.
    public static let zoomInfo = ProviderDefinition(ZoomInfo.facts) { ZoomInfo() }
}

/// ZoomInfo's enrichment of contacts and companies (GTM API), which speaks JSON:API.
///
/// - A contact is matched by the company's name, never by its domain.
/// - A record costs a credit whatever it holds, so what is wanted is a required field: a match without it is no match,
///   and free. Companies have no required fields.
/// - A miss is 200 with a `matchStatus`; so are credits that are gone (`LIMIT_EXCEEDED`), beside 400 with a code.
/// - Emails have no verdict; the score says how likely the person is reachable at the company.
/// - Numbers of North America come in their national form, and the country's name beside them.
struct ZoomInfo: ExchangeProvider, AccountReporting {
    static let unit = "zoominfo_credits"

    static let facts = ProviderDescriptor(
        id: "zoominfo", name: "ZoomInfo", documentation: "https://docs.zoominfo.com",
        baseURL: "https://api.zoominfo.com",
        // A scope is refused where the app has its own.
        authentication: .clientCredentials(.init("/gtm/oauth/v1/token", sendsBasic: true)),
        capabilities: [
            .email: CapabilityDescriptor(inputs: inputs, price: price, expectedHitRate: 0.5),
            .mobile: CapabilityDescriptor(inputs: inputs, price: price, expectedHitRate: 0.35),
            .officePhone: CapabilityDescriptor(
                inputs: [[.domain], [.companyName]], price: price, expectedHitRate: 0.6),
        ],
        repeats: .freeWindow(.seconds(86_400)),
        limits: [
            RateLimit(5, per: .seconds(1)), RateLimit(10_800, per: .seconds(3_600)),
            RateLimit(129_600, per: .seconds(86_400)),
        ],
        quotaHeaders: [
            QuotaHeader("x-ratelimit-remaining-second", per: .seconds(1)),
            QuotaHeader("x-ratelimit-remaining-hour", per: .seconds(3_600)),
            QuotaHeader("x-ratelimit-remaining-day", per: .seconds(86_400)),
        ],
        timeout: .seconds(30), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [[.fullName, .companyName], [.linkedInURL], [.email]]
    private static let price = VendorPrice(.found, Amount(1, unit))
    private static let mediaType = "application/vnd.api+json"
    private static let accept = HeaderItem(.accept, mediaType)
    private static let contactFields: [JSONValue] = [
        "email", "phone", "directPhoneDoNotCall", "mobilePhone", "mobilePhoneDoNotCall", "jobTitle", "externalUrls",
        "contactAccuracyScore", "country", "companyName", "companyWebsite", "companyPhone", "companyCountry",
    ]

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        guard query.capability == .officePhone else {
            let person: JSONValue = .object(compacting: [
                "firstName": .text(query.name.first), "lastName": .text(query.name.last),
                "fullName": .text(query.name.full), "companyName": .text(query.companyName),
                "externalURL": .text(query.linkedInURL), "emailAddress": .text(query.email),
            ])
            let required: JSONValue = query.capability == .mobile ? "mobilePhone" : "email"
            return enrich("contacts", "Contact", "Person", person, Self.contactFields, [required])
        }
        let company: JSONValue = .object(compacting: [
            "companyName": .text(query.companyName), "companyWebsite": .text(query.domain.map { "http://www.\($0)" }),
        ])
        return enrich("companies", "Company", "Company", company, ["name", "website", "phone", "country"], nil)
    }

    private func enrich(
        _ path: String, _ type: String, _ kind: String, _ input: JSONValue, _ fields: [JSONValue],
        _ required: [JSONValue]?
    ) -> ProviderRequest {
        let attributes: JSONValue = .object(compacting: [
            "match\(kind)Input": .array([input]), "outputFields": .array(fields),
            "requiredFields": required.map(JSONValue.array),
        ])
        let data: JSONValue = .object(compacting: ["type": .string("\(type)Enrich"), "attributes": attributes])
        return .post(
            "/gtm/data/v1/\(path)/enrich", headers: [Self.accept], json: .object(compacting: ["data": data]),
            contentType: Self.mediaType)
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard let record = json["data"].elements.first, let status = record["meta"]["matchStatus"].text else {
                throw ProviderError(.malformedReply, "a record without the status of its match")
            }
            switch status {
            case "FULL_MATCH", "CONTACT_ONLY_MATCH", "COMPANY_ONLY_MATCH": break
            case "NO_MATCH", "OPT_OUT": return .miss
            case let status where status.hasPrefix("NON_MATCH_BY_"): return .miss
            case "LIMIT_EXCEEDED": throw ProviderError(.outOfCredits)
            case "INVALID_INPUT": throw ProviderError(.rejectedQuery)
            default: throw ProviderError(.malformedReply, "an unknown status of a match")
            }
            let found = record["attributes"]
            guard query.capability == .officePhone else { return contact(found, query) }
            // A record is billed without a number too.
            return ProviderAnswer(
                officePhones: phone(found["phone"], .office, of: found, query),
                person: PersonFacts(companyName: found["name"].text, companyDomain: found["website"].text),
                charged: Amount(1, Self.unit))
        }
    }

    func accountRequest() -> ProviderRequest { .get("/gtm/data/v1/users/usage", headers: [Self.accept]) }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            let usage = json["data"].elements.first ?? json["data"]
            guard usage.isObject else { throw ProviderError(.malformedReply, "an account without usage") }
            // The documents write `uniqueID`, answers `uniqueIdLimit`: records that may still be enriched.
            let pool = usage["attributes"]["usage"].elements.first {
                $0["limitType"].text?.lowercased().hasPrefix("uniqueid") == true
            }
            return ProviderAccount(remaining: pool?["usageRemaining"].amount(Self.unit).map { [$0] } ?? [])
        }
    }

    /// Of an error its code counts before its status.
    private func failure(of reply: ProviderReply) -> ProviderError? {
        guard let failure = reply.failure else { return nil }
        let code = try? reply.json { json throws(ProviderError) in
            json["error"]["code"].text ?? json["errors"].elements.first?["code"].text
        }
        switch code ?? nil {
        case "PFAPI0011": return ProviderError(.outOfCredits)
        case "PFAPI0001", "PFAPI0009": return ProviderError(.unauthorized, "the plan lacks a field that is asked for")
        default: return failure
        }
    }
}
