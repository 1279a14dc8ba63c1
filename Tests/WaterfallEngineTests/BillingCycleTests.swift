// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

@Suite struct BillingCycleTests {
    typealias Date = (year: Int, month: Int, day: Int)

    private func cycle(
        _ kind: CreditPlan.Cycle, day: Int, month: Int = 1, at moment: Timestamp
    ) -> BillingCycle {
        BillingCycle(
            containing: moment,
            of: CreditPlan(grant: Credits(1), cycle: kind, anchorDay: day, anchorMonth: month))
    }

    private func start(_ date: Date) -> Timestamp {
        CivilDate(year: date.year, month: date.month, day: date.day).startsAt
    }

    @Test(
        arguments: [
            (31, (2026, 2, 10), (2026, 1, 31), (2026, 2, 28)),
            (31, (2026, 2, 28), (2026, 2, 28), (2026, 3, 31)),
            (31, (2026, 3, 30), (2026, 2, 28), (2026, 3, 31)),
            (31, (2024, 2, 29), (2024, 2, 29), (2024, 3, 31)),
            (30, (2024, 2, 28), (2024, 1, 30), (2024, 2, 29)),
            (29, (2023, 3, 1), (2023, 2, 28), (2023, 3, 29)),
            (1, (2026, 1, 1), (2026, 1, 1), (2026, 2, 1)),
            (15, (2026, 1, 14), (2025, 12, 15), (2026, 1, 15)),
        ] as [(Int, Date, Date, Date)])
    func `a monthly cycle is counted from the anchor`(_ row: (Int, Date, Date, Date)) {
        let cycle = cycle(.monthly, day: row.0, at: start(row.1))
        #expect(cycle.startsAt == start(row.2))
        #expect(cycle.endsAt == start(row.3))
        #expect(cycle.contains(start(row.1)))
    }

    @Test(
        arguments: [
            (CreditPlan.Cycle.quarterly, 2, 30, (2026, 2, 27), (2025, 11, 30), (2026, 2, 28)),
            (.quarterly, 2, 30, (2026, 2, 28), (2026, 2, 28), (2026, 5, 30)),
            (.quarterly, 12, 1, (2026, 1, 1), (2025, 12, 1), (2026, 3, 1)),
            (.yearly, 2, 29, (2025, 6, 1), (2025, 2, 28), (2026, 2, 28)),
            (.yearly, 2, 29, (2024, 2, 28), (2023, 2, 28), (2024, 2, 29)),
            (.yearly, 7, 1, (2026, 6, 30), (2025, 7, 1), (2026, 7, 1)),
        ] as [(CreditPlan.Cycle, Int, Int, Date, Date, Date)])
    func `a longer cycle starts in the anchor's month`(_ row: (CreditPlan.Cycle, Int, Int, Date, Date, Date)) {
        let cycle = cycle(row.0, day: row.2, month: row.1, at: start(row.3))
        #expect(cycle.startsAt == start(row.4))
        #expect(cycle.endsAt == start(row.5))
    }

    @Test(arguments: CreditPlan.Cycle.allCases) func `cycles follow each other without a gap`(_ kind: CreditPlan.Cycle)
    {
        for day in [1, 28, 29, 30, 31] {
            var next = cycle(kind, day: day, month: 2, at: start((1999, 12, 31)))
            for _ in 0..<200 {
                let before = next
                next = cycle(kind, day: day, month: 2, at: before.endsAt)
                #expect(next.startsAt == before.endsAt)
                let last = Timestamp(microseconds: before.endsAt.microseconds - 1)
                #expect(cycle(kind, day: day, month: 2, at: last) == before)
            }
        }
    }

    @Test func `a day is found again from its number`() {
        for number in stride(from: -800_000, through: 800_000, by: 37) {
            let moment = Timestamp(seconds: Int64(number) * 86_400 + 86_399)
            let date = CivilDate(containing: moment)
            #expect(date.dayNumber == number)
            #expect((1...12).contains(date.month) && (1...31).contains(date.day))
        }
        #expect(CivilDate(containing: Timestamp(seconds: 951_782_400)) == CivilDate(year: 2000, month: 2, day: 29))
    }

    @Test func `a week starts on Monday and a day at midnight, before 1970 too`() {
        let sunday = CivilDate(year: 2026, month: 11, day: 22)
        #expect(CivilDate.startOfWeek(sunday.startsAt) == CivilDate(year: 2026, month: 11, day: 16).startsAt)
        let monday = CivilDate(year: 2026, month: 11, day: 23).startsAt
        #expect(CivilDate.startOfWeek(monday) == monday)
        let before = Timestamp(microseconds: -1)
        #expect(CivilDate.startOfDay(before) == CivilDate(year: 1969, month: 12, day: 31).startsAt)
        #expect(CivilDate.startOfWeek(before) == CivilDate(year: 1969, month: 12, day: 29).startsAt)
    }
}
