// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// A process that dies at each call of the journal, and the one that comes after it.
struct CrashTests {
    /// Calls that the longest of the requests below makes, with room.
    private static let maximumCalls = 60

    /// A request that uses everything: two finders, a verifier, an office phone, a mobile; every repeat class.
    static let classes: [RepeatClass] = [.recharges, .free, .freeWindow(.seconds(3_600))]

    private static let settings = EngineSettings.standard(office: ["offices"])

    private static let respond: World.Respond = { request, _ in
        switch request.pool.provider {
        case "first": Reply.miss
        case "second": Reply.email()
        case "checker": Reply.verified
        case "offices": Reply.office()
        default: Reply.phone()
        }
    }

    private func withFile(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-crash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path + "/weir.db")
    }

    /// Runs a request in a process that dies at a call. Returns false where the process outlived it.
    private func die(_ crash: CrashPoint, _ path: String, _ repeats: RepeatClass) async throws -> Bool {
        let store = try SQLiteStore(path: path)
        defer { store.close() }
        let world = try World(
            Self.settings, providers: .standard(repeats), store: store, seed: 11, respond: Self.respond)
        let request = world.request(access: [.email, .phone])
        do {
            _ = try await world.run(crash: crash) { try await $0.enrich(request) }
        } catch let error as EngineError {
            guard case .store = error else { throw error }
        }
        return crash.hasCome
    }

    @Test(arguments: [0, 1, 2], [true, false])
    func `no crash loses a request, charges twice or leaves a hold`(index: Int, isDurable: Bool) async throws {
        let repeats = Self.classes[index]
        for call in 1...Self.maximumCalls {
            var hasCome = true
            try await withFile { path in
                hasCome = try await die(CrashPoint(atCall: call, isDurable: isDurable), path, repeats)
                let store = try SQLiteStore(path: path)
                defer { store.close() }
                let world = try World(
                    Self.settings, providers: .standard(repeats), store: store, seed: 12, respond: Self.respond)
                // The next process settles what is open before anything else.
                try await world.run { _ in }
                let note = Comment(rawValue: "\(repeats.word), call \(call), durable \(isDurable)")
                #expect(try await store.unsettled().isEmpty, note)
                let balance = try await store.balance(of: "default", plan: Self.settings.plan, at: world.clock.now)
                #expect(balance.held == .zero, note)
                #expect(try await world.violations() == [], note)
                // The same person again: whatever was charged before is not charged again.
                let again = try await world.enrich(world.request(access: [.email, .phone]))
                #expect(again.outcome == .found, note)
                #expect(try await world.captured() == Credits(9), note)
                #expect(try await world.violations() == [], note)
            }
            if !hasCome { return }
        }
        Issue.record("more calls than were thought of")
    }

    @Test(arguments: [0, 1, 2], [true, false])
    func `no crash of a verification charges twice, or leaves a hold`(index: Int, isDurable: Bool) async throws {
        let repeats = Self.classes[index]
        for call in 1...Self.maximumCalls {
            var hasCome = true
            try await withFile { path in
                let crash = CrashPoint(atCall: call, isDurable: isDurable)
                _ = try await verify(crash, path, repeats)
                hasCome = crash.hasCome
                let store = try SQLiteStore(path: path)
                defer { store.close() }
                let world = try World(
                    Self.verifying, providers: .standard(repeats), store: store, seed: 12, respond: Self.respond)
                try await world.run { _ in }
                let note = Comment(rawValue: "\(repeats.word), call \(call), durable \(isDurable)")
                #expect(try await store.unsettled().isEmpty, note)
                let balance = try await store.balance(of: "default", plan: Self.settings.plan, at: world.clock.now)
                #expect(balance.held == .zero, note)
                #expect(try await world.violations() == [], note)
                let again = try await world.verify("jane@example.com")
                #expect(again.verdict?.status == .verified, note)
                #expect(try await world.captured() == Credits(1), note)
                #expect(try await world.violations() == [], note)
            }
            if !hasCome { return }
        }
        Issue.record("more calls than were thought of")
    }

    /// A verifier that can't say, and one that can.
    private static var verifying: EngineSettings {
        var settings = settings
        settings.chains[.verifyEmail] = Chain("first", "checker")
        return settings
    }

    /// Runs a verification in a process that dies at a call. Returns true where the last verifier was asked.
    private func verify(
        _ crash: CrashPoint, _ path: String, _ repeats: RepeatClass, _ settings: EngineSettings = verifying
    ) async throws -> Bool {
        let store = try SQLiteStore(path: path)
        defer { store.close() }
        let world = try World(
            settings, providers: .standard(repeats), store: store, seed: 11, respond: Self.respond)
        let request = world.verification("jane@example.com")
        do {
            _ = try await world.run(crash: crash) { try await $0.verify(request) }
        } catch let error as EngineError {
            guard case .store = error else { throw error }
        }
        return world.transport.count(of: "checker") > 0
    }

    @Test func `a verdict that was recorded is used by the next process, charged once and not bought again`()
        async throws
    {
        try await withFile { path in
            // unsettled 1, recall 2, open 3 (with the first intent), intend 4 of the next, settle 5: its reply is kept.
            #expect(try await verify(CrashPoint(atCall: 5, isDurable: false), path, .recharges))
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let world = try World(
                Self.verifying, providers: .standard(), store: store, seed: 12, respond: Self.respond)
            try await world.run { _ in }
            #expect(world.transport.sent.isEmpty)
            #expect(try await world.captured() == Credits(1))
            let contact = try await store.contacts(of: "default", after: nil, limit: 2).first
            #expect(contact?.emails.first?.verdict?.verdict.status == .verified)
            #expect(try await world.verify("jane@example.com").stopped == .had)
            #expect(world.transport.sent.isEmpty)
        }
    }

    @Test func `a verdict that was withheld is told once it is paid for, and not bought again`() async throws {
        try await withFile { path in
            var settings = Self.verifying
            settings.plan = CreditPlan(grant: Credits(1), cycle: .yearly)
            #expect(try await verify(CrashPoint(atCall: 5, isDurable: false), path, .recharges, settings))
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let world = try World(settings, providers: .standard(), store: store, seed: 12, respond: Self.respond)
            // The hold has ended, and somebody else spends the only credit.
            world.clock.advance(by: .days(2))
            try await spend(world, settings)
            try await world.run { _ in }
            let contacts = try await store.contacts(of: "default", after: nil, limit: 9)
            #expect(contacts.flatMap(\.emails).allSatisfy { $0.verdict == nil })
            #expect(try await world.verify("jane@example.com").refusal?.bound == .balance)
            let now = world.clock.now
            try await store.grant(
                CreditGrant(
                    id: Identifier(high: 1, low: 1), team: "default", user: "ann", credits: Credits(1), grantedAt: now),
                plan: settings.plan)
            let result = try await world.verify("jane@example.com")
            #expect(result.words == ["checker matched cached", "first not_run"])
            #expect(result.stopped == .accepted && result.captured == Credits(1) && result.verdict?.isNetNew == true)
            #expect(world.transport.sent.isEmpty)
            #expect(try await world.violations() == [])
        }
    }

    /// Buys an email by hand.
    private func spend(_ world: World, _ settings: EngineSettings) async throws {
        let gate = CreditGate(prices: settings.prices, accept: settings.accept)
        let request = world.request()
        let question = QueryFingerprint(request)
        let now = world.clock.now
        let opened = try await world.store.open(
            RequestOpening(
                request: request, gate: gate, plan: settings.plan, caps: Caps(), holdsExpireAt: now + .days(1),
                fingerprint: question, firstIntent: nil, rememberSince: now))
        #expect(opened.decision == .admitted(held: Credits(1)))
        let found = EmailFinding(
            address: "max@example.com", status: .verified, reason: .mailboxExists, provider: "second")
        _ = try await world.store.settle(
            Settlement(
                request: request, gate: gate, plan: settings.plan, results: [.email(found)], fingerprint: question,
                outcome: .found, settledAt: now))
    }

    @Test func `an answer that was recorded is used by the next process, and not bought again`() async throws {
        // The calls: calls of providers are not asked for; unsettled 1, open 2, intend 3 (with a miss), recall 4,
        // intend 5 of the verifier (with the answer).
        try await withFile { path in
            #expect(try await die(CrashPoint(atCall: 5, isDurable: true), path, .recharges))
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let world = try World(Self.settings, providers: .standard(), store: store, seed: 12, respond: Self.respond)
            try await world.run { _ in }
            #expect(world.transport.sent.isEmpty)
            let again = try await world.enrich(world.request())
            #expect(again.words().contains("second matched cached"))
            #expect(world.transport.count(of: "second") == 0)
        }
    }

    @Test func `an attempt without an answer is lost where a repeat is billed, and asked again where it is not`()
        async throws
    {
        for repeats in Self.classes {
            try await withFile { path in
                #expect(try await die(CrashPoint(atCall: 3, isDurable: true), path, repeats))
                let store = try SQLiteStore(path: path)
                defer { store.close() }
                let world = try World(
                    Self.settings, providers: .standard(repeats), store: store, seed: 12, respond: Self.respond)
                try await world.run { _ in }
                #expect(world.transport.count(of: "second") == (repeats == .recharges ? 0 : 1))
                let contacts = try await store.contacts(of: "default", after: nil, limit: 2)
                let id = try #require(contacts.first?.id)
                let second = try await store.attempts(for: id, team: "default").first {
                    $0.provider == "second" && $0.capability == .email && $0.outcome != .notRun
                }
                if repeats == .recharges {
                    #expect(second?.outcome == .failed(.answerLost) && second?.cost?.isSuspected == true)
                } else {
                    #expect(second?.outcome == .matched)
                }
            }
        }
    }

    @Test func `a provider that was skipped does not hide what was paid for behind it`() async throws {
        try await withFile { path in
            var caps = Caps()
            caps.prospectCost = Amount(micros: 1, unit: "first_credits")
            let settings = EngineSettings.standard(caps: caps)
            let script: [ProviderID: [ScriptedTransport.Step]] = [
                "second": [Reply.email("jane@example.com", .verified)]
            ]
            do {
                let store = try SQLiteStore(path: path)
                defer { store.close() }
                let world = try World(settings, providers: .standard(.free), store: store, script)
                let request = world.request()
                // unsettled 1, open 2, intend 3 (capped), intend 4, recall 5, intend 6 (verifier, with the answer).
                await #expect(throws: EngineError.self) {
                    _ = try await world.run(crash: CrashPoint(atCall: 6, isDurable: true)) {
                        try await $0.enrich(request)
                    }
                }
                #expect(world.transport.count(of: "second") == 1)
            }
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let world = try World(
                settings, providers: .standard(.free), store: store, ["checker": [Reply.verified]])
            try await world.run { _ in }
            #expect(world.transport.sent.map(\.request.pool.provider) == ["checker"])
            #expect(try await world.captured() == Credits(1))
            let contacts = try await store.contacts(of: "default", after: nil, limit: 2)
            #expect(contacts.first?.hadEmail?.address == "jane@example.com")
        }
    }

    @Test func `what no chain comes by any more is closed at its suspected cost`() async throws {
        try await withFile { path in
            #expect(try await die(CrashPoint(atCall: 3, isDurable: true), path, .recharges))
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let world = try World(.standard(email: ["first"]), providers: .standard(), store: store)
            try await world.run { _ in }
            let id = try #require(try await store.contacts(of: "default", after: nil, limit: 2).first?.id)
            let second = try await store.attempts(for: id, team: "default").first { $0.provider == "second" }
            #expect(second?.outcome == .failed(.answerLost) && second?.cost?.isSuspected == true)
            #expect(try await world.violations() == [])
        }
    }

    @Test func `a job whose ticket is on record is polled by the next process`() async throws {
        try await withFile { path in
            let settings = EngineSettings.standard(email: ["jobs"])
            let providers: [any Provider] = .standard() + [PlainPollingProvider("jobs", [.email])]
            do {
                let store = try SQLiteStore(path: path)
                defer { store.close() }
                let world = try World(
                    settings, providers: providers, store: store, ["jobs": [.json(#"{"ticket": "t1"}"#)]])
                let request = world.request()
                // unsettled 1, open 2, record of the reply and the ticket 3.
                await #expect(throws: EngineError.self) {
                    _ = try await world.run(crash: CrashPoint(atCall: 3, isDurable: true)) {
                        try await $0.enrich(request)
                    }
                }
            }
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let world = try World(
                settings, providers: providers, store: store, ["jobs": [.json(#"{"pending": true}"#), Reply.email()]])
            try await world.run { _ in }
            #expect(world.transport.sent.map(\.request.target) == Array(repeating: "/result?ticket=t1", count: 2))
            let again = try await world.enrich(world.request())
            #expect(again.words() == ["jobs matched cached"])
            #expect(try await world.violations() == [])
        }
    }
}
