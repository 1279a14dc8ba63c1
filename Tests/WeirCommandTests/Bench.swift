// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Sandbox
import Synchronization
import Testing

@testable import WeirCommand

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The real command over real HTTP: a sandbox on a free port, and a folder with what `weir init` writes.
struct Bench: Sendable {
    let folder: URL
    let port: Int

    var configuration: String { folder.appendingPathComponent("weir.yaml").path }

    /// - Parameters:
    ///   - settings: the sandbox's, such as `hunter.error_rate=1`.
    ///   - edits: what is replaced in the configuration; every text must be found.
    static func run(
        _ settings: [String] = [], edits: [(String, String)] = [],
        _ body: @escaping @Sendable (Bench) async throws -> Void
    ) async throws {
        var sandbox = SandboxSettings()
        for setting in settings { try sandbox.set(setting) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-command-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let replacements = edits
        try await Sandbox(settings: sandbox).withRunning { port in
            let bench = Bench(folder: folder, port: port)
            let made = await bench.weir("init", bench.configuration, "--port", "\(port)")
            try #require(made.code == 0, "\(made.errors)")
            // Jobs are polled at their vendors' pace, which these tests have no time for.
            let written = try String(contentsOfFile: bench.configuration, encoding: .utf8)
            let chain = try #require(written.firstMatch(of: /email: \[[a-z_, ]*\]/)).output
            try bench.edit([(String(chain), Bench.emailChain)] + replacements)
            try await body(bench)
        }
    }

    static let emailChain = "email: [hunter, prospeo, findymail, people_data_labs]"

    func edit(_ edits: [(String, String)]) throws {
        var text = try String(contentsOfFile: configuration, encoding: .utf8)
        for (old, new) in edits {
            try #require(text.contains(old), "the configuration has no \(old)")
            text = text.replacingOccurrences(of: old, with: new)
        }
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    /// Runs `weir` with the bench's configuration.
    func enrich(_ arguments: String...) async -> Answer {
        Answer(await weir(["enrich", "--json", "--config", configuration] + arguments))
    }

    func command(_ arguments: String..., environment: [String: String] = [:]) async -> Run {
        await weir(arguments + ["--config", configuration], environment: environment)
    }

    func weir(_ arguments: String...) async -> Run { await weir(arguments) }

    func weir(_ arguments: [String], environment: [String: String] = [:]) async -> Run {
        let recorder = Console.Recorder()
        let own = ["USER": "tester", "HOME": folder.path].merging(environment) { $1 }
        let code = await Weir.run(arguments, providers: .builtIn, environment: own, recorder: recorder)
        return Run(code: code, output: recorder.output, errors: recorder.errors)
    }

    // MARK: The other side

    /// Requests that the vendors got, by vendor.
    func requests() async -> [String: Int] {
        guard let url = URL(string: "http://127.0.0.1:\(port)/_sandbox/state?charges=0"),
            let (data, _) = try? await URLSession.shared.data(from: url)
        else {
            Issue.record("the sandbox does not say what it was asked")
            return [:]
        }
        let state = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        let vendors = state?["vendors"] as? [[String: Any]] ?? []
        let counts = vendors.compactMap { vendor -> (String, Int)? in
            guard let id = vendor["id"] as? String, let count = vendor["requests"] as? Int else { return nil }
            return (id, count)
        }
        #expect(counts.count == SandboxVendor.all.count)
        return Dictionary(uniqueKeysWithValues: counts)
    }

    func balance() async -> (available: String?, held: String?) {
        let balance = Answer(await command("credits", "balance", "--json"))
        return (balance.text("available"), balance.text("held"))
    }

    /// The books hold, and nothing is held.
    func expectSoundBooks() async {
        let report = Answer(await command("ledger", "verify", "--json"))
        #expect(report.run.code == 0, "\(report.run.output)\(report.run.errors)")
        #expect(report["clean"] as? Bool == true)
        #expect(await balance().held == "0")
    }
}

/// What one run of the command came to.
struct Run: Sendable {
    var code: Int32
    var output: String
    var errors: String
}

/// A run's JSON, by paths such as `attempts.0.outcome`.
struct Answer: Sendable {
    let run: Run

    init(_ run: Run) { self.run = run }

    var code: Int32 { run.code }

    subscript(_ path: String) -> Any? {
        var value: Any? = try? JSONSerialization.jsonObject(with: Data(run.output.utf8))
        for part in path.split(separator: ".") {
            if let index = Int(part) {
                let array = value as? [Any] ?? []
                value = index < array.count ? array[index] : nil
            } else {
                value = (value as? [String: Any])?[String(part)]
            }
        }
        return value is NSNull ? nil : value
    }

    func text(_ path: String) -> String? { self[path] as? String }

    /// `email hunter matched`, `email prospeo failed unavailable`, one a line of the attempts.
    var attempts: [String] {
        (self["attempts"] as? [[String: Any]] ?? []).map { attempt in
            ["capability", "provider", "outcome", "reason"].compactMap { attempt[$0] as? String }.joined(separator: " ")
                + (attempt["cached"] as? Bool == true ? " cached" : "")
        }
    }

    /// The attempts of one capability that were called or skipped, without its name.
    func attempts(for capability: String) -> [String] {
        attempts.filter { $0.hasPrefix(capability + " ") && !$0.hasSuffix(" not_run") }
            .map { String($0.dropFirst(capability.count + 1)) }
    }
}
