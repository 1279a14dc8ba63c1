// SPDX-License-Identifier: Apache-2.0

import CrashRunner
import Enrichment
import EnrichmentTesting
import Foundation
import Sandbox
import Testing
import WaterfallEngine

/// Makes every sync of a program one that does nothing.
private let unsyncing = "/usr/bin/eatmydata"

/// Power cuts under a run over a file (`reliability.md`, C: F3): every row that was written out is on record
/// afterwards, and what comes out in the end is the same to the byte.
///
/// `WEIR_SOAK=1` cuts a hundred times.
@Suite(
    .serialized,
    .enabled(if: LoopDisk.isAvailable, "no file system whose power can be cut can be made here"))
struct CSVPowerCutTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isSoak = environment["WEIR_SOAK"] != nil
    private static let cuts = isSoak ? 100 : 5
    private static let rows = isSoak ? 6_000 : 300

    @Test(.timeLimit(.minutes(isSoak ? 60 : 3)))
    func `what was written out before the power was cut is on record`() async throws {
        let seed = Self.environment["WEIR_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)
        let expected = try await Self.undisturbed(seed)
        try await Self.with(seed) { bench, disk in
            try await Self.cut(bench, disk, seed, times: Self.cuts) { written, store in
                let store = try #require(store, "no store is left (WEIR_SEED=\(seed))")
                let people = bench.people(inFirst: written)
                #expect(store.settledRequests >= people, "\(written) rows were written out (WEIR_SEED=\(seed))")
                #expect(store.report.violations == [], "WEIR_SEED=\(seed)")
                let vendors = try await VendorRecord.read(port: bench.port)
                #expect(bench.unaudited(store, vendors) == [], "WEIR_SEED=\(seed)")
            }
            #expect(try await bench.startOrResume().end() == 0, "\(bench.errors)")
            #expect(bench.written == expected, "WEIR_SEED=\(seed)")
            let store = try await StoreRecord.read(bench.store)
            #expect(store.report.violations == [] && store.openRequests == 0 && store.balance.held == .zero)
            let vendors = try await VendorRecord.read(port: bench.port)
            #expect(bench.unaudited(store, vendors) == [], "WEIR_SEED=\(seed)")
        }
    }

    @Test(
        .timeLimit(.minutes(2)),
        .enabled(if: FileManager.default.isExecutableFile(atPath: unsyncing), "eatmydata is not installed"))
    func `without syncs a power cut takes rows along, and is seen to`() async throws {
        let seed = UInt64.random(in: 0...9_999_999)
        try await Self.with(seed) { bench, disk in
            var isSeen = false
            try await Self.cut(bench, disk, seed, times: 1, under: [unsyncing]) { written, store in
                isSeen = store.map { $0.settledRequests < bench.people(inFirst: written) } ?? true
            }
            #expect(isSeen, "the test tests nothing (seed \(seed))")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a disk that is full pauses the run, which goes on once there is room`() async throws {
        let seed = UInt64.random(in: 0...9_999_999)
        let expected = try await Self.undisturbed(seed)
        try await Self.with(seed) { bench, disk in
            let runner = try bench.start(["--json"])
            let ballast = try await Self.filled(disk, once: bench.port)
            var told = ""
            while let line = await runner.line() { told += line }
            #expect(await runner.end() == 6, "\(told)")
            #expect(told.contains("paused_no_space"), "\(told)")
            let asked = try await VendorRecord.requests(port: bench.port)
            try FileManager.default.removeItem(at: ballast)
            let paused = try await StoreRecord.read(bench.store)
            #expect(paused.report.violations == [] && paused.settledRequests > 0, "seed \(seed)")
            #expect(try await VendorRecord.requests(port: bench.port) == asked)
            #expect(try await bench.startOrResume().end() == 0, "\(bench.errors)")
            #expect(bench.written == expected, "seed \(seed)")
            let store = try await StoreRecord.read(bench.store)
            #expect(store.report.violations == [] && store.openRequests == 0)
            let vendors = try await VendorRecord.read(port: bench.port)
            #expect(bench.unaudited(store, vendors) == [], "seed \(seed)")
        }
    }

    /// Fills the disk in the midst of a run.
    private static func filled(_ disk: LoopDisk, once port: Int) async throws -> URL {
        while try await VendorRecord.requests(port: port) < rows / 4 { await Task.yield() }
        return try disk.fill()
    }

    // MARK: The bench

    private static func with(
        _ seed: UInt64, _ body: @escaping @Sendable (CSVBench, LoopDisk) async throws -> Void
    ) async throws {
        var settings = SandboxSettings(seed: seed)
        try settings.set("jitter_ms=6")
        try settings.set("people_data_labs.latency_ms=40")
        try await Sandbox(settings: settings).withRunning { port in
            let disk = try LoopDisk()
            defer { disk.remove() }
            let bench = try CSVBench(rows: rows, port: port, at: disk.mountPoint)
            try disk.remount()
            try await body(bench, disk)
        }
    }

    private static func undisturbed(_ seed: UInt64) async throws -> Data {
        try await Sandbox(settings: SandboxSettings(seed: seed)).withRunning { port in
            let bench = try CSVBench(rows: rows, port: port)
            defer { bench.remove() }
            #expect(try await bench.start().end() == 0, "\(bench.errors)")
            return try #require(bench.written)
        }
    }

    /// Cuts the power each time that a random number of further rows was written out, and looks at what is left.
    ///
    /// - Parameter look: is given how many rows were written out, and what is on record of them; nil where what is left
    ///   is no store.
    private static func cut(
        _ bench: CSVBench, _ disk: LoopDisk, _ seed: UInt64, times: Int, under prefix: [String] = [],
        look: (Int, StoreRecord?) async throws -> Void
    ) async throws {
        var random = SeededGenerator(seed: seed)
        var written = 0
        for _ in 0..<times {
            let runner = try await bench.startOrResume(to: "-", under: prefix)
            let wanted = written + Int.random(in: 1...max(1, rows / times), using: &random)
            var lines = 0
            while lines <= wanted, await runner.line() != nil { lines += 1 }
            // With the power the processor stops: a sync that the cut meets is answered to nobody.
            runner.signal(SIGSTOP)
            try disk.cutPower()
            runner.kill()
            _ = await runner.end()
            try disk.remount()
            written = max(written, lines - 1)
            try await look(written, try? await StoreRecord.read(bench.store))
        }
    }
}

extension CSVBench {
    /// How many people the first rows name.
    fileprivate func people(inFirst rows: Int) -> Int {
        Set(Self.indices(self.rows).prefix(rows).map(CrashPeople.person)).count
    }
}
