// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// One provider in use: its effective settings, and the limits, breaker and retry budget that all requests share.
final class ProviderRuntime: Sendable {
    let id: ProviderID
    let provider: any Provider
    let descriptor: ProviderDescriptor
    let endpoint: ProviderEndpoint
    private let settings: ProviderSettings
    private let concurrency: Int

    private struct State {
        var schedule: CallSchedule
        var breaker = Breaker()
        var budget = RetryBudget()
        var inFlight = 0
        var queue: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var nextTicket = 0
    }

    private let state: Mutex<State>

    init(_ provider: any Provider, _ settings: ProviderSettings) {
        self.provider = provider
        self.settings = settings
        descriptor = provider.descriptor
        id = descriptor.id
        endpoint = ProviderEndpoint(descriptor, settings)
        concurrency = settings.concurrency ?? descriptor.concurrency
        state = Mutex(State(schedule: CallSchedule(settings.limits ?? descriptor.limits)))
    }

    /// How long an attempt may take, where the chain's step says nothing.
    var timeout: Duration { settings.timeout ?? descriptor.timeout }

    /// The windows for which a new process must count earlier calls.
    var longWindows: [RateLimit] { (settings.limits ?? descriptor.limits).filter { $0.window >= .seconds(60) } }

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

    /// Waits for a turn: the breaker, every window, then a place among the calls in flight. Whoever is admitted calls
    /// `finish` when the attempt is over.
    func admit(
        before deadline: Duration, on clock: any EngineClock, signal: CancelSignal,
        queued: (Duration) -> Void
    ) async -> Admission {
        let now = clock.uptime
        let (skip, moment) = state.withLock { state -> (SkipReason?, Duration) in
            guard state.breaker.permit(at: now) == .allowed else { return (.breakerOpen, now) }
            guard let moment = state.schedule.reserve(at: now, before: deadline) else {
                state.breaker.abandoned(at: now)
                return (.quota, now)
            }
            return (nil, moment)
        }
        if let skip { return .skipped(skip) }
        if moment > now {
            queued(moment - now)
            guard await signal.pause(for: moment - now, on: clock) else { return abandon(clock) }
        }
        return await takePlace(before: deadline, on: clock, signal: signal)
    }

    /// Reserves one more exchange of an attempt that is already admitted: a retry, a poll, another page.
    func reserveAnother(before deadline: Duration, at now: Duration) -> Duration? {
        state.withLock { $0.schedule.reserve(at: now, before: deadline) }
    }

    private func takePlace(
        before deadline: Duration, on clock: any EngineClock, signal: CancelSignal
    ) async -> Admission {
        let isFree = state.withLock { state in
            guard state.inFlight < concurrency else { return false }
            state.inFlight += 1
            return true
        }
        if isFree { return .admitted }
        let outcome = Mutex(false)
        _ = await signal.race { [self] in
            let got = await withTaskGroup(of: Bool.self) { group in
                group.addTask { await self.waitForPlace() }
                group.addTask {
                    await clock.sleep(for: deadline - clock.uptime)
                    return false
                }
                let first = await group.next() ?? false
                group.cancelAll()
                let second = await group.next() ?? false
                return first || second
            }
            outcome.withLock { $0 = got }
        }
        if outcome.withLock({ $0 }) {
            guard !signal.isCancelled else {
                leavePlace()
                return abandon(clock)
            }
            return .admitted
        }
        let isCancelled = signal.isCancelled
        _ = abandon(clock)
        return isCancelled ? .cancelled : .skipped(.quota)
    }

    private func waitForPlace() async -> Bool {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.inFlight < concurrency {
                        state.inFlight += 1
                        return true
                    }
                    state.queue.append((ticket, continuation))
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.queue.firstIndex { $0.ticket == ticket }.map { state.queue.remove(at: $0).continuation }
            }
            waiting?.resume(returning: false)
        }
    }

    private func leavePlace() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.queue.isEmpty else {
                state.inFlight -= 1
                return nil
            }
            return state.queue.removeFirst().continuation
        }
        next?.resume(returning: true)
    }

    private func abandon(_ clock: any EngineClock) -> Admission {
        state.withLock { $0.breaker.abandoned(at: clock.uptime) }
        return .cancelled
    }

    // MARK: The end of an attempt

    /// Frees the place, and tells the breaker and the budget. Returns true where the provider is out of use from now on.
    func finish(_ error: ProviderError?, at now: Duration) -> Bool {
        leavePlace()
        return state.withLock { state in
            guard let error else {
                state.breaker.succeeded()
                state.budget.succeeded()
                return false
            }
            if error.kind == .throttled, let wait = error.retryAfter { state.schedule.pause(until: now + wait) }
            return state.breaker.failed(error.kind, at: now)
        }
    }

    /// Frees the place of a call that was never made.
    func withdraw(at now: Duration) {
        leavePlace()
        state.withLock { $0.breaker.abandoned(at: now) }
    }

    func spendRetry() -> Bool { state.withLock { $0.budget.spend() } }

    func pause(until moment: Duration) { state.withLock { $0.schedule.pause(until: moment) } }

    /// True where the breaker would refuse now; takes nothing.
    func isBroken(at now: Duration) -> Bool {
        state.withLock { state in
            var copy = state.breaker
            return copy.permit(at: now) == .refused
        }
    }
}
