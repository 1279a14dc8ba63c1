// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import SQLStore
import Testing
import WaterfallEngine

/// Joining, leaving, cancelling, running out of time, caps and refusals.
struct StoppingTests {
    private static let script: [ProviderID: [ScriptedTransport.Step]] = [
        "first": [Reply.email().after(.seconds(2))], "checker": [Reply.verified.after(.seconds(1))],
    ]

    // MARK: Joining

    @Test func `requests for one person in flight are one piece of work, and one charge`() async throws {
        let world = try World(.standard(), providers: .standard(), Self.script)
        let results = try await world.run { engine in
            try await withThrowingTaskGroup(of: (Int, EnrichmentResult).self) { group in
                for number in 0..<5 {
                    let request = world.request()
                    group.addTask { (number, try await engine.enrich(request)) }
                }
                var results: [EnrichmentResult] = []
                for try await (_, result) in group { results.append(result) }
                return results
            }
        }
        #expect(world.transport.sent.count == 2)
        #expect(results.allSatisfy { $0.email?.value == "jane.doe@example.com" && $0.outcome == .found })
        #expect(results.map(\.captured).filter { $0 == Credits(1) }.count == 1)
        #expect(results.filter { $0.email?.isNetNew == true }.count == 1)
        #expect(Set(results.map(\.request)).count == 5)
        #expect(try await world.captured() == Credits(1))
        #expect(try await world.violations().isEmpty)
    }

    @Test func `one who leaves is detached, and the charge is told to the oldest who stays`() async throws {
        let world = try World(.standard(), providers: .standard(), Self.script)
        let (left, stayed) = try await world.run { engine in
            let (first, second) = (world.request(), world.request())
            return try await withThrowingTaskGroup(of: EnrichmentResult.self) { group in
                let leaver = Task(executorPreference: world.loop) { try await engine.enrich(first) }
                await world.clock.sleep(for: .milliseconds(10))
                group.addTask { try await engine.enrich(second) }
                await world.clock.sleep(for: .milliseconds(10))
                leaver.cancel()
                let left = try await leaver.value
                #expect(world.clock.uptime < .seconds(1))
                guard let stayed = try await group.next() else { return (left, left) }
                return (left, stayed)
            }
        }
        #expect(left.outcome == .cancelled)
        #expect(stayed.outcome == .found && stayed.captured == Credits(1) && stayed.email?.isNetNew == true)
        #expect(world.transport.sent.count == 2)
    }

    @Test func `people who can't be told apart are not joined, nor are other data`() async throws {
        let world = try World(.standard(), providers: .standard()) { _, _ in Reply.miss.after(.seconds(1)) }
        _ = try await world.run { engine in
            async let email = engine.enrich(world.request())
            async let phone = engine.enrich(world.request(access: [.phone]))
            async let other = engine.enrich(world.request(.person(1)))
            return try await [email, phone, other]
        }
        #expect(world.transport.count(of: "first") == 2)
        #expect(world.transport.count(of: "phones") == 1)
    }

    // MARK: Cancelling

    /// Runs a request and cancels it after a time.
    private func cancelled(_ world: World, after wait: Duration) async throws -> (EnrichmentResult, Duration) {
        try await world.run { engine in
            let request = world.request()
            let task = Task(executorPreference: world.loop) { try await engine.enrich(request) }
            await world.clock.sleep(for: wait)
            task.cancel()
            return (try await task.value, world.clock.uptime)
        }
    }

    @Test func `a paid attempt in flight may finish within the grace period, and nothing new begins`() async throws {
        let world = try World(.standard(), providers: .standard(), Self.script)
        let (result, end) = try await cancelled(world, after: .seconds(1))
        #expect(end == .seconds(2))
        #expect(world.transport.sent.map(\.provider) == ["first"])
        #expect(result.stopped[.email] == .cancelled)
        #expect(result.email?.status == .unverified && result.email?.reason == .notVerified)
        #expect(result.captured == .zero && result.released == Credits(1))
        #expect(result.words() == ["first matched", "second not_run"])
        #expect(try await world.violations().isEmpty)
    }

    @Test func `what is still on the wire after the grace period is stopped, its cost suspected`() async throws {
        let world = try World(
            .standard(), providers: .standard(), ["first": [Reply.email().after(.seconds(12))]])
        let (result, end) = try await cancelled(world, after: .seconds(1))
        #expect(end == .seconds(6))
        #expect(result.outcome == .cancelled)
        #expect(result.words() == ["first failed cancelled", "second not_run"])
        #expect(result.attempts.first?.cost?.isSuspected == true)
        #expect(try await world.violations().isEmpty)
    }

    @Test func `a wait for a limit ends at once`() async throws {
        let world = try World(
            .standard(email: ["first"]), providers: .standard(limits: [RateLimit(1, per: .seconds(14))]), Self.script)
        let (result, end) = try await world.run { engine in
            _ = try await engine.enrich(world.request(.person(1)))
            let before = world.clock.uptime
            let request = world.request()
            let task = Task(executorPreference: world.loop) { try await engine.enrich(request) }
            await world.clock.sleep(for: .seconds(1))
            task.cancel()
            return (try await task.value, world.clock.uptime - before)
        }
        #expect(result.outcome == .cancelled && end == .seconds(1))
        #expect(world.transport.count(of: "first") == 1)
    }

    @Test func `a job that was taken is polled on through the grace period`() async throws {
        let world = try World(
            .standard(email: ["jobs"]), providers: .standard() + [PlainPollingProvider("jobs", [.email])],
            [
                "jobs": [
                    .json(#"{"ticket": "t1"}"#), .json(#"{"pending": true}"#), .status(503),
                    .json(#"{"pending": true}"#),
                    Reply.email(),
                ]
            ])
        let (result, _) = try await cancelled(world, after: .milliseconds(1_500))
        #expect(result.words() == ["jobs matched"])
        #expect(world.transport.count(of: "jobs") == 5)
        #expect(result.attempts.first?.cost == AttemptCost(Amount(1, "jobs_credits")))
    }

    @Test func `a newcomer does not join work that is being cancelled`() async throws {
        let world = try World(.standard(), providers: .standard()) { request, _ in
            request.pool.provider == "checker" ? Reply.verified : Reply.email().after(.seconds(3))
        }
        let second = try await world.run { engine in
            let request = world.request()
            let task = Task(executorPreference: world.loop) { try await engine.enrich(request) }
            await world.clock.sleep(for: .seconds(1))
            task.cancel()
            await world.clock.sleep(for: .seconds(1))
            let second = try await engine.enrich(world.request())
            _ = try await task.value
            return second
        }
        #expect(second.outcome == .found && second.captured == Credits(1))
        #expect(try await world.captured() == Credits(1))
    }

    // MARK: Time

    @Test func `a request ends with its time, whoever has not answered`() async throws {
        let world = try World(.standard(), providers: .standard()) { _, _ in Reply.miss.after(.seconds(3)) }
        let result = try await world.enrich(world.request(timeout: .seconds(4)))
        #expect(world.clock.uptime == .seconds(4))
        #expect(result.words() == ["first no_match", "second failed answer_lost"])
        let short = try await world.enrich(world.request(.person(1), timeout: .seconds(3)))
        #expect(short.words() == ["first failed answer_lost", "second not_run"])
        #expect(short.stopped[.email] == .deadline && short.outcome == .failed)
    }

    @Test func `work queues for a limit and never fails because of it while time is left`() async throws {
        let world = try World(
            .standard(email: ["first"]), providers: .standard(limits: [RateLimit(2, per: .seconds(10))])
        ) { _, _ in Reply.miss }
        let outcomes = try await world.run { engine in
            try await withThrowingTaskGroup(of: RequestOutcome.self) { group in
                for number in 0..<10 {
                    let request = world.request(.person(number))
                    group.addTask { try await engine.enrich(request).outcome }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        // The attempt's own time is 15 s: four are served, and the others skipped.
        #expect(outcomes.filter { $0 == .notFound }.count == 4)
        #expect(outcomes.filter { $0 == .failed }.count == 6)
        #expect(world.transport.sent.map(\.at) == [.zero, .zero, .seconds(10), .seconds(10)])
    }

    // MARK: Caps and refusals

    @Test func `a refused request holds nothing, asks nobody and saves nothing`() async throws {
        let world = try World(.standard(plan: CreditPlan(grant: Credits(8))), providers: .standard())
        let result = try await world.enrich(world.request(access: [.email, .phone]))
        #expect(result.outcome == .refused && result.stopped == [.email: .refused, .phone: .refused])
        #expect(result.refusal?.bound == .balance && result.refusal?.wouldCost == Credits(9))
        #expect(result.refusal?.left == Credits(8))
        #expect(result.held == .zero && result.contact == nil)
        #expect(world.transport.sent.isEmpty)
        #expect(try await world.store.contacts(of: "default", after: nil, limit: 10).isEmpty)
        #expect(try await world.violations().isEmpty)
    }

    @Test func `the caller's own cap refuses`() async throws {
        let world = try World(.standard(), providers: .standard())
        let result = try await world.enrich(world.request(access: [.phone], maximumCredits: Credits(7)))
        #expect(result.outcome == .refused && world.transport.sent.isEmpty)
    }

    @Test func `what doesn't fit a money cap is skipped`() async throws {
        var caps = Caps()
        caps.prospectCost = Amount(micros: 500_000, unit: "first_credits")
        let world = try World(.standard(caps: caps), providers: .standard())
        let result = try await world.enrich(world.request())
        #expect(result.words() == ["first skipped cap", "second no_match"])
        #expect(world.transport.count(of: "first") == 0)
    }

    @Test func `a provider's daily cap holds over requests`() async throws {
        let caps = Caps(providers: ["first": ProviderCap(callsPerDay: 2)])
        let world = try World(.standard(caps: caps), providers: .standard())
        try await world.run { engine in
            for number in 0..<4 { _ = try await engine.enrich(world.request(.person(number))) }
        }
        #expect(world.transport.count(of: "first") == 2)
    }

    @Test func `a request that nobody can be asked for is refused before anything is held`() async throws {
        let world = try World(.standard(), providers: .standard())
        let nameless = world.request(Prospect(fullName: "Jane Doe"))
        await #expect(throws: EngineError.tooLittle(.email, missing: [[.domain]])) {
            _ = try await world.enrich(nameless)
        }
        var settings = EngineSettings.standard()
        settings.chains[.mobile] = nil
        let other = try World(settings, providers: .standard())
        await #expect(throws: EngineError.notConfigured(.mobile)) {
            _ = try await other.enrich(other.request(access: [.phone]))
        }
        #expect(try await other.store.verify().openRequests == 0)
    }

    @Test func `a provider's calls in flight stay within its concurrency`() async throws {
        let providers: [any Provider] = [PlainProvider("first", [.email], concurrency: 3)]
        let world = try World(.standard(email: ["first"]), providers: providers) { _, _ in Reply.miss.after(.seconds(1))
        }
        let found = try await world.run { engine in
            try await withThrowingTaskGroup(of: RequestOutcome.self) { group in
                for number in 0..<20 {
                    let request = world.request(.person(number))
                    group.addTask { try await engine.enrich(request).outcome }
                }
                return try await group.reduce(into: 0) { $0 += $1 == .notFound ? 1 : 0 }
            }
        }
        #expect(found == 20)
        #expect(world.transport.mostInFlight(of: "first") == 3)
        #expect(world.clock.uptime == .seconds(7))
    }
}
