// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Sandbox
import Testing
import WaterfallEngine

/// `weir csv` as a process: stopped by signals, and fed through pipes as engines that pipe records do.
@Suite(.serialized) struct CSVStopTests {
    private static let rows = 120

    private static func with(
        _ body: @escaping @Sendable (Int, Data) async throws -> Void
    ) async throws {
        try await Sandbox(settings: SandboxSettings(seed: 5)).withRunning { port in
            let undisturbed = try CSVBench(rows: rows, port: port)
            defer { undisturbed.remove() }
            #expect(try await undisturbed.start().end() == 0, "\(undisturbed.errors)")
            try await body(port, try #require(undisturbed.written))
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [1, 2])
    func `Ctrl-C ends the run cleanly, once or twice, and what comes after it is the same`(times: Int) async throws {
        try await Self.with { port, expected in
            let bench = try CSVBench(rows: Self.rows, port: port)
            defer { bench.remove() }
            // Rows come out as they are ready: some have, and some are in flight.
            let runner = try bench.start(to: "-")
            for _ in 0..<8 { #expect(await runner.line() != nil, "\(bench.errors)") }
            for _ in 0..<times { runner.signal(SIGINT) }
            var lines = 8
            while await runner.line() != nil { lines += 1 }
            #expect(await runner.end() == 130, "\(bench.errors)")
            #expect(lines == Self.rows + 1, "what is done so far is written, with the rows that are not")
            let record = try await StoreRecord.read(bench.store)
            #expect(record.report.violations == [])
            if times == 1 { #expect(record.attempts.allSatisfy { !$0.isUnknown }) }
            #expect(try await bench.start(["--resume"]).end() == 0, "\(bench.errors)")
            #expect(bench.written == expected)
            let done = try await StoreRecord.read(bench.store)
            #expect(done.report.violations == [] && done.openRequests == 0 && done.balance.held == .zero)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `partitions that are piped through take turns on one store, each in its order`() async throws {
        try await Sandbox(settings: SandboxSettings(seed: 5)).withRunning { port in
            let bench = try CSVBench(rows: 2, port: port)
            defer { bench.remove() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for partition in 0..<3 {
                    group.addTask { try await Self.pipe(partition, bench) }
                }
                try await group.waitForAll()
            }
            let record = try await StoreRecord.read(bench.store)
            #expect(record.report.violations == [] && record.openRequests == 0)
        }
    }

    /// Pipes one partition through a process of its own, as `RDD.pipe` does.
    private static func pipe(_ partition: Int, _ bench: CSVBench) async throws {
        let names = (0..<6).map { "Jane\(["a", "b", "c"][partition]) Doe\(["a", "b", "c", "d", "e", "f"][$0])" }
        let input = names.enumerated().map { place, name in
            "{\"name\": \"\(name)\", \"domain\": \"company\(place).example\", \"place\": \(place)}\n"
        }.joined()
        let runner = try RunnerProcess(
            ["csv", "-", "-o", "-", "--format", "jsonl", "--quiet", "--wait", "90s"], program: "weir",
            in: bench.folder, input: Data(input.utf8))
        var places: [Int] = []
        while let line = await runner.line() {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            places.append(try #require(object["place"] as? Int))
            #expect(object["weir_outcome"] as? String != nil)
        }
        #expect(await runner.end() == 0)
        #expect(places == Array(0..<6))
    }

    @Test(.timeLimit(.minutes(1))) func `an empty partition comes out empty`() async throws {
        let bench = try CSVBench(rows: 2, port: 1)
        defer { bench.remove() }
        let runner = try RunnerProcess(
            ["csv", "-", "-o", "-", "--format", "jsonl", "--quiet"], program: "weir", in: bench.folder, input: Data())
        #expect(await runner.line() == nil)
        #expect(await runner.end() == 0)
    }

    @Test(.timeLimit(.minutes(1))) func `a second process is refused while the first has the store`() async throws {
        var settings = SandboxSettings(seed: 5)
        try settings.set("latency_ms=250")
        try await Sandbox(settings: settings).withRunning { port in
            let bench = try CSVBench(rows: 300, port: port)
            defer { bench.remove() }
            let first = try bench.start(to: "-")
            #expect(await first.line() != nil)
            #expect(try await bench.start().end() == 6)
            #expect(bench.errors.contains("another weir process has this store open"), "\(bench.errors)")
            while await first.line() != nil {}
            #expect(await first.end() == 0)
        }
    }
}
