// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// LeadMagic: work emails by name and company or by LinkedIn profile, mobiles by LinkedIn profile or known email,
    /// and its email validation.
    public static let leadMagic = ProviderDefinition(LeadMagic.facts) { LeadMagic() }
}

/// LeadMagic's finders and its validation.
///
/// - A miss is 200 with a null value, by profile without it, or a 404 with `profile_not_found`.
/// - `credits_consumed` is the exact charge, in quarters of a credit.
/// - An email by LinkedIn profile costs 5 credits, by name 1: a name goes first. The former carries no status.
/// - `valid_catch_all` is an address on a domain that takes every recipient: a catch-all.
/// - 403 is a plan without this.
struct LeadMagic: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "leadmagic_credits"

    static let facts = ProviderDescriptor(
        id: "leadmagic", name: "LeadMagic", documentation: "https://leadmagic.io/docs",
        baseURL: "https://api.leadmagic.io", authentication: .header("X-API-Key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName], [.linkedInURL]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: [[.linkedInURL], [.email]], price: VendorPrice(.found, Amount(5, unit)), expectedHitRate: 0.25),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.known, Amount(micros: 250_000, unit: unit)), expectedHitRate: 0.85),
        ],
        limits: [RateLimit(300, per: .seconds(60))], timeout: .seconds(30), evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let profile = query.linkedInURL
        if query.capability == .mobile {
            return .post(
                "/v1/people/mobile-finder",
                json: .object(compacting: [
                    "profile_url": .text(profile), "work_email": profile == nil ? .text(query.email) : nil,
                ]))
        }
        guard query.fullName != nil, query.domain != nil || query.companyName != nil else {
            return .post("/v1/people/b2b-profile-email", json: .object(compacting: ["profile_url": .text(profile)]))
        }
        return .post(
            "/v1/people/email-finder",
            json: .object(compacting: [
                "first_name": .text(query.name.first), "last_name": .text(query.name.last),
                "full_name": .text(query.name.full), "domain": .text(query.domain),
                "company_name": .text(query.companyNameAlone),
            ]))
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404, try reply.json({ $0["errors"].elements.first?["code"].text == "profile_not_found" }) {
            return .miss
        }
        return try checked(reply) { json throws(ProviderError) in
            let asked = query.capability == .mobile ? "mobile_number" : "email"
            guard json[asked].exists || json["credits_consumed"].exists else {
                throw ProviderError(.malformedReply, "neither what was asked nor a charge")
            }
            let charged = json["credits_consumed"].amount(Self.unit)
            guard let value = json[asked].text else { return ProviderAnswer(charged: charged) }
            let mobile = query.capability == .mobile ? PhoneCandidate(value, type: .mobile) : nil
            let email = json["email"].text.map {
                EmailCandidate($0, grade: mobile == nil ? grade(json["status"].text) : .unverified)
            }
            return ProviderAnswer(
                email: email, phone: mobile,
                person: PersonFacts(
                    linkedInURL: json["profile_url"].text, companyName: json["company_name"].text,
                    companyDomain: json["domain"].text),
                charged: charged)
        }
    }

    private func grade(_ status: String?) -> EmailStatus {
        switch status {
        case "valid": .verified
        case "valid_catch_all", "catch_all": .catchAll
        case "invalid": .invalid
        default: .unverified
        }
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try .post("/v1/people/email-validation", json: .object(compacting: ["email": .string(candidate.emailAddress)]))
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try checked(reply) { json throws(ProviderError) in
            guard let status = json["email_status"].text else {
                throw ProviderError(.malformedReply, "a validation without a status")
            }
            let charged = json["credits_consumed"].amount(Self.unit)
            switch grade(status) {
            case .verified: return .email(EmailVerdict(.verified, .mailboxExists, charged: charged))
            case .catchAll: return .email(EmailVerdict(.catchAll, .catchAllDomain, charged: charged))
            case .invalid: return .email(EmailVerdict(.invalid, .mailboxNotFound, charged: charged))
            default: return .email(EmailVerdict(.unverified, .unspecified, charged: charged))
            }
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/v1/credits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply) { json throws(ProviderError) in try ProviderAccount(json["credits"], Self.unit) }
    }

    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object { json throws(ProviderError) in
            guard json["success"].bool != false else {
                throw ProviderError(.malformedReply, "an error with status 200")
            }
            return try read(json)
        }
    }
}
