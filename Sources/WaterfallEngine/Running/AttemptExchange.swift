// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// What a provider is given to talk through, for one attempt: limits, credential, deadline, recording. Every reply is
/// kept before the provider reads it, and is durable before anything else is sent or waited for; every ticket is
/// durable before it is polled.
final class AttemptExchange: ProviderExchange {
    /// Exchanges of one attempt at most: a poll every second for some minutes.
    static let maximumExchanges = 512

    /// What the attempt's record says of its exchanges.
    struct Trace: Sendable {
        var tries = 0
        var httpStatus: Int?
        /// True where bytes left, no answer came since, and the vendor may have billed what it got.
        var isAnswerLost = false
        /// True where the last failure happened before anything left, or was an answer: it may be tried again.
        var mayRepeat = true
        var hasTicket = false
        var hasRenewedToken = false
        var journalError: JournalError?
        /// Replies that came, those of an earlier process with them.
        var replies: Int
        /// What came back and is not on record yet, in order.
        var unrecorded: [RecordedReply] = []
        /// The different requests of the attempt, in order: what a key of the vendor's kind tells apart.
        fileprivate var requests: [ProviderRequest] = []

        /// - Parameter replies: those that are on record already.
        init(replies: Int = 0) { self.replies = replies }
    }

    private let request: RequestID
    private let attempt: AttemptID
    private let runtime: ProviderRuntime
    private let lane: Lane
    private let journal: any RequestJournal
    private let signal: CancelSignal
    private let deadline: Duration
    /// True where the attempt was admitted by the provider's limits, which count its first exchange.
    private let isAdmitted: Bool
    private let trace: Mutex<Trace>

    /// - Parameter replies: what an earlier process got for the attempt.
    init(
        _ intent: AttemptIntent, runtime: ProviderRuntime, lane: Lane, journal: any RequestJournal,
        signal: CancelSignal, deadline: Duration, isAdmitted: Bool = true, replies: Int = 0
    ) {
        request = intent.request
        attempt = intent.id
        self.runtime = runtime
        self.lane = lane
        self.journal = journal
        self.signal = signal
        self.deadline = deadline
        self.isAdmitted = isAdmitted
        trace = Mutex(Trace(replies: replies))
    }

    var current: Trace { trace.withLock { $0 } }

    private var hasTicket: Bool { trace.withLock { $0.hasTicket } }

    func send(_ request: ProviderRequest, repeatable: Bool) async throws(ProviderError) -> ProviderReply {
        let isPoll = repeatable && hasTicket
        while true {
            let reply: ProviderReply
            do {
                reply = try await exchange(request, isPoll: repeatable)
            } catch {
                // A poll is tried again here, where the ticket is; everything else by the attempt as a whole.
                guard isPoll, error.kind == .unavailable || error.kind == .timedOut else { throw error }
                try await wait(RetryPolicy.firstBackoff)
                continue
            }
            if isPoll, reply.isPassing {
                try await wait(max(reply.retryAfter ?? .zero, RetryPolicy.firstBackoff))
                continue
            }
            let recorded = recorded(.reply(reply))
            let number = trace.withLock { trace in
                trace.unrecorded.append(recorded)
                trace.replies += 1
                return trace.replies
            }
            if !journal.keep(recorded, number: number) { try await recordReplies() }
            return reply
        }
    }

    func keep(_ ticket: PollTicket) async throws(ProviderError) {
        trace.withLock { $0.unrecorded.append(recorded(.ticket(ticket, keyMark: runtime.keyMark))) }
        try await recordReplies()
        holdTicket()
    }

    /// Notes that the attempt has a job whose ticket is on record.
    func holdTicket() { trace.withLock { $0.hasTicket = true } }

    /// What came back and is not on record yet, which the caller puts there.
    func takeUnrecorded() -> [RecordedReply] {
        trace.withLock { trace in
            defer { trace.unrecorded = [] }
            return trace.unrecorded
        }
    }

    func wait(_ duration: Duration) async throws(ProviderError) {
        guard lane.clock.uptime + duration < deadline else {
            throw ProviderError(.timedOut, "the result was not there within the time")
        }
        try await pause(for: duration)
    }

    var timeLeft: Duration { max(.zero, deadline - lane.clock.uptime) }

    /// A job that was taken is paid for: its polls go on after a user's "stop", until the grace period ends them.
    private func pause(for duration: Duration) async throws(ProviderError) {
        try await recordReplies()
        if hasTicket {
            await lane.clock.sleep(for: duration)
            guard !Task.isCancelled else { throw ProviderError(.cancelled) }
        } else {
            guard await signal.pause(for: duration, on: lane.clock) else { throw ProviderError(.cancelled) }
        }
    }

    private func exchange(_ request: ProviderRequest, isPoll: Bool) async throws(ProviderError) -> ProviderReply {
        let isNumbered = runtime.descriptor.repeats.isKeyed
        let (tries, number) = trace.withLock { trace in
            trace.tries += 1
            return (trace.tries, isNumbered ? trace.number(of: request) : 1)
        }
        guard tries <= Self.maximumExchanges else { throw ProviderError(.malformedReply, "too many exchanges") }
        if tries > 1 || !isAdmitted {
            try await recordReplies()
            try await awaitTurn()
        }
        defer { if !isAdmitted { runtime.endExchange() } }
        let left = deadline - lane.clock.uptime
        guard left > .zero else { throw ProviderError(.timedOut) }
        let token = try await runtime.token?.token(on: lane, within: left)
        var bound = runtime.endpoint.bind(request, token: token)
        if case .key(let name) = runtime.descriptor.repeats {
            bound.headers.append(HeaderItem(name, number == 1 ? "\(attempt)" : "\(attempt)-\(number)"))
        }
        let mark = runtime.mark
        do {
            let reply = RetryAfter.resolved(try await lane.transport.send(bound, deadline: left), at: lane.clock.now)
            note(reply)
            runtime.believe(reply, mark: mark, on: lane.clock)
            guard reply.status == 401, let token, renewToken(instead: token) else { return reply }
        } catch {
            throw note(error, isPoll: isPoll)
        }
        return try await exchange(request, isPoll: isPoll)
    }

    /// Forgets a token that was refused; false where one was renewed before, and so the credentials are what is wrong.
    private func renewToken(instead token: Secret) -> Bool {
        runtime.token?.forget(token)
        return trace.withLock { trace in
            defer { trace.hasRenewedToken = true }
            return !trace.hasRenewedToken
        }
    }

    private func note(_ reply: ProviderReply) {
        trace.withLock { trace in
            trace.httpStatus = reply.status
            trace.mayRepeat = true
            trace.isAnswerLost = false
        }
        // Told to wait, nobody else goes either.
        if reply.isPassing, let wait = reply.retryAfter {
            runtime.pause(until: lane.clock.uptime + wait)
        }
    }

    private func note(_ error: TransportError, isPoll: Bool) -> ProviderError {
        let repeats = runtime.descriptor.repeats
        trace.withLock { trace in
            // A refused request says nothing new of one that left before.
            if error.requestLeft, !isPoll, repeats != .free { trace.isAnswerLost = true }
            trace.mayRepeat = !error.requestLeft || isPoll || repeats.allowsRepeat
        }
        return error.providerError(repeatable: isPoll || repeats.allowsRepeat)
    }

    /// Further exchanges of an attempt pass the provider's limits as the first did.
    private func awaitTurn() async throws(ProviderError) {
        var reserved: Duration?
        while true {
            let now = lane.clock.uptime
            switch runtime.turn(reserved: reserved, before: deadline, at: now, endsOne: isAdmitted) {
            case .goes: return
            case .waits(let moment):
                try await pause(for: moment - now)
                reserved = moment
            case .skipped: throw ProviderError(.timedOut)
            }
        }
    }

    private func recorded(_ content: RecordedReply.Content) -> RecordedReply {
        RecordedReply(request: request, attempt: attempt, content: content)
    }

    /// Makes durable what came back so far.
    private func recordReplies() async throws(ProviderError) {
        let replies = takeUnrecorded()
        guard !replies.isEmpty else { return }
        do {
            try await journal.record(replies)
        } catch {
            trace.withLock { $0.journalError = error }
            throw ProviderError(.cancelled, "the store can't be written")
        }
    }
}

extension AttemptExchange.Trace {
    /// Which of the attempt's different requests this is, from 1: sent again, it keeps its number.
    fileprivate mutating func number(of request: ProviderRequest) -> Int {
        if let index = requests.firstIndex(of: request) { return index + 1 }
        requests.append(request)
        return requests.count
    }
}

extension ProviderReply {
    /// True where the vendor answers that it can't answer now. A redirection stays one.
    fileprivate var isPassing: Bool { status == 408 || status == 429 || (500..<600).contains(status) }
}

extension RepeatClass {
    /// True where a repeat is told by a key that it carries.
    var isKeyed: Bool {
        if case .key = self { true } else { false }
    }

    /// True where a repeat of an unanswered call is not billed.
    var allowsRepeat: Bool {
        switch self {
        case .key, .freeWindow, .free: true
        case .asyncID, .recharges: false
        }
    }
}
