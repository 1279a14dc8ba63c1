// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
public import WaterfallEngine

/// The report as one HTML page that needs nothing beside it: no script, no face, no picture from elsewhere. It holds
/// sums, and nothing that names a prospect.
public struct ReportPage: Sendable {
    let figures: ReportFigures
    let context: ReportContext

    public init(_ figures: ReportFigures, _ context: ReportContext) {
        self.figures = figures
        self.context = context
    }

    /// The page, whole.
    public var html: String {
        let title = "Enrichment report, \(context.period(of: figures.days))"
        let head = Markup.element(
            "head", [:],
            [
                .own("<meta charset=\"utf-8\">"),
                .own("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"),
                .own("<meta name=\"color-scheme\" content=\"light dark\">"),
                .own("<meta name=\"robots\" content=\"noindex\">"),
                .element("title", [:], title), .style(Stylesheet()),
            ])
        let body = Markup.element("body", [:], [header, .element("main", [:], content), footer])
        return "<!DOCTYPE html>\n" + Markup.element("html", ["lang": "en"], [head, body]).html
    }

    private var content: [Markup] {
        guard !figures.isEmpty else { return [empty, about.markup] }
        let parts = [coverage, providers, time, quality, trouble].compactMap(\.self)
        return [headline] + parts.map(\.markup) + [about.markup]
    }

    private var header: Markup {
        let narrowed = context.filters.map { "\($0.name) \($0.value)" }
        let meta = ([context.team, context.period(of: figures.days)] + narrowed).joined(separator: " · ")
        return .element(
            "header", [:],
            [
                .element("p", ["class": "meta"], meta), .element("h1", [:], "What the waterfall found"),
                figures.isEmpty ? .nothing : .element("p", ["class": "lead"], lead),
            ])
    }

    private var footer: Markup {
        .element("footer", [:], "Made by \(context.program) on \(DateText.moment(context.madeAt)).")
    }

    private var empty: Markup {
        let isNarrowed = !context.filters.isEmpty || context.query.since != nil || context.query.until != nil
        let text =
            isNarrowed
            ? "Nothing was asked in this period, or by this user, source, run or list. A wider one may show more."
            : "Nothing was asked yet. Once prospects were enriched, this page says how many were found, by whom, and "
                + "for how much."
        return .element("p", ["class": "lead"], text)
    }

    // MARK: Headline figures

    /// What a hurried reader takes along.
    private var lead: String {
        let prospects = figures.prospects
        var parts: [String] = []
        for (count, asked, words) in [
            (prospects.emails[.verified] ?? 0, prospects.askedForEmail, "a verified email"),
            (prospects.withPhone, prospects.askedForPhone, "a phone number"),
        ] where asked > 0 {
            let whole = asked < prospects.count ? " of the \(NumberText.count(asked)) asked for one" : ""
            let share = NumberText.share(count, of: asked)
            parts.append("\(NumberText.count(count)) \(count == 1 ? "has" : "have") \(words) (\(share)\(whole))")
        }
        let whom =
            parts.isEmpty
            ? "" : "Of \(NumberText.count(prospects.count, "prospect")), \(parts.joined(separator: " and ")). "
        let verdicts =
            figures.verifications == 0
            ? ""
            : "\(NumberText.count(figures.verifications, "address", "addresses")) "
                + "\(figures.verifications == 1 ? "was" : "were") judged on request. "
        let money = figures.total.bills.filter(\.billed.isMoney).map { text($0.sum) }
        let cost = money.isEmpty ? "" : ", and vendors bill \(Self.list(money))"
        return whom + verdicts + "It took \(NumberText.phrase(figures.total.captured))\(cost)."
    }

    private var headline: Markup {
        let prospects = figures.prospects
        let verified = prospects.emails[.verified] ?? 0
        let refunds = figures.bounces
        var items: [Markup] = [
            item("Prospects", [NumberText.count(prospects.count)], NumberText.count(figures.requests, "request"))
        ]
        if prospects.askedForEmail > 0 {
            items.append(
                item(
                    "Verified emails", [NumberText.count(verified)],
                    "\(NumberText.share(verified, of: prospects.askedForEmail)) of those asked for"))
        }
        if prospects.askedForPhone > 0 {
            items.append(
                item(
                    "With a phone", [NumberText.count(prospects.withPhone)],
                    "\(NumberText.share(prospects.withPhone, of: prospects.askedForPhone)) of those asked for"))
        }
        items.append(item("Credits spent", [NumberText.credits(figures.total.captured)], "of the team's plan"))
        items.append(item("Vendors bill", amounts(figures.total.bills.map(\.sum)), suspected))
        for (datum, name) in [(Datum.email, "email"), (.phone, "phone")] where (figures.total.hits[datum] ?? 0) > 0 {
            let count = NumberText.count(figures.total.hits[datum] ?? 0)
            let note = "over the \(count) that were charged"
            items.append(
                item("Cost of a \(datum == .email ? "verified " : "")\(name)", amounts(figures.costPerHit(datum)), note)
            )
        }
        if refunds.charged > 0 {
            items.append(
                item(
                    "Refunded", [NumberText.credits(figures.total.refunded)],
                    refunds.refunded == 0
                        ? "no claim was accepted"
                        : "credits, for \(NumberText.count(refunds.refunded, "email")) that bounced"))
        }
        return .element("dl", ["class": "headline"], items)
    }

    private var suspected: String {
        let parts = figures.total.bills.filter { $0.suspected.micros != 0 }.map { text($0.suspected) }
        return parts.isEmpty ? "beside the credits" : "of it \(Self.list(parts)) for lost answers, perhaps"
    }

    private func item(_ name: String, _ values: [String], _ note: String) -> Markup {
        let isLong = values.count > 1 || (values.first?.count ?? 0) > 13
        return .element(
            "div", [:],
            [.element("dt", [:], name)]
                + values.map { .element("dd", ["class": isLong ? "big many" : "big"], $0) }
                + [.element("dd", ["class": "note"], note)])
    }

    /// Money first; more than three units are told in the table of providers.
    private func amounts(_ amounts: [Amount]) -> [String] {
        let sorted = amounts.filter(\.isMoney) + amounts.filter { !$0.isMoney }
        guard !sorted.isEmpty else { return ["nothing"] }
        let shown = sorted.count > 3 ? 2 : 3
        let more = sorted.count - shown
        return sorted.prefix(shown).map(text) + (more > 0 ? ["and \(more) more units"] : [])
    }

    // MARK: Words

    func text(_ amount: Amount) -> String { NumberText.amount(amount, names: context.names) }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension UsageFigures.Bill {
    /// With what is suspected.
    var sum: Amount { Amount(micros: billed.micros + suspected.micros, unit: billed.unit) }
}

extension Capability {
    /// As it stands in a sentence.
    var words: String {
        switch self {
        case .email: "email"
        case .mobile: "mobile"
        case .officePhone: "office phone"
        case .verifyEmail: "email check"
        case .verifyPhone: "phone check"
        case .person: "person"
        case .company: "company"
        }
    }
}
