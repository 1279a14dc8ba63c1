// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// One cycle of a plan (`semantics.md`, 6): it starts at 00:00 UTC on the anchor's day, counted from the anchor and not
/// from the cycle before, so that a 31st that became the 30th is the 31st again.
public struct BillingCycle: Sendable, Hashable {
    /// The first moment of the cycle.
    public let startsAt: Timestamp
    /// The first moment of the next cycle.
    public let endsAt: Timestamp

    /// Finds the cycle of a plan that a moment falls into.
    public init(containing moment: Timestamp, of plan: CreditPlan) {
        let date = CivilDate(containing: moment)
        let period = plan.cycle.months
        // Months since year 0, shifted so that cycles begin at multiples of the period.
        let anchor = plan.cycle == .monthly ? 0 : plan.anchorMonth - 1
        let month = date.year * 12 + date.month - 1 - anchor
        var first = month - CivilDate.modulo(month, period) + anchor
        if Self.start(ofMonth: first, day: plan.anchorDay) > moment { first -= period }
        startsAt = Self.start(ofMonth: first, day: plan.anchorDay)
        endsAt = Self.start(ofMonth: first + period, day: plan.anchorDay)
    }

    /// True where the moment is in the cycle.
    public func contains(_ moment: Timestamp) -> Bool { startsAt <= moment && moment < endsAt }

    private static func start(ofMonth index: Int, day: Int) -> Timestamp {
        let month = CivilDate.modulo(index, 12)
        let year = (index - month) / 12
        let last = CivilDate.daysInMonth(year: year, month: month + 1)
        return CivilDate(year: year, month: month + 1, day: min(max(day, 1), last)).startsAt
    }
}
