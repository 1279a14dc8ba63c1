// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Verifying an address on request: one chain of verifiers, settled once.
extension RequestRun {
    /// Finds what is on record about the address of a verification request: it decides what is held.
    mutating func recallVerdicts() async throws(JournalError) {
        guard let candidate = request.candidate else { return }
        recalled = try await core.recalledVerdicts(for: candidate, .verifyEmail, request, on: lane.clock)
        hasVerdict = isKnown
    }

    /// True where a chain had its own candidate judged and the verdict holds: it cost no credits, and costs none now.
    private var isKnown: Bool { recalled.values.contains { $0.verdict.isDefinite && !$0.isOnRequest } }

    /// What may be told without asking: nothing for a fresh request, and after a crash what others said meanwhile does
    /// not stand in for what was paid for.
    var usableVerdicts: [ProviderID: EngineCore.RecalledVerdict] {
        if request.isFresh { return [:] }
        guard let recovery else { return recalled }
        return recalled.filter { known in !recovery.attempts.contains { $0.intent.provider == known.key } }
    }

    /// True where a verdict on record ends the chain before anybody is asked.
    private var isJudged: Bool { usableVerdicts.values.contains(where: \.verdict.isDefinite) }

    /// Who will be asked first, so that the intent can be made durable with the request itself.
    var firstIntent: AttemptIntent? {
        guard !isJudged, let intent = core.firstIntent(of: request, fingerprint, on: lane.clock),
            usableVerdicts[intent.provider] == nil
        else { return nil }
        return intent
    }

    /// What it may cost to ask; empty where nobody has to be asked.
    var bids: [RequestOpening.Bid] { isJudged ? [] : core.bids(for: request, on: lane.clock) }

    /// The verifiers in the order in which they are asked: in a request of its own, those first whose definite verdict
    /// is on record.
    func verifiers(
        _ capability: Capability, _ known: [ProviderID: EngineCore.RecalledVerdict]
    ) -> [ProviderID] {
        let steps = core.steps(of: capability)
        guard request.isVerification, !known.isEmpty else { return steps }
        let isSure = { (step: ProviderID) in known[step]?.verdict.isDefinite ?? false }
        return steps.filter(isSure) + steps.filter { !isSure($0) }
    }

    /// Verifies the address, settles the request and tells what came of it.
    mutating func settleVerification(of candidate: Candidate) async throws(JournalError) {
        let finding: AddressVerdict?
        if let had = keptVerdict {
            note(core.notRun(.verifyEmail), .verifyEmail)
            finding = had
            result.stopped[.verification] = .had
        } else {
            beginChain()
            let judgement = try await verify(candidate)
            finding = self.finding(judgement)
            result.stopped[.verification] = stop(judgement)
            if finding == nil { result.verdict = ResultVerdict(undecided: judgement) }
        }
        if let finding { result.verdict = ResultVerdict(finding) }
        let settled = try await write(results: [.verification(finding, isKnown: isKnown)], isLast: true)
        if settled.screened?.withheld.contains(.verification) ?? false {
            result.verdict = .suppressed
        } else if settled.locked.contains(.verification) {
            result.verdict = .locked
        } else if let charge = settled.charges.first(where: { $0.datum == .verification }) {
            result.verdict?.isNetNew = true
            result.verdict?.credits = charge.credits
        }
    }

    /// The verdict beside the contact's address, where the team has it and nothing on record says it again: its
    /// verifier is none of the chain's any more.
    private var keptVerdict: AddressVerdict? {
        guard recovery == nil, hasVerdict, !request.isFresh, !isJudged else { return nil }
        let kept = contact?.emails.first { $0.address == request.prospect.email }?.verdict
        guard let kept, kept.verdict.isDefinite,
            lane.clock.now - kept.judgedAt < core.settings.memory.lifetime(of: .email(kept.verdict))
        else { return nil }
        return kept
    }

    private func finding(_ judgement: Judgement) -> AddressVerdict? {
        guard let verifier = judgement.by, case .email(let verdict) = judgement.verdict else { return nil }
        let asked = log.attempts.last { $0.provider == verifier && $0.capability == .verifyEmail }
        let judgedAt = isRecalled(verifier) ? recalled[verifier]?.judgedAt : asked?.startedAt
        let moment = judgedAt ?? lane.clock.now
        let remembered = core.settings.memory.lifetime(of: judgement.verdict)
        return AddressVerdict(
            verdict: verdict, verifiedBy: verifier, judgedAt: moment,
            holdsUntil: moment + max(remembered, CreditGate.term(of: verdict) ?? .zero))
    }

    /// True where a verifier's verdict came from the record.
    private func isRecalled(_ verifier: ProviderID) -> Bool {
        log.attempts.last { $0.provider == verifier && $0.capability == .verifyEmail }?.isCached ?? false
    }

    private func stop(_ judgement: Judgement) -> StopReason {
        if judgement.verdict.isDefinite {
            return hasVerdict && judgement.by.map(isRecalled) ?? false ? .had : .accepted
        }
        if signal.isCancelled || Task.isCancelled { return .cancelled }
        if lane.clock.uptime >= chainDeadline { return .deadline }
        if judgement.everyVerifierFailed { return .failed }
        let isCapped = judgement.turns.contains { $0.outcome == .skipped(.cap) }
        return judgement.by == nil && isCapped ? .cap : .exhausted
    }
}
