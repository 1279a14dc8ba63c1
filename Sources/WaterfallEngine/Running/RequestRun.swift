// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// One data request from opening to settlement: carries out what the machines decide.
///
/// It runs on one lane. The email chain, the office-phone look-up and the mobile chain run one after the other; what a
/// chain came to is settled when it ends.
struct RequestRun {
    let request: DataRequest
    /// Of what is asked about the prospect.
    let fingerprint: QueryFingerprint
    let core: EngineCore
    let gate: CreditGate
    let lane: Lane
    let signal: CancelSignal
    var deadline: Duration
    /// When the chain that is run has to end.
    var chainDeadline: Duration

    var contact: Contact?
    var account: Account?
    var remembered: [RememberedAttempt] = []
    /// Answers of this request, so that no vendor is asked twice where one answer serves.
    var answers: [ProviderID: ProviderAnswer] = [:]
    /// What was judged in this request, so that no verifier is asked twice, in whichever chain.
    var judgements: [QueryFingerprint: Judgement] = [:]
    /// The intent that was made durable with the request, until its provider's turn.
    var durableIntent: AttemptIntent?
    /// Verdicts on record about the address of a verification request, and whether the team has one.
    var recalled: [ProviderID: EngineCore.RecalledVerdict] = [:]
    var hasVerdict = false
    /// What came back for ended attempts and is not on record yet: it rides with the next write.
    var unrecorded: [RecordedReply] = []
    var log = AttemptLog()
    var person = PersonFacts()
    var result: EnrichmentResult
    /// What is on record of a request that an earlier process left; nil for a request of this one.
    var recovery: Recovery?
    /// What is kept of the result, for a row of a file.
    let keeping: ResultKeeping?
    /// How far the request had come when it was settled last.
    var progress: RequestProgress = []
    /// Attempts of an earlier process that were made anew: on record, and no turns of their own.
    var losses: [Attempt] = []

    init(
        _ request: DataRequest, core: EngineCore, gate: CreditGate? = nil, lane: Lane, signal: CancelSignal,
        keeping: ResultKeeping? = nil
    ) {
        self.request = request
        fingerprint = QueryFingerprint(request)
        self.core = core
        self.gate = gate ?? core.gate
        self.lane = lane
        self.signal = signal
        self.keeping = keeping
        deadline = lane.clock.uptime + (request.timeout ?? core.settings.timeouts.request)
        chainDeadline = deadline
        result = EnrichmentResult(request, outcome: .failed)
    }

    /// Runs the request.
    ///
    /// - Throws: where the store fails; what was held stays held until a restart settles it.
    mutating func run() async throws(JournalError) -> EnrichmentResult {
        try await recallVerdicts()
        guard try await open() else { return result }
        if let candidate = request.candidate {
            try await settleVerification(of: candidate)
            return result
        }
        let wantsPhone = request.access.contains(.phone)
        if request.access.contains(.email), !progress.contains(.email) {
            let email = try await find(.email, isHad: contact?.has(.email) ?? false)
            if wantsPhone || asksForOfficePhones {
                // The look-up may take its time: the email is safe before it.
                try await settle(email: email, office: nil, isLast: false)
                try await settle(office: try await findOfficePhones(), isLast: !wantsPhone)
            } else {
                try await settle(email: email, office: try await findOfficePhones(), isLast: true)
            }
        } else if request.access.contains(.email), !progress.contains(.officePhones) {
            try await settle(office: try await findOfficePhones(), isLast: !wantsPhone)
        }
        if wantsPhone {
            try await settle(phones: try await find(.mobile, isHad: contact?.has(.phone) ?? false))
        }
        return result
    }

    private mutating func open() async throws(JournalError) -> Bool {
        let intent = recovery == nil ? firstIntent : nil
        let opened = try await core.journal.open(
            core.opening(
                of: request, fingerprint, firstIntent: intent, hasVerdict: hasVerdict, bids: bids, on: lane.clock))
        hasVerdict = opened.hasVerdict
        contact = opened.contact
        account = opened.account
        remembered = request.isFresh ? [] : opened.remembered
        durableIntent = opened.firstIntentIsDurable ? intent : nil
        await recallOwnAnswers()
        switch opened.decision {
        case .refused(let refusal):
            core.observer.record(.requestRefused(request.id, refusal.bound))
            result.outcome = .refused
            result.refusal = refusal
            result.available = opened.available
            (result.contact, result.account) = (contact, account)
            let stop: StopReason = refusal.bound == .suppression ? .suppressed : .refused
            for datum in request.access { result.stopped[datum] = stop }
            return false
        case .admitted(let credits):
            result.held = credits
            core.observer.record(.requestOpened(request.id, held: credits))
            return true
        }
    }

    // MARK: The chains

    /// What a chain came to.
    struct ChainResult {
        var outcome: Waterfall.Outcome
        /// True where nobody was asked, because the team has the datum.
        var isHad = false
    }

    mutating func find(_ capability: Capability, isHad: Bool) async throws(JournalError) -> ChainResult {
        guard isHad, !request.isFresh else { return ChainResult(outcome: try await runChain(capability)) }
        let outcome = Waterfall.Outcome(stop: .had, email: nil, phones: [], turns: core.notRun(capability))
        note(outcome.turns, capability)
        return ChainResult(outcome: outcome, isHad: true)
    }

    /// True where the look-up may call somebody, so that the email is settled before it.
    var asksForOfficePhones: Bool {
        !officePhoneIsKnownMissing && (account?.officePhones.isEmpty ?? true)
            && core.steps(of: .officePhone).contains { !(core.providers[$0]?.descriptor.isLocal ?? true) }
    }

    private var officePhoneIsKnownMissing: Bool {
        guard !request.isFresh, let missed = account?.officePhoneMissedAt else { return false }
        return lane.clock.now - missed < core.settings.memory.officePhoneMisses
    }

    /// Looks up the company's office phone, free: after each email request, found or not.
    mutating func findOfficePhones() async throws(JournalError) -> OfficePhoneResult? {
        let steps = core.steps(of: .officePhone)
        if officePhoneIsKnownMissing {
            note(steps.map { ChainTurn($0, .noMatch) }, .officePhone, isCached: true)
            return nil
        }
        // A known number is reused whatever the chain says.
        if !isOnRecord(.officePhone), !request.isFresh, !accountNumbers.isEmpty,
            steps.first != EngineCore.accountStore
        {
            note(core.notRun(.officePhone), .officePhone)
            return nil
        }
        let outcome = try await runChain(.officePhone)
        return OfficePhoneResult(phones: outcome.phones, isConfirmedMiss: isConfirmedMiss(outcome))
    }

    /// True where somebody was asked, and nobody who might know failed to answer: a vendor that is down today, or over
    /// its cap, may know the number tomorrow.
    private func isConfirmedMiss(_ outcome: Waterfall.Outcome) -> Bool {
        guard outcome.phones.isEmpty, outcome.stop == .exhausted else { return false }
        var wasAsked = false
        for turn in outcome.turns {
            switch turn.outcome {
            case .noMatch, .rejected:
                wasAsked = wasAsked || !(core.providers[turn.provider]?.descriptor.isLocal ?? true)
            case .matched, .failed, .skipped(.breakerOpen), .skipped(.quota), .skipped(.cap): return false
            case .skipped, .notRun: break
            }
        }
        return wasAsked
    }

    /// From now on a chain's time runs.
    mutating func beginChain() { chainDeadline = min(deadline, lane.clock.uptime + core.settings.timeouts.chain) }

    private mutating func runChain(_ capability: Capability) async throws(JournalError) -> Waterfall.Outcome {
        beginChain()
        var waterfall = Waterfall(
            for: capability, steps: steps(of: capability), gate: gate, officePhones: accountNumbers,
            bounced: bouncedAddresses)
        var action = waterfall.handle(.started)
        while true {
            switch action {
            case .ask(let provider):
                try await stopWhereSuspended()
                if signal.isCancelled || Task.isCancelled {
                    action = waterfall.handle(.cancelled)
                } else if lane.clock.uptime >= chainDeadline {
                    action = waterfall.handle(.deadlineReached)
                } else {
                    let event = try await ask(provider, capability)
                    try await stopWhereSuspended()
                    action = waterfall.handle(event)
                }
            case .verify(let candidate):
                try await stopWhereSuspended()
                let judgement = try await verify(candidate)
                try await stopWhereSuspended()
                action = waterfall.handle(.verified(candidate, judgement))
            case .finish(let outcome):
                note(log.correct(outcome.turns, capability), capability)
                return outcome
            }
        }
    }

    /// The chain's providers; those whose answer of this request already carries what is looked for come first, free.
    private func steps(of capability: Capability) -> [ProviderID] {
        let steps = core.steps(of: capability)
        if answers.isEmpty { return replayableFirst(steps, capability) }
        let carrying = answers.keys.sorted().filter { !(answers[$0]?.isMiss(for: capability) ?? true) }
        let known = steps.prefix { $0 == EngineCore.accountStore }
        let others = steps.dropFirst(known.count).filter { !carrying.contains($0) }
        return known + carrying.filter { !known.contains($0) } + replayableFirst(others, capability)
    }

    private var bouncedAddresses: Set<String> {
        guard contact?.emails.isEmpty == false else { return [] }
        return Set((contact?.emails ?? []).filter { $0.status == .bounced }.map { $0.address.lowercased() })
    }

    /// The account's own numbers.
    var accountNumbers: Set<PhoneNumber> { Set((account?.officePhones ?? []).compactMap(\.number)) }

    /// Notes turns that called nobody.
    mutating func note(_ turns: [ChainTurn], _ capability: Capability, isCached: Bool = false) {
        for turn in turns {
            log.append(
                Attempt(
                    id: core.makeID(at: lane.clock.now), capability: capability, provider: turn.provider,
                    outcome: turn.outcome, isCached: isCached, startedAt: lane.clock.now))
        }
    }
}
