// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Synchronization
import Testing
import WaterfallEngine

/// A verifier that talks to the network itself: nothing but the engine bounds what it does.
struct OwnNetworkTests {
    private static let facts = ProviderDescriptor(
        id: "smtp", name: "SMTP", capabilities: [.verifyEmail: CapabilityDescriptor(price: .free)], repeats: .free,
        concurrency: 1, timeout: .seconds(60), usesTransport: false)

    /// Never comes back, cancelled or not, and notes what time it was given.
    private final class Silent: VerifyingProvider {
        private let given = Mutex<[Duration]>([])

        var descriptor: ProviderDescriptor { OwnNetworkTests.facts }
        var times: [Duration] { given.withLock { $0 } }

        func verify(_ candidate: Candidate, using client: ProviderClient) async throws(ProviderError) -> Verdict {
            given.withLock { $0.append(client.timeLeft) }
            unsafe await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            return .email(EmailVerdict(.verified, .mailboxExists))
        }
    }

    private static var settings: EngineSettings {
        var settings = EngineSettings.standard(email: ["first"])
        settings.chains[.verifyEmail] = Chain("smtp")
        settings.timeouts.chain = .seconds(90)
        return settings
    }

    private func world(
        _ verifier: any Provider, store: SQLiteStore? = nil, answers: Int = 1
    ) throws -> World {
        try World(
            Self.settings, providers: .standard() + [verifier], store: store,
            ["first": Array(repeating: Reply.email(), count: answers)])
    }

    private func scripted(_ steps: ScriptedProvider.Step...) -> ScriptedProvider {
        ScriptedProvider(Self.facts, steps)
    }

    @Test func `takes its time, and is on record with it`() async throws {
        let verifier = scripted(.verdict(.verified, .mailboxExists).after(.seconds(40)))
        let world = try world(verifier)
        let result = try await world.enrich(world.request())
        #expect(result.email?.status == .verified && result.email?.verifiedBy == "smtp")
        let attempt = result.attempts.first { $0.provider == "smtp" }
        #expect(attempt?.outcome == .matched && attempt?.latency == .seconds(40) && attempt?.tries == 0)
        #expect(result.cost.map(\.unit) == ["first_credits"])
    }

    @Test func `is ended at its deadline, whatever it does`() async throws {
        let verifier = Silent()
        let world = try world(verifier)
        let result = try await world.enrich(world.request())
        #expect(verifier.times == [.seconds(60)])
        #expect(result.words(.verifyEmail) == ["smtp failed timed_out"])
        #expect(result.attempts.first { $0.provider == "smtp" }?.latency == .seconds(60))
        #expect(result.email?.status == .unverified && result.email?.reason == .verifierDown)
        #expect(world.clock.uptime < .seconds(61))
    }

    @Test func `is given no more time than its step, its chain and its request have`() async throws {
        let verifier = Silent()
        let world = try world(verifier)
        let result = try await world.enrich(world.request(timeout: .seconds(7)))
        #expect(verifier.times == [.seconds(7)])
        #expect(result.words(.verifyEmail) == ["smtp failed timed_out"])
    }

    @Test func `is stopped with its request, after the grace period`() async throws {
        let verifier = Silent()
        let world = try world(verifier)
        let result = try await world.run { engine in
            let request = world.request()
            let work = Task(executorPreference: world.loop) { try await engine.enrich(request) }
            await world.clock.sleep(for: .seconds(1))
            work.cancel()
            return try await work.value
        }
        #expect(result.words(.verifyEmail) == ["smtp failed cancelled"])
        #expect(world.clock.uptime == .seconds(6))
    }

    @Test func `is not asked more often at once than it allows`() async throws {
        let step = ScriptedProvider.Step.verdict(.verified).after(.seconds(20))
        let verifier = scripted(step, step)
        let world = try World(Self.settings, providers: .standard() + [verifier]) { request, _ in
            Reply.email(request.target.contains("Doe1") ? "one@example.com" : "two@example.com")
        }
        let results = try await world.run { engine in
            async let one = engine.enrich(world.request(.person(1)))
            async let two = engine.enrich(world.request(.person(2)))
            return try await [one, two]
        }
        #expect(results.allSatisfy { $0.email?.status == .verified })
        #expect(world.clock.uptime >= .seconds(40))
    }

    @Test func `is remembered, and not asked again`() async throws {
        let verifier = scripted(.verdict(.catchAll, .catchAllDomain))
        let world = try world(verifier)
        _ = try await world.enrich(world.request())
        let again = try await world.enrich(world.request())
        #expect(again.words(.verifyEmail) == ["smtp matched cached"])
        #expect(again.email?.reason == .catchAllDomain && verifier.callCount == 1)
    }

    @Test(arguments: [true, false])
    func `is not asked again after a crash, and what it said is used`(hasSaid: Bool) async throws {
        let store = try SQLiteStore()
        defer { store.close() }
        let verifier = scripted(.verdict(.catchAll, .catchAllDomain))
        var settings = Self.settings
        settings.chains[.email] = Chain("first", "second")
        let script = ["first": [Reply.email()]] as [ProviderID: [ScriptedTransport.Step]]
        let first = try World(settings, providers: .standard() + [verifier], store: store, script)
        let request = first.request()
        // unsettled 1, open 2, recall 3, intend 4 (with the finder's answer), intend 5 of the next (with the verdict).
        await #expect(throws: EngineError.self) {
            _ = try await first.run(crash: CrashPoint(atCall: hasSaid ? 5 : 4, isDurable: true)) { engine in
                try await engine.enrich(request)
            }
        }
        let second = try World(settings, providers: .standard() + [verifier], store: store)
        try await second.run { _ in }
        #expect(verifier.callCount == (hasSaid ? 1 : 0))
        let email = try await store.contacts(of: "default", after: nil, limit: 1).first?.emails.first
        #expect(email?.status == (hasSaid ? .catchAll : .unverified))
        #expect(email?.reason == (hasSaid ? .catchAllDomain : .verifierDown))
        #expect(try await second.violations() == [])
    }
}
