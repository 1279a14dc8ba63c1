// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Synchronization
import Testing
import WaterfallEngine

/// Many small worlds drawn from seeds, each checked against what must hold whatever happens.
///
/// `WEIR_SEED` runs another first seed than the fixed one, `WEIR_SIMULATED_REQUESTS` another number of requests. A
/// failure names its world's seed.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let firstSeed = environment["WEIR_SEED"].flatMap { UInt64($0) } ?? 20_260_310
    private static let requests = environment["WEIR_SIMULATED_REQUESTS"].flatMap { Int($0) } ?? 100_000
    /// Requests of one world.
    private static let worldSize = 250
    /// People of one world: fewer than requests, so that many are asked for again.
    private static let people = 40
    /// Processes of one world: all but the last die.
    private static let processes = 3

    @Test func `whatever happens, every rule of money holds`() async throws {
        let worlds = Self.requests / Self.worldSize
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<2 {
                group.addTask {
                    for index in stride(from: lane, to: worlds, by: 2) {
                        try await Self.simulate(Self.firstSeed &+ UInt64(index))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func simulate(_ seed: UInt64) async throws {
        let note = Comment(rawValue: "WEIR_SEED=\(seed) WEIR_SIMULATED_REQUESTS=\(worldSize)")
        let seeded = SeededWorld(seed: seed)
        let world = try World(seeded.settings, providers: seeded.providers, seed: seed, respond: seeded.respond)
        defer { world.store.close() }
        var random = SeededGenerator(seed: ~seed)
        var results: [Outcome] = []
        for process in 0..<processes {
            let isLast = process == processes - 1
            let crash =
                isLast
                ? nil
                : CrashPoint(
                    atCall: .random(in: 1...1_500, using: &random), isDurable: Bool.random(using: &random))
            let plan = (0..<worldSize / processes + (isLast ? worldSize % processes : 0)).map { _ in
                Errand(&random, people: people)
            }
            do {
                results += try await world.run(crash: crash) { engine in try await run(plan, engine, world) }
            } catch let error as EngineError {
                guard case .store = error, crash?.hasCome == true else { throw error }
            }
        }
        // What the last process that died left is settled by one that asks for nothing.
        try await world.run { _ in }
        try await check(world, seeded, results, note)
    }

    /// What a request came to.
    private enum Outcome: Sendable {
        case data(EnrichmentResult)
        case verdict(VerificationResult)
    }

    /// One request of a world, and what becomes of its caller.
    private struct Errand: Sendable {
        let person: Int
        /// Empty for the verification of an address: the person's own, or one that a vendor may come by.
        let access: Set<Datum>
        let isFresh: Bool
        let start: Duration
        let patience: Duration?

        init(_ random: inout SeededGenerator, people: Int) {
            person = .random(in: 0..<people, using: &random)
            access = [[.email], [.email], [.phone], [.email, .phone], []].randomElement(using: &random) ?? [.email]
            isFresh = Int.random(in: 0..<12, using: &random) == 0
            start = .milliseconds(Int.random(in: 0...20_000, using: &random))
            patience =
                Int.random(in: 0..<12, using: &random) == 0
                ? .milliseconds(Int.random(in: 0...3_000, using: &random)) : nil
        }
    }

    private static func run(
        _ errands: [Errand], _ engine: Engine, _ world: World
    ) async throws -> [Outcome] {
        let found = Addresses()
        return await withTaskGroup(of: Outcome?.self) { group in
            for errand in errands {
                group.addTask {
                    await world.clock.sleep(for: errand.start)
                    let request = request(errand, world, found.all)
                    return await withTaskGroup(of: Outcome?.self) { inner in
                        inner.addTask { try? await carryOut(request, engine, found) }
                        if let patience = errand.patience {
                            await world.clock.sleep(for: patience)
                            inner.cancelAll()
                        }
                        return await inner.next() ?? nil
                    }
                }
            }
            return await group.reduce(into: []) { results, result in
                if let result { results.append(result) }
            }
        }
    }

    /// What vendors came by.
    private final class Addresses: Sendable {
        private let found = Mutex<[String]>([])

        var all: [String] { found.withLock { $0 } }

        func add(_ address: String) { found.withLock { $0.append(address) } }
    }

    private static func request(_ errand: Errand, _ world: World, _ found: [String]) -> DataRequest {
        guard errand.access.isEmpty else {
            let prospect = Prospect.person(errand.person, at: "host\(errand.person % 7).example.com")
            return world.request(prospect, access: errand.access, isFresh: errand.isFresh)
        }
        let own = ["info@host\(errand.person % 7).example.com", "doe\(errand.person)@example.com"]
        let addresses = own + found.suffix(3)
        return world.verification(addresses[errand.person % addresses.count], isFresh: errand.isFresh)
    }

    private static func carryOut(
        _ request: DataRequest, _ engine: Engine, _ found: Addresses
    ) async throws -> Outcome {
        if request.isVerification { return .verdict(try await engine.verify(request)) }
        let result = try await engine.enrich(request)
        if let address = result.email?.value { found.add(address) }
        return .data(result)
    }

    // MARK: What must hold

    private static func check(
        _ world: World, _ seeded: SeededWorld, _ results: [Outcome], _ note: Comment
    ) async throws {
        let report = try await world.store.verify()
        #expect(report.violations == [], note)
        #expect(report.openRequests == 0, note)
        let balance = try await world.store.balance(of: "default", plan: seeded.settings.plan, at: world.clock.now)
        #expect(balance.held == .zero, note)

        let history = try await world.store.history(of: "default", limit: 1_000_000)
        let captures = history.filter { $0.kind == .capture }
        let charged = Dictionary(grouping: captures.filter { $0.datum != .verification }) { entry in
            [entry.contact?.description ?? "", entry.datum?.rawValue ?? ""]
        }
        for (subject, captures) in charged {
            #expect(Set(captures.map(\.request)).count == 1, "\(subject) was charged twice: \(note)")
        }
        #expect(captures.allSatisfy { $0.attempt != nil && $0.contact != nil }, note)
        let total = history.reduce(into: [LedgerEntry.Kind: Int64]()) { $0[$1.kind, default: 0] += $1.credits.millis }
        // A capture frees what it doesn't take, without an entry of its own.
        #expect(total[.hold] ?? 0 >= (total[.capture] ?? 0) + (total[.release] ?? 0), note)

        for case .data(let result) in results { check(result, seeded, note) }
        check(results.compactMap { if case .verdict(let result) = $0 { result } else { nil } }, seeded, note)
        try await checkCalls(world, note)
    }

    private static func check(_ result: EnrichmentResult, _ seeded: SeededWorld, _ note: Comment) {
        let gate = CreditGate(prices: seeded.settings.prices, accept: seeded.settings.accept)
        if let email = result.email {
            #expect(email.credits == .zero || gate.isBillable(email.status), note)
            #expect(email.status != .invalid && (email.value == nil) == (email.status == .locked), note)
        }
        #expect(result.phones.count { $0.credits > .zero } <= 1, note)
        for phone in result.phones where phone.credits > .zero {
            #expect(phone.status != .invalidNumber && seeded.settings.accept.phoneTypes.contains(phone.type), note)
        }
        #expect(result.officePhones.allSatisfy { $0.credits == .zero }, note)
        let told = result.phones.reduce(result.email?.credits ?? .zero) { $0 + $1.credits }
        #expect(told == result.captured, note)
        // More than was held at first only where the person turned out to be another, and a new hold was made.
        #expect(result.held <= result.captured + result.released, note)
    }

    private static func check(_ results: [VerificationResult], _ seeded: SeededWorld, _ note: Comment) {
        for result in results {
            let credits = result.verdict?.credits ?? .zero
            let isDefinite = result.verdict?.status == .verified || result.verdict?.status == .invalid
            #expect(credits == result.captured, note)
            #expect(credits == .zero || isDefinite && credits == seeded.settings.prices.verification, note)
            #expect(result.held <= result.captured + result.released, note)
            #expect(!isDefinite || result.verdict?.verifiedBy != nil && result.outcome == .found, note)
        }
        // A world lasts minutes: whatever is verified in it holds to its end.
        let paid = results.filter { $0.captured > .zero }.map { $0.address.lowercased() }
        #expect(Set(paid).count == paid.count, note)
    }

    /// Every call of a vendor belongs to an attempt on record.
    private static func checkCalls(_ world: World, _ note: Comment) async throws {
        let attempts = try await world.store.verify().attempts
        let intents = world.observer.events.count { event in
            if case .attemptStarted = event { true } else { false }
        }
        #expect(attempts >= intents, note)
        for id in Set(world.transport.sent.map(\.provider)) {
            let started = world.observer.events.count { event in
                if case .attemptStarted(_, _, id) = event { true } else { false }
            }
            #expect(started > 0, note)
        }
    }
}
