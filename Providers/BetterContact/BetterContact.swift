// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// BetterContact: work emails and mobiles by name and company or by LinkedIn profile, from many vendors in turn.
    public static let betterContact = ProviderDefinition(BetterContact.facts) { BetterContact() }
}

/// BetterContact's enrichment: a request of one lead is submitted, and asked for until it is terminated.
///
/// - A request that runs is HTTP 202; the word `terminated` alone says that it is done.
/// - Credits that are gone are 402 at submission, and `on_hold` while it runs.
/// - An unknown request is 406. An error's words are in `error` or in `message`.
/// - A number comes without its country code, which stands beside it.
/// - Email and mobile are billed apart, so only the one that is wanted is asked for. `credits_consumed` is exact.
struct BetterContact: PollingProvider, AccountReporting {
    static let unit = "bettercontact_credits"

    static let facts = ProviderDescriptor(
        id: "bettercontact", name: "BetterContact", documentation: "https://doc.bettercontact.rocks",
        baseURL: "https://app.bettercontact.rocks", authentication: .header("X-API-Key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.5),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(10, unit)), expectedHitRate: 0.35),
        ],
        repeats: .asyncID, timeout: .seconds(300), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [
        [.firstName, .lastName, .domain], [.firstName, .lastName, .companyName], [.linkedInURL],
    ]
    /// "A few seconds", say the documents; who calls on after a 429 may have the account blocked.
    static let pause = Duration.seconds(15)
    private static let path = "/api/v2/async"

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let lead: JSONValue = .object(compacting: [
            "first_name": .text(query.name.first), "last_name": .text(query.name.last),
            "company": .text(query.companyName), "company_domain": .text(query.domain),
            "linkedin_url": .text(query.linkedInURL),
        ])
        let isMobile = query.capability == .mobile
        return .post(
            Self.path,
            json: .object(compacting: [
                "data": .array([lead]), "enrich_email_address": .bool(!isMobile),
                "enrich_phone_number": .bool(isMobile),
            ]))
    }

    func request(for ticket: PollTicket) -> ProviderRequest { .get("\(Self.path)/\(ticket.rawValue)") }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        guard reply.status != 406 else {
            throw ProviderError(.malformedReply, "a request that the vendor doesn't know")
        }
        return try checked(reply) { json throws(ProviderError) in
            guard json["status"].exists else { return .pending(try PollTicket(json["id"]), after: Self.pause) }
            switch json["status"].text {
            case "terminated": return .answered(try answer(json))
            case "on_hold": throw ProviderError(.outOfCredits)
            case "processing", "in progress": return .pending(nil, after: Self.pause)
            case .some where reply.status == 202: return .pending(nil, after: Self.pause)
            default: throw ProviderError(.malformedReply, "a request of an unknown status")
            }
        }
    }

    private func answer(_ json: JSONReader) throws(ProviderError) -> ProviderAnswer {
        guard let lead = json["data"].elements.first, lead.isObject else {
            throw ProviderError(.malformedReply, "a request without its lead")
        }
        let email = lead["contact_email_address"].text.map {
            EmailCandidate($0, grade: grade(lead["contact_email_address_status"].text))
        }
        return ProviderAnswer(
            emails: email.map { [$0] } ?? [], phones: phones(lead),
            person: PersonFacts(
                title: lead["contact_job_title"].text, companyName: lead["company_name"].text,
                companyDomain: lead["company_domain"].text),
            charged: json["credits_consumed"].amount(Self.unit))
    }

    private func grade(_ status: String?) -> EmailStatus {
        switch status {
        // The older word is still in the summary.
        case "deliverable", "valid": .verified
        case "catch_all", "catch_all_safe", "catch_all_not_safe": .catchAll
        case "undeliverable": .invalid
        default: .unverified
        }
    }

    private func phones(_ lead: JSONReader) -> [PhoneCandidate] {
        let listed: DoNotCall = lead["do_not_contact"].bool == true ? .listed : .unknown
        let code = lead["contact_phone_number_cc"].text ?? lead["contact_phone_number_cc"].integer.map { String($0) }
        return [(lead["contact_phone_number"].text, code), (lead["contact_additional_phone_number"].text, nil)]
            .compactMap { number, code in
                guard let number else { return nil }
                let coded = number.hasPrefix("+") ? nil : code.map { "+\($0) \(number)" }
                return PhoneCandidate(coded ?? number, type: .mobile, doNotCall: listed)
            }
    }

    func accountRequest() -> ProviderRequest { .get("/api/v2/account") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try checked(reply) { json throws(ProviderError) in try ProviderAccount(json["credits_left"], Self.unit) }
    }

    private func checked<T>(
        _ reply: ProviderReply, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try reply.object { json throws(ProviderError) in
            guard json["success"].bool != false else {
                let words = (json["error"].text ?? json["message"].text ?? "").lowercased()
                let kind: ProviderError.Kind = words.contains("credit") ? .outOfCredits : .rejectedQuery
                throw ProviderError(kind, "an error with status 2xx")
            }
            return try read(json)
        }
    }
}
