// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Runs
internal import WaterfallEngine

/// What a run came to, in words and in JSON.
struct RunReportText {
    let run: FileRun
    let end: RunDriver.End
    let written: WrittenRun
    let suspected: SuspectedSpend

    private var summary: RunSummary { written.summary }

    var lines: [String] {
        var lines = ["\(summary.rows) rows: " + counts.map { "\($0.count) \($0.word)" }.joined(separator: ", ")]
        let emails = summary.emails.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            "\($0.value) \($0.key.rawValue)"
        }
        if !emails.isEmpty { lines.append("emails: " + emails.joined(separator: ", ")) }
        if summary.mobiles > 0 { lines.append("mobiles: \(summary.mobiles)") }
        if !summary.hits.isEmpty {
            lines.append("by provider: " + sorted(summary.hits).map { "\($0.0) \($0.1)" }.joined(separator: ", "))
        }
        lines.append("charged \(summary.credits.phrase); vendors bill \(summary.cost.phrase)" + comparison)
        if !suspected.all.isEmpty {
            lines.append(
                "of calls whose answers were lost vendors may have billed \(suspected.all.phrase)"
                    + (suspected.repeated.isEmpty ? "" : ", \(suspected.repeated.phrase) of it for calls made again"))
        }
        if summary.lost > 0 { lines.append("in \(summary.lost) rows an answer was lost for good (answer_lost)") }
        if !summary.errors.isEmpty {
            let errors = summary.errors.sorted { $0.key < $1.key }.map { "\($0.value) x \($0.key)" }
            lines.append("failed: " + errors.joined(separator: ", "))
        }
        if let rejects = written.rejects { lines.append("rows that were set aside are in \(rejects)") }
        if end.leavesRows { lines.append("not done: --resume goes on") }
        return lines
    }

    private var comparison: String {
        guard let forecast = run.forecast else { return "" }
        return " (expected: \(forecast.credits.phrase), \(forecast.cost.phrase))"
    }

    private var counts: [(count: Int64, word: String)] {
        let outcomes = RowOutcome.allCases.compactMap { outcome in
            summary.outcomes[outcome].map { (count: $0, word: outcome.rawValue.replacing("_", with: " ")) }
        }
        let others: [(count: Int64, word: String)] = [
            (summary.duplicates, "named before"), (summary.rejected, "set aside"), (summary.notRun, "not asked"),
        ]
        return outcomes + others.filter { $0.count > 0 }
    }

    private func sorted(_ counts: [ProviderID: Int64]) -> [(ProviderID, Int64)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    var json: JSONValue {
        .object([
            .init("run", .string("\(run.id)")), .init("done", .bool(!end.leavesRows)),
            .init("stopped", .text(stopped)), .init("rows", number(summary.rows)),
            .init("rejected", number(summary.rejected)), .init("duplicates", number(summary.duplicates)),
            .init("not_run", number(summary.notRun)),
            .init(
                "outcomes",
                .object(
                    RowOutcome.allCases.filter { $0 != .notRun && $0 != .rejected }.map {
                        .init($0.rawValue, number(summary.outcomes[$0] ?? 0))
                    })),
            .init(
                "emails",
                .object(
                    summary.emails.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                        .init($0.key.rawValue, number($0.value))
                    })),
            .init("mobiles", number(summary.mobiles)),
            .init("hits", .object(sorted(summary.hits).map { .init($0.0.rawValue, number($0.1)) })),
            .init("errors", .object(summary.errors.sorted { $0.key < $1.key }.map { .init($0.key, number($0.value)) })),
            .init("credits", .string(summary.credits.decimal)), .init("cost", .array(summary.cost.map(\.json))),
            .init("suspected", .array(suspected.all.map(\.json))),
            .init("repeated", .array(suspected.repeated.map(\.json))), .init("answers_lost", number(summary.lost)),
            .init("estimate", run.forecast.map { .object($0.members) } ?? .null),
            .init("output", .text(written.output)),
            .init("rejects", .text(written.rejects)),
        ])
    }

    /// The words of a run that stopped before its end.
    private var stopped: String? {
        switch end.stop {
        case nil: nil
        case .refused(let refusal): refusal.boundName
        case .nobodyAnswers: "providers_failed"
        case .interrupted: "interrupted"
        case .limit: end.leavesRows ? "limit" : nil
        }
    }

    private func number(_ count: Int64) -> JSONValue { .integer(count) }
}
