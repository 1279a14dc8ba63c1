// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

/// The runner as a child process: its lines, and a way to kill it at any moment.
final class RunnerProcess: Sendable {
    private let process: Mutex<Process>
    private let pipe = Pipe()
    private let buffer = Mutex(Data())
    private let identifier: pid_t

    /// - Parameters:
    ///   - program: its name beside the tests.
    ///   - prefix: what it is run under, such as a tracer.
    ///   - folder: where it runs.
    ///   - errors: where standard error goes; nil for the tests' own.
    ///   - input: what comes to it through a pipe; nil for the tests' own standard input.
    init(
        _ arguments: [String], program: String = "CrashRunner", under prefix: [String] = [], in folder: URL? = nil,
        errors: URL? = nil, input: Data? = nil
    ) throws {
        let process = Process()
        let command = prefix + [try Self.executable(program).path] + arguments
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        // A killed child must not cost a second of symbolication.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardOutput = pipe
        if let folder { process.currentDirectoryURL = folder }
        let complaints = try errors.map { errors in
            _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
            return try FileHandle(forWritingTo: errors)
        }
        if let complaints { process.standardError = complaints }
        let entry = input.map { _ in Pipe() }
        if let entry { process.standardInput = entry }
        try process.run()
        try complaints?.close()
        identifier = process.processIdentifier
        if let entry, let input {
            DispatchQueue.global().async {
                // A process that ended before it read everything is seen by what it wrote.
                try? entry.fileHandleForWriting.write(contentsOf: input)
                try? entry.fileHandleForWriting.close()
            }
        }
        self.process = Mutex(process)
    }

    /// The next line; nil at the end of the output.
    func line() async -> String? {
        while true {
            let line = buffer.withLock { buffer -> String? in
                guard let end = buffer.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                defer { buffer = Data(buffer[(end + 1)...]) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            if let line { return line }
            let more = await read()
            guard !more.isEmpty else { return nil }
            buffer.withLock { $0.append(more) }
        }
    }

    /// False once it has ended.
    var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Ends it as a power cut would: nothing of it runs any more.
    func kill() { Foundation.kill(identifier, SIGKILL) }

    /// Sends it a signal.
    func signal(_ number: Int32) { Foundation.kill(identifier, number) }

    /// Waits for its end, and returns its exit code; 9 where it was killed.
    func end() async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: self.process.withLock { process in
                        process.waitUntilExit()
                        return process.terminationStatus
                    })
            }
        }
    }

    private func read() async -> Data {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: self.pipe.fileHandleForReading.availableData)
            }
        }
    }

    /// It lies beside the tests.
    private static func executable(_ program: String) throws -> URL {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(program)
    }
}
