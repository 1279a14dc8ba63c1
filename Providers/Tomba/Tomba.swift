// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Tomba: work emails by name and company or by LinkedIn profile, phones of people and companies, its verifiers.
    public static let tomba = ProviderDefinition(Tomba.facts) { Tomba() }
}

/// Tomba's finders and verifiers.
///
/// - The key goes in two headers; without the second it is a 400 with `authentication_failed`.
/// - 403 is used-up credits, like 402.
/// - A miss is 200 with a null value. `phone_number` of an email says whether there is one, not which.
/// - `accept_all` beside `valid` means that the server takes every recipient: a catch-all.
/// - Identical repeats within a month were seen to cost nothing.
struct Tomba: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "tomba_credits"
    static let verifierUnit = "tomba_verifier_credits"

    static let facts = ProviderDescriptor(
        id: "tomba", name: "Tomba", documentation: "https://docs.tomba.io/api", baseURL: "https://api.tomba.io/v1",
        authentication: .headers("X-Tomba-Key", secret: "X-Tomba-Secret"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName], [.linkedInURL]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.35),
            .mobile: CapabilityDescriptor(
                inputs: [[.email], [.linkedInURL]], price: VendorPrice(.found, Amount(5, unit)), expectedHitRate: 0.2),
            .officePhone: CapabilityDescriptor(
                inputs: [[.domain]], price: VendorPrice(.found, Amount(5, unit)), expectedHitRate: 0.3),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, verifierUnit)), expectedHitRate: 0.8),
            .verifyPhone: CapabilityDescriptor(price: VendorPrice(.attempt, Amount(1, unit)), expectedHitRate: 0.95),
        ],
        repeats: .freeWindow(.seconds(3_600)), limits: [RateLimit(100, per: .seconds(60))], timeout: .seconds(30),
        evidence: .confirmed)

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        switch query.capability {
        case .mobile:
            let profile = query.email == nil ? query.linkedInURL : nil
            return .get("/phone-finder", query: [("email", query.email), ("linkedin", profile)])
        case .officePhone: return .get("/phone-finder", query: [("domain", query.domain)])
        default: break
        }
        guard query.fullName != nil, query.domain != nil || query.companyName != nil else {
            return .get("/linkedin", query: [("url", query.linkedInURL)])
        }
        return .get(
            "/email-finder",
            query: [
                ("domain", query.domain), ("company", query.companyNameAlone),
                ("first_name", query.name.first), ("last_name", query.name.last), ("full_name", query.name.full),
            ])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try checked(reply) { data throws(ProviderError) in
            let grade = verdict(data["verification"]["status"].text, data).status
            let email = data["email"].text.map { EmailCandidate($0, grade: grade, confidence: data["score"].percent) }
            switch query.capability {
            case .mobile: return phone(data).map { ProviderAnswer(email: email, phone: $0) } ?? .miss
            case .officePhone: return ProviderAnswer(email: nil, officePhone: phone(data, .office))
            default: break
            }
            guard let email else { return .miss }
            return ProviderAnswer(
                email: email,
                person: PersonFacts(
                    title: data["position"].text, linkedInURL: data["linkedin"].text,
                    companyName: data["company"].text, companyDomain: data["website_url"].text))
        }
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        if case .email(let email) = candidate { return .get("/email-verifier", query: [("email", email.address)]) }
        let number = try WrittenNumber(toJudge: candidate)
        return .get("/phone-validator", query: [("phone", number.dialled), ("country_code", number.country)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try checked(reply) { data throws(ProviderError) in
            if case .email = candidate {
                let email = data["email"]
                guard let word = email["status"].text ?? email["result"].text else {
                    throw ProviderError(.malformedReply, "a verification without a status")
                }
                return .email(verdict(word, email))
            }
            guard let isValid = data["valid"].bool else {
                throw ProviderError(.malformedReply, "a validation without a validity")
            }
            return try WrittenNumber(toJudge: candidate).verdict(
                isValid: isValid, e164: data["e164_format"].text,
                type: data["line_type"].text == "MOBILE" ? .mobile : nil, country: data["country_code"].text)
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/me") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply) { data throws(ProviderError) in
            let pools = [("domains", Self.unit), ("verifications", Self.verifierUnit)]
            return ProviderAccount(
                remaining: pools.compactMap { pool, unit in
                    guard let all = data["requests"][pool]["available"].amount(unit),
                        let used = data["requests"][pool]["used"].amount(unit)
                    else { return nil }
                    return Amount(micros: max(all.micros - used.micros, 0), unit: unit)
                })
        }
    }

    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["data"].isObject else { throw ProviderError(.malformedReply, "an answer without data") }
            return try read(json["data"])
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        guard let failure = reply.failure else { return nil }
        let type = try? reply.json { json throws(ProviderError) in json["errors"]["type"].text }
        if type == "authentication_failed" { return ProviderError(.unauthorized) }
        switch reply.status {
        case 403: return ProviderError(.outOfCredits)
        case 404 where type != nil: return ProviderError(.rejectedQuery)
        default: return failure
        }
    }
}
