// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Numverify: verifies phone numbers.
    public static let numverify = ProviderDefinition(Numverify.facts) { Numverify() }
}

/// Numverify, by apilayer.
///
/// - Errors come with HTTP 200: `success: false` and a code.
/// - Digits alone are taken; without a country code the number needs its country.
/// - 105 is a function that the plan hasn't, on older plans HTTPS itself: a person must act, as for a wrong key.
/// - A landline can be anyone's: it says nothing of the type.
struct Numverify: VerifyingExchangeProvider {
    static let unit = "numverify_credits"

    static let facts = ProviderDescriptor(
        id: "numverify", name: "Numverify", documentation: "https://numverify.com/documentation",
        baseURL: "https://apilayer.net", authentication: .query("access_key"),
        capabilities: [
            .verifyPhone: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.95)
        ],
        evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        let number = try WrittenNumber(toJudge: candidate)
        return .get("/api/validate", query: [("number", number.digits), ("country_code", number.country)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        let number = try WrittenNumber(toJudge: candidate)
        return try reply.object { json throws(ProviderError) in
            if json["success"].bool == false || json["error"].exists { throw failure(in: json["error"]) }
            guard let isValid = json["valid"].bool else {
                throw ProviderError(.malformedReply, "a validation without a validity")
            }
            return try number.verdict(
                isValid: isValid, e164: json["international_format"].text, type: type(json["line_type"].text),
                country: json["country_code"].text)
        }
    }

    private func type(_ line: String?) -> PhoneType? {
        switch line {
        case "mobile": .mobile
        case "special_services", "premium_rate", "satellite", "paging": .other
        // landline, toll_free, null.
        default: nil
        }
    }

    private func failure(in error: JSONReader) -> ProviderError {
        switch error["code"].integer {
        case 101, 102: ProviderError(.unauthorized)
        case 104: ProviderError(.outOfCredits)
        case 105: ProviderError(.unauthorized, "the plan lacks this function")
        case 106: ProviderError(.throttled)
        case 210, 211, 310: ProviderError(.rejectedQuery, "an error with status 200")
        default: ProviderError(.malformedReply, "an error that is not in the documents")
        }
    }
}
