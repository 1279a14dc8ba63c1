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
        /// Nil: nobody new is asked.
        var continuation: DuplicateBudget?

        /// True where the request goes on where it stands, as if nothing had happened.
        var goesOn: Bool { continuation != nil }

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
        if let candidate = request.candidate {
            try await recallVerdicts()
            return try await settleVerification(of: candidate)
        }
        if !request.isFresh {
            let longest = max(core.settings.memory.hits, core.settings.memory.misses)
            let since = Timestamp(microseconds: request.createdAt.microseconds - longest.microseconds)
            remembered = try await core.journal.recall(
                fingerprint, team: request.team, since: since)
        }
        if request.access.contains(.email), !settled.contains(.email) {
            try await settle(email: try await find(.email, isHad: false), office: nil, isLast: false)
        }
        let office = hasOnRecord(.officePhone) ? try await findOfficePhones() : nil
        guard request.access.contains(.phone), !settled.contains(.phone) else {
            return try await settle(office: office, isLast: true)
        }
        if office != nil { try await settle(office: office, isLast: false) }
        try await settle(phones: try await find(.mobile, isHad: false))
    }

    private func hasOnRecord(_ capability: Capability) -> Bool {
        recovery?.attempts.contains { $0.intent.capability == capability && $0.outcome == nil } ?? false
    }

    /// Of a request that is recovered, those providers whose answers are at hand come first: one that was skipped, and
    /// so is not on record, must not hide what was paid for behind it.
    func replayableFirst(_ steps: [ProviderID], _ capability: Capability) -> [ProviderID] {
        guard let recovery else { return steps }
        if recovery.goesOn { return inOrder(steps, capability) }
        let isReplayable = { (step: ProviderID) -> Bool in
            core.providers[step]?.descriptor.isLocal ?? true
                || remembered.contains { $0.provider == step }
                || recovery.attempts.contains { attempt in
                    attempt.intent.provider == step && attempt.intent.capability == capability
                        && attempt.outcome == nil
                }
        }
        return inOrderOfRecord(steps.filter(isReplayable), capability, recovery)
            + steps.filter { !isReplayable($0) }
    }

    /// Those that were asked, in the order in which they were: since then the chain's order may have changed, and what
    /// came after an answer must not come before it.
    private func inOrderOfRecord(
        _ steps: [ProviderID], _ capability: Capability, _ recovery: Recovery
    ) -> [ProviderID] {
        let record = recovery.attempts.filter { $0.intent.capability == capability && $0.outcome == nil }
            .map(\.intent.provider)
        var asked = steps.filter(record.contains).sorted {
            (record.firstIndex(of: $0) ?? 0) < (record.firstIndex(of: $1) ?? 0)
        }[...]
        return steps.map { record.contains($0) ? asked.popFirst() ?? $0 : $0 }
    }

    /// Closes what is on record and no chain came by: its vendor may have billed it.
    mutating func closeLeftovers() {
        for attempt in recovery?.attempts ?? [] where attempt.outcome == nil {
            let isFree = core.providers[attempt.intent.provider]?.descriptor.repeats == .free
            append(
                attempt.intent, .failed(attempt.records.isEmpty ? .answerLost : .cancelled),
                cost: isFree ? nil : AttemptCost(attempt.intent.largestCost, isSuspected: true))
        }
        recovery?.attempts = []
    }

    /// Plays one attempt on record to its provider.
    mutating func replay<Answer: Sendable>(
        _ attempt: OpenRequest.OpenAttempt, _ runtime: ProviderRuntime,
        call: (ProviderClient) async throws(ProviderError) -> Answer,
        cost: (Answer) -> Amount?, outcome: (Answer) -> AttemptOutcome
    ) async -> Asked<Answer> {
        var asked = await replayOne(attempt, runtime, call: call, cost: cost, outcome: outcome)
        // Where one key was refused, the answer of another may be on record.
        while case .failed(let error) = asked, error.concernsKey, core.keyRing(of: runtime.id) != nil {
            let intent = attempt.intent
            guard let next = recovery?.take(intent.provider, intent.capability, intent.fingerprint) else { break }
            asked = await replayOne(next, runtime, call: call, cost: cost, outcome: outcome)
        }
        return asked
    }

    private mutating func replayOne<Answer: Sendable>(
        _ attempt: OpenRequest.OpenAttempt, _ runtime: ProviderRuntime,
        call: (ProviderClient) async throws(ProviderError) -> Answer,
        cost: (Answer) -> Amount?, outcome: (Answer) -> AttemptOutcome
    ) async -> Asked<Answer> {
        guard runtime.descriptor.usesTransport else {
            // There is nothing to play, and nothing was paid for.
            append(attempt.intent, .failed(.answerLost))
            return .failed(ProviderError(.answerLost, "no answer is on record"))
        }
        let next = continuation(of: attempt, runtime)
        let exchange = RecordedExchange(
            attempt.records, then: next, mayAskAgain: mayAskAgain(attempt, runtime.descriptor.repeats))
        var last = ProviderError(.answerLost, "no answer is on record")
        repeat {
            do {
                let answer = try await call(ProviderClient(exchange))
                unrecorded += next?.takeUnrecorded() ?? []
                append(
                    attempt.intent, outcome(answer), httpStatus: next?.current.httpStatus ?? exchange.lastStatus,
                    tries: exchange.replyCount + (next?.current.tries ?? 0), cost: cost(answer).map { AttemptCost($0) })
                return .answered(answer)
            } catch {
                last = error
            }
        } while !exchange.isExhausted
        unrecorded += next?.takeUnrecorded() ?? []
        let trace = next?.current ?? AttemptExchange.Trace()
        // A reply that refuses on record says that nothing was billed; everything else may have been.
        let isRefused = exchange.lastStatus.map { $0 >= 400 } ?? false
        let isSuspected = runtime.descriptor.repeats != .free && (trace.isAnswerLost || !isRefused)
        append(
            attempt.intent, .failed(last.kind), httpStatus: trace.httpStatus ?? exchange.lastStatus,
            tries: exchange.replyCount + trace.tries,
            cost: isSuspected ? AttemptCost(attempt.intent.largestCost, isSuspected: true) : nil)
        return .failed(last)
    }

    /// True where exchanges that are not on record may be made again: their vendor bills no repeat.
    private func mayAskAgain(_ attempt: OpenRequest.OpenAttempt, _ repeats: RepeatClass) -> Bool {
        // Exchanges behind those on record are made where nothing tells them apart but what is asked.
        let mayGoOn = attempt.records.isEmpty || recovery?.goesOn ?? false && !repeats.isKeyed
        return mayGoOn && isRepeatUnbilled(attempt.intent, repeats)
    }

    /// A job that was taken is asked for its result; a question without an answer is asked again where its vendor bills
    /// no repeat of it.
    private func continuation(
        of attempt: OpenRequest.OpenAttempt, _ runtime: ProviderRuntime
    ) -> AttemptExchange? {
        var runtime = runtime
        var hasTicket = false
        for case .ticket(_, let mark) in attempt.records {
            hasTicket = true
            // A job is known to the key that submitted it. Where that key is gone, so is the job.
            guard let mark, let ring = core.keyRing(of: runtime.id) else { continue }
            guard let its = ring.runtime(markedBy: mark) else { return nil }
            runtime = its
        }
        // Its id may stand in the reply that is on record, and the ticket not: one key alone can have submitted it.
        let replies = attempt.records.count(where: \.isReply)
        let mayHaveJob = runtime.descriptor.repeats == .asyncID && replies > 0 && core.keyRing(of: runtime.id) == nil
        guard hasTicket || mayHaveJob || mayAskAgain(attempt, runtime.descriptor.repeats),
            runtime.configurationSkip == nil
        else { return nil }
        return AttemptExchange(
            attempt.intent, runtime: runtime, lane: lane, journal: core.journal, signal: signal,
            deadline: lane.clock.uptime + runtime.timeout, isAdmitted: false, replies: replies)
    }

    func isRepeatUnbilled(_ intent: AttemptIntent, _ repeats: RepeatClass) -> Bool {
        switch repeats {
        case .key, .free: true
        case .freeWindow(let window): lane.clock.now - intent.startedAt < window
        case .asyncID, .recharges: false
        }
    }
}
