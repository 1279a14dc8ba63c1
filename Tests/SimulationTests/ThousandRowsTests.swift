// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import FixtureFiles
import Foundation
import Runs
import SQLStore
import Testing
import WaterfallEngine

/// A thousand rows as users write them (`Fixtures/people/thousand.csv`) through a run over the sandbox, against the
/// computation that shares nothing with either but the documents.
struct ThousandRowsTests {
    /// Each takes a name with a company, or a profile: who is asked doesn't depend on what a row leaves out.
    private static let chain: [ProviderID] = ["findymail", "hunter", "leadmagic", "tomba"]

    private static var settings: EngineSettings {
        var settings = VendorsInProcess.settings
        settings.chains = [
            .email: Chain(chain.map { ChainStep($0) }), .verifyEmail: Chain(VendorsInProcess.verifier),
            .officePhone: Chain([]),
        ]
        return settings
    }

    /// What the file says, and what is on record of it.
    private struct Outcome {
        var rows: [ProspectRow] = []
        var records: [Int64: RunRow] = [:]
    }

    @Test func `each of a thousand rows ends as the reference says`() async throws {
        let vendors = VendorsInProcess()
        let outcome = try await Self.run(vendors)
        #expect(outcome.rows.count == 1_000)
        let asked = outcome.rows.filter { outcome.records[Int64($0.number)]?.state == .answered }
        let prospects = asked.compactMap { row -> Prospect? in
            if case .prospect(let prospect) = row.content { prospect } else { nil }
        }
        let script = try ReferenceScript.outcomes(
            of: prospects.map { InventedPerson.truth(on: $0, in: vendors.core) }, chain: Self.chain)
        try #require(script.count == asked.count)
        var differing = 0
        for (row, expected) in zip(asked, script) {
            let text = try #require(outcome.records[Int64(row.number)]?.text)
            let told = try #require(RowResult(encoded: text)).inWords
            guard told != expected.inWords else { continue }
            differing += 1
            if differing <= 10 { Issue.record("line \(row.line): \(told), by the script \(expected.inWords)") }
        }
        #expect(differing == 0)
        #expect(script.count { $0.status == "verified" } > 100)
        Self.expectTheRest(outcome)
    }

    /// Rows that were not asked for name somebody again, or were set aside.
    private static func expectTheRest(_ outcome: Outcome) {
        var first: [String: Int64] = [:]
        var duplicates = 0
        for row in outcome.rows {
            let record = outcome.records[Int64(row.number)]
            guard case .prospect(let prospect) = row.content else {
                #expect(record?.state == .rejected, "line \(row.line)")
                continue
            }
            guard record?.state == .duplicate else { continue }
            duplicates += 1
            let original = record?.text.flatMap { Int64($0) } ?? 0
            #expect(outcome.records[original]?.state == .answered, "line \(row.line)")
            #expect(original < Int64(row.number), "line \(row.line)")
            if let key = prospect.keys.nameAtDomain { first[key] = original }
        }
        #expect(duplicates >= 60)
    }

    private static func run(_ vendors: VendorsInProcess) async throws -> Outcome {
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-rows-\(UUID().uuidString).csv").path
        try #require(FixtureFiles.text("people/thousand.csv")).write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let world = try World(
            settings, providers: VendorsInProcess.providers, seed: 4, respond: vendors.respond)
        defer { world.store.close() }
        let file = try ProspectFile(opening: path)
        let digest = try #require(try file.identity().flatMap { FileDigest(hexadecimal: $0.sha256) })
        let id = RunID(over: digest, team: "default", ordinal: 1)
        let sheet = RowSheet(run: id, team: "default", user: "default", access: [.email], isFresh: false)
        let (loop, store) = (world.loop, LoopRunStore(base: world.store, loop: world.loop))
        let end = try await world.run { engine -> RunDriver.End in
            try await store.begin(
                FileRun(
                    id: id, team: "default", user: "default", file: digest, ordinal: 1, path: path, terms: [:],
                    begunAt: world.clock.now))
            let epoch = try await store.takeUp(id)
            var pass = FirstPass(engine, try SQLitePersonIndex(), sheet, contacts: nil)
            try await loop.busy {
                try await pass.read(file) { (rows) throws(JournalError) in
                    try await world.store.note(rows, of: id, epoch: epoch)
                }
            }
            let driver = RunDriver(
                engine, store, clock: world.clock, monitor: RunMonitor(), control: RunControl(), sheet: sheet,
                epoch: epoch, settings: RunDriver.Settings(bound: 32))
            return await driver.run(file)
        }
        #expect(!end.leavesRows && end.failure == nil)
        #expect(try await world.violations() == [])
        var outcome = Outcome()
        let rows = try file.rows()
        while let row = try rows.next() { outcome.rows.append(row) }
        for row in try await world.store.rows(of: id, in: 1...2_000) { outcome.records[row.number] = row }
        return outcome
    }
}

/// What is compared of a row, in words.
private struct Words: Equatable, CustomStringConvertible {
    var turns: [String]
    var email: String?
    var status: String
    var cost: [String: String]

    var description: String {
        "\(turns.joined(separator: " ")) \(email ?? "-") \(status) "
            + cost.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: " + ")
    }
}

extension PersonOutcome {
    fileprivate var inWords: Words {
        Words(
            turns: turns.filter { $0.last != "not_run" }.map { $0.prefix(2).joined(separator: ":") }, email: email,
            status: status,
            cost: cost)
    }
}

extension RowResult {
    fileprivate var inWords: Words {
        Words(
            turns: attempts.map { "\($0.provider):\($0.outcome.word)" }, email: email,
            status: emailStatus?.rawValue ?? "unavailable",
            cost: Dictionary(uniqueKeysWithValues: cost.map { ($0.unit, $0.decimal) }))
    }
}
