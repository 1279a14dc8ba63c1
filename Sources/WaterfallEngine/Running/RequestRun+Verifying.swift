// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Asking verifiers.
extension RequestRun {
    mutating func verify(_ candidate: Candidate) async throws(JournalError) -> Judgement {
        let candidate = localised(candidate)
        let subject = QueryFingerprint(candidate)
        if let judgement = judgements[subject] { return judgement }
        let capability = candidate.verification
        var known: [ProviderID: EngineCore.RecalledVerdict] = [:]
        if request.isVerification {
            known = usableVerdicts
        } else if !request.isFresh {
            known = try await core.recalledVerdicts(for: candidate, capability, request, on: lane.clock)
        }
        let steps = replayableFirst(verifiers(capability, known), capability)
        var chain = VerificationChain(steps: steps, undecided: candidate.undecided)
        var action = chain.handle(.started)
        while true {
            switch action {
            case .ask(let verifier):
                if signal.isCancelled || Task.isCancelled || lane.clock.uptime >= chainDeadline {
                    action = chain.handle(.stopped)
                } else if let verdict = known[verifier]?.verdict {
                    note([ChainTurn(verifier, verdict.attemptOutcome)], capability, isCached: true)
                    log.note(verdict)
                    action = chain.handle(.judged(verifier, verdict))
                } else {
                    let event = try await ask(verifier, candidate)
                    if case .judged(_, let verdict) = event { log.note(verdict) }
                    action = chain.handle(event)
                }
            case .finish(let judgement):
                note(log.correct(judgement.turns, capability), capability)
                if judgement.by != nil { judgements[subject] = judgement }
                return judgement
            }
        }
    }

    private mutating func ask(
        _ verifier: ProviderID, _ candidate: Candidate
    ) async throws(JournalError) -> VerificationChain.Event {
        let capability = candidate.verification
        guard let runtime = core.providers[verifier], let provider = runtime.verifier else {
            note([ChainTurn(verifier, .skipped(.disabled))], capability)
            return .skipped(verifier, .disabled)
        }
        if let reason = standingSkip(of: runtime, capability) {
            note([ChainTurn(verifier, .skipped(reason))], capability)
            return .skipped(verifier, reason)
        }
        if runtime.descriptor.isLocal {
            do {
                let verdict = try await provider.verify(candidate, using: ProviderClient(RecordedExchange([])))
                note([ChainTurn(verifier, verdict.attemptOutcome)], capability)
                return .judged(verifier, verdict)
            } catch {
                note([ChainTurn(verifier, .failed(error.kind))], capability)
                return .failed(verifier, error)
            }
        }
        let price = runtime.price(for: capability)
        let fingerprint = QueryFingerprint(candidate)
        let call = { @Sendable (client: ProviderClient) async throws(ProviderError) in
            try await provider.verify(candidate, using: client)
        }
        let cost = { (verdict: Verdict) in price.billed(for: verdict) }
        let outcome = { (verdict: Verdict) in verdict.attemptOutcome }
        var asked: Asked<Verdict>?
        switch recovery == nil ? .toBeAsked : takeOnRecord(of: runtime, capability, fingerprint) {
        case .notAsked: return .stopped
        case .played(let attempt):
            if let verdict = attempt.records.verdict {
                append(attempt.intent, outcome(verdict), cost: cost(verdict).map { AttemptCost($0) })
                asked = .answered(verdict)
            } else {
                let played = await replay(attempt, runtime, call: call, cost: cost, outcome: outcome)
                asked = isToBeAskedAgain(attempt, played) ? nil : played
            }
        case .toBeAsked: break
        }
        if asked == nil {
            let intent = takeIntent(for: runtime, capability, fingerprint)
            let timeout = core.step(verifier, of: capability)?.timeout ?? runtime.timeout
            asked = try await attempt(intent, runtime, within: timeout, call: call, cost: cost, outcome: outcome)
            if !runtime.descriptor.usesTransport, case .answered(.email(let verdict)) = asked {
                unrecorded.append(RecordedReply(request: request.id, attempt: intent.id, content: .verdict(verdict)))
            }
        }
        switch asked {
        case .answered(let verdict): return .judged(verifier, verdict)
        case .failed(let error): return .failed(verifier, error)
        case .skipped(let reason): return .skipped(verifier, reason)
        case nil: return .stopped
        }
    }

    private func standingSkip(of runtime: ProviderRuntime, _ capability: Capability) -> SkipReason? {
        if let reason = runtime.configurationSkip { return reason }
        guard let step = core.step(runtime.id, of: capability) else { return nil }
        return step.applies(to: request.prospect.query(for: capability)) ? nil : .conditionFalse
    }

    /// A number without a country is read in the prospect's, else in the configured region.
    private func localised(_ candidate: Candidate) -> Candidate {
        guard case .phone(var phone) = candidate else { return candidate }
        phone.country = phone.country ?? request.prospect.country ?? core.settings.region
        return .phone(phone)
    }
}

extension Candidate {
    /// The chain that judges it.
    var verification: Capability {
        switch self {
        case .email: .verifyEmail
        case .phone: .verifyPhone
        }
    }

    /// What stands where nobody can say.
    var undecided: Verdict {
        switch self {
        case .email: .email(EmailVerdict(.unverified, .notVerified))
        case .phone(let phone): .phone(PhoneVerdict(.noStatus, number: phone.inNormalForm))
        }
    }
}

extension PhoneCandidate {
    /// The number where it is written in E.164 already.
    var inNormalForm: PhoneNumber? {
        let digits = raw.utf8.dropFirst()
        let isE164 =
            raw.utf8.first == UInt8(ascii: "+") && (7...15).contains(digits.count)
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isE164 ? PhoneNumber(e164: raw, extension: `extension`) : nil
    }
}
