// SPDX-License-Identifier: Apache-2.0

import BuiltInProviders
import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

@testable import Sandbox

/// The figures of a report, made by the engine and the sandbox's vendors over a month, against what the requests
/// themselves told.
///
/// `WEIR_REPORT_REQUESTS` asks for another number of requests, `WEIR_REPORT_STORE` for a file to keep them in.
struct ReportTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["WEIR_REPORT_REQUESTS"].flatMap { Int($0) } ?? 300
    private static let seed: UInt64 = 20_261_127
    private static let days = 30
    private static let lanes = 64

    @Test func `a report's figures are those that the requests told, and agree with usage`() async throws {
        let vendors = VendorsInProcess()
        let people = InventedPerson.people(Self.count, seed: Self.seed, in: vendors.core)
        let path = Self.environment["WEIR_REPORT_STORE"]
        let store = try path.map { try SQLiteStore(path: $0) } ?? SQLiteStore()
        defer { store.close() }
        let world = try World(
            Self.settings, providers: Self.providers, store: store, seed: Self.seed, respond: Self.respond(vendors))
        let results = try await Self.ask(people, world)
        try await Self.bounce(results, world)

        let started = ContinuousClock.now
        let figures = try await store.figures(of: "default", ReportQuery())
        let took = ContinuousClock.now - started
        Attachment.record("\(people.count) requests in \(took)", named: "report-duration.txt")
        try await Self.compareUsage(figures, store)
        Self.compareResults(figures, results)
        Self.compareProviders(figures, results)
        try await Self.compareNarrowed(figures, store)
        #expect(try await world.violations().isEmpty)
    }

    // MARK: Against the results

    private static func compareResults(_ figures: ReportFigures, _ results: [EnrichmentResult]) {
        #expect(figures.requests == results.count && figures.openRequests == 0)
        #expect(figures.days.reduce(0) { $0 + $1.requests } == results.count)
        #expect(figures.outcomes == Dictionary(grouping: results, by: \.outcome).mapValues(\.count))
        for (capability, datum) in [(Capability.email, Datum.email), (.mobile, .phone)] {
            let ends = Dictionary(grouping: results.compactMap { $0.stopped[datum] }) { $0 }.mapValues(\.count)
            let chain = figures.chains[capability]
            #expect(chain?.ends == ends && chain?.asked == ends.values.reduce(0, +), "\(capability)")
            #expect(chain?.found.reduce(0) { $0 + $1.count } == chain?.foundCount)
            #expect(chain?.steps.reduce(0) { $0 + $1.found } == chain?.foundCount)
            for (before, after) in zip(chain?.steps ?? [], (chain?.steps ?? []).dropFirst()) {
                #expect(after.reached <= before.reached - before.found)
            }
        }
        let finders = results.filter { $0.stopped[.email] == .verified }.compactMap(\.email?.provider)
        let found = figures.chains[.email]?.found.map { ($0.provider, $0.count) } ?? []
        #expect(
            Dictionary(found, uniquingKeysWith: +) == Dictionary(grouping: finders) { $0 }.mapValues(\.count))
        let contacts = Set(results.compactMap(\.contact?.id))
        #expect(figures.prospects.count == contacts.count)
        #expect(figures.prospects.askedForEmail == contacts.count)
    }

    /// Each provider's calls and costs, added up by hand.
    private static func compareProviders(_ figures: ReportFigures, _ results: [EnrichmentResult]) {
        struct Key: Hashable {
            var capability: Capability
            var provider: ProviderID
        }
        var lines: [Key: (calls: Int, matched: Int, cost: Int64)] = [:]
        for attempt in results.flatMap(\.attempts) {
            let isCalled = attempt.tries > 0
            guard isCalled else { continue }
            let key = Key(capability: attempt.capability, provider: attempt.provider)
            var line = lines[key] ?? (0, 0, 0)
            line.calls += 1
            line.matched += attempt.outcome == .matched ? 1 : 0
            line.cost += attempt.cost?.amount.micros ?? 0
            lines[key] = line
        }
        #expect(!lines.isEmpty)
        for line in figures.providers where line.usage.calls > 0 {
            let own = lines[Key(capability: line.capability, provider: line.provider)]
            let cost = line.usage.bills.reduce(0) { $0 + $1.billed.micros + $1.suspected.micros }
            #expect(own?.calls == line.usage.calls && own?.cost == cost, "\(line.capability) \(line.provider)")
            #expect(line.latency.count <= line.usage.calls && line.matched >= own?.matched ?? 0)
        }
        #expect(figures.providers.count { $0.usage.calls > 0 } == lines.count)
    }

    // MARK: Against usage

    private static func compareUsage(_ figures: ReportFigures, _ store: SQLiteStore) async throws {
        let usage = try await store.usage(of: "default", UsageQuery())
        #expect(figures.total == usage.total)
        #expect(figures.bounces.bounced == usage.total.bounces && figures.bounces.bounced > 0)
        #expect(figures.total.refunded > .zero)
    }

    /// Parts by user and by period add up to the whole; nobody's are empty.
    private static func compareNarrowed(_ whole: ReportFigures, _ store: SQLiteStore) async throws {
        let middle = try #require(whole.days.dropFirst(whole.days.count / 2).first).startsAt
        let parts = [
            try await store.figures(of: "default", ReportQuery(until: middle)),
            try await store.figures(of: "default", ReportQuery(since: middle)),
        ]
        #expect(parts.map(\.days).flatMap { $0 } == whole.days)
        #expect(parts.reduce(0) { $0 + $1.total.calls } == whole.total.calls)
        #expect(parts.reduce(.zero) { $0 + $1.total.refunded } == whole.total.refunded)
        let users = [
            try await store.figures(of: "default", ReportQuery(user: "ann")),
            try await store.figures(of: "default", ReportQuery(user: "joe")),
        ]
        #expect(users.allSatisfy { !$0.isEmpty } && users.reduce(0) { $0 + $1.requests } == whole.requests)
        for query in [
            ReportQuery(user: "nobody"), ReportQuery(origin: .mcp), ReportQuery(run: .init(high: 1, low: 1)),
            ReportQuery(list: "none"),
        ] {
            #expect(try await store.figures(of: "default", query).isEmpty)
        }
        #expect(try await store.figures(of: "nobody", ReportQuery()).isEmpty)
    }

    // MARK: The month

    private static var settings: EngineSettings {
        var settings = VendorsInProcess.settings
        let prices: [(ProviderID, Capability, Int64, VendorPrice.Basis)] = [
            ("hunter", .email, 34_000, .found), ("prospeo", .email, 20_000, .found),
            ("findymail", .email, 49_000, .found),
            ("people_data_labs", .email, 100_000, .found), ("prospeo", .mobile, 200_000, .found),
            ("findymail", .mobile, 490_000, .found), ("zerobounce", .verifyEmail, 8_000, .attempt),
        ]
        settings.chains = [
            .email: Chain("hunter", "prospeo", "findymail", "people_data_labs"),
            .mobile: Chain("prospeo", "findymail"), .verifyEmail: Chain("zerobounce"),
        ]
        for (provider, capability, micros, basis) in prices {
            settings.providers[provider]?.prices[capability] = VendorPrice(basis, Amount(micros: micros, unit: "USD"))
        }
        settings.plan = CreditPlan(grant: Credits(100_000))
        return settings
    }

    private static var providers: [any Provider] {
        let ids: [ProviderID] = ["hunter", "prospeo", "findymail", "people_data_labs", "zerobounce"]
        return ids.compactMap { ProviderCatalog.builtIn[$0]?.makeProvider() }
    }

    /// The sandbox's vendors, at a pace of their own, one call in fifty failing.
    private static func respond(_ vendors: VendorsInProcess) -> World.Respond {
        { request, count in
            let vendor = UInt64(request.pool.provider.rawValue.utf8.reduce(0) { $0 + Int($1) })
            var random = SeededGenerator(seed: seed ^ UInt64(count) &* 31 ^ vendor &* 1_000_003)
            let slowness = Int.random(in: 1...100, using: &random)
            let base = 90 + Int(vendor % 7) * 60
            let delay = Duration.milliseconds(base + base * slowness / (slowness > 95 ? 12 : 90))
            var step = vendors.respond(request, count)
            if slowness == 50 { step = .status(503) }
            if slowness == 51 { step = .status(429) }
            step.delay = delay
            return step
        }
    }

    private static func ask(_ people: [InventedPerson], _ world: World) async throws -> [EnrichmentResult] {
        var results: [EnrichmentResult] = []
        let perDay = (people.count + days - 1) / days
        for day in 0..<days {
            // Fewer at weekends, none on one day.
            let share = day % 7 > 4 ? perDay / 3 : day == 10 ? 0 : perDay * 5 / 4
            let some = day == days - 1 ? people.dropFirst(results.count) : people.dropFirst(results.count).prefix(share)
            results += try await ask(Array(some), on: day, world)
            world.clock.advance(by: .days(1))
        }
        return results
    }

    private static func ask(
        _ people: [InventedPerson], on day: Int, _ world: World
    ) async throws -> [EnrichmentResult] {
        try await world.run { engine in
            try await withThrowingTaskGroup(of: EnrichmentResult.self) { group in
                var (waiting, results) = (people[...], [] as [EnrichmentResult])
                func add(_ person: InventedPerson) throws {
                    let access: Set<Datum> = waiting.count % 4 == 0 ? [.email, .phone] : [.email]
                    let request = world.request(
                        try person.input.normalised(), access: access, user: waiting.count % 3 == 0 ? "joe" : "ann")
                    group.addTask { try await engine.enrich(request) }
                }
                for _ in 0..<lanes { if let person = waiting.popFirst() { try add(person) } }
                for try await result in group {
                    results.append(result)
                    if let person = waiting.popFirst() { try add(person) }
                }
                return results
            }
        }
    }

    /// A few of those that were sold are written to and bounce; one of them was written to elsewhere.
    private static func bounce(_ results: [EnrichmentResult], _ world: World) async throws {
        let sold = results.filter { $0.email?.credits == Credits(1) }.compactMap(\.email?.value).sorted()
        let now = world.clock.now
        for (number, address) in sold.suffix(max(4, sold.count / 60)).enumerated() {
            let message = OutgoingMessage(
                id: .init(high: 7, low: UInt64(number)), team: "default", user: "ann",
                source: number == 0 ? .external : .weir, address: address, headerID: "\(number)@mail.example.com",
                sentAt: now)
            _ = try await world.store.register(message)
            if number > 0 { try await world.store.conclude(message.id, team: "default", state: .sent, reply: nil) }
            let notice = BounceNotice(
                id: .init(high: 8, low: UInt64(number)), team: "default", user: "ann", message: message.id,
                address: address, class: .hard, reason: "user_unknown", bouncedAt: now, receivedAt: now)
            _ = try await world.store.report(notice, plan: settings.plan)
        }
    }
}
