// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import SQLStore
import Testing
import WaterfallEngine

/// What is learned of providers by the attempts on record, and what `order: auto` makes of it.
struct OrderTests {
    /// The first costs a cent a call, the second ten cents a call.
    private static func settings(_ order: ChainOrder = .config, worth: Amount? = nil) -> EngineSettings {
        var settings = EngineSettings.standard()
        settings.chains[.email]?.order = order
        settings.chains[.email]?.worth = worth
        settings.providers = [
            "first": price(100_000, .email), "second": price(10_000, .email), "checker": price(1_000, .verifyEmail),
        ]
        return settings
    }

    private static func price(_ micros: Int64, _ capability: Capability) -> ProviderSettings {
        ProviderSettings(prices: [capability: VendorPrice(.attempt, Amount(micros: micros, unit: "USD"))])
    }

    /// Both know nobody but those whose number is divisible: by 3 the first, by 2 the second.
    private static func world(_ settings: EngineSettings, store: SQLiteStore? = nil) throws -> World {
        // A later process has ids of its own.
        try World(settings, providers: .standard(), store: store, seed: store == nil ? 1 : 2) { request, count in
            switch request.pool.provider {
            case "first": count % 3 == 0 ? Reply.email("first\(count)@example.com") : Reply.miss
            case "second": count % 2 == 0 ? Reply.email("second\(count)@example.com") : Reply.miss
            default: Reply.verified
            }
        }
    }

    private static func ask(_ count: Int, from start: Int = 0, of world: World, country: String? = nil) async throws {
        let requests = (start..<(start + count)).map { number in
            var prospect = Prospect.person(number, at: "company\(number).example")
            prospect.country = country
            return world.request(prospect)
        }
        try await world.run { engine in for request in requests { _ = try await engine.enrich(request) } }
    }

    private static func history(of store: SQLiteStore, country: String? = nil) async throws -> OrderHistory {
        try await store.orderHistory(of: "default", since: nil, country: country)
    }

    @Test func `the store counts each settled request once, by who had nothing before`() async throws {
        let world = try Self.world(Self.settings())
        try await Self.ask(9, of: world)
        let history = try await Self.history(of: world.store)
        #expect(
            history[.email].tallies == [
                .init("first"): .init(asked: 9, found: 3, hits: 3),
                .init("second", after: ["first"]): .init(asked: 6, found: 3, hits: 3),
            ])
        #expect(
            history[.email].bills == [
                .init("first", by: "first", unit: "USD"): .init(found: 300_000, missed: 600_000),
                .init("first", by: "checker", unit: "USD"): .init(verification: 3_000),
                .init("second", by: "second", unit: "USD"): .init(found: 30_000, missed: 30_000),
                .init("second", by: "checker", unit: "USD"): .init(verification: 3_000),
            ])
        #expect(history[.verifyEmail].tallies == [.init("checker"): .init(asked: 6, found: 6, hits: 6)])
        #expect(try await Self.history(of: world.store) == history)
        // What was asked before is remembered, and asks nobody.
        try await Self.ask(9, of: world)
        #expect(try await Self.history(of: world.store)[.email].asked == history[.email].asked)
    }

    @Test func `countries are told apart, and the months that count`() async throws {
        let world = try Self.world(Self.settings())
        try await Self.ask(4, of: world, country: "FR")
        try await Self.ask(3, from: 4, of: world)
        let (french, others) = (
            try await Self.history(of: world.store, country: "FR"), try await Self.history(of: world.store, country: "")
        )
        #expect(french[.email].total(of: "first").asked == 4 && others[.email].total(of: "first").asked == 3)
        let countries = try await world.store.countriesOnRecord(of: "default")
        #expect(countries.map(\.country).sorted() == ["", "FR"])
        let later = world.clock.now + .days(40)
        #expect(try await world.store.orderHistory(of: "default", since: later, country: nil)[.email].asked == 0)
        #expect(try await world.store.orderHistory(of: "other", since: nil, country: nil) == OrderHistory())
    }

    @Test func `an open request holds up those behind it, and is counted once it is settled`() async throws {
        let world = try Self.world(Self.settings())
        let request = world.request(.person(1_000, at: "late.example"))
        let crash = CrashPoint(atCall: 4, isDurable: true)
        await #expect(throws: (any Error).self) {
            _ = try await world.run(crash: crash) { try await $0.enrich(request) }
        }
        #expect(try await !world.store.unsettled().isEmpty)
        #expect(try await Self.history(of: world.store) == OrderHistory())
        try await Self.ask(2, of: world)
        #expect(try await Self.history(of: world.store)[.email].total(of: "first").asked == 3)
    }

    @Test func `a chain is asked in the order that history says is cheapest`() async throws {
        let world = try Self.world(Self.settings())
        try await Self.ask(60, of: world)
        let history = try await Self.history(of: world.store)
        let automatic = try Self.world(Self.settings(.auto), store: world.store)
        let request = automatic.request(.person(500, at: "new.example"))
        let (result, decided) = try await automatic.run(history: history) { engine in
            (try await engine.enrich(request), engine.decidedOrders[.email])
        }
        #expect(decided?.order == ["second", "first"] && decided?.tooDear == [])
        #expect(decided?.basis == .learned(answers: 60 + 40))
        #expect(result.words() == ["second matched", "first not_run"])
    }

    @Test func `with little on record a chain is asked as it is written`() async throws {
        let world = try Self.world(Self.settings())
        try await Self.ask(12, of: world)
        let history = try await Self.history(of: world.store)
        let automatic = try Self.world(Self.settings(.auto), store: world.store)
        let decided = try await automatic.run(history: history) { $0.decidedOrders[.email] }
        #expect(decided?.order == ["first", "second"])
        #expect(decided?.basis == .learning(answers: 20, needed: ChainOutlook.neededAnswers))
    }

    @Test func `from the first step on whose hits are too dear nobody is asked`() async throws {
        let world = try Self.world(Self.settings())
        try await Self.ask(60, of: world)
        let history = try await Self.history(of: world.store)
        // A hit of the first costs about thirty cents, of the second about two.
        let settings = Self.settings(.auto, worth: Amount(micros: 100_000, unit: "USD"))
        let automatic = try World(
            settings, providers: .standard(), store: world.store, seed: 2, ["second": [Reply.miss]])
        let request = automatic.request(.person(500, at: "new.example"))
        let result = try await automatic.run(history: history) { try await $0.enrich(request) }
        #expect(result.words() == ["second no_match", "first skipped condition_false"])
        #expect(result.outcome == .notFound && result.stopped[.email] == .exhausted)
    }

    @Test func `costs that can't be compared leave the order as it is written`() async throws {
        let world = try Self.world(Self.settings())
        try await Self.ask(60, of: world)
        var settings = Self.settings(.auto)
        settings.providers["second"]?.prices[.email] = VendorPrice(.attempt, Amount(1, "second_credits"))
        let history = try await Self.history(of: world.store)
        let automatic = try Self.world(settings, store: world.store)
        let decided = try await automatic.run(history: history) { $0.decidedOrders[.email] }
        #expect(decided?.basis == .incomparable(["second_credits"]) && decided?.order == ["first", "second"])
        // A price of the vendor's unit makes them comparable.
        settings.providers["second"]?.creditPrice = Amount(micros: 10_000, unit: "USD")
        let priced = try Self.world(settings, store: world.store)
        #expect(try await priced.run(history: history) { $0.decidedOrders[.email] }?.order == ["second", "first"])
    }

    /// At whichever call the process dies, what was paid for before the order changed is played in its own order.
    @Test(arguments: 1...8)
    func `a crash between two orders loses nothing that was paid for`(_ call: Int) async throws {
        let settings = Self.settings()
        let script: [ProviderID: [ScriptedTransport.Step]] = [
            "first": [Reply.email("a@example.com")], "second": [Reply.email("b@example.com")],
            "checker": [Reply.verdict(.catchAll, .catchAllDomain), Reply.verified],
        ]
        let world = try World(settings, providers: .standard(), script)
        let request = world.request()
        let crash = CrashPoint(atCall: call, isDurable: true)
        let ended = try? await world.run(crash: crash) { try await $0.enrich(request) }
        var turned = settings
        turned.chains[.email]?.steps.reverse()
        let restarted = try World(turned, providers: .standard(), store: world.store, seed: 2) { _, _ in Reply.lost }
        try await restarted.run { _ in }
        let attempts = try await Self.history(of: world.store)[.email]
        if ended == nil, attempts.total(of: "second").asked > 0 {
            #expect(attempts.tallies[.init("first")] == .init(asked: 1, found: 1))
            #expect(attempts.tallies[.init("second", after: ["first"])]?.asked == 1)
        }
        #expect(attempts.tallies[.init("second")] == nil || attempts.total(of: "first").asked == 0)
        #expect(try await world.violations() == [])
    }
}
