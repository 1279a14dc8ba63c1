// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Cycles that are closed at one go at most: a century of months. Later ones are closed by the next write.
private let maximumMissedCycles = 1_200

/// Billing cycles (`semantics.md`, 6): closed lazily, by the first write after their end, once each and dated at their
/// end. A close is one transaction: what has ended expires, the chain's head is kept, the next cycle opens, the plan
/// grants, and refunds that are due are posted.
extension Books {
    /// Posts what time has made due: the ends of lots, and the close of every cycle that has ended.
    func advance(_ team: TeamBook, plan: CreditPlan?, to moment: Timestamp) throws(JournalError) {
        if var cycle = team.cycle {
            if let plan, !cycle.isPlanned, cycle.endsAt > moment {
                cycle = try adopt(plan, in: cycle, of: team, moment)
            }
            var missed = 0
            while cycle.endsAt <= moment, missed < maximumMissedCycles {
                try close(cycle, of: team)
                cycle = try open(after: cycle, of: team, plan: plan)
                missed += 1
            }
        } else {
            _ = try openFirstCycle(of: team, plan: plan, at: moment)
        }
        try closeLots(of: team, until: moment)
    }

    /// The cycle that is posted in: the open one, whatever the entry's own moment.
    func openCycle(of team: TeamBook, at moment: Timestamp) throws(JournalError) -> OpenCycle {
        if let cycle = team.cycle { return cycle }
        return try openFirstCycle(of: team, plan: nil, at: moment)
    }

    private func openFirstCycle(
        of team: TeamBook, plan: CreditPlan?, at moment: Timestamp
    ) throws(JournalError) -> OpenCycle {
        let bounds = BillingCycle(containing: moment, of: plan ?? .none)
        let cycle = OpenCycle(number: 1, startsAt: bounds.startsAt, endsAt: bounds.endsAt, isPlanned: plan != nil)
        return try open(cycle, of: team, plan: plan)
    }

    /// A changed plan applies from the end of the cycle that was open.
    private func open(
        after cycle: OpenCycle, of team: TeamBook, plan: CreditPlan?
    ) throws(JournalError) -> OpenCycle {
        let end = BillingCycle(containing: cycle.endsAt, of: plan ?? .none).endsAt
        let next = OpenCycle(
            number: cycle.number + 1, startsAt: cycle.endsAt, endsAt: end, isPlanned: plan != nil)
        return try open(next, of: team, plan: plan)
    }

    private func open(
        _ cycle: OpenCycle, of team: TeamBook, plan: CreditPlan?
    ) throws(JournalError) -> OpenCycle {
        let insert = try connection(
            "INSERT INTO billing_cycle(team, n, starts_at, ends_at, is_planned) VALUES (?1, ?2, ?3, ?4, ?5)")
        insert.bind(1, team.row)
        insert.bind(2, cycle.number)
        insert.bind(3, cycle.startsAt)
        insert.bind(4, cycle.endsAt)
        insert.bind(5, cycle.isPlanned)
        try insert.run()
        team.cycle = cycle
        if let plan { try grant(plan, to: team, from: cycle.startsAt, until: cycle.endsAt) }
        try postRefunds(of: team, in: cycle)
        return cycle
    }

    /// A team that gets its first plan, or one again, in the middle of a calendar month: the plan's cycle begins where
    /// the plan says, and the open cycle ends with it.
    private func adopt(
        _ plan: CreditPlan, in cycle: OpenCycle, of team: TeamBook, _ moment: Timestamp
    ) throws(JournalError) -> OpenCycle {
        let bounds = BillingCycle(containing: moment, of: plan)
        var planned = cycle
        planned.endsAt = bounds.endsAt
        planned.isPlanned = true
        let update = try connection("UPDATE billing_cycle SET ends_at = ?3, is_planned = 1 WHERE team = ?1 AND n = ?2")
        update.bind(1, team.row)
        update.bind(2, cycle.number)
        update.bind(3, planned.endsAt)
        try update.run()
        team.cycle = planned
        try grant(plan, to: team, from: bounds.startsAt, until: bounds.endsAt)
        return planned
    }

    private func close(_ cycle: OpenCycle, of team: TeamBook) throws(JournalError) {
        try closeLots(of: team, until: cycle.endsAt)
        try connection.closeCycle(cycle.number, of: team.row, at: team.nextSequence - 1, head: team.head)
    }

    private func grant(
        _ plan: CreditPlan, to team: TeamBook, from start: Timestamp, until end: Timestamp
    ) throws(JournalError) {
        let lot = NewLot(
            source: "plan", effectiveAt: start, expiresAt: plan.rollover ? nil : end, periodEndsAt: end,
            amount: plan.grant.millis)
        let account = try addLot(lot, to: team)
        guard plan.grant.millis > 0 else { return }
        _ = try post(
            Transfer(kind: "grant", debit: team.issue, credit: account, amount: plan.grant.millis, at: start),
            for: team)
    }
}

extension CreditPlan {
    /// The cycles of a team without a plan: calendar months.
    static let none = CreditPlan(grant: .zero)
}

extension Connection {
    /// The last cycle of a team, which is the open one; nil before its first entry.
    func openCycle(of team: Int64) throws(JournalError) -> OpenCycle? {
        let select = try self(
            "SELECT n, starts_at, ends_at, is_planned FROM billing_cycle WHERE team = ?1 ORDER BY n DESC LIMIT 1")
        select.bind(1, team)
        return try select.first { (row) throws(JournalError) in
            OpenCycle(
                number: row.int64(0), startsAt: row.timestamp(1), endsAt: row.timestamp(2), isPlanned: row.bool(3))
        }
    }

    /// Closes a cycle: from now on it is never changed.
    func closeCycle(_ number: Int64, of team: Int64, at sequence: Int64, head: [UInt8]) throws(JournalError) {
        let update = try self("UPDATE billing_cycle SET head_seq = ?3, head_hash = ?4 WHERE team = ?1 AND n = ?2")
        update.bind(1, team)
        update.bind(2, number)
        update.bind(3, sequence)
        update.bind(4, head)
        try update.run()
    }
}
