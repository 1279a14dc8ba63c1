// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

@Suite struct UsageAggregationTests {
    typealias Fact = UsageAggregation.Fact

    private static func day(_ month: Int, _ day: Int) -> Timestamp {
        CivilDate(year: 2026, month: month, day: day).startsAt
    }

    private static let cycles = [
        BillingCycleRecord(number: 1, startsAt: day(1, 31), endsAt: day(2, 28), isPlanned: true),
        BillingCycleRecord(number: 2, startsAt: day(2, 28), endsAt: day(3, 31), isPlanned: true),
    ]

    /// Two users, two origins, two providers, over a cycle's end.
    private static let facts = [
        Fact(
            .captured(Credits(1)), kind: .email, at: day(2, 27), cycle: 1, user: "ann", origin: .cli, provider: "hunter"
        ),
        Fact(.hit(.email), kind: .email, at: day(2, 27), user: "ann", origin: .cli, provider: "hunter"),
        Fact(
            .call(Amount(micros: 34_000, unit: "USD"), isSuspected: false), kind: .email, at: day(2, 27), user: "ann",
            origin: .cli, provider: "hunter"),
        Fact(
            .call(Amount(micros: 10_000, unit: "USD"), isSuspected: true), kind: .email, at: day(2, 27), user: "ann",
            origin: .cli, provider: "hunter"),
        Fact(
            .call(Amount(1, "prospeo_credits"), isSuspected: false), kind: .enrichmentRun, at: day(3, 1), user: "joe",
            origin: .csv, provider: "prospeo"),
        Fact(
            .captured(Credits(8)), kind: .enrichmentRun, at: day(3, 1), cycle: 2, user: "joe", origin: .csv,
            provider: "prospeo"),
        Fact(.hit(.phone), kind: .enrichmentRun, at: day(3, 1), user: "joe", origin: .csv, provider: "prospeo"),
        Fact(
            .refunded(Credits(1)), kind: .email, at: day(3, 2), cycle: 2, user: "ann", origin: .cli, provider: "hunter"),
        Fact(.bounce, kind: .email, at: day(3, 2), user: "ann", origin: .cli, provider: "hunter"),
        // Captured after its cycle's close: it is in the cycle that it was posted in.
        Fact(.captured(Credits(2)), kind: .email, at: day(2, 27), cycle: 2, user: "", origin: nil, provider: nil),
    ]

    private func report(_ query: UsageQuery) -> UsageReport {
        var aggregation = UsageAggregation(query, cycles: Self.cycles)
        for fact in Self.facts { aggregation.add(fact) }
        return aggregation.report
    }

    @Test func `all of it is one line, and what a hit cost is worked out`() {
        let report = report(UsageQuery())
        #expect(report.rows.map(\.keys) == [[]])
        #expect(report.rows.first?.figures == report.total)
        #expect(report.total.captured == Credits(11) && report.total.refunded == Credits(1))
        #expect(report.total.hits == [.email: 1, .phone: 1] && report.total.calls == 3 && report.total.bounces == 1)
        #expect(
            report.total.bills.map(\.billed) == [Amount(micros: 34_000, unit: "USD"), Amount(1, "prospeo_credits")])
        #expect(report.total.bills.map(\.suspected.micros) == [10_000, 0])
        #expect(report.total.bills.map { report.total.costPerHit($0)?.micros } == [22_000, 500_000])
        #expect(report.total.bounceRate == 1)
    }

    @Test(
        arguments: [
            ([UsageDimension.user], [["-"], ["ann"], ["joe"]], [2, 1, 8]),
            ([.provider], [["-"], ["hunter"], ["prospeo"]], [2, 1, 8]),
            ([.source, .kind], [["-", "email"], ["cli", "email"], ["csv", "enrichment_run"]], [2, 1, 8]),
            ([.cycle], [["2026-1-31"], ["2026-2-28"]], [1, 10]),
            ([.day], [["2026-2-27"], ["2026-3-1"], ["2026-3-2"]], [3, 8, 0]),
            ([.week], [["2026-2-23"], ["2026-3-2"]], [11, 0]),
            (
                [.user, .day],
                [["-", "2026-2-27"], ["ann", "2026-2-27"], ["ann", "2026-3-2"], ["joe", "2026-3-1"]], [2, 1, 0, 8]
            ),
        ] as [([UsageDimension], [[String]], [Int64])])
    func `lines are in the order of their keys`(by: [UsageDimension], keys: [[String]], credits: [Int64]) {
        let report = report(UsageQuery(by: by))
        #expect(report.rows.map { $0.keys.map(Self.text) } == keys)
        #expect(report.rows.map(\.figures.captured) == credits.map { Credits($0) })
        #expect(report.total.captured == Credits(11))
    }

    @Test func `a period has its first moment and not its last, and filters leave the rest out`() {
        #expect(report(UsageQuery(since: Self.day(3, 1))).total.captured == Credits(8))
        #expect(report(UsageQuery(until: Self.day(3, 1))).total.captured == Credits(3))
        #expect(report(UsageQuery(user: "joe")).total.captured == Credits(8))
        #expect(report(UsageQuery(origin: .cli)).total.captured == Credits(1))
        #expect(report(UsageQuery(by: [.day], user: "nobody")).rows.isEmpty)
    }

    private static func text(_ key: UsageKey) -> String {
        switch key {
        case .nothing: return "-"
        case .text(let text): return text
        case .day(let moment):
            let date = CivilDate(containing: moment)
            return "\(date.year)-\(date.month)-\(date.day)"
        }
    }
}
