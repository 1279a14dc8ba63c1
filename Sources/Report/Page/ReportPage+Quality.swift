// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// What is known of emails and numbers today, and what bounced.
extension ReportPage {
    var quality: SectionBlock? {
        let blocks = [emails, phones, bounces].compactMap(\.self)
        guard !blocks.isEmpty else { return nil }
        return SectionBlock(
            id: "quality", title: "Quality", text: "Contacts as they are on the day of this report, each once.",
            figures: blocks)
    }

    /// From the best to nothing.
    private static let statuses: [EmailStatus] = [
        .verified, .catchAll, .unverified, .guessed, .userManaged, .locked, .bounced, .invalid, .unavailable,
    ]

    private var emails: FigureBlock? {
        let prospects = figures.prospects
        let statuses = Self.statuses.compactMap { status in
            prospects.emails[status].map { (status: status, count: $0) }
        }
        guard !statuses.isEmpty else { return nil }
        let usable = prospects.emails[.verified] ?? 0
        let free = [EmailStatus.catchAll, .unverified, .guessed].reduce(0) { $0 + (prospects.emails[$1] ?? 0) }
        let sentence =
            "\(NumberText.share(usable, of: prospects.askedForEmail)) of the contacts have a verified address."
            + (free == 0
                ? "" : " \(NumberText.count(free)) more have one that nobody could verify; those cost no credits.")
        return figure(
            id: "emails", title: "Emails by status", sentence: sentence, total: prospects.askedForEmail,
            rows: statuses.map { ($0.status.words, $0.count, $0.status.ink) })
    }

    private var phones: FigureBlock? {
        let prospects = figures.prospects
        guard prospects.askedForPhone > 0 else { return nil }
        let count = prospects.numbers.reduce(0) { $0 + $1.count }
        let listed = prospects.numbers.filter { $0.doNotCall == .listed }.reduce(0) { $0 + $1.count }
        let rows = PhoneType.allCases.flatMap { type in
            PhoneStatus.allCases.map { status in
                let count = prospects.numbers.filter { $0.type == type && $0.status == status }
                    .reduce(0) { $0 + $1.count }
                return ("\(type.words), \(status.words)", count, status.ink)
            }
        }.filter { $0.1 > 0 }
        guard !rows.isEmpty else {
            return figure(
                id: "phones", title: "Phone numbers by type", sentence: "No number was found.",
                total: prospects.askedForPhone, rows: [("Contacts without a number", prospects.askedForPhone, .missed)])
        }
        let sentence =
            "\(NumberText.count(count, "number")) of \(NumberText.count(prospects.withPhone, "contact"))."
            + (listed == 0
                ? "" : " \(NumberText.count(listed)) of them \(listed == 1 ? "is" : "are") on a do-not-call list.")
        return figure(
            id: "phones", title: "Phone numbers by type", sentence: sentence, total: count, rows: rows)
    }

    private var bounces: FigureBlock? {
        let bounces = figures.bounces
        guard bounces.charged > 0 else { return nil }
        let refused = bounces.refused.sorted { $0.key < $1.key }.map { reason, count in
            ("Refused: \(reason.replacing("_", with: " "))", count, Ink.missed)
        }
        var sentence =
            bounces.bounced == 0
            ? "None of the \(NumberText.count(bounces.charged, "charged email")) is known to have bounced."
            : "\(NumberText.share(bounces.bounced, of: bounces.charged)) of the "
                + "\(NumberText.count(bounces.charged, "charged email")) bounced, and "
                + "\(NumberText.count(bounces.refunded)) \(bounces.refunded == 1 ? "was" : "were") refunded."
        if bounces.due > .zero {
            let verb = bounces.due == Credits(1) ? "is" : "are"
            sentence += " \(NumberText.phrase(bounces.due)) \(verb) due with the next billing cycle."
        }
        return figure(
            id: "bounces", title: "Bounces and refunds", sentence: sentence, total: bounces.charged,
            rows: [
                ("Charged emails", bounces.charged, .found), ("Bounced", bounces.bounced, .failed),
                ("Refunded", bounces.refunded, .had),
            ] + refused)
    }

    func figure(
        id: String, title: String, sentence: String, total: Int, rows: [(name: String, count: Int, ink: Ink)]
    ) -> FigureBlock {
        FigureBlock(
            id: id, title: title, sentence: sentence,
            chart: BarChart(
                bars: rows.map { row in
                    BarChart.Bar(
                        name: row.name, value: Double(row.count),
                        text: "\(NumberText.count(row.count)) · \(NumberText.share(row.count, of: total))", ink: row.ink
                    )
                }),
            table: TableBlock(
                caption: title, head: ["", "Count", "Share"],
                rows: rows.map { [$0.name, NumberText.count($0.count), NumberText.share($0.count, of: total)] }))
    }
}

extension EmailStatus {
    fileprivate var words: String {
        switch self {
        case .verified: "Verified"
        case .catchAll: "Catch-all domain"
        case .unverified: "Found, unverified"
        case .guessed: "Guessed"
        case .invalid: "Invalid"
        case .unavailable: "None found"
        case .locked: "Locked"
        case .bounced: "Bounced"
        case .userManaged: "The team's own"
        }
    }

    fileprivate var ink: Ink {
        switch self {
        case .verified: .found
        case .userManaged: .had
        case .catchAll, .unverified, .guessed, .locked: .second
        case .unavailable: .missed
        case .invalid, .bounced: .failed
        }
    }
}

extension PhoneType {
    fileprivate var words: String {
        switch self {
        case .mobile: "Mobile"
        case .direct: "Direct line"
        case .office: "Office"
        case .home: "Home"
        case .other: "Other"
        }
    }
}

extension PhoneStatus {
    fileprivate var words: String {
        switch self {
        case .validNumber: "valid"
        case .invalidNumber: "invalid"
        case .noStatus: "unrated"
        }
    }

    fileprivate var ink: Ink {
        switch self {
        case .validNumber: .found
        case .invalidNumber: .failed
        case .noStatus: .second
        }
    }
}
