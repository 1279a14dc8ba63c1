// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import Testing
import WaterfallEngine

/// Billing cycles beside Python's `dateutil`, which is another program by other people.
@Suite struct CycleReferenceTests {
    /// A plan's cycle, a moment, and a number of cycles.
    private struct Case {
        var plan: CreditPlan
        var moment: Timestamp
        var count: Int

        init(using random: inout some RandomNumberGenerator) {
            let cycle = CreditPlan.Cycle.allCases.randomElement(using: &random) ?? .monthly
            // Days that only some months have are worth more than one in thirty-one.
            let day =
                Bool.random(using: &random)
                ? Int.random(in: 28...31, using: &random) : Int.random(in: 1...31, using: &random)
            let month = Int.random(in: 1...12, using: &random)
            let isMonthly = cycle == .monthly
            plan = CreditPlan(
                grant: Credits(1), cycle: cycle,
                anchorDay: isMonthly ? day : min(day, Self.days(in: month)), anchorMonth: isMonthly ? 1 : month)
            // 1971 to 2130; half of them at the first or the last moment of a day.
            let days = Int64.random(in: 365...58_500, using: &random)
            let parts: [Int64] = [0, 86_399_999_999, Int64.random(in: 0..<86_400_000_000, using: &random)]
            moment = Timestamp(microseconds: days * 86_400_000_000 + (parts.randomElement(using: &random) ?? 0))
            count = Int.random(in: 0...1_500 / cycle.months, using: &random)
        }

        private static func days(in month: Int) -> Int { month == 2 ? 29 : [4, 6, 9, 11].contains(month) ? 30 : 31 }

        var line: String {
            "\(plan.cycle.months) \(plan.anchorDay) \(plan.anchorMonth) \(moment.microseconds) \(count)\n"
        }

        /// What the script is to say.
        var answer: String {
            let cycle = BillingCycle(containing: moment, of: plan)
            var boundary = BillingCycle(containing: Timestamp(seconds: 0), of: plan)
            for _ in 0..<count { boundary = BillingCycle(containing: boundary.endsAt, of: plan) }
            return [cycle.startsAt, cycle.endsAt, boundary.startsAt].map { "\(CivilDate(containing: $0).dayNumber)" }
                .joined(separator: " ")
        }
    }

    @Test(.enabled(if: Self.hasReference, "python3-dateutil is not installed"))
    func `ten thousand random cycles are those of dateutil`() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var random = SeededGenerator(seed: seed)
        let cases = (0..<10_000).map { _ in Case(using: &random) }
        let answers = try Self.answers(to: cases.map(\.line).joined())
        try #require(answers.count == cases.count, "seed \(seed)")
        let differing = zip(cases, answers).filter { $0.answer != $1 }
        let first = differing.first.map { "\($0.line)is \($0.answer), and by dateutil \($1)" } ?? ""
        #expect(differing.isEmpty, "seed \(seed): \(differing.count) differ, the first: \(first)")
    }

    // MARK: The script

    /// Debian's own Python: the one on the path may be another, without Debian's packages.
    private static let python = URL(filePath: "/usr/bin/python3")

    private static let hasReference = (try? run(["-c", "import dateutil"], input: "")) != nil

    private static func answers(to input: String) throws -> [String] {
        let output = try run([Bundle.module.bundlePath + "/Reference/cycles.py"], input: input)
        return output.split(separator: "\n").map(String.init)
    }

    private struct Failure: Error {}

    private static func run(_ arguments: [String], input: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, since both are larger than a pipe holds.
        let (asked, answered) = (folder.appending(path: "asked"), folder.appending(path: "answered"))
        try Data(input.utf8).write(to: asked)
        try Data().write(to: answered)
        let process = Process()
        process.executableURL = python
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: asked)
        process.standardOutput = try FileHandle(forWritingTo: answered)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        return try String(contentsOf: answered, encoding: .utf8)
    }
}
