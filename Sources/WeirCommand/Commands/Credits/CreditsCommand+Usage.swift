// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine

extension CreditsCommand {
    struct Usage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report credits, and beside them what vendors billed, by whatever is asked for.",
            discussion: "Example: weir credits usage --by provider,kind --since 2026-11-01")

        @Option(help: "day, week, cycle, user, source, kind or provider; several by comma.")
        var by = "day"

        @OptionGroup var period: PeriodOptions

        @Option(help: "What this user did.")
        var user: String?

        @Option(help: "What came from there: cli, csv, api or mcp.", transform: OptionWord.read)
        var source: RequestOrigin?

        @Flag(inversion: .prefixedNo, help: "Show refunds.")
        var refunds = true

        @Flag(help: "Print CSV.")
        var csv = false

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let period = try period.period(at: .current)
            let query = UsageQuery(
                by: try dimensions(), since: period.since, until: period.until, user: user, origin: source)
            guard !(csv && output.json) else { throw CommandFailure(.usage, "give --csv or --json, not both") }
            let session = try Session.load(config, output)
            let report = try await session.withStore { store throws(JournalError) in
                try await store.usage(of: session.team, query)
            }
            let lines = UsageOutput(query: query, report: report, showsRefunds: refunds)
            if output.json { return session.console.write(lines.json.line) }
            for line in csv ? lines.csv : lines.table(on: session.console) { session.console.write(line) }
        }

        private func dimensions() throws -> [UsageDimension] {
            let words = by.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            let dimensions = words.compactMap(UsageDimension.init(rawValue:))
            guard !dimensions.isEmpty, dimensions.count == words.count, Set(dimensions).count == dimensions.count else {
                let names = UsageDimension.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(.usage, "--by takes \(names), each once, by comma")
            }
            return dimensions
        }
    }
}
