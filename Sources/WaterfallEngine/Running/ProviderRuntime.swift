// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// One provider in use, by one of its keys: its effective settings, and the limits, breaker and retry budget that all
/// requests share.
final class ProviderRuntime: Sendable {
    let id: ProviderID
    let provider: any Provider
    /// The provider as what it can do, looked up once.
    let finder: (any FindingProvider)?
    let verifier: (any VerifyingProvider)?
    let descriptor: ProviderDescriptor
    let endpoint: ProviderEndpoint
    /// Nil where no token is needed.
    let token: AccessToken?
    /// What tells the key on record, where the provider has several.
    let keyMark: String?
    /// Whether its queries carry the team's mailboxes at the company.
    let readsMailboxes: Bool
    private let settings: ProviderSettings
    /// Nil where replies come from hosts that the prospects name: none of them speaks for the others, and so none of
    /// them holds the others' calls back.
    private let quotaHeaders: QuotaHeaders?

    private struct State {
        var schedule: CallSchedule
        var places: CallPlaces
        var breaker = Breaker()
        var budget = RetryBudget()
        /// Those who wait for a place, and those whose place came before they began to wait.
        var waiters: [CallPlaces.Ticket: CheckedContinuation<Bool, Never>] = [:]
        var called: Set<CallPlaces.Ticket> = []
    }

    private let state: Mutex<State>

    init(_ provider: any Provider, _ settings: ProviderSettings, keyNumber: Int = 0) {
        self.provider = provider
        finder = provider as? any FindingProvider
        verifier = provider as? any VerifyingProvider
        self.settings = settings
        descriptor = provider.descriptor
        id = descriptor.id
        readsMailboxes = descriptor.readsMailboxes
        keyMark = settings.keys.count > 1 ? settings.keys[keyNumber].mark : nil
        let endpoint = ProviderEndpoint(descriptor, settings, keyNumber: keyNumber)
        self.endpoint = endpoint
        if case .clientCredentials(let request) = descriptor.authentication {
            token = AccessToken(request, at: endpoint)
        } else {
            token = nil
        }
        quotaHeaders = descriptor.baseURL == nil ? nil : QuotaHeaders(descriptor.quotaHeaders)
        let places = CallPlaces(capacity: settings.concurrency ?? descriptor.concurrency)
        state = Mutex(State(schedule: CallSchedule(settings.limits ?? descriptor.limits), places: places))
    }

    /// How long an attempt may take, where the chain's step says nothing.
    var timeout: Duration { settings.timeout ?? descriptor.timeout }

    /// The windows for which a new process must count earlier calls.
    var longWindows: [RateLimit] { limits.filter { $0.window >= .seconds(60) } }

    var limits: [RateLimit] { settings.limits ?? descriptor.limits }

    /// Calls in flight at most.
    var concurrency: Int { settings.concurrency ?? descriptor.concurrency }

    func price(for capability: Capability) -> VendorPrice {
        settings.prices[capability] ?? descriptor.capabilities[capability]?.price ?? .free
    }

    /// Why it is not asked whatever the moment: switched off, no key, unconfirmed, inputs missing.
    func standingSkip(for query: ContactQuery) -> SkipReason? {
        if let skip = configurationSkip { return skip }
        return descriptor.accepts(query) ? nil : .missingInput
    }

    /// The same for a verifier, which needs nothing but the candidate.
    var configurationSkip: SkipReason? {
        if !settings.isEnabled { return .disabled }
        if descriptor.evidence == .unconfirmed, !settings.allowsUnconfirmed { return .unconfirmed }
        return endpoint.lacksKey ? .missingKey : nil
    }

    /// Counts calls of earlier processes, given as how long ago they went, oldest first.
    func replayCalls(_ ages: [Duration], at now: Duration) {
        state.withLock { state in
            for age in ages { state.schedule.replay(at: now - age) }
        }
    }

    // MARK: Admission

    /// Whether a call may go.
    enum Admission: Sendable, Hashable {
        case admitted
        case skipped(SkipReason)
        case cancelled
    }

    /// Waits for a turn: a place among the calls in flight, then every window. The windows come last, so that what they
    /// count goes on the wire at once; the breaker is asked when the call can go, so that those who waited learn what
    /// became of the ones before them. Whoever is admitted calls `finish` or `withdraw` when the attempt is over.
    func admit(
        before deadline: Duration, on clock: any EngineClock, signal: CancelSignal,
        queued: (Duration) -> Void
    ) async -> Admission {
        guard !isBroken(at: clock.uptime) else { return .skipped(.breakerOpen) }
        if let other = await takePlace(before: deadline, on: clock, signal: signal) { return other }
        var turn = reserveFirst(before: deadline, at: clock.uptime)
        while case .waits(let moment) = turn {
            queued(moment - clock.uptime)
            guard await signal.pause(for: moment - clock.uptime, on: clock) else {
                giveUp(at: clock.uptime)
                return .cancelled
            }
            turn = self.turn(reserved: moment, before: deadline, at: clock.uptime)
        }
        switch turn {
        case .goes where isStopped:
            withdraw(at: clock.uptime)
            return .skipped(.breakerOpen)
        case .goes, .waits: return .admitted
        case .skipped(.breakerOpen):
            leavePlace()
            return .skipped(.breakerOpen)
        case .skipped(let reason):
            giveUp(at: clock.uptime)
            return .skipped(reason)
        }
    }

    /// What the limits say to one call.
    enum Turn: Sendable, Hashable {
        case goes
        case waits(until: Duration)
        case skipped(SkipReason)

        init(_ turn: CallSchedule.Turn?) {
            switch turn {
            case .goes: self = .goes
            case .waits(let moment): self = .waits(until: moment)
            case nil: self = .skipped(.quota)
            }
        }
    }

    private func reserveFirst(before deadline: Duration, at now: Duration) -> Turn {
        state.withLock { state in
            guard state.breaker.permit(at: now) == .allowed else { return .skipped(.breakerOpen) }
            return Turn(state.schedule.reserve(at: now, before: deadline))
        }
    }

    /// Asks for a turn, or for the one that was reserved, now that its moment has come.
    ///
    /// - Parameter endsOne: true for one more exchange of an attempt that is admitted (a retry, a poll, another page):
    ///   where it goes, the one before it has ended.
    func turn(reserved moment: Duration?, before deadline: Duration, at now: Duration, endsOne: Bool = false) -> Turn {
        state.withLock { state in
            let turn =
                if let moment {
                    state.schedule.depart(moment, at: now, before: deadline)
                } else {
                    state.schedule.reserve(at: now, before: deadline)
                }
            if endsOne, turn == .goes { state.schedule.end() }
            return Turn(turn)
        }
    }

    /// True where the limits leave room for one more exchange before `deadline`; takes nothing.
    func hasTurn(before deadline: Duration, at now: Duration) -> Bool {
        state.withLock { $0.schedule.earliest(from: now) < deadline }
    }

    /// Returns nil with a place, else why there is none.
    private func takePlace(
        before deadline: Duration, on clock: any EngineClock, signal: CancelSignal
    ) async -> Admission? {
        let ticket: CallPlaces.Ticket
        switch state.withLock({ $0.places.enter() }) {
        case .entered: return nil
        case .full: return .skipped(.quota)
        case .waits(let its): ticket = its
        }
        let wasCalled = Mutex(false)
        _ = await signal.race { [self] in
            let called = await withTaskGroup(of: Bool.self) { group in
                group.addTask { await self.waitForPlace(ticket) }
                group.addTask {
                    await clock.sleep(for: deadline - clock.uptime)
                    return false
                }
                let first = await group.next() ?? false
                group.cancelAll()
                let second = await group.next() ?? false
                return first || second
            }
            wasCalled.withLock { $0 = called }
        }
        let isCancelled = signal.isCancelled || Task.isCancelled
        guard wasCalled.withLock({ $0 }) else { return isCancelled ? .cancelled : .skipped(.quota) }
        guard isCancelled else { return nil }
        leavePlace()
        return .cancelled
    }

    /// Returns true where the place came; false where the wait was called off, and the ticket given back.
    private func waitForPlace(_ ticket: CallPlaces.Ticket) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.called.remove(ticket) != nil { return true }
                    guard !Task.isCancelled else {
                        state.places.giveUp(ticket)
                        return false
                    }
                    state.waiters[ticket] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let waiting = state.waiters.removeValue(forKey: ticket) else { return nil }
                state.places.giveUp(ticket)
                return waiting
            }
            waiting?.resume(returning: false)
        }
    }

    private func leavePlace() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let ticket = state.places.leave() else { return nil }
            if let waiter = state.waiters.removeValue(forKey: ticket) { return waiter }
            state.called.insert(ticket)
            return nil
        }
        next?.resume(returning: true)
    }

    /// True where a call would have to wait for a place or for a window.
    func isQueueing(at now: Duration) -> Bool {
        state.withLock { $0.places.isFull || $0.schedule.isFull(at: now) }
    }

    // MARK: The end of an attempt

    /// Frees the place, and tells the breaker and the budget. Returns true where the provider is out of use from now
    /// on.
    func finish(_ error: ProviderError?, at now: Duration) -> Bool {
        leavePlace()
        return state.withLock { state in
            state.schedule.end()
            guard let error else {
                state.breaker.succeeded()
                state.budget.succeeded()
                return false
            }
            if error.kind == .throttled, quotaHeaders != nil, let wait = error.retryAfter {
                state.schedule.pause(until: now + wait)
            }
            return state.breaker.failed(error.kind, at: now)
        }
    }

    /// Frees the place of a call that was admitted and never made.
    func withdraw(at now: Duration) {
        giveUp(at: now)
        endExchange()
    }

    /// Frees the place of a call that was not admitted.
    private func giveUp(at now: Duration) {
        leavePlace()
        state.withLock { $0.breaker.abandoned(at: now) }
    }

    // MARK: Quotas

    /// To be taken when a call is sent, and given to `believe` with its reply.
    var mark: Int { state.withLock { $0.schedule.ended } }

    /// An exchange has ended that no attempt with a place made.
    func endExchange() { state.withLock { $0.schedule.end() } }

    /// Believes what a reply says of the vendor's own limits.
    func believe(_ reply: ProviderReply, mark: Int, on clock: any EngineClock) {
        guard let windows = quotaHeaders?.windows(in: reply, now: clock.now), !windows.isEmpty else { return }
        let now = clock.uptime
        state.withLock { state in
            for window in windows { state.schedule.believe(window, mark: mark, at: now) }
        }
    }

    func spendRetry() -> Bool { state.withLock { $0.budget.spend() } }

    /// Holds every call back until the moment: the vendor asks for it.
    func pause(until moment: Duration) {
        guard quotaHeaders != nil else { return }
        state.withLock { $0.schedule.pause(until: moment) }
    }

    /// True where the breaker opened while a call that it had let through was waiting.
    private var isStopped: Bool { state.withLock { $0.breaker.isOpen } }

    /// Calls in flight and calls that wait for a place.
    var load: (inFlight: Int, waiting: Int) {
        state.withLock { ($0.places.inFlight, $0.places.waitingCount) }
    }

    /// When another call can go, and how many more the vendor says may follow. Takes nothing.
    func outlook(at now: Duration) -> (moment: Duration, left: Int) {
        state.withLock { state in
            let moment = state.places.isFull ? .seconds(Int64.max) : state.schedule.earliest(from: now)
            return (moment, state.schedule.left(at: now))
        }
    }

    /// True where the breaker would refuse now; takes nothing.
    func isBroken(at now: Duration) -> Bool {
        state.withLock { state in
            var copy = state.breaker
            return copy.permit(at: now) == .refused
        }
    }
}
