// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Cycles that are granted at one go at most: a century of months. Later ones are granted by the next write.
private let maximumMissedCycles = 1_200

extension Books {
    func loadTeam(_ row: Int64) throws(JournalError) -> TeamBook {
        let accounts = try connection("SELECT kind, id FROM ledger_account WHERE team = ?1 AND kind <> 'lot'")
        accounts.bind(1, row)
        var kinds: [String: Int64] = [:]
        try accounts.forEach { (account) throws(JournalError) in kinds[account.text(0)] = account.int64(1) }
        guard let issue = kinds["issue"], let earned = kinds["earned"], let expired = kinds["expired"] else {
            throw .damaged("a team lacks a ledger account")
        }
        let sequence = try connection("SELECT COALESCE(MAX(seq), 0) + 1 FROM transfer WHERE team = ?1")
        sequence.bind(1, row)
        let next = try sequence.first { (row) throws(JournalError) in row.int64(0) } ?? 1
        let facts = try connection("SELECT COUNT(*), MAX(period_ends_at) FROM lot WHERE team = ?1")
        facts.bind(1, row)
        let (count, periodEndsAt) =
            try facts.first { (row) throws(JournalError) in
                (row.int64(0), row.optionalTimestamp(1))
            } ?? (0, nil)
        return TeamBook(
            row: row, issue: issue, earned: earned, expired: expired, nextSequence: next,
            lots: try loadLots(of: row), hasLots: count > 0, periodEndsAt: periodEndsAt)
    }

    private func loadLots(of team: Int64) throws(JournalError) -> [Lot] {
        let select = try connection(
            """
            SELECT account, effective_at, expires_at, granted, captured, held, expired, is_closed
            FROM lot WHERE team = ?1 AND (is_closed = 0 OR held > 0)
            """)
        select.bind(1, team)
        let lots = try select.all { (row) throws(JournalError) in
            Lot(
                account: row.int64(0), effectiveAt: row.timestamp(1), expiresAt: row.optionalTimestamp(2),
                granted: row.int64(3), captured: row.int64(4), held: row.int64(5), expired: row.int64(6),
                isClosed: row.bool(7))
        }
        return lots.sorted(by: Lot.isSpentBefore)
    }

    /// Writes the lots that have changed, and drops those that are done with. The table refuses one below zero.
    func writeLots(of team: TeamBook) throws(JournalError) {
        for index in team.lots.indices where team.lots[index].hasChanged {
            let lot = team.lots[index]
            let update = try connection(
                "UPDATE lot SET captured = ?2, held = ?3, expired = ?4, is_closed = ?5 WHERE account = ?1")
            update.bind(1, lot.account)
            update.bind(2, lot.captured)
            update.bind(3, lot.held)
            update.bind(4, lot.expired)
            update.bind(5, lot.isClosed)
            try update.run()
            team.lots[index].hasChanged = false
        }
        team.lots.removeAll { $0.isClosed && $0.held == 0 }
    }

    /// Posts what time has made due: the ends of lots, and a plan's grant once for every cycle that has begun.
    func advance(_ team: TeamBook, plan: CreditPlan?, to moment: Timestamp) throws(JournalError) {
        if let plan {
            for _ in 0..<maximumMissedCycles {
                guard let period = nextPeriod(of: plan, for: team, at: moment) else { break }
                try closeLots(of: team, until: period.start)
                try grantPeriod(of: plan, to: team, from: period.start, until: period.end)
            }
        }
        try closeLots(of: team, until: moment)
    }

    /// The period that is due to be granted; the first one is the cycle that the moment falls into.
    private func nextPeriod(
        of plan: CreditPlan, for team: TeamBook, at moment: Timestamp
    ) -> (start: Timestamp, end: Timestamp)? {
        guard let last = team.periodEndsAt else {
            let cycle = BillingCycle(containing: moment, of: plan)
            return (cycle.startsAt, cycle.endsAt)
        }
        // A changed plan applies from the end of the cycle that was granted.
        return last <= moment ? (last, BillingCycle(containing: last, of: plan).endsAt) : nil
    }

    private func grantPeriod(
        of plan: CreditPlan, to team: TeamBook, from start: Timestamp, until end: Timestamp
    ) throws(JournalError) {
        let account = try addLot(
            to: team, uid: nil, source: "plan", user: nil, note: nil, effectiveAt: start,
            expiresAt: plan.rollover ? nil : end, periodEndsAt: end, granted: plan.grant.millis)
        if plan.grant.millis > 0 {
            _ = try post(
                Transfer(
                    kind: "grant", debit: team.issue, credit: account, amount: plan.grant.millis, at: start),
                for: team)
        }
        team.periodEndsAt = end
    }

    /// Makes a lot with its account. The caller posts the grant.
    func addLot(
        to team: TeamBook, uid: Identifier<CreditGrant>?, source: String, user: String?, note: String?,
        effectiveAt: Timestamp, expiresAt: Timestamp?, periodEndsAt: Timestamp?, granted: Int64
    ) throws(JournalError) -> Int64 {
        let account = try connection("INSERT INTO ledger_account(team, kind) VALUES (?1, 'lot')")
        account.bind(1, team.row)
        try account.run()
        let row = connection.lastInsertedRow
        let insert = try connection(
            """
            INSERT INTO lot(account, uid, team, source, user, note, effective_at, expires_at, period_ends_at, granted)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """)
        insert.bind(1, row)
        if let uid { insert.bind(2, uid) } else { insert.bindNull(2) }
        insert.bind(3, team.row)
        insert.bind(4, source)
        insert.bind(5, user)
        insert.bind(6, note)
        insert.bind(7, effectiveAt)
        insert.bind(8, expiresAt)
        insert.bind(9, periodEndsAt)
        insert.bind(10, granted)
        try insert.run()
        team.lots.append(Lot(account: row, effectiveAt: effectiveAt, expiresAt: expiresAt, granted: granted))
        team.lots.sort(by: Lot.isSpentBefore)
        team.hasLots = true
        return row
    }

    /// Expires what is free on lots that have ended. What is held on them stays held.
    private func closeLots(of team: TeamBook, until moment: Timestamp) throws(JournalError) {
        for index in team.lots.indices {
            guard let end = team.lots[index].expiresAt, end <= moment, !team.lots[index].isClosed else { continue }
            team.lots[index].isClosed = true
            team.lots[index].hasChanged = true
            try expireFree(ofLot: index, of: team, at: end)
        }
    }

    /// Posts the free rest of a lot as expired.
    func expireFree(ofLot index: Int, of team: TeamBook, at moment: Timestamp) throws(JournalError) {
        let free = team.lots[index].free
        guard free > 0 else { return }
        team.lots[index].expired += free
        team.lots[index].hasChanged = true
        _ = try post(
            Transfer(
                kind: "expire_lot", debit: team.lots[index].account, credit: team.expired, amount: free, at: moment),
            for: team)
    }
}
