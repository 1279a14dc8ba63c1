// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Adds facts up by what is asked for. Its memory grows with the lines of the report, not with the facts.
public struct UsageAggregation: Sendable {
    /// One thing that was used.
    public struct Fact: Sendable {
        /// What it is, and how much.
        public enum Measure: Sendable {
            case captured(Credits)
            case refunded(Credits)
            case hit(Datum)
            case call(Amount, isSuspected: Bool)
            case bounce
        }

        public var measure: Measure
        public var kind: UsageKind
        public var at: Timestamp
        /// The number of the billing cycle; nil to find it by the moment.
        public var cycle: Int64?
        public var user: String
        public var origin: RequestOrigin?
        public var provider: ProviderID?

        public init(
            _ measure: Measure, kind: UsageKind, at: Timestamp, cycle: Int64? = nil, user: String,
            origin: RequestOrigin?, provider: ProviderID?
        ) {
            self.measure = measure
            self.kind = kind
            self.at = at
            self.cycle = cycle
            self.user = user
            self.origin = origin
            self.provider = provider
        }
    }

    private let query: UsageQuery
    private let cycles: [BillingCycleRecord]
    private var figures: [[UsageKey]: UsageFigures] = [:]

    /// - Parameter cycles: the team's, in order.
    public init(_ query: UsageQuery, cycles: [BillingCycleRecord]) {
        self.query = query
        self.cycles = cycles
    }

    /// Counts a fact where the query asks for such.
    public mutating func add(_ fact: Fact) {
        if let since = query.since, fact.at < since { return }
        if let until = query.until, fact.at >= until { return }
        if let user = query.user, fact.user != user { return }
        if let origin = query.origin, fact.origin != origin { return }
        let keys = query.by.map { key($0, of: fact) }
        switch fact.measure {
        case .captured(let credits): figures[keys, default: UsageFigures()].captured += credits
        case .refunded(let credits): figures[keys, default: UsageFigures()].refunded += credits
        case .hit(let datum): figures[keys, default: UsageFigures()].hits[datum, default: 0] += 1
        case .call(let cost, let isSuspected):
            figures[keys, default: UsageFigures()].calls += 1
            figures[keys]?.add(cost, isSuspected: isSuspected)
        case .bounce: figures[keys, default: UsageFigures()].bounces += 1
        }
    }

    /// What it came to.
    public var report: UsageReport {
        var total = UsageFigures()
        for line in figures.values { total.add(line) }
        let rows = figures.map { UsageReport.Row(keys: $0.key, figures: $0.value) }
        return UsageReport(
            rows: rows.sorted { $0.keys.lexicographicallyPrecedes($1.keys) }, total: total)
    }

    private func key(_ dimension: UsageDimension, of fact: Fact) -> UsageKey {
        switch dimension {
        case .day: .day(CivilDate.startOfDay(fact.at))
        case .week: .day(CivilDate.startOfWeek(fact.at))
        case .cycle: cycle(of: fact).map { .day($0.startsAt) } ?? .nothing
        case .user: fact.user.isEmpty ? .nothing : .text(fact.user)
        case .source: fact.origin.map { .text($0.rawValue) } ?? .nothing
        case .kind: .text(fact.kind.rawValue)
        case .provider: fact.provider.map { .text($0.rawValue) } ?? .nothing
        }
    }

    private func cycle(of fact: Fact) -> BillingCycleRecord? {
        if let number = fact.cycle { return cycles.last { $0.number == number } }
        return cycles.last { $0.startsAt <= fact.at && fact.at < $0.endsAt }
    }
}
