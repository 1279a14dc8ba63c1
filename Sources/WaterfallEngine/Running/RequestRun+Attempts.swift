// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// One attempt: admission by the limits, a durable intent, then exchanges until there is an answer, a reason to give
/// up, or no time.
extension RequestRun {
    indirect enum Asked<Answer> {
        case answered(Answer)
        case failed(ProviderError)
        case skipped(SkipReason)
    }

    /// The intent for what is asked about the prospect: the one that is durable already, or a new one.
    func takeIntent(
        for runtime: ProviderRuntime, _ capability: Capability, _ fingerprint: QueryFingerprint
    ) -> AttemptIntent {
        if let intent = durableIntent, intent.provider == runtime.id, intent.capability == capability,
            intent.fingerprint == fingerprint
        {
            return intent
        }
        return core.intent(for: runtime, capability, fingerprint, request, on: lane.clock)
    }

    /// How long a row of a file waits for one provider's limits. Nobody waits for the row, and passed over because a
    /// minute's calls are used up, it would come to another vendor by chance.
    static let patience = Duration.seconds(120)

    /// Makes an attempt by the provider's key, or by one after the other of several, until one is not refused.
    mutating func attempt<Answer: Sendable>(
        _ intent: AttemptIntent, _ runtime: ProviderRuntime, within timeout: Duration,
        call: @escaping @Sendable (ProviderClient) async throws(ProviderError) -> Answer,
        cost: (Answer) -> Amount?, outcome: (Answer) -> AttemptOutcome
    ) async throws(JournalError) -> Asked<Answer> {
        guard let ring = core.keyRing(of: runtime.id) else {
            return try await attempt(intent, by: runtime, within: timeout, call: call, cost: cost, outcome: outcome)
        }
        var (intent, key) = (intent, ring.next(at: lane.clock.uptime) ?? runtime)
        while true {
            let asked = try await attempt(intent, by: key, within: timeout, call: call, cost: cost, outcome: outcome)
            guard case .failed(let error) = asked, error.concernsKey, let next = ring.next(at: lane.clock.uptime) else {
                return asked
            }
            key = next
            intent = core.intent(for: key, intent.capability, intent.fingerprint, request, on: lane.clock)
        }
    }

    private mutating func attempt<Answer: Sendable>(
        _ intent: AttemptIntent, by runtime: ProviderRuntime, within timeout: Duration,
        call: @escaping @Sendable (ProviderClient) async throws(ProviderError) -> Answer,
        cost: (Answer) -> Amount?, outcome: (Answer) -> AttemptOutcome
    ) async throws(JournalError) -> Asked<Answer> {
        let isDurable = durableIntent?.id == intent.id
        if isDurable { durableIntent = nil }
        // Nothing is written before this call, or the call has to wait: what came back must not wait with it.
        if !unrecorded.isEmpty, isDurable || runtime.isQueueing(at: lane.clock.uptime) { try await recordReplies() }
        switch await admit(by: runtime, within: timeout) {
        case .admitted: break
        case .skipped(let reason):
            append(intent, .skipped(reason))
            return .skipped(reason)
        case .cancelled:
            append(intent, .failed(.cancelled))
            return .failed(ProviderError(.cancelled))
        }
        if !isDurable {
            let decision: IntentDecision
            do {
                decision = try await core.journal.intend(intent, after: unrecorded)
                unrecorded = []
            } catch {
                runtime.withdraw(at: lane.clock.uptime)
                throw error
            }
            if decision == .capped {
                runtime.withdraw(at: lane.clock.uptime)
                append(intent, .skipped(.cap))
                return .skipped(.cap)
            }
        }
        let limit = min(chainDeadline, lane.clock.uptime + timeout)
        return try await exchange(intent, runtime, before: limit, call: call, cost: cost, outcome: outcome)
    }

    /// Waits for a turn by the provider's limits. What a row of a file waits is not of its time.
    private mutating func admit(
        by runtime: ProviderRuntime, within timeout: Duration
    ) async -> ProviderRuntime.Admission {
        let (id, observer, begun) = (request.id, core.observer, lane.clock.uptime)
        let limit = request.run == nil ? min(chainDeadline, begun + timeout) : begun + Self.patience
        let admission = await runtime.admit(before: limit, on: lane.clock, signal: signal) { wait in
            observer.record(.queued(id, runtime.id, for: wait))
        }
        if request.run != nil {
            let waited = lane.clock.uptime - begun
            deadline += waited
            chainDeadline += waited
        }
        return admission
    }

    /// Makes durable what came back, before a wait or another call for which nothing else is written.
    mutating func recordReplies() async throws(JournalError) {
        guard !unrecorded.isEmpty else { return }
        try await core.journal.record(unrecorded)
        unrecorded = []
    }

    private mutating func exchange<Answer: Sendable>(
        _ intent: AttemptIntent, _ runtime: ProviderRuntime, before limit: Duration,
        call: @escaping @Sendable (ProviderClient) async throws(ProviderError) -> Answer,
        cost: (Answer) -> Amount?, outcome: (Answer) -> AttemptOutcome
    ) async throws(JournalError) -> Asked<Answer> {
        core.observer.record(.attemptStarted(request.id, intent.capability, intent.provider))
        let started = lane.clock.uptime
        let exchange = AttemptExchange(
            intent, runtime: runtime, lane: lane, journal: core.journal, signal: signal, deadline: limit)
        let client = ProviderClient(exchange)
        let (lane, usesTransport) = (lane, runtime.descriptor.usesTransport)
        var calls = 0
        while true {
            calls += 1
            let error: ProviderError
            do {
                let answer =
                    usesTransport
                    ? try await call(client)
                    : try await BoundedCall.run(before: limit, on: lane) { () async throws(ProviderError) in
                        try await call(client)
                    }
                finish(intent, runtime, exchange, since: started, outcome(answer), cost(answer), nil)
                return .answered(answer)
            } catch let failure {
                error = failure
            }
            let trace = exchange.current
            if let failure = trace.journalError {
                runtime.withdraw(at: lane.clock.uptime)
                throw failure
            }
            if let wait = core.retryDelay(after: error, trace, tries: calls, runtime),
                runtime.hasTurn(before: limit, at: lane.clock.uptime + wait)
            {
                core.observer.record(.retrying(request.id, runtime.id, after: wait, because: error.kind))
                unrecorded += exchange.takeUnrecorded()
                do {
                    try await recordReplies()
                } catch {
                    runtime.withdraw(at: lane.clock.uptime)
                    throw error
                }
                if await signal.pause(for: wait, on: lane.clock) { continue }
                let stopped = ProviderError(.cancelled)
                let suspected = trace.mayBeBilled(stopped) ? intent.largestCost : nil
                finish(intent, runtime, exchange, since: started, .failed(.cancelled), suspected, stopped)
                return .failed(stopped)
            }
            let suspected = trace.mayBeBilled(error) ? intent.largestCost : nil
            finish(intent, runtime, exchange, since: started, .failed(error.kind), suspected, error)
            return .failed(error)
        }
    }

    private mutating func finish(
        _ intent: AttemptIntent, _ runtime: ProviderRuntime, _ exchange: AttemptExchange, since started: Duration,
        _ outcome: AttemptOutcome, _ cost: Amount?, _ error: ProviderError?
    ) {
        unrecorded += exchange.takeUnrecorded()
        let trace = exchange.current
        let now = lane.clock.uptime
        if runtime.finish(error, at: now), let kind = error?.kind {
            core.observer.record(.providerStopped(runtime.id, kind))
        }
        append(
            intent, outcome, httpStatus: trace.httpStatus, latency: now - started, tries: trace.tries,
            cost: cost.map { AttemptCost($0, isSuspected: error != nil) })
    }

    mutating func append(
        _ intent: AttemptIntent, _ outcome: AttemptOutcome, httpStatus: Int? = nil, latency: Duration? = nil,
        tries: Int = 0, cost: AttemptCost? = nil
    ) {
        log.append(
            Attempt(
                id: intent.id, capability: intent.capability, provider: intent.provider, outcome: outcome,
                httpStatus: httpStatus, latency: latency, tries: tries, cost: cost, startedAt: intent.startedAt))
    }

    /// Closes an intent whose turn never came, with the chain that it was for, so that a restart has nothing to guess.
    /// It is no turn of its own: the chain says how its provider's ended.
    mutating func takeUnusedIntent() -> [Attempt] {
        guard let intent = durableIntent else { return [] }
        durableIntent = nil
        return [
            Attempt(
                id: intent.id, capability: intent.capability, provider: intent.provider, outcome: .notRun,
                startedAt: intent.startedAt)
        ]
    }
}

extension AttemptExchange.Trace {
    /// True where the vendor may have billed an attempt that failed: bytes left and no answer came, a job was taken, or
    /// an answer came that can't be read.
    fileprivate func mayBeBilled(_ error: ProviderError) -> Bool {
        if isAnswerLost || hasTicket { return true }
        return error.kind == .malformedReply && httpStatus.map { (200..<300).contains($0) } ?? false
    }
}

extension Verdict {
    /// A verifier's attempt matched where a verdict came, and has no match where it could not say (`semantics.md`, 2).
    var attemptOutcome: AttemptOutcome { isUnknown ? .noMatch : .matched }
}
