// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Asking finders: what is at hand already, whether a provider may be asked, and what its answer costs.
extension RequestRun {
    mutating func ask(
        _ provider: ProviderID, _ capability: Capability
    ) async throws(JournalError) -> Waterfall.Event {
        guard let runtime = core.providers[provider], let finder = runtime.finder else {
            return skip(provider, .disabled, capability)
        }
        if runtime.configurationSkip == .disabled { return skip(provider, .disabled, capability) }
        let known = runtime.readsMailboxes ? KnownFacts(mailboxes: try await knownMailboxes()) : knownFacts
        let query = request.prospect.query(for: capability, known: known)
        if let answer = await answerAtHand(of: runtime, query) {
            return answered(answer, by: provider, capability, isCached: true)
        }
        let price = runtime.price(for: capability)
        let call = { @Sendable (client: ProviderClient) async throws(ProviderError) in
            try await finder.find(query, using: client)
        }
        let cost = { (answer: ProviderAnswer) in price.billed(for: answer, capability) }
        let outcome = { (answer: ProviderAnswer) -> AttemptOutcome in
            answer.isMiss(for: capability) ? .noMatch : .matched
        }
        if recovery != nil, !runtime.descriptor.isLocal {
            switch takeOnRecord(of: runtime, capability, fingerprint) {
            case .played(let attempt):
                let asked = await replay(attempt, runtime, call: call, cost: cost, outcome: outcome)
                guard isToBeAskedAgain(attempt, asked) else { return event(asked, provider) }
            case .notAsked: return .cancelled
            case .toBeAsked: break
            }
        }
        if let reason = core.standingSkip(provider, query) { return skip(provider, reason, capability) }
        if runtime.descriptor.isLocal {
            do {
                let answer = try await finder.find(query, using: ProviderClient(RecordedExchange([])))
                return answered(answer, by: provider, capability, isCached: false)
            } catch {
                note([ChainTurn(provider, .failed(error.kind))], capability)
                return .failed(provider, error)
            }
        }
        let timeout = core.step(provider, of: capability)?.timeout ?? runtime.timeout
        let asked = try await attempt(
            takeIntent(for: runtime, capability, fingerprint), runtime,
            within: timeout, call: call, cost: cost, outcome: outcome)
        return event(asked, provider)
    }

    private mutating func event(_ asked: Asked<ProviderAnswer>, _ provider: ProviderID) -> Waterfall.Event {
        switch asked {
        case .answered(let answer):
            take(answer, from: provider)
            return .answered(provider, answer)
        case .failed(let error): return .failed(provider, error)
        case .skipped(let reason): return .skipped(provider, reason)
        }
    }

    private mutating func skip(
        _ provider: ProviderID, _ reason: SkipReason, _ capability: Capability
    ) -> Waterfall.Event {
        note([ChainTurn(provider, .skipped(reason))], capability)
        return .skipped(provider, reason)
    }

    /// Takes an answer for which nobody was called.
    private mutating func answered(
        _ answer: ProviderAnswer, by provider: ProviderID, _ capability: Capability, isCached: Bool
    ) -> Waterfall.Event {
        let outcome: AttemptOutcome = answer.isMiss(for: capability) ? .noMatch : .matched
        note([ChainTurn(provider, outcome)], capability, isCached: isCached)
        take(answer, from: provider)
        return .answered(provider, answer)
    }

    mutating func take(_ answer: ProviderAnswer, from provider: ProviderID) {
        answers[provider] = answer
        person.title = person.title ?? answer.person.title
        person.linkedInURL = person.linkedInURL ?? answer.person.linkedInURL
        person.companyName = person.companyName ?? answer.person.companyName
        person.companyDomain = person.companyDomain ?? answer.person.companyDomain
    }

    private var knownFacts: KnownFacts {
        guard let known = account?.officePhones, !known.isEmpty else { return KnownFacts() }
        let phones = known.map { phone in
            PhoneCandidate(
                phone.number?.e164 ?? phone.raw, type: .office, status: phone.status,
                extension: phone.number?.extension, doNotCall: phone.doNotCall)
        }
        return KnownFacts(officePhones: phones)
    }

    private func knownMailboxes() async throws(JournalError) -> [KnownMailbox] {
        guard let domain = request.prospect.domain else { return [] }
        return try await core.journal.mailboxes(at: domain, team: request.team, limit: EngineCore.knownMailboxes)
    }

    /// An answer that was paid for already: of this request, or one that is remembered (`semantics.md`, 7.1 and 7.10).
    private func answerAtHand(of runtime: ProviderRuntime, _ query: ContactQuery) async -> ProviderAnswer? {
        if let answer = answers[runtime.id], !answer.isMiss(for: query.capability) { return answer }
        guard !remembered.isEmpty else { return nil }
        let ofProvider = remembered.filter { $0.provider == runtime.id && stillCounts($0) }
        if let exact = ofProvider.first(where: { $0.capability == query.capability }),
            let answer = await core.replay(exact, runtime, query)
        {
            return answer
        }
        for other in ofProvider where other.capability != query.capability && !other.capability.isVerification {
            if let answer = await core.replay(other, runtime, query), !answer.isMiss(for: query.capability) {
                return answer
            }
        }
        return nil
    }

    private func stillCounts(_ attempt: RememberedAttempt) -> Bool {
        let age = lane.clock.now - attempt.startedAt
        return age < (attempt.outcome == .noMatch ? core.settings.memory.misses : core.settings.memory.hits)
    }
}
