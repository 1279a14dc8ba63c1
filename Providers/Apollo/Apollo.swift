// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes

extension ProviderDefinition {
    /// Apollo: emails by name and company, LinkedIn profile or known email.
    public static let apollo = ProviderDefinition(Apollo.facts) { Apollo() }
}

/// Apollo's people match, asked for the email alone: its mobiles need a public webhook.
///
/// - Every parameter goes into the query, the body of the POST is empty.
/// - A bad key is answered with 401 and plain text.
/// - `email_not_unlocked@...` stands where an email is known and was not paid for: it is not a hit.
/// - A matched person costs a credit also where no email comes with it.
/// - Numbers of a contact that the account holds already come along; `work_hq` is the office.
struct Apollo: ExchangeProvider, AccountReporting {
    static let unit = "apollo_credits"

    static let facts = ProviderDescriptor(
        id: "apollo", name: "Apollo", documentation: "https://docs.apollo.io/reference/people-enrichment",
        baseURL: "https://api.apollo.io", authentication: .header("x-api-key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.fullName, .domain], [.fullName, .companyName], [.linkedInURL], [.email]],
                price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.5)
        ],
        limits: [
            RateLimit(50, per: .seconds(60)), RateLimit(200, per: .seconds(3_600)),
            RateLimit(600, per: .seconds(86_400)),
        ],
        // Fixed windows, each opened by its first call; no header says when they end.
        quotaHeaders: [
            QuotaHeader("x-minute-requests-left", per: .seconds(60)),
            QuotaHeader("x-hourly-requests-left", per: .seconds(3_600)),
            QuotaHeader("x-24-hour-requests-left", per: .seconds(86_400)),
        ],
        evidence: .documented)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        guard descriptor.missingInputs(for: query).isEmpty else {
            throw ProviderError(.rejectedQuery, "needs a name and a company, a LinkedIn profile, or an email")
        }
        let parted = query.firstName != nil && query.lastName != nil
        let parameters: [(String, String?)] = [
            ("first_name", parted ? query.firstName : nil), ("last_name", parted ? query.lastName : nil),
            ("name", parted ? nil : query.fullName), ("organization_name", query.companyName),
            ("domain", query.domain), ("linkedin_url", query.linkedInURL), ("email", query.email),
            ("reveal_personal_emails", "false"), ("reveal_phone_number", "false"),
        ]
        return ProviderRequest(
            method: .post, target: .path("/api/v1/people/match"),
            query: parameters.compactMap { name, value in value.map { QueryItem(name, $0) } },
            headers: [HeaderItem(.accept, "application/json")])
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if let failure = failure(of: reply) { throw failure }
        return try reply.json { json throws(ProviderError) in
            guard json.isObject else { throw ProviderError(.malformedReply, "an answer that is not an object") }
            let person = json["person"]
            guard person.exists else { return .miss }
            guard person.isObject else { throw ProviderError(.malformedReply, "a person that is not an object") }
            return answer(person)
        }
    }

    private func answer(_ person: JSONReader) -> ProviderAnswer {
        let organization = person["organization"]
        let numbers = person["contact"]["phone_numbers"].elements.compactMap(phone)
        return ProviderAnswer(
            emails: email(person).map { [$0] } ?? [],
            phones: numbers.filter { $0.type != .office }, officePhones: numbers.filter { $0.type == .office },
            person: PersonFacts(
                title: person["title"].text, linkedInURL: person["linkedin_url"].text,
                companyName: organization["name"].text, companyDomain: organization["primary_domain"].text),
            charged: Amount(1, Self.unit))
    }

    private func email(_ person: JSONReader) -> EmailCandidate? {
        guard let address = person["email"].text, !address.lowercased().hasPrefix("email_not_unlocked@") else {
            return nil
        }
        let confidence = person["extrapolated_email_confidence"].number
        return EmailCandidate(
            address, grade: grade(person["email_status"].text),
            confidence: confidence.flatMap { (0...1).contains($0) ? $0 : nil })
    }

    private func grade(_ status: String?) -> EmailStatus {
        switch status?.lowercased() {
        // "Likely to engage" is a verified address that was active of late.
        case "verified", "likely to engage", "likely_to_engage": .verified
        case "guessed": .guessed
        case "bounced": .invalid
        default: .unverified
        }
    }

    private func phone(_ number: JSONReader) -> PhoneCandidate? {
        guard let raw = number["sanitized_number"].text ?? number["raw_number"].text else { return nil }
        let type: PhoneType =
            switch number["type"].text ?? number["type_cd"].text {
            case "mobile": .mobile
            case "work_direct": .direct
            case "work_hq", "work": .office
            case "home": .home
            default: .other
            }
        let status: PhoneStatus =
            switch number["status"].text ?? number["status_cd"].text {
            case "valid_number": .validNumber
            case "invalid_number": .invalidNumber
            default: .noStatus
            }
        let listed = number["dnc_status"].text ?? number["dnc_status_cd"].text
        return PhoneCandidate(raw, type: type, status: status, doNotCall: listed == "not_found" ? .notListed : .unknown)
    }

    func accountRequest() -> ProviderRequest {
        ProviderRequest(
            method: .post, target: .path("/api/v1/usage_stats/credit_usage_stats"),
            headers: [HeaderItem(.accept, "application/json")])
    }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        if let failure = failure(of: reply) { throw failure }
        return try reply.json { json throws(ProviderError) in
            guard json["credit_usage_stats"].isObject else {
                throw ProviderError(.malformedReply, "an account without usage")
            }
            guard let left = json["credit_usage_stats"]["lead_credit"]["left_over"].integer,
                (0...1_000_000_000).contains(left)
            else { return ProviderAccount() }
            return ProviderAccount(remaining: [Amount(left, Self.unit)])
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        // What a team without credits gets is not documented; both statuses were reported, with a text that says so.
        if reply.status == 422, String(decoding: reply.body, as: UTF8.self).lowercased().contains("credit") {
            return ProviderError(.outOfCredits)
        }
        return reply.failure
    }
}
