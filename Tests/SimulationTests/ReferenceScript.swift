// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import WaterfallEngine

/// What the chain comes to for one person: by the engine, or by the script.
struct PersonOutcome: Codable, Equatable, Sendable {
    /// How each turn ended, finders and verifier in the order in which they were asked; who wasn't is at the end.
    var turns: [[String]]
    /// Nil where nobody has one.
    var email: String?
    var status: String
    /// What is billed, by unit.
    var cost: [String: String]

    init(_ result: EnrichmentResult) {
        // Numbers of the company that came along are found again without a call; they aren't compared.
        let asked = result.attempts.filter { $0.capability == .email || $0.capability == .verifyEmail }
        turns = asked.map { attempt in
            [attempt.provider.rawValue, attempt.outcome.word] + (attempt.outcome.reason.map { [$0] } ?? [])
                + (attempt.isCached ? ["cached"] : [])
        }
        email = result.email?.value
        status = result.email?.status.rawValue ?? "unavailable"
        cost = Dictionary(uniqueKeysWithValues: result.cost.map { ($0.unit, $0.decimal) })
    }
}

/// The independent computation, in Python.
enum ReferenceScript {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs the script on what is true of each person; returns what it says of each, in the same order.
    ///
    /// - Parameter chain: who is asked; empty for everybody.
    static func outcomes(of truths: [Truth], chain: [ProviderID] = []) throws -> [PersonOutcome] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, since the world and the answers are larger than a pipe holds.
        let (world, answers) = (folder.appending(path: "world.jsonl"), folder.appending(path: "answers.jsonl"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try Data(truths.map { try encoder.encode($0) }.joined(separator: [UInt8(ascii: "\n")])).write(to: world)
        try Data().write(to: answers)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["python3", Bundle.module.bundlePath + "/Reference/waterfall.py"] + chain.map(\.rawValue)
        process.standardInput = try FileHandle(forReadingFrom: world)
        process.standardOutput = try FileHandle(forWritingTo: answers)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "waterfall.py ended with status \(process.terminationStatus)")
        }
        let decoder = JSONDecoder()
        return try Data(contentsOf: answers).split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(PersonOutcome.self, from: $0)
        }
    }
}
