// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization

/// The waterfall engine: takes data requests, runs each on a lane, and answers.
///
/// It decides in values (`Waterfall`, `VerificationChain`, `CreditGate`) and acts through ports. Work runs only inside
/// `running`, which is a scope: when it returns, everything is settled.
public final class Engine: Sendable {
    let core: EngineCore
    private let lanes: [LaneQueue]
    private let flights = Mutex<[FlightKey: Flight]>([:])

    /// - Parameters:
    ///   - providers: one instance of each provider that the chains name.
    ///   - lanes: at least one; a request is pinned to one by its identity.
    ///   - history: what chains with `order: auto` are ordered by. The order holds as long as the engine does.
    ///   - orders: those that were decided before, and are not decided anew.
    public init(
        settings: EngineSettings, providers: [any Provider], lanes: [Lane], journal: any RequestJournal,
        observer: any RunObserver = SilentObserver(), history: OrderHistory = OrderHistory(),
        orders: [Capability: DecidedOrder] = [:],
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        precondition(!lanes.isEmpty, "an engine needs a lane")
        core = EngineCore(
            settings: settings, providers: providers, journal: journal, observer: observer, history: history,
            orders: orders, random: random)
        self.lanes = lanes.map(LaneQueue.init)
    }

    /// How chains with `order: auto` are ordered, and why.
    public var decidedOrders: [Capability: DecidedOrder] { core.decided }

    /// What history says of a chain; nil where the capability has none.
    public func outlook(of capability: Capability) -> ChainOutlook? { core.outlook(of: capability) }

    /// Runs the lanes for as long as `body` takes. First counts the calls of earlier processes into the long windows of
    /// the providers' limits, and settles what an earlier process left open.
    ///
    /// - Throws: `EngineError.store` where the journal can't be read; what `body` throws.
    public func running<T>(_ body: () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for queue in lanes {
                group.addTask(executorPreference: queue.lane.executor) { await queue.run() }
            }
            defer { for queue in lanes { queue.stop() } }
            try await resumeEarlierWork()
            return try await body()
        }
    }

    /// Runs a data request, or joins the one in flight for the same person and data. A caller that is cancelled gets
    /// what is known once it is settled.
    ///
    /// - Throws: `tooLittle` and `notConfigured` before anything is held; `store` where nothing more may be sent.
    ///
    /// - Parameter keeping: what is kept of the result with its settlement, for a row of a file. Whoever joins another
    ///   request, or is refused, has nothing kept.
    public func enrich(
        _ request: DataRequest, keeping: ResultKeeping? = nil
    ) async throws(EngineError) -> EnrichmentResult {
        precondition(!request.isVerification, "an address is verified by `verify`")
        return try await answer(request, keeping)
    }

    /// Goes on with a row's request that an earlier process left open, from where it stands.
    ///
    /// - Parameters:
    ///   - progress: how far it had come when it was settled last.
    ///   - budget: what may be spent on calls whose answers were lost.
    /// - Throws: `store` where nothing more may be sent, `stopping` where it stays open.
    public func goOn(
        with open: OpenRequest, from progress: RequestProgress, within budget: DuplicateBudget,
        keeping: ResultKeeping
    ) async throws(EngineError) -> EnrichmentResult {
        let key = FlightKey(open.request)
        let flight = Flight(open.request, key, lane: queue(for: key).lane, keeping: keeping)
        let resumed = Resumed(open: open, progress: progress, budget: budget)
        flights.withLock { if $0[key] == nil { $0[key] = flight } }
        guard let place = flight.join() else { throw .stopping }
        return try await answer(flight, at: place) { await self.carryOut(flight, resumed) }
    }

    /// Leaves every request in flight open, for a restart: no attempt is begun, and those on the wire may end.
    public func suspend() {
        for flight in flights.withLock({ Array($0.values) }) { flight.signal.cancel(suspending: true) }
    }

    /// Verifies the address of a verification request, or joins the one in flight for the same address. A verdict that
    /// the team has and that still holds is told from the store, at no cost.
    ///
    /// - Throws: `notConfigured` before anything is held; `store` where nothing more may be sent.
    public func verify(_ request: DataRequest) async throws(EngineError) -> VerificationResult {
        precondition(request.isVerification, "a request for data is run by `enrich`")
        return VerificationResult(try await answer(request))
    }

    private func answer(
        _ request: DataRequest, _ keeping: ResultKeeping? = nil
    ) async throws(EngineError) -> EnrichmentResult {
        try check(request)
        let (flight, place) = board(request, FlightKey(request), keeping)
        if place != Flight.firstPlace { core.observer.record(.requestJoined(request.id, to: flight.request.id)) }
        let result = try await answer(flight, at: place) { await self.carryOut(flight) }
        if place == Flight.firstPlace { return result }
        return result.shared(with: request, isCharged: flight.isOldest(place))
    }

    /// Waits for the work of a flight, which the first one starts.
    private func answer(
        _ flight: Flight, at place: Int, starting work: @escaping @Sendable () async -> Void
    ) async throws(EngineError) -> EnrichmentResult {
        if place == Flight.firstPlace, !queue(for: flight.key).add(work) {
            forget(flight)
            // Whoever joined meanwhile is told too.
            await flight.run { .failure(.stopping) }
            throw .stopping
        }
        let answer = await withTaskCancellationHandler {
            await flight.answer(at: place)
        } onCancel: {
            if flight.leave(place) { stopAfterGrace(flight) }
        }
        return try answer.get()
    }

    /// Stops everything in flight now, transfers too. Each request is still settled.
    public func stopNow() {
        for flight in flights.withLock({ Array($0.values) }) { flight.stopTransfers() }
    }

    // MARK: Flights

    private func board(_ request: DataRequest, _ key: FlightKey, _ keeping: ResultKeeping?) -> (Flight, Int) {
        flights.withLock { flights in
            if let flight = flights[key], let place = flight.join() { return (flight, place) }
            let flight = Flight(request, key, lane: queue(for: key).lane, keeping: keeping)
            flights[key] = flight
            guard let place = flight.join() else { preconditionFailure("a new flight takes its first") }
            return (flight, place)
        }
    }

    /// What an earlier process left of a row's request.
    private struct Resumed: Sendable {
        var open: OpenRequest
        var progress: RequestProgress
        var budget: DuplicateBudget
    }

    private func carryOut(_ flight: Flight, _ resumed: Resumed? = nil) async {
        await flight.run {
            var run =
                if let resumed {
                    RequestRun(
                        continuing: resumed.open, from: resumed.progress, within: resumed.budget, core: core,
                        lane: flight.lane, signal: flight.signal, keeping: flight.keeping)
                } else {
                    RequestRun(
                        flight.request, core: core, lane: flight.lane, signal: flight.signal, keeping: flight.keeping)
                }
            do throws(JournalError) {
                return .success(try await run.run())
            } catch {
                return .failure(error.kind == .suspended ? .stopping : .store(error))
            }
        }
        forget(flight)
    }

    private func forget(_ flight: Flight) {
        flights.withLock { flights in
            guard let place = flights.index(forKey: flight.key), flights.values[place] === flight else { return }
            flights.remove(at: place)
        }
    }

    /// Lets paid attempts in flight finish within the grace period.
    private func stopAfterGrace(_ flight: Flight) {
        let grace = core.settings.timeouts.grace
        _ = queue(for: flight.key).add {
            if await flight.ended.pause(for: grace, on: flight.lane.clock) { flight.stopTransfers() }
        }
    }

    private func queue(for key: FlightKey) -> LaneQueue {
        lanes[Int(UInt(bitPattern: key.digest) % UInt(lanes.count))]
    }

    // MARK: Before anything is held

    /// Looks whether anybody could be asked for what a request asks.
    ///
    /// - Throws: `tooLittle`, `notConfigured`.
    public func check(_ request: DataRequest) throws(EngineError) {
        for datum in request.access.sorted() {
            let capability = datum.capability
            guard core.settings.chains[capability] != nil else { throw .notConfigured(capability) }
            let query = request.prospect.query(for: capability)
            let runtimes = core.steps(of: capability).compactMap { core.providers[$0] }
            guard runtimes.isEmpty || runtimes.contains(where: { $0.descriptor.accepts(query) }) else {
                throw .tooLittle(capability, missing: missing(for: query, runtimes.map(\.descriptor)))
            }
        }
    }

    /// The shortest sets of fields that would let some provider be asked.
    private func missing(for query: ContactQuery, _ descriptors: [ProviderDescriptor]) -> [Set<QueryField>] {
        let sets = Set(descriptors.map { $0.missingInputs(for: query) })
        return sets.sorted { left, right in
            (left.count, left.sorted().map(\.rawValue).joined()) < (
                right.count, right.sorted().map(\.rawValue).joined()
            )
        }
    }

    // MARK: What an earlier process left

    private func resumeEarlierWork() async throws {
        let lane = lanes[0].lane
        do throws(JournalError) {
            for runtime in core.providers.values { try await replayCalls(of: runtime, on: lane.clock) }
            try await recover(try await core.journal.unsettled())
        } catch {
            throw EngineError.store(error)
        }
    }

    /// Requests that are recovered at once.
    private static let maximumRecoveries = 64

    private func recover(_ requests: [OpenRequest]) async throws(JournalError) {
        let failure = await withTaskGroup(of: JournalError?.self) { group in
            var waiting = requests[...]
            var failure: JournalError?
            for _ in 0..<Self.maximumRecoveries {
                guard let open = waiting.popFirst() else { break }
                add(open, to: &group)
            }
            for await ended in group {
                failure = failure ?? ended
                if failure == nil, let open = waiting.popFirst() { add(open, to: &group) }
            }
            return failure
        }
        if let failure { throw failure }
    }

    private func add(_ open: OpenRequest, to group: inout TaskGroup<JournalError?>) {
        let lane = queue(for: FlightKey(open.request)).lane
        group.addTask(executorPreference: lane.executor) { [core] in
            var run = RequestRun(recovering: open, core: core, lane: lane, signal: CancelSignal())
            do throws(JournalError) {
                try await run.recover()
                return nil
            } catch {
                return error
            }
        }
    }

    private func replayCalls(of runtime: ProviderRuntime, on clock: any EngineClock) async throws(JournalError) {
        guard let longest = runtime.longWindows.map(\.window).max(), let most = runtime.longWindows.map(\.count).max()
        else { return }
        let now = clock.now
        let keyCount = core.keyRing(of: runtime.id)?.runtimes.count ?? 1
        let since = Timestamp(microseconds: now.microseconds - longest.microseconds)
        let calls = try await core.journal.calls(
            of: runtime.id, since: since, limit: min(most * keyCount, SlidingWindow.maximumCount))
        let ages = calls.map { now - $0 }
        guard let ring = core.keyRing(of: runtime.id) else { return runtime.replayCalls(ages, at: clock.uptime) }
        ring.replayCalls(ages, at: clock.uptime)
    }
}
