// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// Requests, credits and cost over time, by the day of the request.
extension ReportPage {
    var time: SectionBlock? {
        let periods = Periods(figures.days)
        guard !periods.periods.isEmpty else { return nil }
        let units = figures.total.bills.map(\.billed.unit).filter { Amount(0, $0).isMoney }
        return SectionBlock(
            id: "time", title: "Over time",
            text: "By the \(periods.length.rawValue) on which a prospect was asked about, UTC.",
            figures: [requests(periods), credits(periods)] + units.map { cost(periods, in: $0) })
    }

    private func requests(_ periods: Periods) -> FigureBlock {
        let counts = periods.periods.map(\.requests)
        return chart(
            periods, id: "requests", title: "Requests by \(periods.length.rawValue)", counts.map { Double($0) },
            sentence: peak(periods, counts.map { Int64($0) }) { "\(NumberText.count(Int($0), "request"))" },
            ink: .first, form: .columns, isWhole: true, tick: { NumberText.count(Int($0)) },
            column: "Requests", cells: counts.map { NumberText.count($0) })
    }

    private func credits(_ periods: Periods) -> FigureBlock {
        let spent = periods.periods.map(\.figures.captured)
        let sentence =
            peak(periods, spent.map(\.millis)) { NumberText.phrase(Credits(millis: $0)) }
            + (figures.total.refunded > .zero
                ? " Of them \(NumberText.phrase(figures.total.refunded)) came back, for emails that bounced." : "")
        return chart(
            periods, id: "credits", title: "Credits by \(periods.length.rawValue)",
            spent.map { Double($0.millis) / 1_000 }, sentence: sentence, ink: .found, form: .columns, isWhole: false,
            tick: { NumberText.number(Int64(($0 * 1_000_000).rounded()), isMoney: false) }, column: "Credits",
            cells: spent.map(NumberText.credits))
    }

    private func cost(_ periods: Periods, in unit: String) -> FigureBlock {
        let spent = periods.periods.map { period in
            period.figures.bills.first { $0.billed.unit == unit }?.sum ?? Amount(0, unit)
        }
        return chart(
            periods, id: "spend-\(unit.lowercased())",
            title: "What vendors bill by \(periods.length.rawValue), \(unit)",
            spent.map { Double($0.micros) / 1_000_000 },
            sentence: peak(periods, spent.map(\.micros)) { text(Amount(micros: $0, unit: unit)) },
            ink: .third, form: periods.periods.count > 1 ? .line : .columns, isWhole: false,
            tick: { NumberText.number(Int64(($0 * 1_000_000).rounded()), isMoney: false) }, column: unit,
            cells: spent.map(text))
    }

    private func chart(
        _ periods: Periods, id: String, title: String, _ values: [Double], sentence: String, ink: Ink,
        form: TimeChart.Form, isWhole: Bool, tick: @escaping @Sendable (Double) -> String, column: String,
        cells: [String]
    ) -> FigureBlock {
        let points = zip(periods.periods, values).map { TimeChart.Point(name: periods.name(of: $0), value: $1) }
        return FigureBlock(
            id: id, title: title, sentence: sentence,
            chart: TimeChart(points: points, form: form, ink: ink, isWhole: isWhole, tickText: tick),
            table: TableBlock(
                caption: title, head: ["From", column],
                rows: zip(periods.periods, cells).map { [DateText.day($0.startsAt), $1] }))
    }

    /// The sum, and when there was most of it.
    private func peak(_ periods: Periods, _ values: [Int64], _ text: (Int64) -> String) -> String {
        let sum = values.reduce(0, +)
        guard let largest = values.indices.max(by: { values[$0] < values[$1] }), sum > 0 else {
            return "None in this time."
        }
        guard values.count > 1 else { return "\(text(sum)) in all." }
        let period = periods.periods[largest]
        let when =
            switch periods.length {
            case .day: "on \(DateText.short(period.startsAt))"
            case .week: "in the week of \(DateText.short(period.startsAt))"
            case .month: "in \(DateText.month(period.startsAt))"
            }
        return "\(text(sum)) in all, most \(when): \(text(values[largest]))."
    }
}
