// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// AbstractAPI: verifies phone numbers.
    public static let abstractAPI = ProviderDefinition(AbstractAPI.facts) { AbstractAPI() }
}

/// AbstractAPI's Phone Intelligence, and the older Phone Validation where `base_url` names it.
///
/// - Each product has a key of its own.
/// - 422 is the used-up quota.
/// - An answer holds a name and breaches of the person: they are not read.
/// - The older product answers with `valid`, `type` and `format`; both forms are read.
/// - A landline and a VoIP line can be anyone's: they say nothing of the type.
struct AbstractAPI: VerifyingExchangeProvider {
    static let unit = "abstractapi_credits"

    static let facts = ProviderDescriptor(
        id: "abstractapi", name: "AbstractAPI", documentation: "https://docs.abstractapi.com/api/phone-intelligence",
        baseURL: "https://phoneintelligence.abstractapi.com", authentication: .query("api_key"),
        capabilities: [
            .verifyPhone: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.95)
        ],
        limits: [RateLimit(3, per: .seconds(1))], evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        let number = try WrittenNumber(toJudge: candidate)
        return .get("/v1/", query: [("phone", number.digits), ("country", number.country)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        let number = try WrittenNumber(toJudge: candidate)
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            if json["error"].exists { throw failure(in: json["error"]) }
            let isOlder = json["valid"].exists
            guard let isValid = (isOlder ? json["valid"] : json["phone_validation"]["is_valid"]).bool else {
                throw ProviderError(.malformedReply, "a validation without a validity")
            }
            let line = (isOlder ? json["type"] : json["phone_carrier"]["line_type"]).text
            let country = isOlder ? json["country"]["code"] : json["phone_location"]["country_code"]
            return try number.verdict(
                isValid: isValid, e164: (isOlder ? json["format"] : json["phone_format"])["international"].text,
                type: type(line?.lowercased()), country: country.text)
        }
    }

    private func type(_ line: String?) -> PhoneType? {
        switch line {
        case "mobile", "wireless": .mobile
        // The documents have no list of the others.
        default: nil
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        reply.status == 422 ? ProviderError(.outOfCredits) : reply.failure
    }

    /// An error with status 200, which the documents don't have.
    private func failure(in error: JSONReader) -> ProviderError {
        error["code"].text == "unauthorized"
            ? ProviderError(.unauthorized) : ProviderError(.malformedReply, "an error with status 200")
    }
}
