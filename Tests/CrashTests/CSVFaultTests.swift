// SPDX-License-Identifier: Apache-2.0

import Foundation
import Sandbox
import Testing
import WaterfallEngine

/// What makes system calls fail.
private let tracer = "/usr/bin/strace"

/// Faults of the disk under a run over a file (`reliability.md`, C: F2, F4, F5): a crash at a write or a sync, a sync
/// that fails, a disk that is full. The calls are made to fail by `strace`; where it is not installed, the tests are
/// skipped.
///
/// `WEIR_SOAK=1` takes every call in turn, and not a few of them.
@Suite(
    .serialized,
    .enabled(if: FileManager.default.isExecutableFile(atPath: tracer), "strace is not installed"))
struct CSVFaultTests {
    private static let calls = "pwrite64,fdatasync,fsync"
    private static let rows = 20
    private static let isSoak = ProcessInfo.processInfo.environment["WEIR_SOAK"] != nil

    /// Which calls fail: in the soak one after the other, until none is left.
    private static let numbers = isSoak ? Array(1...2_000) : [1, 7, 40]

    private static func with(
        _ body: @escaping @Sendable (CSVBench, Data) async throws -> Void
    ) async throws {
        try await Sandbox(settings: SandboxSettings(seed: 3)).withRunning { port in
            let undisturbed = try CSVBench(rows: rows, port: port)
            defer { undisturbed.remove() }
            #expect(try await undisturbed.start().end() == 0, "\(undisturbed.errors)")
            try await body(undisturbed, try #require(undisturbed.written))
        }
    }

    /// Goes on until the run is done, and compares.
    private static func expectSame(_ bench: CSVBench, _ expected: Data, _ note: Comment) async throws {
        let code = try await bench.startOrResume().end()
        #expect(code == 0, "\(note): \(bench.errors)")
        #expect(bench.written == expected, note)
        let store = try await StoreRecord.read(bench.store)
        #expect(store.report.violations == [], note)
        #expect(store.openRequests == 0, note)
    }

    @Test(.timeLimit(.minutes(isSoak ? 120 : 3)))
    func `a crash at a write or a sync loses nothing`() async throws {
        try await Self.with { undisturbed, expected in
            for number in Self.numbers {
                let bench = try CSVBench(rows: Self.rows, port: undisturbed.port)
                defer { bench.remove() }
                let fault = "inject=\(Self.calls):signal=SIGKILL:when=\(number)"
                let code = try await bench.start(under: Self.tracing(fault)).end()
                try await Self.expectSame(bench, expected, "killed at call \(number)")
                if code == 0 { break }
            }
        }
    }

    @Test(.timeLimit(.minutes(isSoak ? 120 : 3)))
    func `a sync that fails ends the run with exit code 6, and nothing is lost`() async throws {
        try await Self.with { undisturbed, expected in
            for number in Self.isSoak ? Self.numbers : [3, 12] {
                let bench = try CSVBench(rows: Self.rows, port: undisturbed.port)
                defer { bench.remove() }
                let code = try await bench.start(
                    under: Self.tracing("inject=fdatasync,fsync:error=EIO:when=\(number)+")
                ).end()
                if code == 0 { break }
                #expect(code == 6, "sync \(number): \(bench.errors)")
                try await Self.expectSame(bench, expected, "sync \(number) failed")
            }
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a full disk pauses the run, which goes on once there is room`() async throws {
        try await Self.with { undisturbed, expected in
            let bench = try CSVBench(rows: Self.rows, port: undisturbed.port)
            defer { bench.remove() }
            let code = try await bench.start(under: Self.tracing("inject=pwrite64:error=ENOSPC:when=40+")).end()
            #expect(code == 6, "\(bench.errors)")
            #expect(bench.errors.contains("the disk is full"), "\(bench.errors)")
            try await Self.expectSame(bench, expected, "the disk was full")
        }
    }

    /// Follows every thread and traces nothing but the calls that fail.
    private static func tracing(_ fault: String) -> [String] {
        [tracer, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)", "-e", fault]
    }
}
