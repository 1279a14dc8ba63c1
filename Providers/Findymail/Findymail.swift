// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes

extension ProviderDefinition {
    /// Findymail: verified emails by name and company or by LinkedIn profile, phones by LinkedIn profile, and its
    /// email verifier.
    public static let findymail = ProviderDefinition(Findymail.facts) { Findymail() }
}

/// Findymail's search and verifier.
///
/// - Without `Accept: application/json` a bad key is answered with a redirect to a login page, so a 302 means one.
/// - A miss is 200 with `contact: null`, or a contact without an email; clients saw 404 too.
/// - "Not enough credits" comes with 402, on older routes inside a 200.
/// - 423 is a paused subscription.
/// - Emails are verified by contract: there is no status. `verified: false` of the verifier says no more than that.
/// - Finder and verifier credits are two pools.
struct Findymail: ExchangeProvider, VerifyingExchangeProvider, AccountReporting {
    static let unit = "findymail_credits"
    static let verifierUnit = "findymail_verifier_credits"

    static let facts = ProviderDescriptor(
        id: "findymail", name: "Findymail", documentation: "https://app.findymail.com/docs/",
        baseURL: "https://app.findymail.com", authentication: .bearer,
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName], [.linkedInURL]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: [[.linkedInURL]], price: VendorPrice(.found, Amount(10, unit)), expectedHitRate: 0.2),
            .verifyEmail: CapabilityDescriptor(
                price: VendorPrice(.attempt, Amount(1, verifierUnit)), expectedHitRate: 0.7),
        ],
        concurrency: 5, timeout: .seconds(30), evidence: .confirmed)

    private static let accept = HeaderItem(.accept, "application/json")

    var descriptor: ProviderDescriptor { Self.facts }

    // MARK: Finding

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        if query.capability == .mobile { return post("/api/search/phone", ["linkedin_url": .text(query.linkedInURL)]) }
        guard let name = query.fullName, let company = query.domain ?? query.companyName else {
            return post("/api/search/business-profile", ["linkedin_url": .text(query.linkedInURL)])
        }
        return post("/api/search/name", ["name": .string(name), "domain": .string(company)])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if reply.status == 404, try reply.json({ $0.isObject }) { return .miss }
        return try checked(reply) { json throws(ProviderError) in
            query.capability == .mobile ? try phone(json) : try contact(json)
        }
    }

    private func contact(_ json: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard json.members.contains(where: { $0.key == "contact" }) else {
            throw ProviderError(.malformedReply, "an answer without a contact")
        }
        let contact = json["contact"]
        guard let address = contact["email"].text else { return .miss }
        return ProviderAnswer(
            email: EmailCandidate(address, grade: .verified),
            person: PersonFacts(
                title: contact["job_title"].text, linkedInURL: contact["linkedin_url"].text,
                companyName: contact["company"].text, companyDomain: contact["domain"].text))
    }

    private func phone(_ json: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard json.members.contains(where: { $0.key == "phone" }) else {
            throw ProviderError(.malformedReply, "an answer without a phone")
        }
        guard let raw = json["phone"].text else { return .miss }
        let mobile = json["line_type"].text?.lowercased() == "mobile"
        return ProviderAnswer(phones: [PhoneCandidate(raw, type: mobile ? .mobile : .other)])
    }

    // MARK: Verifying

    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        try post("/api/verify", ["email": .string(candidate.emailAddress)])
    }

    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        try checked(reply) { json throws(ProviderError) in
            guard let verified = json["verified"].bool else {
                throw ProviderError(.malformedReply, "a verification without a result")
            }
            return .email(verified ? EmailVerdict(.verified, .mailboxExists) : EmailVerdict(.unverified, .unspecified))
        }
    }

    // MARK: The account

    func accountRequest() -> ProviderRequest { .get("/api/credits", headers: [Self.accept]) }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply) { json throws(ProviderError) in
            guard json["credits"].exists else { throw ProviderError(.malformedReply, "an account without credits") }
            let pools = [("credits", Self.unit), ("verifier_credits", Self.verifierUnit)]
            return ProviderAccount(
                remaining: pools.compactMap { member, unit in json[member].amount(unit) })
        }
    }

    private func post(_ path: String, _ members: KeyValuePairs<String, JSONValue?>) -> ProviderRequest {
        .post(path, headers: [Self.accept], json: .object(compacting: members))
    }

    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["error"].text ?? json["message"].text == nil else {
                let credits = reply.mentions("not enough credits")
                throw ProviderError(credits ? .outOfCredits : .malformedReply, "an error with status 200")
            }
            return try read(json)
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        switch reply.status {
        case 302: ProviderError(.unauthorized)
        case 423: ProviderError(.unauthorized, "the subscription is paused")
        default: reply.failure
        }
    }
}
