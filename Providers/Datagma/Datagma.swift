// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Datagma: verified work emails by name and company, mobiles by LinkedIn profile or known email.
    public static let datagma = ProviderDefinition(Datagma.facts) { Datagma() }
}

/// Datagma's email finder and its search for a person's mobile.
///
/// - What went wrong is a code in the body, whatever the status: 5 is a miss, 13 with a word on credit used-up credits.
/// - `MostProbable` emails are guessed, and free like those of catch-all domains. `cachAll` is so spelled.
/// - `creditBurn` is the exact charge, a number or a text; a repeat was seen to cost nothing.
/// - A mobile that may not be given out is 403, which for an email means a bad key.
/// - A possible person is not the one that was asked for, so its phones are left out.
struct Datagma: ExchangeProvider, AccountReporting {
    static let unit = "datagma_credits"

    static let facts = ProviderDescriptor(
        id: "datagma", name: "Datagma", documentation: "https://datagmaapi.readme.io",
        baseURL: "https://gateway.datagma.net/api/ingress", authentication: .query("apiId"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.35),
            .mobile: CapabilityDescriptor(
                inputs: [[.linkedInURL], [.email]],
                price: VendorPrice(.found, Amount(30, unit)), expectedHitRate: 0.25),
        ],
        limits: [RateLimit(10, per: .seconds(1))], timeout: .seconds(30), evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        if query.capability == .mobile {
            let profile = query.linkedInURL
            return .get(
                "/v1/search",
                query: [
                    ("username", profile), ("email", profile == nil ? query.email : nil), ("minimumMatch", "1"),
                ])
        }
        return .get(
            "/v8/findEmail",
            query: [
                ("firstName", query.name.first), ("lastName", query.name.last), ("fullName", query.name.full),
                ("company", query.domain ?? query.companyName),
            ])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        let isMobile = query.capability == .mobile
        do {
            return try reply.explained { json throws(ProviderError) in
                if try isMiss(json, reply) { return .miss }
                return isMobile ? try person(json) : try email(json)
            }
        } catch {
            guard isMobile, reply.status == 403, error.kind == .unauthorized else { throw error }
            throw ProviderError(.rejectedQuery, "the mobile may not be given out")
        }
    }

    private func email(_ json: JSONReader) throws(ProviderError) -> ProviderAnswer {
        let status = json["status"].text?.lowercased()
        let address = json["email"].text
        guard status != nil || address != nil else { throw ProviderError(.malformedReply, "an email without a status") }
        let isCatchAll = json["cachAll"].bool == true
        let grade: EmailStatus = isCatchAll ? .catchAll : status == "valid" ? .verified : .unverified
        let found = address.map { [EmailCandidate($0, grade: grade)] }
        let guesses = json["mostProbableEmail"].elements.compactMap(\.text).map { EmailCandidate($0, grade: .guessed) }
        let emails = found ?? (status == "mostprobable" ? guesses : [])
        let isBilled = !emails.isEmpty && grade == .verified
        return ProviderAnswer(
            emails: emails, person: PersonFacts(companyDomain: emails.isEmpty ? nil : json["emailDomain"].text),
            charged: json["creditBurn"].amount(Self.unit) ?? (isBilled ? nil : Amount(0, Self.unit)))
    }

    private func person(_ json: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard json["httpStatusCode"].exists || json["person"].exists || json["phoneFull"].exists else {
            throw ProviderError(.malformedReply, "a search without a result")
        }
        let person = json["person"]
        let phones = person["phones"].elements.compactMap(phone)
        let job = person["jobs"].elements.first
        return ProviderAnswer(
            emails: person["emails"].elements.compactMap { $0["address"].text }.map {
                EmailCandidate($0, grade: .unverified)
            },
            phones: phones.isEmpty ? json["phoneFull"]["phones"].elements.compactMap(phone) : phones,
            person: PersonFacts(
                title: job?["title"].text,
                linkedInURL: person["urls"].elements.first { $0["domain"].text == "linkedin.com" }?["url"].text,
                companyName: job?["company"].text),
            charged: json["creditBurn"].amount(Self.unit))
    }

    private func phone(_ entry: JSONReader) -> PhoneCandidate? {
        let parts = entry["countryCode"].integer.flatMap { code in entry["number"].integer.map { "+\(code)\($0)" } }
        return (entry["displayInternational"].text ?? parts).map { PhoneCandidate($0, type: .mobile) }
    }

    func accountRequest() -> ProviderRequest { .get("/v1/mine") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.explained { json throws(ProviderError) in
            let members = ["currentCredit", "credits", "credit"]
            guard try !isMiss(json, reply), let left = members.lazy.compactMap({ json[$0].amount(Self.unit) }).first
            else { throw ProviderError(.malformedReply, "an account without credits") }
            return ProviderAccount(remaining: [left])
        }
    }

    private func isMiss(_ json: JSONReader, _ reply: ProviderReply) throws(ProviderError) -> Bool {
        switch json["code"].integer {
        case nil:
            if let failure = reply.failure { throw failure }
            return false
        case 5: return true
        case 13:
            let credit = json["message"].text?.lowercased().contains("credit") ?? false
            throw ProviderError(credit ? .outOfCredits : .unavailable)
        case 3: throw ProviderError(.rejectedQuery)
        default: throw reply.failure ?? ProviderError(.malformedReply, "a code that is not in the documents")
        }
    }
}
