// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// How many were found, by whom, and how far down the chain.
extension ReportPage {
    var coverage: SectionBlock? {
        let chains = [Capability.email, .mobile].compactMap { capability in
            figures.chains[capability].map { (capability, $0) }
        }
        guard !chains.isEmpty else { return nil }
        return SectionBlock(
            id: "coverage", title: "Coverage",
            text: "Each request goes down its chain until a provider has what was asked for. What the first one lacks "
                + "the next may have.",
            figures: chains.flatMap { [waterfall($0, $1), steps($0, $1)] })
    }

    private func waterfall(_ capability: Capability, _ chain: ChainFigures) -> FigureBlock {
        func step(_ name: String, _ count: Int, _ ink: Ink) -> WaterfallChart.Step {
            WaterfallChart.Step(
                name: name, value: Double(count),
                text: "\(NumberText.count(count)) · \(NumberText.share(count, of: chain.asked))", ink: ink)
        }
        let attributed = chain.found.reduce(0) { $0 + $1.count }
        let rest: [(String, Int, Ink)] = [
            ("On record", chain.foundCount - attributed, .found), ("Not found", chain.notFound, .missed),
            ("Stopped before", chain.stopped, .failed),
        ]
        let steps =
            (chain.had > 0 ? [step("Already had", chain.had, .had)] : [])
            + chain.found.map { step(context.name(of: $0.provider), $0.count, .found) }
            + rest.filter { $0.1 > 0 }.map { step($0.0, $0.1, $0.2) }
        var whole = step("Asked for", chain.asked, .sixth)
        whole.text = NumberText.count(chain.asked)
        return FigureBlock(
            id: "waterfall-\(capability.rawValue)", title: "\(capability.plural), from asked for to found",
            sentence: waterfallSentence(capability, chain), chart: WaterfallChart(whole: whole, steps: steps),
            table: TableBlock(
                caption: "\(capability.plural): requests by how they ended", head: ["", "Requests", "Share"],
                rows: ([whole] + steps).map { step in
                    let count = Int(step.value)
                    return [step.name, NumberText.count(count), NumberText.share(count, of: chain.asked)]
                }))
    }

    private func waterfallSentence(_ capability: Capability, _ chain: ChainFigures) -> String {
        let obtained = chain.foundCount + chain.had
        let share = NumberText.share(obtained, of: chain.asked)
        let words = capability == .email ? "a verified email" : "a number"
        var text = "\(NumberText.count(chain.asked, "request")) asked for one; \(share) ended with \(words)."
        if let best = chain.found.max(by: { $0.count < $1.count }) {
            let part = NumberText.share(best.count, of: chain.foundCount)
            text += " \(context.name(of: best.provider)) supplied \(part) of those that were found."
        }
        if chain.stopped > 0 {
            let reasons = chain.ends.filter { ![.verified, .accepted, .exhausted, .had].contains($0.key) }
                .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
                .map { "\($0.key.words) (\(NumberText.count($0.value)))" }
            text += " Stopped before their end: \(Self.list(reasons))."
        }
        return text
    }

    /// How far down requests go, and what comes of it there.
    private func steps(_ capability: Capability, _ chain: ChainFigures) -> FigureBlock {
        let rows = chain.steps.enumerated().map { place, step in
            StackedChart.Row(
                name: Self.ordinal(place + 1),
                parts: [
                    .init(value: Double(step.found), ink: .found), .init(value: Double(step.missed), ink: .missed),
                    .init(value: Double(step.failed), ink: .failed),
                ],
                text: "\(NumberText.share(step.found, of: step.reached)) of \(NumberText.count(step.reached))")
        }
        return FigureBlock(
            id: "steps-\(capability.rawValue)", title: "\(capability.plural), by place in the chain",
            sentence: stepsSentence(chain), chart: StackedChart(rows: rows),
            key: [(.found, "found here"), (.missed, "nothing, went on")]
                + (chain.steps.contains { $0.failed > 0 } ? [(.failed, "failed, went on")] : []),
            table: TableBlock(
                caption: "\(capability.plural): providers asked, by their place",
                head: ["Place", "Reached", "Found", "Nothing", "Failed", "Found of reached"],
                rows: chain.steps.enumerated().map { place, step in
                    [Self.ordinal(place + 1)]
                        + [step.reached, step.found, step.missed, step.failed].map(NumberText.count)
                        + [NumberText.share(step.found, of: step.reached)]
                }))
    }

    private func stepsSentence(_ chain: ChainFigures) -> String {
        guard let first = chain.steps.first else {
            return "No provider was asked: all of it was had, or stopped before."
        }
        let later = chain.steps.dropFirst().reduce(0) { $0 + $1.found }
        let share = NumberText.share(first.found, of: first.reached)
        guard chain.steps.count > 1 else {
            return "The first provider found \(share) of the \(NumberText.count(first.reached)) that it was asked for."
        }
        return "The first provider found \(share). Those after it added \(NumberText.count(later)), which is "
            + "\(NumberText.share(later, of: first.found + later)) of all that were found."
    }

    private static func ordinal(_ number: Int) -> String {
        let names = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"]
        return number <= names.count ? names[number - 1] : "Place \(number)"
    }
}

extension Capability {
    fileprivate var plural: String { self == .email ? "Emails" : "Phones" }
}

extension StopReason {
    /// As it stands in a sentence.
    fileprivate var words: String {
        switch self {
        case .cap: "a cap was reached"
        case .deadline: "out of time"
        case .cancelled: "cancelled"
        case .refused: "refused"
        case .failed: "every provider failed"
        case .suppressed: "on the suppression list"
        case .verified, .accepted, .exhausted, .had: rawValue
        }
    }
}
