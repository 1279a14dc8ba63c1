// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// What a provider is given to talk through, for one attempt: limits, credential, deadline, recording. Every reply is
/// durable before the provider reads it, and every ticket before it is polled.
final class AttemptExchange: ProviderExchange {
    /// Exchanges of one attempt at most: a poll every second for some minutes.
    static let maximumExchanges = 512

    /// What the attempt's record says of its exchanges.
    struct Trace: Sendable {
        var tries = 0
        var httpStatus: Int?
        /// True where bytes left and no answer came.
        var isAnswerLost = false
        /// True where the last failure happened before anything left, or was an answer: it may be tried again.
        var mayRepeat = true
        var hasTicket = false
        var journalError: JournalError?
    }

    private let attempt: AttemptID
    private let runtime: ProviderRuntime
    private let lane: Lane
    private let journal: any RequestJournal
    private let signal: CancelSignal
    private let deadline: Duration
    private let trace = Mutex(Trace())

    init(
        attempt: AttemptID, runtime: ProviderRuntime, lane: Lane, journal: any RequestJournal, signal: CancelSignal,
        deadline: Duration
    ) {
        self.attempt = attempt
        self.runtime = runtime
        self.lane = lane
        self.journal = journal
        self.signal = signal
        self.deadline = deadline
    }

    var current: Trace { trace.withLock { $0 } }

    func send(_ request: ProviderRequest, repeatable: Bool) async throws(ProviderError) -> ProviderReply {
        let isFree = repeatable || runtime.descriptor.repeats.allowsRepeat
        while true {
            do {
                return try await exchange(request, isFree: isFree)
            } catch {
                // A poll is tried again here, where the ticket is; everything else by the attempt as a whole.
                guard repeatable, error.kind == .unavailable || error.kind == .timedOut,
                    current.tries < Self.maximumExchanges
                else { throw error }
                try await wait(RetryPolicy.firstBackoff)
            }
        }
    }

    func keep(_ ticket: PollTicket) async throws(ProviderError) {
        try await record(.ticket(ticket))
        trace.withLock { $0.hasTicket = true }
    }

    func wait(_ duration: Duration) async throws(ProviderError) {
        guard lane.clock.uptime + duration < deadline else {
            throw ProviderError(.timedOut, "the result was not there within the time")
        }
        guard await signal.pause(for: duration, on: lane.clock) else { throw ProviderError(.cancelled) }
    }

    private func exchange(_ request: ProviderRequest, isFree: Bool) async throws(ProviderError) -> ProviderReply {
        let tries = trace.withLock { trace in
            trace.tries += 1
            return trace.tries
        }
        guard tries <= Self.maximumExchanges else { throw ProviderError(.timedOut, "too many exchanges") }
        if tries > 1 { try await awaitTurn() }
        let left = deadline - lane.clock.uptime
        guard left > .zero else { throw ProviderError(.timedOut) }
        let bound = runtime.endpoint.bind(request)
        let reply: ProviderReply
        do {
            reply = try await lane.transport.send(bound, deadline: left)
        } catch {
            let failure = error.providerError(repeatable: isFree)
            trace.withLock { trace in
                trace.isAnswerLost = failure.kind == .answerLost
                trace.mayRepeat = !error.requestLeft || isFree
            }
            throw failure
        }
        trace.withLock { trace in
            trace.httpStatus = reply.status
            trace.mayRepeat = true
        }
        let dated = RetryAfter.resolved(reply, at: lane.clock.now)
        try await record(.reply(dated))
        return dated
    }

    /// Further exchanges of an attempt pass the provider's limits as the first did.
    private func awaitTurn() async throws(ProviderError) {
        let now = lane.clock.uptime
        guard let moment = runtime.reserveAnother(before: deadline, at: now) else { throw ProviderError(.timedOut) }
        guard await signal.pause(for: moment - now, on: lane.clock) else { throw ProviderError(.cancelled) }
    }

    private func record(_ content: RecordedReply.Content) async throws(ProviderError) {
        do {
            try await journal.record(RecordedReply(attempt: attempt, content: content))
        } catch {
            trace.withLock { $0.journalError = error }
            throw ProviderError(.cancelled, "the store can't be written")
        }
    }
}

extension RepeatClass {
    /// True where a repeat of an unanswered call is not billed.
    var allowsRepeat: Bool {
        switch self {
        case .key, .freeWindow, .free: true
        case .asyncID, .recharges: false
        }
    }
}
