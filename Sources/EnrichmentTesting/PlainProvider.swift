// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// A provider of a vendor that answers in the words of `Enrichment`: finds and verifies by one exchange each. What it
/// says is in the reply, so that a recorded one can be read again.
///
/// A finder's reply is `{"emails": [{"address", "grade"}], "phones": [{"raw", "type"}], "office_phones": [...]}`, all
/// of it optional; a verifier's is `{"status", "reason"}`.
public struct PlainProvider: ExchangeProvider, VerifyingExchangeProvider {
    public let descriptor: ProviderDescriptor

    public init(_ descriptor: ProviderDescriptor) { self.descriptor = descriptor }

    /// Makes one that needs a domain, and bills one of its own units for what it finds or verifies.
    public init(
        _ id: ProviderID, _ capabilities: Set<Capability>, repeats: RepeatClass = .recharges,
        limits: [RateLimit] = [], concurrency: Int = 10, timeout: Duration = .seconds(15)
    ) {
        var descriptor = ScriptedProvider.descriptor(id, capabilities)
        descriptor.baseURL = "https://\(id.rawValue).example.com"
        descriptor.repeats = repeats
        descriptor.limits = limits
        descriptor.concurrency = concurrency
        descriptor.timeout = timeout
        self.init(descriptor)
    }

    public func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        .get(
            "/find",
            query: [("capability", query.capability.rawValue), ("name", query.fullName), ("domain", query.domain)])
    }

    public func answer(
        to query: ContactQuery, from reply: ProviderReply
    ) throws(ProviderError) -> ProviderAnswer {
        if let failure = reply.failure { throw failure }
        return try Self.answer(in: reply)
    }

    public func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        switch candidate {
        case .email(let email): .get("/verify", query: [("email", email.address)])
        case .phone(let phone): .get("/verify", query: [("phone", phone.raw)])
        }
    }

    public func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        if let failure = reply.failure { throw failure }
        return try reply.json { (json) throws(ProviderError) in
            let word = json["status"].text ?? ""
            switch candidate {
            case .email:
                let status = EmailStatus(rawValue: word) ?? .unverified
                return .email(EmailVerdict(status, VerdictReason(rawValue: json["reason"].text ?? "") ?? .unspecified))
            case .phone(let phone):
                let status = PhoneStatus(rawValue: word) ?? .noStatus
                return .phone(PhoneVerdict(status, number: PhoneNumber(e164: phone.raw, extension: phone.extension)))
            }
        }
    }

    static func answer(in reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try reply.json { (json) throws(ProviderError) in
            ProviderAnswer(
                emails: json["emails"].elements.map { email in
                    EmailCandidate(
                        email["address"].text ?? "",
                        grade: EmailStatus(rawValue: email["grade"].text ?? "") ?? .unverified)
                },
                phones: json["phones"].elements.map(Self.phone),
                officePhones: json["office_phones"].elements.map(Self.phone))
        }
    }

    private static func phone(_ json: JSONReader) -> PhoneCandidate {
        PhoneCandidate(json["raw"].text ?? "", type: PhoneType(rawValue: json["type"].text ?? "") ?? .mobile)
    }
}

/// A provider of a vendor that takes jobs: `{"ticket": "..."}` for one that is taken, `{"pending": true}` while it is
/// not done, then what a `PlainProvider` reads.
public struct PlainPollingProvider: PollingProvider {
    public let descriptor: ProviderDescriptor

    /// Makes one that needs a domain, and bills one of its own units for what it finds.
    public init(_ id: ProviderID, _ capabilities: Set<Capability>, timeout: Duration = .seconds(60)) {
        descriptor = PlainProvider(id, capabilities, repeats: .asyncID, timeout: timeout).descriptor
    }

    public func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        .get("/submit", query: [("domain", query.domain)])
    }

    public func request(for ticket: PollTicket) -> ProviderRequest {
        .get("/result", query: [("ticket", ticket.rawValue)])
    }

    public func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        if let failure = reply.failure { throw failure }
        let ticket = try reply.json { (json) throws(ProviderError) in json["ticket"].text }
        let isPending = try reply.json { (json) throws(ProviderError) in json["pending"].bool ?? false }
        if ticket == nil, !isPending { return .answered(try PlainProvider.answer(in: reply)) }
        return .pending(ticket.map(PollTicket.init(rawValue:)), after: .seconds(1))
    }
}
