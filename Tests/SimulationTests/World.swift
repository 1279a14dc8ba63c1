// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import SQLStore
import Synchronization
import WaterfallEngine

/// An engine in a world of its own: a clock that moves by itself, a store, vendors that answer as they were told to.
final class World: Sendable {
    typealias Respond = @Sendable (TransportRequest, Int) -> ScriptedTransport.Step

    let loop = SimulationLoop()
    let store: SQLiteStore
    let transport: ScriptedTransport
    let observer = RecordingObserver()
    let settings: EngineSettings
    let providers: [any Provider]
    private let ids: Mutex<SeededGenerator>

    var clock: ManualClock { loop.clock }

    init(
        _ settings: EngineSettings, providers: [any Provider], store: SQLiteStore? = nil, seed: UInt64 = 1,
        respond: @escaping Respond
    ) throws {
        self.settings = settings
        self.providers = providers
        self.store = try store ?? SQLiteStore()
        transport = ScriptedTransport(clock: loop.clock, respond: respond)
        ids = Mutex(SeededGenerator(seed: seed))
    }

    convenience init(
        _ settings: EngineSettings, providers: [any Provider], store: SQLiteStore? = nil, seed: UInt64 = 1,
        _ script: [ProviderID: [ScriptedTransport.Step]] = [:]
    ) throws {
        try self.init(settings, providers: providers, store: store, seed: seed) { request, count in
            let steps = script[request.pool.provider] ?? []
            return count < steps.count ? steps[count] : .json("{}")
        }
    }

    /// Runs an engine for as long as the body takes, as one process would.
    func run<T: Sendable>(
        crash: CrashPoint? = nil, history: OrderHistory = OrderHistory(),
        settled: @escaping @Sendable (Settled) -> Settled = { $0 },
        _ body: @escaping @Sendable (Engine) async throws -> T
    ) async throws -> T {
        let seed = ids.withLock { $0.next() }
        return try await loop.run { [self] in
            let engine = Engine(
                settings: settings, providers: providers,
                lanes: [Lane(executor: loop, transport: transport, clock: clock)],
                journal: LoopJournal(base: store, loop: loop, crash: crash, settled: settled),
                observer: observer, history: history, random: SeededGenerator(seed: seed))
            return try await engine.running { try await body(engine) }
        }
    }

    /// Runs one request in a process of its own.
    func enrich(_ request: DataRequest) async throws -> EnrichmentResult {
        try await run { try await $0.enrich(request) }
    }

    func request(
        _ prospect: Prospect = .person(), access: Set<Datum> = [.email], user: String = "default",
        isFresh: Bool = false, maximumCredits: Credits? = nil, timeout: Duration? = nil
    ) -> DataRequest {
        DataRequest(
            id: ids.withLock { generator in RequestID(at: clock.now, using: &generator) }, prospect: prospect,
            access: access, user: user, isFresh: isFresh, maximumCredits: maximumCredits, createdAt: clock.now,
            timeout: timeout)
    }

    /// Verifies one address in a process of its own.
    func verify(
        _ address: String, isFresh: Bool = false, maximumCredits: Credits? = nil
    ) async throws -> VerificationResult {
        let request = verification(address, isFresh: isFresh, maximumCredits: maximumCredits)
        return try await run { try await $0.verify(request) }
    }

    func verification(
        _ address: String, user: String = "default", isFresh: Bool = false, maximumCredits: Credits? = nil
    ) -> DataRequest {
        do throws(ProspectError) {
            return try .verifying(
                address, id: ids.withLock { generator in RequestID(at: clock.now, using: &generator) }, user: user,
                isFresh: isFresh, maximumCredits: maximumCredits, createdAt: clock.now)
        } catch {
            preconditionFailure("a test verifies what is an address")
        }
    }

    /// Every rule of the ledger that is broken.
    func violations() async throws -> [String] { try await store.verify().violations }

    /// Credits captured since the first request.
    func captured() async throws -> Credits {
        try await store.history(of: "default", limit: 1_000_000).filter { $0.kind == .capture }
            .reduce(.zero) { $0 + $1.credits }
    }
}

extension Prospect {
    /// A fictional person, by number.
    static func person(_ number: Int = 0, at domain: String = "example.com") -> Prospect {
        Prospect(
            firstName: "Jane", lastName: "Doe\(number)", fullName: "Jane Doe\(number)", domain: domain,
            keys: ProspectKeys(nameAtDomain: "jane doe\(number)|\(domain)"))
    }
}

/// An observer that keeps what it hears.
final class RecordingObserver: RunObserver {
    private let state = Mutex<[RunEvent]>([])

    var events: [RunEvent] { state.withLock { $0 } }

    func record(_ event: RunEvent) { state.withLock { $0.append(event) } }
}

/// Where a process dies: at its n-th call of the journal, before or after the call is durable; nothing is
/// written after.
final class CrashPoint: Sendable {
    let call: Int
    let isDurable: Bool
    private let count = Mutex(0)

    init(atCall call: Int, isDurable: Bool) {
        self.call = call
        self.isDurable = isDurable
    }

    var calls: Int { count.withLock { $0 } }
    var hasCome: Bool { calls >= call }

    fileprivate func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

/// A journal that keeps the clock still while the store works, and dies where it is told to.
struct LoopJournal: RequestJournal {
    let base: SQLiteStore
    let loop: SimulationLoop
    let crash: CrashPoint?
    /// What the engine is told of a settlement.
    let settled: @Sendable (Settled) -> Settled

    private func call<T: Sendable>(
        _ work: () async throws(JournalError) -> T
    ) async throws(JournalError) -> T {
        let dead = JournalError(.failed, "the process has died")
        guard let crash else { return try await loop.busy(work) }
        let number = crash.next()
        guard number < crash.call || number == crash.call && crash.isDurable else { throw dead }
        let answer = try await loop.busy(work)
        guard number < crash.call else { throw dead }
        return answer
    }

    func open(_ opening: RequestOpening) async throws(JournalError) -> RequestOpened {
        try await call { () async throws(JournalError) in try await base.open(opening) }
    }

    func intend(
        _ intent: AttemptIntent, after replies: [RecordedReply]
    ) async throws(JournalError) -> IntentDecision {
        try await call { () async throws(JournalError) in try await base.intend(intent, after: replies) }
    }

    /// A process that has died keeps nothing.
    func keep(_ reply: RecordedReply, number: Int) -> Bool {
        crash?.hasCome == true || base.keep(reply, number: number)
    }

    func record(_ replies: [RecordedReply]) async throws(JournalError) {
        try await call { () async throws(JournalError) in try await base.record(replies) }
    }

    func settle(_ settlement: Settlement) async throws(JournalError) -> Settled {
        try await call { () async throws(JournalError) in settled(try await base.settle(settlement)) }
    }

    func recall(
        _ fingerprint: QueryFingerprint, team: String, since: Timestamp
    ) async throws(JournalError) -> [RememberedAttempt] {
        try await call { () async throws(JournalError) in
            try await base.recall(fingerprint, team: team, since: since)
        }
    }

    func mailboxes(at domain: String, team: String, limit: Int) async throws(JournalError) -> [KnownMailbox] {
        try await call { () async throws(JournalError) in
            try await base.mailboxes(at: domain, team: team, limit: limit)
        }
    }

    func calls(of provider: ProviderID, since: Timestamp, limit: Int) async throws(JournalError) -> [Timestamp] {
        try await call { () async throws(JournalError) in
            try await base.calls(of: provider, since: since, limit: limit)
        }
    }

    func unsettled() async throws(JournalError) -> [OpenRequest] {
        try await call { () async throws(JournalError) in try await base.unsettled() }
    }
}
