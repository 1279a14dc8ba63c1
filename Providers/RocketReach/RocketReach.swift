// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// RocketReach: work emails and phones by name and employer, LinkedIn profile or known email.
    public static let rocketReach = ProviderDefinition(RocketReach.facts) { RocketReach() }
}

/// RocketReach's person lookup: answered at once where it is cached, else a job that is polled.
///
/// - A miss is 404, the status `failed`, or a complete lookup without contacts.
/// - A name goes with the employer's name alone: there is no parameter for a domain.
/// - A standard lookup is billed for an email of grade A or A-, a premium one also for a valid phone: an email of
///   another grade is free, and a premium lookup that found the email alone is billed.
/// - Cached emails would come before they are checked, so none are asked for.
struct RocketReach: PollingProvider, AccountReporting {
    static let unit = "rocketreach_credits"
    static let premiumUnit = "rocketreach_premium_credits"

    static let facts = ProviderDescriptor(
        id: "rocketreach", name: "RocketReach",
        documentation: "https://docs.rocketreach.co/reference/people-lookup-api",
        baseURL: "https://api.rocketreach.co/api/v2", authentication: .header("Api-Key"),
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, unit)), expectedHitRate: 0.45),
            .mobile: CapabilityDescriptor(
                inputs: inputs, price: VendorPrice(.found, Amount(1, premiumUnit)), expectedHitRate: 0.35),
        ],
        // How many lookups a minute depends on the plan; looks at a job don't count there.
        repeats: .asyncID, limits: [RateLimit(10, per: .seconds(1))], timeout: .seconds(120), evidence: .documented)

    private static let inputs: [Set<QueryField>] = [[.fullName, .companyName], [.linkedInURL], [.email]]
    static let pause = Duration.seconds(5)

    var descriptor: ProviderDescriptor { Self.facts }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try descriptor.checkInputs(of: query)
        let employer = query.fullName == nil ? nil : query.companyName
        return .get(
            "/person/lookup",
            query: [
                ("name", employer == nil ? nil : query.fullName), ("current_employer", employer),
                ("linkedin_url", query.linkedInURL), ("email", query.email),
                ("lookup_type", query.capability == .mobile ? "premium" : "standard"),
                ("return_cached_emails", "false"),
            ])
    }

    func request(for ticket: PollTicket) -> ProviderRequest {
        .get("/person/checkStatus", query: [("ids", ticket.rawValue)])
    }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        if reply.status == 404, try reply.json({ $0["message"].text ?? $0["detail"].text != nil }) {
            return .answered(.miss)
        }
        if let failure = failure(of: reply) { throw failure }
        return try reply.json { json throws(ProviderError) in
            // A look at a job is answered with a list.
            guard let profile = json.isObject ? json : json.elements.first, profile.isObject else {
                throw ProviderError(.malformedReply, "a lookup without a profile")
            }
            switch profile["status"].text {
            case "complete": return .answered(answer(profile, premium: query.capability == .mobile))
            case "failed": return .answered(.miss)
            case "progress", "searching", "waiting", "not queued":
                return .pending(try PollTicket(profile["id"]), after: Self.pause)
            default: throw ProviderError(.malformedReply, "a status that is not in the documents")
            }
        }
    }

    private func answer(_ profile: JSONReader, premium: Bool) -> ProviderAnswer {
        let entries = profile["emails"].elements
        let best = profile["recommended_professional_email"].text
        let emails = entries.compactMap(email)
        let phones = profile["phones"].elements
        let isRecommended = { (phone: JSONReader) in phone["recommended"].bool == true }
        let billed =
            entries.contains { ["A", "A-"].contains($0["grade"].text) }
            || premium && phones.contains { $0["validity"].text == "valid" }
        return ProviderAnswer(
            emails: emails.filter { $0.address == best } + emails.filter { $0.address != best },
            phones: (phones.filter(isRecommended) + phones.filter { !isRecommended($0) }).compactMap(phone),
            person: PersonFacts(
                title: profile["current_title"].text, linkedInURL: profile["linkedin_url"].text,
                companyName: profile["current_employer"].text, companyDomain: profile["current_employer_domain"].text),
            charged: Amount(billed ? 1 : 0, premium ? Self.premiumUnit : Self.unit))
    }

    /// Private mailboxes and shared ones aren't the work email that is asked for.
    private func email(_ entry: JSONReader) -> EmailCandidate? {
        guard let address = entry["email"].text,
            !["personal", "disposable", "role-based"].contains(entry["type"].text)
        else { return nil }
        let grade: EmailStatus =
            switch entry["smtp_valid"].text {
            case "valid": .verified
            case "accept-all": .catchAll
            case "invalid": .invalid
            default: .unverified
            }
        return EmailCandidate(address, grade: grade)
    }

    private func phone(_ entry: JSONReader) -> PhoneCandidate? {
        guard let raw = entry["e164"].text ?? entry["number"].text else { return nil }
        let type: PhoneType =
            switch entry["type"].text {
            case "mobile": .mobile
            case "direct dial": .direct
            default: .other
            }
        let status: PhoneStatus =
            switch entry["validity"].text {
            case "valid": .validNumber
            case "invalid": .invalidNumber
            default: .noStatus
            }
        return PhoneCandidate(raw, type: type, status: status, extension: entry["extension"].text)
    }

    func accountRequest() -> ProviderRequest { .get("/account/") }

    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount {
        try reply.object(unless: failure(of: reply)) { json throws(ProviderError) in
            guard json["credit_usage"].exists else {
                throw ProviderError(.malformedReply, "an account without credits")
            }
            let units = ["standard_lookup": Self.unit, "premium_lookup": Self.premiumUnit]
            // A pool without an end has the text `inf`.
            return ProviderAccount(
                remaining: json["credit_usage"].elements.compactMap { pool in
                    pool["credit_type"].text.flatMap { units[$0] }.flatMap { pool["remaining"].amount($0) }
                })
        }
    }

    private func failure(of reply: ProviderReply) -> ProviderError? {
        reply.status == 403 && reply.mentions("credit") ? ProviderError(.outOfCredits) : reply.failure
    }
}
