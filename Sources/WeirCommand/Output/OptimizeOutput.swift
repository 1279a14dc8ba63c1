// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// What `weir optimize` prints.
struct OptimizeOutput {
    let proposals: [OrderProposal]
    let segment: String?
    let countries: [CountryOnRecord]

    /// Countries that are named where none was asked for.
    private static let shownCountries = 5

    func lines(on console: Console) -> [String] {
        var lines = proposals.flatMap { [""] + Self.lines(of: $0, on: console) }
        if lines.isEmpty { lines = ["", "no chain has two steps or more: there is nothing to order"] }
        let known = countries.filter { !$0.country.isEmpty }
        if segment == nil, known.count > 1 {
            let names = known.prefix(Self.shownCountries).map { "country=\($0.country)" }
            lines += ["", "for some prospects alone: --segment " + names.joined(separator: ", or ")]
        }
        return Array(lines.dropFirst())
    }

    private static func lines(of proposal: OrderProposal, on console: Console) -> [String] {
        let outlook = proposal.outlook
        var lines = [
            console.styled(outlook.capability.rawValue, .bold)
                + "  order: \(outlook.chain.order.rawValue), \(outlook.answers) answers on record"
        ]
        lines += table(of: proposal).lines(on: console, indent: "  ")
        if proposal.verdict != .incomparable {
            var orders = TextTable("", "order", "per 1,000 prospects", "found")
            orders.add(row("today", outlook.written, proposal.today, outlook.unit))
            if proposal.saving != nil {
                orders.add(row(proposal.isAsked ? "asked" : "cheapest", proposal.order, proposal.other, outlook.unit))
            }
            lines += orders.lines(on: console, indent: "  ")
        }
        return lines + sentences(on: proposal).map { "  " + $0 }
    }

    private static func table(of proposal: OrderProposal) -> TextTable {
        let outlook = proposal.outlook
        var table = TextTable("provider", "asked", "found", "hits", "failed", "billed", "a hit costs")
        for provider in outlook.written {
            let total = outlook.history.total(of: provider)
            let step = proposal.other.steps.first { $0.provider == provider }
            table.add(
                .init(provider.rawValue), .init("\(total.asked)", isNumber: true),
                .init("\(total.found)", isNumber: true), .init("\(total.hits)", isNumber: true),
                .init("\(total.failed)", isNumber: true), .init(billed(outlook.history.billed(for: provider))),
                .init(
                    proposal.verdict == .incomparable
                        ? "" : step.map { price($0.index, outlook.unit) } ?? "can't be asked", .dim))
        }
        return table
    }

    private static func row(
        _ name: String, _ order: [ProviderID], _ forecast: OrderForecast, _ unit: String?
    ) -> [TextTable.Cell] {
        [
            .init(name), .init(order.map(\.rawValue).joined(separator: " > ")),
            .init(thousand(forecast.costPerProspect, unit), isNumber: true),
            .init(forecast.hitRate.percent, isNumber: true),
        ]
    }

    private static func sentences(on proposal: OrderProposal) -> [String] {
        let outlook = proposal.outlook
        var lines: [String] = []
        switch proposal.verdict {
        case .incomparable:
            lines.append(
                "costs in \(outlook.incomparable.joined(separator: ", ")) can't be compared: say what a credit costs "
                    + "with `credit_price` under `providers:`")
        case .cheapest: lines.append("today's order is the cheapest by what is on record")
        case .notEnough:
            lines.append(
                "not enough history: \(outlook.answers) answers are on record, and \(ChainOutlook.neededAnswers) are "
                    + "the least that another order is taken for")
        case .clear, .unclear: lines += savings(of: proposal)
        }
        return lines + proposal.gaps
    }

    private static func savings(of proposal: OrderProposal) -> [String] {
        guard let saving = proposal.saving else { return [] }
        let unit = proposal.outlook.unit
        let verb = saving.mean >= 0 ? "saves" : "costs more by"
        var lines = [
            "\(verb) \(thousand(abs(saving.mean), unit)) per 1,000 prospects; credits don't change",
            "9 of 10 draws lie between \(thousand(saving.low, unit)) and \(thousand(saving.high, unit)), and it is "
                + "cheaper in \(saving.confidence.percent) of \(saving.draws) (seed \(saving.seed))",
        ]
        if proposal.verdict == .unclear, saving.mean >= 0 {
            let more = proposal.answersToTell.map { "about \($0) more answers would tell" }
            lines.append("not sure: " + (more ?? "only asking in this order for a while would tell"))
        }
        return lines
    }

    // MARK: Figures

    private static func billed(_ bill: [String: Int64]) -> String {
        bill.filter { $0.value != 0 }.sorted { $0.key < $1.key }
            .map { Amount(micros: $0.value, unit: $0.key).description }.joined(separator: " + ")
    }

    private static func rounded(_ micros: Double, _ unit: String?, to step: Double) -> Amount? {
        guard let unit, micros.isFinite, abs(micros) < 1e17 else { return nil }
        return Amount(micros: Int64((micros / step).rounded() * step), unit: unit)
    }

    /// For a thousand prospects, in hundredths.
    private static func thousand(_ micros: Double, _ unit: String?) -> String {
        rounded(micros * 1_000, unit, to: 10_000)?.description ?? "nothing"
    }

    /// Of one, in ten-thousandths.
    private static func price(_ micros: Double, _ unit: String?) -> String {
        guard micros.isFinite else { return "no hits" }
        return rounded(micros, unit, to: 100).map { $0.micros == 0 ? "nothing" : $0.description } ?? "nothing"
    }
}

extension OptimizeOutput {
    var json: JSONValue {
        .object([
            .init("segment", .text(segment)), .init("chains", .array(proposals.map(Self.json))),
            .init(
                "countries",
                .array(
                    countries.map { country in
                        .object([
                            .init("country", .text(country.country.isEmpty ? nil : country.country)),
                            .init("answers", .integer(Int64(country.answers))),
                        ])
                    })),
        ])
    }

    private static func json(of proposal: OrderProposal) -> JSONValue {
        let outlook = proposal.outlook
        return .object([
            .init("capability", .string(outlook.capability.rawValue)),
            .init("order", .string(outlook.chain.order.rawValue)), .init("answers", .integer(Int64(outlook.answers))),
            .init("unit", .text(outlook.unit)), .init("verdict", .string(proposal.verdict.rawValue)),
            .init("incomparable", .array(outlook.incomparable.map { .string($0) })),
            .init("today", json(outlook.written, proposal.today, proposal)),
            .init("proposed", json(proposal.order, proposal.other, proposal)),
            .init("saving", saving(of: proposal)), .init("answers_to_tell", .count(proposal.answersToTell)),
            .init("notes", .array(proposal.gaps.map { .string($0) })), .init("applied", .bool(proposal.isApplied)),
        ])
    }

    private static func json(
        _ order: [ProviderID], _ forecast: OrderForecast, _ proposal: OrderProposal
    ) -> JSONValue {
        let unit = proposal.outlook.unit
        return .object([
            .init("order", .array(order.map { .string($0.rawValue) })),
            .init("cost_per_1000", amount(forecast.costPerProspect, unit)),
            .init("hit_rate", share(forecast.hitRate)),
            .init(
                "steps",
                .array(
                    forecast.steps.map { step in
                        let total = proposal.outlook.history.total(of: step.provider)
                        return .object([
                            .init("provider", .string(step.provider.rawValue)), .init("reach", share(step.reach)),
                            .init("hit_rate", share(step.hitRate)),
                            .init("cost", .text(rounded(step.cost, unit, to: 1)?.decimal)),
                            .init("cost_per_hit", .text(rounded(step.index, unit, to: 1)?.decimal)),
                            .init("asked", .integer(Int64(total.asked))), .init("found", .integer(Int64(total.found))),
                            .init("hits", .integer(Int64(total.hits))), .init("failed", .integer(Int64(total.failed))),
                            .init("asked_here", .integer(Int64(step.askedHere))),
                        ])
                    })),
        ])
    }

    private static func saving(of proposal: OrderProposal) -> JSONValue {
        guard let saving = proposal.saving, proposal.verdict != .incomparable else { return .null }
        let unit = proposal.outlook.unit
        return .object([
            .init("per_1000", amount(saving.mean, unit)), .init("low", amount(saving.low, unit)),
            .init("high", amount(saving.high, unit)), .init("confidence", share(saving.confidence)),
            .init("draws", .integer(Int64(saving.draws))), .init("seed", .integer(Int64(saving.seed))),
        ])
    }

    /// For a thousand prospects.
    private static func amount(_ micros: Double, _ unit: String?) -> JSONValue {
        let text: String? = rounded(micros * 1_000, unit, to: 1)?.decimal
        return .text(text)
    }

    /// A share, to four places.
    private static func share(_ share: Double) -> JSONValue {
        .number((share * 10_000).rounded() / 10_000)
    }
}

extension JSONValue {
    fileprivate static func count(_ count: Int?) -> JSONValue { count.map { .integer(Int64($0)) } ?? .null }
}
