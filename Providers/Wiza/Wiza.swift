// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// Wiza: work emails and phones by LinkedIn profile, name and company, or known email, as reveals that are polled.
    public static let wiza = ProviderDefinition(Wiza.facts) { Wiza() }
}

/// Wiza's individual reveal: started, and asked for until it has ended.
///
/// - `enrichment_level` decides what is billed: `partial` asks for an email, `phone` for a phone.
/// - A profile that matches is 1 credit, its email 2 and its phone 5; `api_credits.total` is the exact charge.
/// - A miss is a finished reveal that has an `unfound` status, a failed one is an outage.
/// - Messages stand at four places. One on credits is read as used-up credits, whatever the status.
struct Wiza: PollingProvider, AccountReporting {
    static let unit = "wiza_credits"

    static let facts = ProviderDescriptor(
        id: "wiza", name: "Wiza", documentation: "https://docs.wiza.co",
        baseURL: "https://wiza.co/api", authentication: .bearer,
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(3, unit)), expectedHitRate: 0.4),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(6, unit)), expectedHitRate: 0.25),
        ],
        repeats: .asyncID, concurrency: 5, timeout: .seconds(120), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [
        [.linkedInURL], [.fullName, .domain], [.fullName, .companyName], [.email],
    ]
    static let pause = Duration.seconds(3)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let isMobile = query.capability == .mobile
        return .post(
            "/individual_reveals",
            json: .object(compacting: [
                "individual_reveal": person(query), "enrichment_level": isMobile ? "phone" : "partial",
                "email_options": isMobile
                    ? nil
                    : .object(compacting: ["accept_work": true, "accept_personal": false, "accept_generic": false]),
            ]))
    }

    /// One way to say who is meant: a profile, a name with its company, or an email.
    private func person(_ query: ContactQuery) -> JSONValue {
        if let profile = query.linkedInURL { return .object(compacting: ["profile_url": .string(profile)]) }
        guard let name = query.fullName, query.domain != nil || query.companyName != nil else {
            return .object(compacting: ["email": .text(query.email)])
        }
        return .object(compacting: [
            "full_name": .string(name), "company": .text(query.companyName), "domain": .text(query.domain),
        ])
    }

    func request(for ticket: PollTicket) -> ProviderRequest { .get("/individual_reveals/\(ticket.rawValue)") }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            let data = json["data"]
            switch data["status"].text {
            case "queued", "resolving":
                return .pending(data["id"].exists ? try PollTicket(data["id"]) : nil, after: Self.pause)
            case "finished": return .answered(answer(data))
            case "failed": throw ProviderError(.unavailable, "the reveal failed")
            default: throw ProviderError(.malformedReply, "a reveal without a status that is known")
            }
        }
    }

    private func answer(_ data: JSONReader) -> ProviderAnswer {
        let listed = data["emails"].elements.compactMap(email)
        let numbers = data["phones"].elements.compactMap(phone)
        let mobile = data["mobile_phone"].text.map { PhoneCandidate($0, type: .mobile) }
        let other = data["phone_number"].text.map { PhoneCandidate($0, type: .other) }
        return ProviderAnswer(
            emails: listed.isEmpty ? [data].compactMap(email) : listed,
            phones: numbers.isEmpty ? [mobile ?? other].compactMap(\.self) : numbers,
            person: PersonFacts(
                title: data["title"].text, linkedInURL: data["linkedin_profile_url"].text,
                companyName: data["company"].text, companyDomain: data["company_domain"].text),
            charged: data["credits"]["api_credits"]["total"].amount(Self.unit))
    }

    private func email(_ entry: JSONReader) -> EmailCandidate? {
        guard let address = entry["email"].text else { return nil }
        switch entry["email_status"].text {
        case "valid": return EmailCandidate(address, grade: .verified)
        case "catch_all": return EmailCandidate(address, grade: .catchAll)
        case "invalid": return EmailCandidate(address, grade: .invalid)
        case "unfound": return nil
        default: return EmailCandidate(address, grade: .unverified)
        }
    }

    private func phone(_ entry: JSONReader) -> PhoneCandidate? {
        guard let raw = entry["number"].text ?? entry["pretty_number"].text else { return nil }
        return PhoneCandidate(raw, type: entry["type"].text == "mobile" ? .mobile : .other)
    }

    func accountRequest() -> ProviderRequest { .get("/meta/credits") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["credits"].isObject else { throw ProviderError(.malformedReply, "an account without credits") }
            // A pool may be `unlimited`, which is no number.
            return ProviderAccount(remaining: [json["credits"]["api_credits"].amount(Self.unit)].compactMap(\.self))
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        guard (400..<500).contains(reply.status), reply.status != 401, reply.status != 429 else { return reply.failure }
        let message = try? reply.json { json throws(ProviderError) in
            [json["message"], json["error"], json["detail"], json["status"]["message"]].compactMap(\.text).first
        }
        if message?.lowercased().contains("credit") == true { return ProviderError(.outOfCredits) }
        return reply.status == 404 && message != nil ? ProviderError(.rejectedQuery) : reply.failure
    }
}
