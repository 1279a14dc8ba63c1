// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Veriphone: verifies phone numbers.
    public static let veriphone = ProviderDefinition(Veriphone.facts) { Veriphone() }
}

/// Veriphone's verification.
///
/// - Without a `+` and a country the vendor guesses the country from the caller's address: such a number isn't sent.
/// - `status` is `success`, `error` or `syntax-error`; an error's `code` in the body is the HTTP status.
/// - A fixed line and a VoIP line can be anyone's: they say nothing of the type.
struct Veriphone: VerifyingExchangeProvider {
    static let unit = "veriphone_credits"

    static let facts = ProviderDescriptor(
        id: "veriphone", name: "Veriphone", documentation: "https://veriphone.io/docs/v2",
        baseURL: "https://api.veriphone.io", authentication: .bearer,
        capabilities: [
            .verifyPhone: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.95)
        ],
        evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        let number = try WrittenNumber(toJudge: candidate)
        return .get("/v2/verify", query: [("phone", number.dialled), ("default_country", number.country)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        let number = try WrittenNumber(toJudge: candidate)
        return try reply.object { json throws(ProviderError) in
            if let failure = failure(in: json) { throw failure }
            guard let isValid = json["phone_valid"].bool else {
                throw ProviderError(.malformedReply, "a verification without a validity")
            }
            return try number.verdict(
                isValid: isValid, e164: json["e164"].text, type: type(json["phone_type"].text),
                country: json["country_code"].text)
        }
    }

    private func type(_ line: String?) -> PhoneType? {
        switch line {
        case "mobile": .mobile
        case "premium_rate": .other
        // fixed_line, toll_free, shared_cost, voip, unknown.
        default: nil
        }
    }

    private func failure(in json: JSONReader) -> ProviderError? {
        switch json["status"].text {
        case "success": return nil
        case "syntax-error": return ProviderError(.rejectedQuery, "the vendor can't read the number")
        case "error":
            let status = json["code"].integer.flatMap { Int(exactly: $0) } ?? 0
            return ProviderReply(status: status).failure ?? ProviderError(.malformedReply, "an error without a code")
        default: return ProviderError(.malformedReply, "a status that is not in the documents")
        }
    }
}
