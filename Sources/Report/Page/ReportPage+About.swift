// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// Where the figures are from, and what they mean.
extension ReportPage {
    struct About {
        var rows: [(String, String)]
        var notes: [String]

        var markup: Markup {
            let list = rows.flatMap { [Markup.element("dt", [:], $0.0), Markup.element("dd", [:], $0.1)] }
            return .element(
                "section", ["id": "about", "aria-labelledby": "about-title"],
                [
                    .element("h2", ["id": "about-title"], "About this report"),
                    .element("dl", ["class": "about"], list),
                    notes.isEmpty
                        ? .nothing : .element("ul", ["class": "notes"], notes.map { .element("li", [:], $0) }),
                ])
        }
    }

    var about: About {
        var rows = [("Team", context.team), ("Period", context.period(of: figures.days))]
        rows += context.filters.map { ($0.name.prefix(1).uppercased() + $0.name.dropFirst(), $0.value) }
        rows += [("Made", "\(DateText.moment(context.madeAt)) by \(context.program)"), ("From", context.store)]
        guard !figures.isEmpty else { return About(rows: rows, notes: []) }
        var notes = [
            "The moment of a request decides whether it is in the period: what was charged, billed or refunded for it "
                + "counts, whenever that was.",
            "Credits are the team's own plan. What vendors bill is another book, in their currency or units, and is "
                + "never added to it.",
            "The cost of an email or a phone has its checks in it, and every miss that was paid for; office phones are "
                + "apart.",
            "Latencies are read from a histogram and are exact to 2%.",
        ]
        if figures.openRequests > 0 {
            let verb = figures.openRequests == 1 ? "is" : "are"
            notes.append("\(NumberText.count(figures.openRequests, "request")) \(verb) not settled yet.")
        }
        return About(rows: rows, notes: notes)
    }
}
