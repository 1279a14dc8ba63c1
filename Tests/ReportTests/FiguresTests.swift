// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing
import WaterfallEngine

@testable import Report

/// Figures of a few requests, added up by hand.
@Suite struct FiguresTests {
    @Test func `the sums of ten requests and one had`() {
        let figures = ReportTally.ten.report
        #expect(figures.requests == 11 && figures.outcomes == [.found: 8, .notFound: 1, .partial: 2])
        #expect(figures.total.captured == Credits(15) && figures.total.refunded == Credits(1))
        #expect(figures.total.hits == [.email: 7, .phone: 1] && figures.total.calls == 13)
        #expect(
            figures.total.bills.map(\.billed) == [Amount(micros: 220_000, unit: "USD"), Amount(10, "prospeo_credits")])
        #expect(figures.costPerHit(.email) == [Amount(micros: 31_429, unit: "USD")])
        #expect(figures.costPerHit(.phone) == [Amount(10, "prospeo_credits")])
        #expect(figures.days.map(\.requests) == [8, 3])
        #expect(figures.prospects.count == 11 && figures.prospects.askedForEmail == 9)
    }

    @Test func `a chain's ends, finders and places`() {
        let figures = ReportTally.ten.report
        let email = figures.chains[.email]
        #expect(email?.asked == 9 && email?.had == 1 && email?.foundCount == 7 && email?.notFound == 1)
        #expect(email?.found == [.init("hunter", count: 5), .init("prospeo", count: 2)] && email?.stopped == 0)
        #expect(email?.steps == [.init(reached: 8, found: 5, failed: 1), .init(reached: 3, found: 2)])
        #expect(email?.steps.map(\.missed) == [2, 1])
        #expect(figures.chains[.mobile]?.found == [.init("prospeo", count: 1)])
        #expect(
            figures.providers.map(\.provider.rawValue) == ["hunter", "prospeo", "lusha", "prospeo"],
            "in the order in which they were asked")
        let hunter = figures.providers.first
        #expect(hunter?.usage.calls == 8 && hunter?.found == 5 && hunter?.failures == [.timedOut: 1])
        #expect(hunter?.charged == 5 && hunter?.bounced == 1 && hunter?.hits == 5)
        #expect(figures.providers[2].skips == [.missingKey: 1] && figures.providers[2].usage.calls == 0)
    }

    @Test(arguments: UInt64(1)...20) func `percentiles are exact to two in a hundred`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...3_000, using: &random)
        let values = (0..<count).map { _ in
            Int64.random(in: 0...(10 << Int64.random(in: 0...24, using: &random)), using: &random)
        }
        var histogram = LatencyHistogram()
        for value in values { histogram.add(.microseconds(value)) }
        let sorted = values.sorted()
        for share in [0.01, 0.5, 0.9, 0.99, 1] {
            let exact = Double(sorted[min(count, max(1, Int((Double(count) * share).rounded(.up)))) - 1])
            let told = Double(try #require(histogram.percentile(share)).microseconds)
            #expect(abs(told - exact) <= exact * 0.02, "seed \(seed), \(share): \(told), not \(exact)")
        }
        #expect(LatencyHistogram().percentile(0.5) == nil)
    }

    @Test(arguments: [
        (0, 10, "0%"), (1, 10_000, "under 0.1%"), (9_999, 10_000, "99.9%"), (10, 10, "100%"), (64, 100, "64%"),
        (5, 80, "6.3%"), (5, 0, "0%"), (995, 1_000, "99.5%"),
    ]) func `a share is never rounded to nothing or to all`(part: Int, whole: Int, text: String) {
        #expect(NumberText.share(part, of: whole) == text)
    }

    @Test(arguments: [
        (312_400_000, "USD", "312.40 USD"), (34_100, "USD", "0.0341 USD"),
        (1_234_567_890_000, "EUR", "1,234,567.89 EUR"),
        (20_000, "USD", "0.02 USD"), (1_500_000, "hunter_credits", "1.5 Hunter credits"),
        (12_000_000_000, "acme_credits", "12,000 acme credits"), (0, "USD", "0.00 USD"),
        (40, "USD", "under 0.0001 USD"),
        (999_999, "USD", "1.00 USD"),
    ]) func `amounts are rounded to what matters`(micros: Int64, unit: String, text: String) {
        #expect(NumberText.amount(Amount(micros: micros, unit: unit), names: ["hunter": "Hunter"]) == text)
    }

    @Test func `every status has its place in the chart`() {
        for status in EmailStatus.allCases {
            var tally = ReportTally()
            tally.add(.email(.exhausted, []))
            tally.addProspects(7_531, email: status, hasPhone: nil)
            #expect(ReportPage(tally.report, .plain()).html.contains("7,531 · 100%"), "\(status)")
        }
    }

    @Test func `days, weeks and months have no gap`() {
        func days(_ offsets: [Int]) -> Periods {
            Periods(
                offsets.map { offset in
                    ReportFigures.Day(
                        startsAt: CivilDate.startOfDay(noon + .days(offset)), requests: 1, figures: UsageFigures())
                })
        }
        #expect(days([]).periods.isEmpty)
        #expect(days([0]).periods.map(\.requests) == [1])
        #expect(days([0, 2, 4]).periods.map(\.requests) == [1, 0, 1, 0, 1])
        #expect(days([0, 44]).length == .day && days([0, 45]).length == .week && days([0, 400]).length == .month)
        #expect(days([0, 1, 45]).periods.map(\.requests) == [2, 0, 0, 0, 0, 0, 1])
        #expect(days([0, 400]).periods.count == 14)
    }
}
