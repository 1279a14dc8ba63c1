// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Settling a request that an earlier process left open, from what is on record of it (`reliability.md`, B).
///
/// The chains run again over the recorded answers; nobody new is asked, so that the outcome is what was paid for. A job
/// whose ticket is on record is polled. An attempt without an answer is written down as lost, its cost suspected.
extension RequestRun {
    init(recovering open: OpenRequest, core: EngineCore, lane: Lane, signal: CancelSignal) {
        self.init(open.request, core: core, gate: open.gate, lane: lane, signal: signal)
        recovery = Recovery(attempts: open.attempts, settled: open.settled)
    }

    /// What is on record.
    struct Recovery {
        var attempts: [OpenRequest.OpenAttempt]
        var settled: Set<Datum>

        /// The attempt of a provider's turn, taken once.
        mutating func take(
            _ provider: ProviderID, _ capability: Capability, _ fingerprint: QueryFingerprint
        ) -> OpenRequest.OpenAttempt? {
            let index = attempts.firstIndex { attempt in
                attempt.intent.provider == provider && attempt.intent.capability == capability
                    && attempt.intent.fingerprint == fingerprint && attempt.outcome == nil
            }
            return index.map { attempts.remove(at: $0) }
        }
    }

    mutating func recover() async throws(JournalError) {
        let settled = recovery?.settled ?? []
        for datum in request.access.sorted() where !settled.contains(datum) {
            let isLast = datum == request.access.max()
            switch datum {
            case .email: try await settle(email: try await find(.email, isHad: false), isLast: isLast)
            case .phone: try await settle(phones: try await find(.mobile, isHad: false))
            case .verification: break
            }
        }
        // The chains didn't come by them: an office-phone look-up, or a datum that was settled.
        for attempt in recovery?.attempts ?? [] where attempt.outcome == nil {
            append(attempt.intent, attempt.records.isEmpty ? .failed(.answerLost) : .failed(.cancelled))
        }
        recovery?.attempts = []
        try await close()
    }

    /// Plays one attempt on record to its provider.
    mutating func replay<Answer: Sendable>(
        _ attempt: OpenRequest.OpenAttempt, _ runtime: ProviderRuntime,
        call: (ProviderClient) async throws(ProviderError) -> Answer,
        cost: (Answer) -> Amount?, outcome: (Answer) -> AttemptOutcome
    ) async -> Asked<Answer> {
        let exchange = RecordedExchange(attempt.records, then: continuation(of: attempt, runtime))
        var last = ProviderError(.answerLost, "no answer is on record")
        repeat {
            do {
                let answer = try await call(ProviderClient(exchange))
                append(
                    attempt.intent, outcome(answer), httpStatus: exchange.lastStatus, tries: exchange.replyCount,
                    cost: cost(answer).map { AttemptCost($0) })
                return .answered(answer)
            } catch {
                last = error
            }
        } while !exchange.isExhausted
        let isSuspected = last.kind == .answerLost && !runtime.descriptor.repeats.allowsRepeat
        append(
            attempt.intent, .failed(last.kind), httpStatus: exchange.lastStatus, tries: exchange.replyCount,
            cost: isSuspected ? AttemptCost(attempt.intent.largestCost, isSuspected: true) : nil)
        return .failed(last)
    }

    /// A job whose ticket is durable is asked for its result.
    private func continuation(
        of attempt: OpenRequest.OpenAttempt, _ runtime: ProviderRuntime
    ) -> AttemptExchange? {
        let hasTicket = attempt.records.contains { content in
            if case .ticket = content { true } else { false }
        }
        guard hasTicket else { return nil }
        return AttemptExchange(
            attempt: attempt.intent.id, runtime: runtime, lane: lane, journal: core.journal, signal: signal,
            deadline: lane.clock.uptime + runtime.timeout)
    }
}
