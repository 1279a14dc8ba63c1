// SPDX-License-Identifier: Apache-2.0

/// A data source: a page of facts and a few pure functions. It holds no key, opens no socket, sleeps on no clock, and
/// what can go wrong is a closed list (`ProviderError.Kind`).
public protocol Provider: Sendable {
    var descriptor: ProviderDescriptor { get }
}

/// A provider that finds emails, phones or facts of a person. Most are an `ExchangeProvider`.
public protocol FindingProvider: Provider {
    /// - Returns: what it knows; knowing nothing is a miss, never thrown.
    func find(_ query: ContactQuery, using client: ProviderClient) async throws(ProviderError) -> ProviderAnswer
}

/// A provider that judges candidates. Most are a `VerifyingExchangeProvider`.
public protocol VerifyingProvider: Provider {
    /// - Returns: the verdict; not being able to say is `unverified` or `noStatus`, never thrown.
    func verify(_ candidate: Candidate, using client: ProviderClient) async throws(ProviderError) -> Verdict
}

/// A finder that needs one HTTP exchange: two pure functions and nothing else.
public protocol ExchangeProvider: FindingProvider {
    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest
    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer
}

/// A verifier that needs one HTTP exchange.
public protocol VerifyingExchangeProvider: VerifyingProvider {
    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest
    func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict
}

/// A finder that takes a job and is asked for its result: three pure functions. The engine polls, and makes the ticket
/// durable before the first poll.
public protocol PollingProvider: FindingProvider {
    /// The request that submits the job.
    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest
    /// The request that asks for the job's result.
    func request(for ticket: PollTicket) -> ProviderRequest
    /// Reads either reply.
    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress
    /// Reads the reply to the request that submits, where a vendor's replies don't say themselves which is which. By
    /// default it is read as any other.
    func submission(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress
}

/// A verifier that takes a job and is asked for its verdict, in the same way.
public protocol VerifyingPollingProvider: VerifyingProvider {
    /// The request that submits the job.
    func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest
    /// The request that asks for the job's result. One function for the jobs of a provider that finds too: the ticket
    /// tells them apart, where the vendor's paths do.
    func request(for ticket: PollTicket) -> ProviderRequest
    /// Reads either reply.
    func progress(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> JobProgress<Verdict>
}

/// What a reply of a submit-and-poll vendor says.
public enum JobProgress<Answer: Sendable & Hashable>: Sendable, Hashable {
    case answered(Answer)
    /// Not yet: ask again with the ticket (nil: the one already held) after the time.
    case pending(PollTicket?, after: Duration)
}

/// What a reply of a finder that is polled says.
public typealias Progress = JobProgress<ProviderAnswer>

/// The id of a vendor's job, made durable before the first poll.
public struct PollTicket: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Takes the id that a vendor gave, a text or an integer. It goes into a path, so it is one that needs no escaping
    /// there: letters, digits, `-` and `_`, at most 128.
    ///
    /// - Throws: `malformedReply`.
    public init(_ id: JSONReader) throws(ProviderError) {
        guard let text = id.text ?? id.integer.map({ String($0) }) else {
            throw ProviderError(.malformedReply, "a job was taken without an id")
        }
        guard text.utf8.count <= 128, Self.plain.holdsAll(of: text) else {
            throw ProviderError(.malformedReply, "a job's id of another form")
        }
        rawValue = text
    }

    private static let plain = ByteSet { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// A provider whose key and balance can be looked at by a call that is free.
public protocol AccountReporting: Provider {
    func accountRequest() -> ProviderRequest
    func account(from reply: ProviderReply) throws(ProviderError) -> ProviderAccount
}

/// What a vendor says of the team's account with it.
public struct ProviderAccount: Sendable, Hashable {
    /// What is left, one entry a pool; empty where the vendor doesn't say.
    public var remaining: [Amount]

    public init(remaining: [Amount] = []) { self.remaining = remaining }

    /// Takes one pool's balance, a number or decimal text.
    ///
    /// - Throws: `malformedReply` where it is neither, or below zero.
    public init(_ left: JSONReader, _ unit: String) throws(ProviderError) {
        guard let left = left.amount(unit) else { throw ProviderError(.malformedReply, "an account without a balance") }
        self.init(remaining: [left])
    }
}

extension ExchangeProvider {
    public func find(
        _ query: ContactQuery, using client: ProviderClient
    ) async throws(ProviderError) -> ProviderAnswer {
        let reply = try await client.send(try request(for: query))
        return try answer(to: query, from: reply)
    }
}

extension VerifyingExchangeProvider {
    public func verify(_ candidate: Candidate, using client: ProviderClient) async throws(ProviderError) -> Verdict {
        let reply = try await client.send(try request(for: candidate))
        return try verdict(on: candidate, from: reply)
    }
}

extension PollingProvider {
    public func submission(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try progress(of: query, from: reply)
    }

    public func find(
        _ query: ContactQuery, using client: ProviderClient
    ) async throws(ProviderError) -> ProviderAnswer {
        let submitted = try await client.send(try request(for: query))
        return try await client.poll(try submission(of: query, from: submitted), by: request(for:)) {
            reply throws(ProviderError) in try progress(of: query, from: reply)
        }
    }
}

extension VerifyingPollingProvider {
    public func verify(_ candidate: Candidate, using client: ProviderClient) async throws(ProviderError) -> Verdict {
        let submitted = try await client.send(try request(for: candidate))
        return try await client.poll(try progress(on: candidate, from: submitted), by: request(for:)) {
            reply throws(ProviderError) in try progress(on: candidate, from: reply)
        }
    }
}

extension ProviderClient {
    /// Asks for the result of a job that was submitted, until it is there or the deadline has passed. Its ticket is
    /// durable before the first look.
    fileprivate func poll<Answer>(
        _ submission: JobProgress<Answer>, by request: (PollTicket) -> ProviderRequest,
        reading progress: (ProviderReply) throws(ProviderError) -> JobProgress<Answer>
    ) async throws(ProviderError) -> Answer {
        var (current, now): (PollTicket?, JobProgress<Answer>) = (nil, submission)
        while true {
            switch now {
            case .answered(let answer): return answer
            case .pending(let next, let delay):
                guard let ticket = next ?? current else {
                    throw ProviderError(.malformedReply, "a job was taken without an id")
                }
                if ticket != current { try await keep(ticket) }
                current = ticket
                try await wait(delay)
                now = try progress(try await send(request(ticket), repeatable: true))
            }
        }
    }
}
