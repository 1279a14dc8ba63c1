// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Twilio Lookup: verifies phone numbers.
    public static let twilio = ProviderDefinition(Twilio.facts) { Twilio() }
}

/// Twilio's Lookup, version 2, with line type intelligence.
///
/// - The key is `SID:secret`: of an API key, or the account's SID with its token.
/// - An invalid number is 200 with `valid: false`; a 404 is the vendor's only with its code 20404.
/// - An account without a balance is suspended: it is not active (10001, 20005), which is no wrong key.
/// - A line type that can't be had (`error_code`: 60601 in Canada, 60607 elsewhere) takes nothing from the validity.
/// - A landline and a VoIP line can be anyone's: they say nothing of the type.
struct Twilio: VerifyingExchangeProvider {
    static let facts = ProviderDescriptor(
        id: "twilio", name: "Twilio", documentation: "https://www.twilio.com/docs/lookup/v2-api",
        baseURL: "https://lookups.twilio.com", authentication: .basic(user: nil),
        capabilities: [
            .verifyPhone: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(micros: 8_000, unit: "USD")), expectedHitRate: 0.95)
        ],
        evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        let number = try WrittenNumber(toJudge: candidate)
        return .get(
            "/v2/PhoneNumbers/\(number.dialled)",
            query: [("Fields", "line_type_intelligence"), ("CountryCode", number.country)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        let number = try WrittenNumber(toJudge: candidate)
        return try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard let isValid = json["valid"].bool else {
                throw ProviderError(.malformedReply, "a look-up without a validity")
            }
            return try number.verdict(
                isValid: isValid, e164: json["phone_number"].text,
                type: type(json["line_type_intelligence"]["type"].text), country: json["country_code"].text)
        }
    }

    private func type(_ line: String?) -> PhoneType? {
        switch line {
        case "mobile": .mobile
        case "premium", "pager", "voicemail": .other
        // landline, fixedVoip, nonFixedVoip, personal, tollFree, sharedCost, uan, unknown.
        default: nil
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        guard (400..<500).contains(reply.status) else { return reply.failure }
        let code = try? reply.json { json throws(ProviderError) in json["code"].integer }
        switch code ?? nil {
        case 10_001, 20_005: return ProviderError(.outOfCredits, "the account is not active")
        case 20_404: return ProviderError(.rejectedQuery)
        default: return reply.failure
        }
    }
}
