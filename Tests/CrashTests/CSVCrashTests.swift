// SPDX-License-Identifier: Apache-2.0

import CrashRunner
import Enrichment
import EnrichmentTesting
import Foundation
import Sandbox
import Testing
import WaterfallEngine

/// `kill -9` again and again over a file (`reliability.md`, C: F1): no row is lost, what is written is the same to the
/// byte as if nothing had happened, and every call that a vendor billed is on record.
///
/// `WEIR_SOAK=1` kills a thousand times over 100,000 rows.
@Suite(.serialized) struct CSVCrashTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isSoak = environment["WEIR_SOAK"] != nil
    private static let rows = isSoak ? 100_000 : 5_000
    private static let kills = isSoak ? 1_000 : 50
    @Test(.timeLimit(.minutes(isSoak ? 240 : 6)))
    func `a file comes out the same whatever ends the process on the way`() async throws {
        let seed = Self.environment["WEIR_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)
        let (expected, calls) = try await Self.undisturbed(seed)
        var settings = SandboxSettings(seed: seed)
        try settings.set("jitter_ms=6")
        // Those that bill every call take their time, so that kills meet them.
        try settings.set("people_data_labs.latency_ms=40")
        try settings.set("zerobounce.latency_ms=20")
        try await Sandbox(settings: settings).withRunning { port in
            let bench = try CSVBench(rows: Self.rows, port: port)
            defer { bench.remove() }
            let killed = try await Self.kill(bench, port, seed, calls, times: Self.kills)
            #expect(killed == Self.kills, "the run ended after \(killed) kills (WEIR_SEED=\(seed))")
            let written = try #require(bench.written, "\(bench.errors)")
            #expect(written == expected, "WEIR_SEED=\(seed): \(Self.difference(written, expected))")
            let store = try await StoreRecord.read(bench.store)
            #expect(store.report.violations == [])
            #expect(store.openRequests == 0)
            #expect(store.balance.held == .zero)
            #expect(store.contacts == Set(CSVBench.indices(Self.rows).map(CrashPeople.person)).count)
            #expect(store.attempts.allSatisfy { $0.outcome != nil })
            let unknown = store.attempts.filter(\.isUnknown)
            #expect(!unknown.isEmpty, "no kill met a call: the test tests nothing (WEIR_SEED=\(seed))")
            #expect(unknown.count <= killed * 16)
            let vendors = try await VendorRecord.read(port: port)
            #expect(vendors.total == vendors.charges.count)
            #expect(bench.unaudited(store, vendors) == [], "WEIR_SEED=\(seed)")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `without intents before the calls, vendors bill what nobody has on record`() async throws {
        let seed = UInt64.random(in: 0...9_999_999)
        var settings = SandboxSettings(seed: seed)
        try settings.set("latency_ms=30")
        try await Sandbox(settings: settings).withRunning { port in
            let bench = try CSVBench(rows: 400, port: port, program: "CrashRunner")
            defer { bench.remove() }
            _ = try await Self.kill(bench, port, seed, 800, times: 10)
            let store = try await StoreRecord.read(bench.store)
            let vendors = try await VendorRecord.read(port: port)
            #expect(bench.unaudited(store, vendors) != [], "the audit sees nothing (seed \(seed))")
        }
    }

    /// What comes out where nothing happens, and how many calls that takes.
    private static func undisturbed(_ seed: UInt64) async throws -> (Data, Int) {
        try await Sandbox(settings: SandboxSettings(seed: seed)).withRunning { port in
            let bench = try CSVBench(rows: rows, port: port)
            defer { bench.remove() }
            let code = try await bench.start().end()
            try #require(code == 0, "\(bench.errors)")
            let written = try #require(bench.written)
            #expect(written.split(separator: UInt8(ascii: "\n")).count == rows + 1)
            return (written, try await VendorRecord.requests(port: port))
        }
    }

    /// Kills each time that the vendors have had a random number of calls more, and lets the last one end.
    private static func kill(
        _ bench: CSVBench, _ port: Int, _ seed: UInt64, _ calls: Int, times kills: Int
    ) async throws -> Int {
        var random = SeededGenerator(seed: seed)
        // On average three quarters of what an even share would be, so that the run outlasts all of them.
        let most = max(1, calls * 3 / (kills * 2))
        for killed in 0..<kills {
            let before = try await VendorRecord.requests(port: port)
            let runner = try await bench.startOrResume()
            let wanted = before + Int.random(in: 1...most, using: &random)
            while runner.isRunning, try await VendorRecord.requests(port: port) < wanted {
                try await Task.sleep(for: .milliseconds(10))
            }
            runner.kill()
            let code = await runner.end()
            guard code == SIGKILL else {
                #expect(code == 0, "\(bench.errors)")
                return killed
            }
        }
        let code = try await bench.startOrResume().end()
        #expect(code == 0, "\(bench.errors)")
        return kills
    }

    /// The first line that differs.
    private static func difference(_ written: Data, _ expected: Data) -> String {
        let lines = zip(
            String(decoding: written, as: UTF8.self).split(separator: "\n"),
            String(decoding: expected, as: UTF8.self).split(separator: "\n"))
        return lines.first { $0 != $1 }.map { "\n\($0)\n\($1)" } ?? "another number of lines"
    }
}
