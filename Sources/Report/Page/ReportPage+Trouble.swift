// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// What failed, and who was not asked.
extension ReportPage {
    var trouble: SectionBlock? {
        let blocks = [errors, skips, refusals].compactMap(\.self)
        let calls = figures.total.calls
        guard !blocks.isEmpty else {
            guard calls > 0 else { return nil }
            return SectionBlock(
                id: "trouble", title: "What went wrong",
                text: "Nothing: none of \(NumberText.count(calls, "call")) failed, and no provider was passed over.")
        }
        return SectionBlock(
            id: "trouble", title: "What went wrong",
            text: "A failure is not a miss: the vendor did not say that it has nothing.", figures: blocks)
    }

    private var errors: FigureBlock? {
        let lines = Self.byProvider(figures.providers.map { ($0.provider, $0.failures, $0.usage.calls) })
            .filter { !$0.counts.isEmpty }
        guard !lines.isEmpty else { return nil }
        let kinds = ProviderError.Kind.allCases.filter { kind in lines.contains { $0.counts[kind] != nil } }
        let total = lines.reduce(0) { $0 + $1.sum }
        let worst = lines[0]
        let calls = figures.providers.reduce(0) { $0 + $1.usage.calls }
        return FigureBlock(
            id: "errors", title: "Failed calls by provider and kind",
            sentence: "\(NumberText.count(total)) of \(NumberText.count(calls, "call")) failed "
                + "(\(NumberText.share(total, of: calls))), most of them at \(context.name(of: worst.provider)).",
            chart: StackedChart(
                rows: lines.map { line in
                    StackedChart.Row(
                        name: context.name(of: line.provider),
                        parts: kinds.map { .init(value: Double(line.counts[$0] ?? 0), ink: $0.ink) },
                        text: "\(NumberText.count(line.sum)) · \(NumberText.share(line.sum, of: line.calls))")
                }),
            key: kinds.map { ($0.ink, $0.words) },
            table: TableBlock(
                caption: "Failed calls", head: ["Provider", "Calls"] + kinds.map(\.words),
                rows: lines.map { line in
                    [context.name(of: line.provider), NumberText.count(line.calls)]
                        + kinds.map { NumberText.count(line.counts[$0] ?? 0) }
                }))
    }

    private var skips: FigureBlock? {
        let lines = Self.byProvider(figures.providers.map { ($0.provider, $0.skips, $0.usage.calls) })
            .filter { !$0.counts.isEmpty }
        guard !lines.isEmpty else { return nil }
        let reasons = SkipReason.allCases.filter { reason in lines.contains { $0.counts[reason] != nil } }
        let sums = reasons.map { reason in (reason, lines.reduce(0) { $0 + ($1.counts[reason] ?? 0) }) }
        let most = sums.max { $0.1 < $1.1 }
        return FigureBlock(
            id: "skips", title: "Providers that were passed over",
            sentence: "\(NumberText.count(lines.reduce(0) { $0 + $1.sum }, "turn")) without a call"
                + (most.map { ", most often since \($0.0.sentence)" } ?? "") + ".",
            chart: StackedChart(
                rows: lines.map { line in
                    StackedChart.Row(
                        name: context.name(of: line.provider),
                        parts: reasons.map { .init(value: Double(line.counts[$0] ?? 0), ink: $0.ink) },
                        text: NumberText.count(line.sum))
                }),
            key: reasons.map { ($0.ink, $0.words) },
            table: TableBlock(
                caption: "Turns without a call", head: ["Provider"] + reasons.map(\.words),
                rows: lines.map { line in
                    [context.name(of: line.provider)] + reasons.map { NumberText.count(line.counts[$0] ?? 0) }
                }))
    }

    private var refusals: FigureBlock? {
        let rows = figures.refusals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { bound, count in
            (name: Self.bound(bound), count: count, ink: Ink.failed)
        }
        let total = rows.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        return figure(
            id: "refusals", title: "Refused before anybody was asked",
            sentence: "\(NumberText.count(total, "request")) did not pass the credit gate. Nothing was sent or billed.",
            total: total, rows: rows)
    }

    private static func bound(_ word: String) -> String {
        switch word {
        case "balance": "Too few credits"
        case "suppression": "Suppression list"
        default: "Cap \(word)"
        }
    }

    /// One line of a provider.
    private struct Line<Word: Hashable & Sendable>: Sendable {
        var provider: ProviderID
        var counts: [Word: Int]
        var calls: Int
        var sum: Int { counts.values.reduce(0, +) }
    }

    /// Of every capability together, those with most first.
    private static func byProvider<Word>(_ lines: [(ProviderID, [Word: Int], Int)]) -> [Line<Word>] {
        var sums: [ProviderID: Line<Word>] = [:]
        for (provider, counts, calls) in lines {
            var line = sums[provider] ?? Line(provider: provider, counts: [:], calls: 0)
            line.counts.merge(counts, uniquingKeysWith: +)
            line.calls += calls
            sums[provider] = line
        }
        return sums.values.sorted { ($1.sum, $0.provider) < ($0.sum, $1.provider) }
    }
}

extension ProviderError.Kind {
    fileprivate var words: String { rawValue.replacing("_", with: " ") }

    fileprivate var ink: Ink {
        switch self {
        case .unauthorized, .cancelled: .sixth
        case .outOfCredits: .third
        case .throttled: .second
        case .unavailable: .failed
        case .timedOut: .first
        case .malformedReply: .fifth
        case .rejectedQuery: .fourth
        case .answerLost: .missed
        }
    }
}

extension SkipReason {
    fileprivate var words: String { rawValue.replacing("_", with: " ") }

    fileprivate var sentence: String {
        switch self {
        case .missingInput: "too little was known to ask"
        case .conditionFalse: "its condition did not hold"
        case .breakerOpen: "it had failed too often"
        case .quota: "its quota was used up"
        case .cap: "a cap would have been passed"
        case .disabled: "it is switched off"
        case .missingKey: "it has no key"
        case .unconfirmed: "its use was not confirmed"
        }
    }

    fileprivate var ink: Ink {
        switch self {
        case .missingInput: .first
        case .conditionFalse: .had
        case .breakerOpen: .failed
        case .quota: .second
        case .cap: .third
        case .disabled: .missed
        case .missingKey: .fifth
        case .unconfirmed: .sixth
        }
    }
}
