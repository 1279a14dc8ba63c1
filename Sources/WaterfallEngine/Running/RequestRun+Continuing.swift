// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Going on with a row's request that an earlier process left open, as if nothing had happened: what was settled stays,
/// what is on record is played, and the rest is asked (`reliability.md`, B).
///
/// A call whose answer was lost is made again where its vendor bills no repeat; where it bills every call, as often as
/// the duplicate-spend budget allows. Each is made again once: the repeat has an intent of its own.
extension RequestRun {
    init(
        continuing open: OpenRequest, from progress: RequestProgress, within budget: DuplicateBudget,
        core: EngineCore, lane: Lane, signal: CancelSignal, keeping: ResultKeeping?
    ) {
        self.init(open.request, core: core, gate: open.gate, lane: lane, signal: signal, keeping: keeping)
        recovery = Recovery(attempts: open.attempts, settled: open.settled, continuation: budget)
        self.progress = progress
        result.stopped = open.stopped
    }

    /// What is to be done at a provider's turn of a request that an earlier process left.
    enum OnRecord {
        case played(OpenRequest.OpenAttempt)
        case toBeAsked
        case notAsked
    }

    /// Finds what is on record of a turn. What is to be asked again keeps its intent where the vendor bills no repeat,
    /// and so its key; every other call is a new attempt, and the lost one is written down.
    mutating func takeOnRecord(
        of runtime: ProviderRuntime, _ capability: Capability, _ fingerprint: QueryFingerprint
    ) -> OnRecord {
        while let attempt = recovery?.take(runtime.id, capability, fingerprint) {
            guard let budget = recovery?.continuation, runtime.configurationSkip == nil, attempt.lacksAnswer else {
                return .played(attempt)
            }
            let isUnbilled = isRepeatUnbilled(attempt.intent, runtime.descriptor.repeats)
            if attempt.records.isEmpty, isUnbilled, runtime.descriptor.usesTransport {
                durableIntent = attempt.intent
                return .toBeAsked
            }
            if recovery?.has(runtime.id, capability, fingerprint) ?? false {
                note(lost: attempt, runtime)
                continue
            }
            let mayBeBilled = attempt.records.isEmpty && runtime.descriptor.usesTransport && !isUnbilled
            guard !mayBeBilled || budget.take(attempt.intent.largestCost) else { return .played(attempt) }
            note(lost: attempt, runtime)
            return .toBeAsked
        }
        return recovery?.goesOn ?? true ? .toBeAsked : .notAsked
    }

    /// True where what is on record of an attempt ends before its answer does, and the whole of it may be asked again.
    mutating func isToBeAskedAgain<Answer>(_ attempt: OpenRequest.OpenAttempt, _ asked: Asked<Answer>) -> Bool {
        guard case .failed(let error) = asked, error.kind == .answerLost, let budget = recovery?.continuation,
            !attempt.records.isEmpty, budget.take(attempt.intent.largestCost),
            let played = log.takeLast(attempt.intent.id)
        else { return false }
        losses.append(played)
        return true
    }

    private mutating func note(lost attempt: OpenRequest.OpenAttempt, _ runtime: ProviderRuntime) {
        let mayBeBilled =
            attempt.records.isEmpty && runtime.descriptor.usesTransport && runtime.descriptor.repeats != .free
        losses.append(
            Attempt(
                id: attempt.intent.id, capability: attempt.intent.capability, provider: attempt.intent.provider,
                outcome: .failed(attempt.records.isEmpty ? .answerLost : .unavailable),
                cost: mayBeBilled ? AttemptCost(attempt.intent.largestCost, isSuspected: true) : nil,
                startedAt: attempt.intent.startedAt))
    }

    /// True where a chain has attempts on record that wait for their turn.
    func isOnRecord(_ capability: Capability) -> Bool {
        guard let recovery else { return false }
        return !recovery.goesOn
            || recovery.attempts.contains { $0.intent.capability == capability && $0.outcome == nil }
    }

    /// The steps in their order, except that one that was passed over for the moment is not asked before what was paid
    /// for behind it.
    func inOrder(_ steps: [ProviderID], _ capability: Capability) -> [ProviderID] {
        let waiting = recovery?.attempts.filter { $0.intent.capability == capability && $0.outcome == nil } ?? []
        guard let last = steps.lastIndex(where: { step in waiting.contains { $0.intent.provider == step } }) else {
            return steps
        }
        let query = request.prospect.query(for: capability)
        let passed = steps[..<last].filter { step in
            guard let runtime = core.providers[step], !runtime.descriptor.isLocal else { return false }
            return !waiting.contains { $0.intent.provider == step } && !remembered.contains { $0.provider == step }
                && core.standingSkip(step, query) == nil
        }
        guard !passed.isEmpty else { return steps }
        return steps[...last].filter { !passed.contains($0) } + passed + steps[(last + 1)...]
    }

    /// Reads the answers of this request that were settled already, so that no vendor is asked twice where one answer
    /// serves; what is remembered is what others asked.
    mutating func recallOwnAnswers() async {
        guard let recovery, recovery.goesOn else { return }
        let own = Set(recovery.attempts.map(\.intent.id))
        remembered.removeAll { own.contains($0.id) }
        for attempt in recovery.attempts where attempt.outcome == .matched || attempt.outcome == .rejected {
            guard let runtime = core.providers[attempt.intent.provider], runtime.finder != nil,
                !attempt.intent.capability.isVerification
            else { continue }
            let paid = RememberedAttempt(
                id: attempt.intent.id, capability: attempt.intent.capability, provider: runtime.id,
                outcome: .matched, httpStatus: nil, startedAt: attempt.intent.startedAt, records: attempt.records)
            let query = request.prospect.query(for: attempt.intent.capability)
            if let answer = await core.replay(paid, runtime, query) { take(answer, from: runtime.id) }
        }
    }

    // MARK: Leaving a request as it is

    /// Leaves the request open where the engine was told to: what came back is on record, and an intent that was never
    /// used is closed.
    mutating func stopWhereSuspended() async throws(JournalError) {
        guard signal.isSuspended else { return }
        try await recordReplies()
        let unused = takeUnusedIntent() + log.unsettled.filter { $0.outcome == .failed(.cancelled) && $0.tries == 0 }
        if !unused.isEmpty {
            _ = try await core.journal.settle(
                Settlement(
                    request: request, gate: gate, plan: core.settings.plan, attempts: unused.map(\.neverCalled),
                    fingerprint: fingerprint, outcome: nil, stopped: result.stopped, settledAt: lane.clock.now))
        }
        throw JournalError(.suspended, "the request stays open")
    }
}

extension Attempt {
    fileprivate var neverCalled: Attempt {
        var attempt = self
        attempt.outcome = .notRun
        return attempt
    }
}

extension RequestRun.Recovery {
    func has(_ provider: ProviderID, _ capability: Capability, _ fingerprint: QueryFingerprint) -> Bool {
        attempts.contains { attempt in
            attempt.intent.provider == provider && attempt.intent.capability == capability
                && attempt.intent.fingerprint == fingerprint && attempt.outcome == nil
        }
    }
}

extension OpenRequest.OpenAttempt {
    /// True where nothing came back that says what the provider knows, and no job waits.
    fileprivate var lacksAnswer: Bool {
        for case .ticket in records { return false }
        switch records.last {
        case nil: return true
        case .reply(let reply): return reply.status == 408 || reply.status == 429 || (500..<600).contains(reply.status)
        case .verdict, .ticket: return false
        }
    }
}
