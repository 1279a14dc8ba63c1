// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// What all requests of an engine share: settings, providers in use, the journal, ids.
final class EngineCore: Sendable {
    /// The source of office phones that are known already: it stands before any answer that carries more.
    static let accountStore: ProviderID = "account_store"
    /// Mailboxes of a company that are looked at for its pattern.
    static let knownMailboxes = 50

    let settings: EngineSettings
    let gate: CreditGate
    /// By the first of their keys.
    let providers: [ProviderID: ProviderRuntime]
    /// Of those with several.
    private let keyRings: [ProviderID: KeyRing]
    let journal: any RequestJournal
    let observer: any RunObserver
    private let providersOfChain: [Capability: [ProviderID]]
    private let rule: OrderRule
    private let outlooks = Mutex<[Capability: ChainOutlook]>([:])
    /// The order of each chain that has `order: auto`.
    let decided: [Capability: DecidedOrder]
    private let random: Mutex<any RandomNumberGenerator & Sendable>

    init(
        settings: EngineSettings, providers: [any Provider], journal: any RequestJournal, observer: any RunObserver,
        history: OrderHistory, orders: [Capability: DecidedOrder], random: any RandomNumberGenerator & Sendable
    ) {
        self.journal = journal
        self.observer = observer
        gate = CreditGate(prices: settings.prices, accept: settings.accept)
        var runtimes: [ProviderID: ProviderRuntime] = [:]
        var keyRings: [ProviderID: KeyRing] = [:]
        for provider in providers where runtimes[provider.descriptor.id] == nil {
            let own = settings.providers[provider.descriptor.id] ?? ProviderSettings()
            let keyed = (0..<max(1, own.keys.count)).map { ProviderRuntime(provider, own, keyNumber: $0) }
            runtimes[provider.descriptor.id] = keyed[0]
            if keyed.count > 1 { keyRings[provider.descriptor.id] = KeyRing(keyed) }
        }
        self.providers = runtimes
        self.keyRings = keyRings
        rule = OrderRule(
            settings: settings, descriptors: runtimes.mapValues(\.descriptor), history: history,
            unused: Set(runtimes.filter { $0.value.configurationSkip != nil }.keys))
        decided = orders.isEmpty ? rule.decide() : orders
        self.settings = settings.applying(decided)
        providersOfChain = self.settings.chains.mapValues { $0.steps.map(\.provider) }
        self.random = Mutex(random)
    }

    // MARK: Chains

    func steps(of capability: Capability) -> [ProviderID] {
        providersOfChain[capability] ?? []
    }

    func step(_ provider: ProviderID, of capability: Capability) -> ChainStep? {
        settings.chains[capability]?.steps.first { $0.provider == provider }
    }

    /// What history says of a chain; nil where the capability has none.
    func outlook(of capability: Capability) -> ChainOutlook? {
        outlooks.withLock { outlooks in
            if let known = outlooks[capability] { return known }
            let outlook = rule.outlook(of: capability)
            outlooks[capability] = outlook
            return outlook
        }
    }

    func notRun(_ capability: Capability) -> [ChainTurn] { steps(of: capability).map { ChainTurn($0, .notRun) } }

    /// Why a step is not asked whatever the moment; nil where it can be.
    func standingSkip(_ provider: ProviderID, _ query: ContactQuery) -> SkipReason? {
        guard let runtime = providers[provider] else { return .disabled }
        if let skip = runtime.standingSkip(for: query) { return skip }
        guard let step = step(provider, of: query.capability) else { return nil }
        return step.applies(to: query) ? nil : .conditionFalse
    }

    // MARK: Openings and intents

    func makeID<Subject>(at moment: Timestamp) -> Identifier<Subject> {
        random.withLock { Identifier(at: moment, using: &$0) }
    }

    func opening(
        of request: DataRequest, _ fingerprint: QueryFingerprint, firstIntent: AttemptIntent?, hasVerdict: Bool,
        bids: [RequestOpening.Bid], on clock: any EngineClock
    ) -> RequestOpening {
        let longest = max(settings.memory.hits, settings.memory.misses)
        let timeout = request.timeout ?? settings.timeouts.request
        return RequestOpening(
            request: request, gate: gate, plan: settings.plan, caps: settings.caps,
            holdsExpireAt: request.createdAt + timeout + .days(1), fingerprint: fingerprint,
            firstIntent: firstIntent,
            rememberSince: Timestamp(microseconds: clock.now.microseconds - longest.microseconds),
            hasVerdict: hasVerdict, bids: bids)
    }

    /// What those would cost who can be asked now; empty where no cap is on cost.
    func bids(for request: DataRequest, on clock: any EngineClock) -> [RequestOpening.Bid] {
        guard settings.caps.limitsCost else { return [] }
        return request.access.sorted().flatMap { (datum) -> [RequestOpening.Bid] in
            let query = request.prospect.query(for: datum.capability)
            return steps(of: datum.capability).compactMap { provider -> RequestOpening.Bid? in
                guard let runtime = providers[provider], standingSkip(provider, query) == nil,
                    !isBroken(provider, at: clock.uptime)
                else { return nil }
                return RequestOpening.Bid(
                    datum: datum, provider: provider, largestCost: runtime.price(for: datum.capability).amount)
            }
        }
    }

    /// The first provider that will be asked, so that its intent can be made durable with the request itself.
    func firstIntent(
        of request: DataRequest, _ fingerprint: QueryFingerprint, on clock: any EngineClock
    ) -> AttemptIntent? {
        guard let capability = request.access.min()?.capability else { return nil }
        let query = request.prospect.query(for: capability)
        let first = steps(of: capability).first { provider in
            standingSkip(provider, query) == nil && !isBroken(provider, at: clock.uptime)
        }
        guard let runtime = first.flatMap({ providers[$0] }), !runtime.descriptor.isLocal else { return nil }
        return intent(for: runtime, capability, fingerprint, request, on: clock)
    }

    /// The keys of a provider with several; most teams have no such provider, and need not look one up.
    func keyRing(of provider: ProviderID) -> KeyRing? { keyRings.isEmpty ? nil : keyRings[provider] }

    private func isBroken(_ provider: ProviderID, at now: Duration) -> Bool {
        keyRing(of: provider)?.isBroken(at: now) ?? providers[provider]?.isBroken(at: now) ?? true
    }

    func intent(
        for runtime: ProviderRuntime, _ capability: Capability, _ fingerprint: QueryFingerprint,
        _ request: DataRequest, on clock: any EngineClock
    ) -> AttemptIntent {
        AttemptIntent(
            id: makeID(at: clock.now), request: request.id, team: request.team, capability: capability,
            provider: runtime.id, fingerprint: fingerprint, largestCost: runtime.price(for: capability).amount,
            startedAt: clock.now)
    }

    // MARK: Retries

    /// How long to wait before an attempt is made again; nil where it is given up.
    func retryDelay(
        after error: ProviderError, _ trace: AttemptExchange.Trace, tries: Int, _ runtime: ProviderRuntime
    ) -> Duration? {
        // A job that was taken is never submitted again: its ticket would be paid for twice.
        guard !trace.hasTicket else { return nil }
        let decision = random.withLock { generator in
            RetryPolicy.decide(error, isSafe: trace.mayRepeat, tries: tries, using: &generator)
        }
        guard case .retry(let wait) = decision, runtime.spendRetry() else { return nil }
        return wait
    }

    // MARK: Remembered answers

    /// Reads a remembered attempt again, as its provider understands it today; nil where it can't.
    func replay(
        _ attempt: RememberedAttempt, _ runtime: ProviderRuntime, _ query: ContactQuery
    ) async -> ProviderAnswer? {
        guard let finder = runtime.finder else { return nil }
        var asked = query
        asked.capability = attempt.capability
        let exchange = RecordedExchange(attempt.records)
        while !exchange.isExhausted {
            if let answer = try? await finder.find(asked, using: ProviderClient(exchange)) { return answer }
        }
        return nil
    }

    /// A verdict on record.
    struct RecalledVerdict: Sendable {
        var verdict: Verdict
        var judgedAt: Timestamp
        /// True where it was asked for on request, and so is paid for or withheld; one on a chain's candidate is free.
        var isOnRequest: Bool
    }

    /// Verdicts on a candidate that still hold, by which verifier of the chain gave them. What a verifier said before
    /// its latest definite verdict counts no more.
    func recalledVerdicts(
        for candidate: Candidate, _ capability: Capability, _ request: DataRequest, on clock: any EngineClock
    ) async throws(JournalError) -> [ProviderID: RecalledVerdict] {
        let steps = steps(of: capability).filter { !(providers[$0]?.descriptor.isLocal ?? true) }
        guard !steps.isEmpty else { return [:] }
        let since = clock.now.microseconds - settings.memory.longestVerdict.microseconds
        let recalled = try await journal.recall(
            QueryFingerprint(candidate), team: request.team, since: Timestamp(microseconds: since))
        var verdicts: [ProviderID: RecalledVerdict] = [:]
        var open = Set(steps)
        for attempt in recalled where attempt.capability == capability && open.contains(attempt.provider) {
            guard let verifier = providers[attempt.provider]?.verifier,
                let verdict = await replay(attempt, verifier, candidate)
            else { continue }
            let holds = clock.now - attempt.startedAt < settings.memory.lifetime(of: verdict)
            if holds || verdict.isDefinite { open.remove(attempt.provider) }
            guard holds else { continue }
            verdicts[attempt.provider] = RecalledVerdict(
                verdict: verdict, judgedAt: attempt.startedAt, isOnRequest: attempt.isOwnQuestion)
        }
        return verdicts
    }

    private func replay(
        _ attempt: RememberedAttempt, _ verifier: any VerifyingProvider, _ candidate: Candidate
    ) async -> Verdict? {
        if let verdict = attempt.records.verdict { return verdict }
        let exchange = RecordedExchange(attempt.records)
        while !exchange.isExhausted {
            if let verdict = try? await verifier.verify(candidate, using: ProviderClient(exchange)) { return verdict }
        }
        return nil
    }
}

extension MemoryPolicy {
    var longestVerdict: Duration { max(verifiedVerdicts, invalidVerdicts, openVerdicts) }

    /// How long a verdict holds.
    func lifetime(of verdict: Verdict) -> Duration {
        switch verdict {
        case .email(let email):
            switch email.status {
            case .verified: verifiedVerdicts
            case .invalid: invalidVerdicts
            case .unverified where email.reason.isPassing: .zero
            default: openVerdicts
            }
        case .phone(let phone): phone.isDefinite ? verifiedVerdicts : openVerdicts
        }
    }
}

extension VerdictReason {
    /// True for what says nothing of the mailbox and may be over at the next try.
    fileprivate var isPassing: Bool {
        switch self {
        case .greylisted, .blockedIP, .timeout, .temporaryError, .connectionFailed, .portBlocked, .noPTR, .verifierDown,
            .notVerified:
            true
        case .mailboxExists, .mailboxNotFound, .mailboxFull, .mailboxDisabled, .policyRefused, .nullMX, .noMX,
            .noSuchDomain, .catchAllDomain, .disposableDomain, .roleAccount, .unverifiableHost, .invalidSyntax,
            .possibleTypo, .spamTrap, .doNotMail, .suppressed, .trustedProvider, .unspecified:
            false
        }
    }
}
