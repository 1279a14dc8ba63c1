// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

/// Whose figures a page shows, and how they came about.
public struct ReportContext: Sendable {
    public var team: String
    public var query: ReportQuery
    public var madeAt: Timestamp
    /// The program and its version.
    public var program: String
    /// The store's file, without its folder.
    public var store: String
    /// Providers by the vendors' own spelling.
    public var names: [ProviderID: String]

    public init(
        team: String, query: ReportQuery, madeAt: Timestamp, program: String, store: String,
        names: [ProviderID: String] = [:]
    ) {
        self.team = team
        self.query = query
        self.madeAt = madeAt
        self.program = program
        self.store = store
        self.names = names
    }

    func name(of provider: ProviderID) -> String { names[provider] ?? provider.rawValue }

    /// The period in words; from the first to the last request where none was given.
    func period(of days: [ReportFigures.Day]) -> String {
        // The end is the first day that no longer counts, or a moment.
        let last = query.until.map { Timestamp(microseconds: $0.microseconds - 1) }
        switch (query.since ?? days.first?.startsAt, last ?? days.last?.startsAt) {
        case (let since?, let last?):
            let (from, to) = (DateText.day(since), DateText.day(last))
            return from == to ? from : "\(from) to \(to)"
        case (let since?, nil): return "since \(DateText.day(since))"
        case (nil, let last?): return "until \(DateText.day(last))"
        case (nil, nil): return "all time"
        }
    }

    /// What narrows the figures beside the period.
    var filters: [(name: String, value: String)] {
        [
            ("user", query.user), ("source", query.origin?.rawValue), ("run", query.run?.description),
            ("list", query.list),
        ].compactMap { name, value in value.map { (name, $0) } }
    }
}
