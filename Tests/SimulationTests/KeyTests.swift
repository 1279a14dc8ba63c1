// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// Providers with several keys, from end to end. Which key a request carries shows in its pool of connections.
struct KeyTests {
    private func settings(keys: Int = 2, email: [ProviderID] = ["first", "second"]) -> EngineSettings {
        var settings = EngineSettings.standard(email: email)
        settings.providers[email[0]] = ProviderSettings(keys: (0..<keys).map { Secret("key-\($0)") })
        return settings
    }

    private func keys(_ world: World, of provider: ProviderID = "first") -> [Int] {
        world.transport.sent.filter { $0.provider == provider }.map(\.request.pool.credential)
    }

    /// Enriches people one after the other, and says what became of each.
    private func words(_ world: World, people: Int) async throws -> [[String]] {
        try await world.run { engine in
            var words: [[String]] = []
            for number in 0..<people {
                words.append(try await engine.enrich(world.request(.person(number))).words())
            }
            return words
        }
    }

    @Test func `keys take turns`() async throws {
        let world = try World(settings(keys: 3), providers: .standard()) { _, _ in .json("{}") }
        _ = try await words(world, people: 6)
        #expect(keys(world) == [0, 1, 2, 0, 1, 2])
        #expect(try await world.violations().isEmpty)
    }

    @Test(arguments: [401, 402]) func `a key that is refused is set aside, and its provider asked by the next`(
        status: Int
    ) async throws {
        let world = try World(settings(), providers: .standard()) { request, _ in
            request.pool.provider == "first" && request.pool.credential == 0 ? .status(status) : .json("{}")
        }
        let reason = status == 401 ? "unauthorized" : "out_of_credits"
        let all = try await words(world, people: 3)
        #expect(all[0] == ["first failed \(reason)", "first no_match", "second no_match"])
        #expect(all[1...].allSatisfy { $0 == ["first no_match", "second no_match"] })
        #expect(keys(world) == [0, 1, 1, 1])
        #expect(try await world.violations().isEmpty)
    }

    @Test func `where every key is refused the provider is`() async throws {
        let world = try World(settings(), providers: .standard()) { request, _ in
            request.pool.provider == "first" ? .status(402) : .json("{}")
        }
        let all = try await words(world, people: 2)
        #expect(all[0] == ["first failed out_of_credits", "first failed out_of_credits", "second no_match"])
        #expect(all[1] == ["first skipped breaker_open", "second no_match"])
        #expect(keys(world) == [0, 1])
    }

    @Test func `a miss or an outage of one key doesn't try the other`() async throws {
        for step in [ScriptedTransport.Step.json("{}"), .status(422), .json("no")] {
            let world = try World(settings(), providers: .standard()) { request, _ in
                request.pool.provider == "first" ? step : .json("{}")
            }
            _ = try await words(world, people: 1)
            #expect(keys(world) == [0])
        }
    }

    @Test func `the key with most left is used, and one with nothing left not before its reset`() async throws {
        let left = [0: 2, 1: 9]
        let world = try World(settings(), providers: .standard()) { request, count in
            guard request.pool.provider == "first", let most = left[request.pool.credential] else { return .json("{}") }
            return .json(
                "{}", headers: [("X-RateLimit-Remaining", "\(most - count / 2)"), ("X-RateLimit-Reset", "600")])
        }
        _ = try await words(world, people: 6)
        #expect(keys(world) == [0, 1, 1, 1, 1, 1])
    }

    @Test func `the limits hold for each key`() async throws {
        let world = try World(
            settings(), providers: .standard(limits: [RateLimit(1, per: .seconds(600))])
        ) { _, _ in .json("{}") }
        let all = try await words(world, people: 3)
        #expect(all.map { $0[0] } == ["first no_match", "first no_match", "first skipped quota"])
        #expect(keys(world) == [0, 1])
    }

    @Test func `a job is polled by the key that submitted it, after a crash too`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-keys-\(UUID()).db").path
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let settings = settings(email: ["jobs"])
        let providers: [any Provider] = .standard() + [PlainPollingProvider("jobs", [.email])]
        do {
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let world = try World(settings, providers: providers, store: store) { request, _ in
                // The first key's account is empty, so the job is the second's.
                request.pool.credential == 0 ? .status(402) : .json(#"{"ticket": "t1"}"#)
            }
            let request = world.request()
            await #expect(throws: EngineError.self) {
                _ = try await world.run(crash: CrashPoint(atCall: 4, isDurable: true)) { try await $0.enrich(request) }
            }
            #expect(keys(world, of: "jobs") == [0, 1])
        }
        let store = try SQLiteStore(path: path)
        defer { store.close() }
        let world = try World(settings, providers: providers, store: store) { _, _ in Reply.email() }
        try await world.run { _ in }
        let sent = world.transport.sent.filter { $0.provider == "jobs" }
        #expect(sent.map(\.request.target) == ["/result?ticket=t1"])
        #expect(sent.map(\.request.pool.credential) == [1])
        #expect(try await world.enrich(world.request()).words() == ["jobs matched cached"])
        #expect(try await world.violations() == [])
    }
}
