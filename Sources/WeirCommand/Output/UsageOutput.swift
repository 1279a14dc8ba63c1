// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// A report of usage as a table, as JSON with stable keys, and as CSV.
struct UsageOutput {
    var query: UsageQuery
    var report: UsageReport
    var showsRefunds: Bool

    // MARK: Table

    func table(on console: Console) -> [String] {
        let figures =
            ["credits"] + (showsRefunds ? ["refunded"] : [])
            + ["emails", "phones", "verdicts", "calls", "vendors bill", "per hit", "bounces"]
        var table = TextTable(query.by.map(\.rawValue) + figures)
        for row in report.rows { table.add(cells(row.keys.map(Self.text), row.figures)) }
        if report.rows.count > 1 {
            table.add(cells(query.by.indices.map { $0 == 0 ? "together" : "" }, report.total, .bold))
        }
        return table.lines(on: console)
    }

    private func cells(
        _ keys: [String], _ figures: UsageFigures, _ style: Console.Style = .plain
    ) -> [TextTable.Cell] {
        func number(_ text: String) -> TextTable.Cell { TextTable.Cell(text, style, isNumber: true) }
        let bills = figures.bills
        let perHit = bills.compactMap { figures.costPerHit($0)?.description }
        let rate = figures.bounceRate.map { figures.bounces == 0 ? "" : " (\(Self.percent($0)))" } ?? ""
        return keys.map { TextTable.Cell($0, style) } + [number(figures.captured.decimal)]
            + (showsRefunds ? [number(figures.refunded.decimal)] : [])
            + [Datum.email, .phone, .verification].map { number("\(figures.hits[$0] ?? 0)") }
            + [
                number("\(figures.calls)"), number(bills.map(Self.text).joined(separator: " + ")),
                number(perHit.joined(separator: " + ")), number("\(figures.bounces)\(rate)"),
            ]
    }

    private static func text(_ bill: UsageFigures.Bill) -> String {
        let suspected = bill.suspected.micros == 0 ? "" : " (+\(bill.suspected.decimal) suspected)"
        return bill.billed.description + suspected
    }

    private static func percent(_ rate: Double) -> String {
        let tenths = Int((rate * 1_000).rounded())
        return "\(tenths / 10).\(tenths % 10)%"
    }

    static func text(_ key: UsageKey) -> String {
        switch key {
        case .nothing: "-"
        case .day(let moment): moment.date
        case .text(let text): text
        }
    }

    // MARK: CSV

    var csv: [String] {
        let head =
            query.by.map(\.rawValue) + ["credits"] + (showsRefunds ? ["refunded"] : [])
            + ["emails", "phones", "verdicts", "calls", "billed", "suspected", "bounces", "bounce_rate"]
        return [CSVLine.text(head)]
            + report.rows.map { row in
                CSVLine.text(row.keys.map { $0 == .nothing ? "" : Self.text($0) } + fields(row.figures))
            }
    }

    private func fields(_ figures: UsageFigures) -> [String] {
        func amounts(_ part: (UsageFigures.Bill) -> Amount) -> String {
            figures.bills.map(part).filter { $0.micros != 0 }.map(\.description).joined(separator: "; ")
        }
        return [figures.captured.decimal] + (showsRefunds ? [figures.refunded.decimal] : [])
            + [Datum.email, .phone, .verification].map { "\(figures.hits[$0] ?? 0)" }
            + [
                "\(figures.calls)", amounts(\.billed), amounts(\.suspected), "\(figures.bounces)",
                figures.bounceRate.map { Self.decimal($0) } ?? "",
            ]
    }

    /// Four decimal places.
    private static func decimal(_ rate: Double) -> String {
        let digits = "\(10_000 + Int((rate * 10_000).rounded()) % 10_000)".dropFirst()
        return "\(Int((rate * 10_000).rounded()) / 10_000).\(digits)"
    }

    // MARK: JSON

    var json: JSONValue {
        .object([
            .init("by", .array(query.by.map { .string($0.rawValue) })),
            .init("since", .text(query.since?.iso8601)), .init("until", .text(query.until?.iso8601)),
            .init("user", .text(query.user)), .init("source", .text(query.origin?.rawValue)),
            .init(
                "rows",
                .array(
                    report.rows.map { row in
                        let keys = zip(query.by, row.keys).map { dimension, key in
                            JSONValue.Member(dimension.rawValue, key == .nothing ? .null : .string(Self.text(key)))
                        }
                        return .object(keys + members(row.figures))
                    })),
            .init("total", .object(members(report.total))),
        ])
    }

    private func members(_ figures: UsageFigures) -> [JSONValue.Member] {
        [
            .init("credits", .string(figures.captured.decimal)),
            .init("refunded", showsRefunds ? .string(figures.refunded.decimal) : .null),
            .init("emails", .integer(Int64(figures.hits[.email] ?? 0))),
            .init("phones", .integer(Int64(figures.hits[.phone] ?? 0))),
            .init("verdicts", .integer(Int64(figures.hits[.verification] ?? 0))),
            .init("calls", .integer(Int64(figures.calls))),
            .init(
                "cost",
                .array(
                    figures.bills.map { bill in
                        .object([
                            .init("unit", .string(bill.billed.unit)), .init("billed", .string(bill.billed.decimal)),
                            .init("suspected", .string(bill.suspected.decimal)),
                            .init("per_hit", .text(figures.costPerHit(bill)?.decimal)),
                        ])
                    })),
            .init("bounces", .integer(Int64(figures.bounces))),
            .init("bounce_rate", .text(figures.bounceRate.map(Self.decimal))),
        ]
    }
}
