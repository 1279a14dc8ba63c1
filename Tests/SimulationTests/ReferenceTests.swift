// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// The engine, its adapters and the sandbox against a computation that shares nothing with them but the documents.
///
/// `WEIR_REFERENCE_PEOPLE` asks for another number of people, `WEIR_SEED` for others; the totals are attached
/// (`swift test --attachments-path`).
struct ReferenceTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["WEIR_REFERENCE_PEOPLE"].flatMap { Int($0) } ?? 10_000
    private static let seed = environment["WEIR_SEED"].flatMap { UInt64($0) } ?? 20_261_126
    /// Engines at once, each with a store and a share of the people of its own, since one has a thread.
    private static let shares = 2
    /// Requests of an engine at once.
    private static let lanes = 64
    /// Differences that are shown.
    private static let shown = 10

    @Test func `a chain of every email finder comes to what a script computes from the documents`() async throws {
        let vendors = VendorsInProcess()
        let people = InventedPerson.people(Self.count, seed: Self.seed, in: vendors.core)
        #expect(people.count == Self.count && Set(people.map(\.email)).count == Self.count)
        let run = try await Self.run(people, vendors)
        let engine = run.map { PersonOutcome($0) }
        let script = try ReferenceScript.outcomes(of: people.map { $0.truth(in: vendors.core) })

        try #require(engine.count == script.count)
        let differences = zip(people, zip(engine, script)).filter { $1.0 != $1.1 }
        let differing = differences.count
        #expect(differing == 0, "people for whom the two differ")
        for (person, (engine, script)) in differences.prefix(Self.shown) {
            Issue.record(Self.comment(on: person.truth(in: vendors.core), engine, script))
        }
        let totals = Totals(script)
        Self.compareTotals(Totals(engine), totals)
        Attachment.record(Self.text(totals), named: "reference-totals.json")
        Self.compareCharges(vendors, run)
        #expect(totals.statuses["verified", default: 0] > 0 && totals.statuses["catch_all", default: 0] > 0)
    }

    // MARK: The run

    /// Enriches all; returns the results in the order of the people.
    private static func run(_ people: [InventedPerson], _ vendors: VendorsInProcess) async throws -> [EnrichmentResult]
    {
        let size = (people.count + shares - 1) / shares
        return try await withThrowingTaskGroup(of: (Int, [EnrichmentResult]).self) { group in
            for share in 0..<shares {
                group.addTask {
                    (share, try await run(share, Array(people.dropFirst(share * size).prefix(size)), vendors))
                }
            }
            let all = try await group.reduce(into: []) { $0.append($1) }
            return all.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    /// Enriches a share of the people, and looks at the books.
    private static func run(
        _ share: Int, _ people: [InventedPerson], _ vendors: VendorsInProcess
    ) async throws -> [EnrichmentResult] {
        let world = try World(
            VendorsInProcess.settings, providers: VendorsInProcess.providers, seed: seed &+ UInt64(share),
            respond: vendors.respond)
        defer { world.store.close() }
        let results = try await enrich(people, world)
        #expect(try await world.violations().isEmpty)
        let verified = results.count { $0.email?.status == .verified }
        #expect(try await world.captured() == Credits(Int64(verified)))
        return results
    }

    /// Enriches people, some at once.
    private static func enrich(_ people: [InventedPerson], _ world: World) async throws -> [EnrichmentResult] {
        try await world.run { engine in
            try await withThrowingTaskGroup(of: [(Int, EnrichmentResult)].self) { group in
                for lane in 0..<lanes {
                    group.addTask {
                        var results: [(Int, EnrichmentResult)] = []
                        for index in stride(from: lane, to: people.count, by: lanes) {
                            let request = world.request(try people[index].input.normalised())
                            results.append((index, try await engine.enrich(request)))
                        }
                        return results
                    }
                }
                let all = try await group.reduce(into: []) { $0 += $1 }
                return all.sorted { $0.0 < $1.0 }.map(\.1)
            }
        }
    }

    // MARK: The comparison

    /// Coverage by status, calls by vendor and outcome, cost by unit.
    private struct Totals: Encodable {
        var statuses: [String: Int] = [:]
        var turns: [String: Int] = [:]
        var cost: [String: Int64] = [:]

        init(_ outcomes: [PersonOutcome]) {
            for outcome in outcomes {
                statuses[outcome.status, default: 0] += 1
                for turn in outcome.turns { turns[turn.joined(separator: " "), default: 0] += 1 }
                for (unit, amount) in outcome.cost {
                    cost[unit, default: 0] += Amount(decimal: amount, unit: unit)?.micros ?? 0
                }
            }
        }
    }

    private static func compareTotals(_ engine: Totals, _ script: Totals) {
        func compare<Value: Equatable>(_ engine: [String: Value], _ script: [String: Value]) {
            for key in Set(engine.keys).union(script.keys).sorted() where engine[key] != script[key] {
                let (left, right) = (engine[key].map { "\($0)" } ?? "none", script[key].map { "\($0)" } ?? "none")
                Issue.record("\(key): \(left), by the script \(right)")
            }
        }
        compare(engine.statuses, script.statuses)
        compare(engine.turns, script.turns)
        compare(engine.cost, script.cost)
    }

    /// The third side: what the vendors say that they charged.
    private static func compareCharges(_ vendors: VendorsInProcess, _ run: [EnrichmentResult]) {
        let booked = run.flatMap(\.attempts).reduce(into: [String: Int64]()) { booked, attempt in
            guard let cost = attempt.cost?.amount, cost.micros != 0 else { return }
            booked[attempt.provider.rawValue, default: 0] += cost.micros
        }
        let charged = vendors.charges.mapValues { Int64($0) * 1_000 }
        for vendor in Set(booked.keys).union(charged.keys).sorted() where booked[vendor] != charged[vendor] {
            Issue.record("\(vendor) charged \(charged[vendor] ?? 0) millionths, and \(booked[vendor] ?? 0) are booked")
        }
    }

    private static func comment(on truth: Truth, _ engine: PersonOutcome, _ script: PersonOutcome) -> Comment {
        let first = zip(engine.turns, script.turns).first { $0 != $1 }
        let turn = first.map { "first \($0) and \($1)" } ?? "the same turns"
        return Comment(rawValue: "\(turn)\nworld  \(text(truth))\nengine \(text(engine))\nscript \(text(script))")
    }

    private static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
