// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// What each provider costs, how fast it is, and all of it in one table.
extension ReportPage {
    var providers: SectionBlock? {
        let lines = figures.providers.filter { $0.usage.calls > 0 || $0.answered > 0 }
        guard !lines.isEmpty else { return nil }
        return SectionBlock(
            id: "providers", title: "Providers",
            text: "A hit is a chain that ended by the provider's answer; of a checker, a definite verdict.",
            figures: costs(lines) + [latency(lines)].compactMap(\.self), tables: [table(lines)])
    }

    private func name(_ line: ProviderFigures) -> String {
        let isAlone = figures.providers.count { $0.provider == line.provider && $0.usage.calls > 0 } < 2
        let words = line.isOnRequest ? "on request" : line.capability.words
        return isAlone ? context.name(of: line.provider) : "\(context.name(of: line.provider)), \(words)"
    }

    // MARK: Cost

    /// One chart a currency: amounts of different units are not compared.
    private func costs(_ lines: [ProviderFigures]) -> [FigureBlock] {
        let units = Set(lines.flatMap { $0.usage.bills.map(\.billed.unit) })
        return units.filter { Amount(0, $0).isMoney }.sorted().map { cost(lines, in: $0, others: units.count - 1) }
            + (units.contains { Amount(0, $0).isMoney } || units.isEmpty ? [] : [calls(lines)])
    }

    private func cost(_ lines: [ProviderFigures], in unit: String, others: Int) -> FigureBlock {
        let costs = lines.compactMap { line -> (line: ProviderFigures, total: Amount, perHit: Amount?)? in
            guard let bill = line.usage.bills.first(where: { $0.billed.unit == unit }) else { return nil }
            return (line, bill.sum, bill.per(line.hits))
        }
        let bars = costs.map { cost in
            BarChart.Bar(
                name: name(cost.line), value: Double(cost.perHit?.micros ?? 0),
                text: cost.perHit.map(text) ?? "no hit for \(text(cost.total))",
                ink: cost.line.capability.isVerification ? .first : .found)
        }
        let cheapest = costs.compactMap { cost in cost.perHit.map { (cost.line, $0) } }
        let finders = cheapest.filter { !$0.0.capability.isVerification }
        var sentence = "What one hit cost, misses paid for included."
        if let low = finders.min(by: { $0.1.micros < $1.1.micros }),
            let high = finders.max(by: { $0.1.micros < $1.1.micros }), low.0.provider != high.0.provider
        {
            sentence +=
                " From \(text(low.1)) at \(context.name(of: low.0.provider)) to \(text(high.1)) at "
                + "\(context.name(of: high.0.provider))."
        }
        if others > 0 { sentence += " Vendors that bill in units of their own are in the table below." }
        return FigureBlock(
            id: "cost-\(unit.lowercased())", title: "Cost per hit, \(unit)", sentence: sentence,
            chart: BarChart(bars: bars), key: [(.found, "finds"), (.first, "checks")],
            table: TableBlock(
                caption: "Cost by provider, \(unit)", head: ["Provider", "Hits", "Cost", "Per hit"],
                rows: costs.map { cost in
                    [
                        name(cost.line), NumberText.count(cost.line.hits), text(cost.total),
                        cost.perHit.map(text) ?? "no hit",
                    ]
                }))
    }

    /// Where no vendor's price is known in money, what was asked is all that can be compared.
    private func calls(_ lines: [ProviderFigures]) -> FigureBlock {
        let lines = lines.filter { $0.usage.calls > 0 }
        let rows = lines.map { line in
            let hits = min(line.hits, line.usage.calls)
            return StackedChart.Row(
                name: name(line),
                parts: [
                    .init(value: Double(hits), ink: .found),
                    .init(value: Double(line.usage.calls - hits), ink: .missed),
                ], text: "\(NumberText.count(line.hits)) for \(NumberText.count(line.usage.calls, "call"))")
        }
        return FigureBlock(
            id: "calls", title: "Calls and hits",
            sentence: "The vendors bill in units of their own, so cost can't be compared between them. "
                + "With prices in money in the configuration this chart is the cost per hit.",
            chart: StackedChart(rows: rows), key: [(.found, "hits"), (.missed, "other calls")],
            table: TableBlock(
                caption: "Calls and hits by provider", head: ["Provider", "Calls", "Hits", "Billed", "Per hit"],
                rows: lines.map { line in
                    [name(line), NumberText.count(line.usage.calls), NumberText.count(line.hits)] + money(line)
                }))
    }

    // MARK: Latency

    private static let shares = [0.5, 0.9, 0.99]

    private func latency(_ lines: [ProviderFigures]) -> FigureBlock? {
        let timed = lines.compactMap { line -> (name: String, points: [Duration])? in
            let points = Self.shares.compactMap { line.latency.percentile($0) }
            return points.count == Self.shares.count ? (name(line), points) : nil
        }
        guard let slowest = timed.max(by: { $0.points[1] < $1.points[1] }) else { return nil }
        let rows = timed.map { line in
            RangeChart.Row(
                name: line.name, points: line.points.map { max(1, Double($0.microseconds) / 1_000) },
                text: NumberText.duration(line.points[0]))
        }
        return FigureBlock(
            id: "latency", title: "How long they take",
            sentence: "The median, and what 90 and 99 in 100 calls stay below, on a scale of tenfold steps; the number "
                + "is the median. \(slowest.name) takes longest: one call in ten takes more than "
                + "\(NumberText.duration(slowest.points[1])).",
            chart: RangeChart(rows: rows) { NumberText.duration(.microseconds(Int64($0 * 1_000))) },
            key: [(.found, "median"), (.second, "90%"), (.failed, "99%")],
            table: TableBlock(
                caption: "Latency of calls by provider", head: ["Provider", "Median", "90%", "99%"],
                rows: timed.map { [$0.name] + $0.points.map(NumberText.duration) }))
    }

    // MARK: The table

    private func table(_ lines: [ProviderFigures]) -> TableBlock {
        TableBlock(
            caption: "All of it, by provider and what it was asked for",
            head: [
                "Provider", "For", "Calls", "From memory", "Hits", "Of answers", "Failed", "Billed", "Per hit",
                "Bounced",
            ],
            rows: lines.map { line in
                let bounced =
                    line.capability == .email && line.charged > 0
                    ? "\(NumberText.count(line.bounced)) of \(NumberText.count(line.charged))" : "–"
                return [
                    context.name(of: line.provider), line.isOnRequest ? "check, on request" : line.capability.words,
                    NumberText.count(line.usage.calls), NumberText.count(line.cached), NumberText.count(line.hits),
                    NumberText.share(line.hits, of: line.answered), NumberText.count(line.failed),
                ] + money(line) + [bounced]
            })
    }

    /// What it billed, and by hit.
    private func money(_ line: ProviderFigures) -> [String] {
        let bills = line.usage.bills
        guard !bills.isEmpty else { return ["nothing", "–"] }
        // Its own credits need no name in a line of its own.
        func short(_ amount: Amount) -> String {
            guard amount.unit == "\(line.provider)_credits" else { return text(amount) }
            return "\(NumberText.number(amount.micros, isMoney: false)) credits"
        }
        let perHit = bills.compactMap { $0.per(line.hits) }.map(short)
        return [
            bills.map { short($0.sum) }.joined(separator: " + "),
            perHit.isEmpty ? "–" : perHit.joined(separator: " + "),
        ]
    }
}
