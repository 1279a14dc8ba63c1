// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

extension Books {
    func loadTeam(_ row: Int64) throws(JournalError) -> TeamBook {
        let accounts = try connection("SELECT kind, id FROM ledger_account WHERE team = ?1 AND kind <> 'lot'")
        accounts.bind(1, row)
        var kinds: [String: Int64] = [:]
        try accounts.forEach { (account) throws(JournalError) in kinds[account.text(0)] = account.int64(1) }
        guard let issue = kinds["issue"], let earned = kinds["earned"], let expired = kinds["expired"],
            let refundDue = kinds["refund_due"], let adjust = kinds["adjust"]
        else { throw .damaged("a team lacks a ledger account") }
        let last = try connection("SELECT seq, hash FROM transfer WHERE team = ?1 ORDER BY seq DESC LIMIT 1")
        last.bind(1, row)
        let (sequence, head) =
            try last.first { (row) throws(JournalError) in
                (row.int64(0), row.bytes(1))
            } ?? (0, TransferChain.start)
        let any = try connection("SELECT 1 FROM lot WHERE team = ?1 LIMIT 1")
        any.bind(1, row)
        let book = TeamBook(
            row: row,
            accounts: TeamBook.Accounts(
                issue: issue, earned: earned, expired: expired, refundDue: refundDue, adjust: adjust),
            nextSequence: sequence + 1, head: head, lots: try loadLots(of: row), hasLots: try any.exists())
        book.cycle = try connection.openCycle(of: row)
        return book
    }

    private func loadLots(of team: Int64) throws(JournalError) -> [Lot] {
        let select = try connection(
            """
            SELECT account, effective_at, expires_at, granted, captured, held, expired, is_closed, priority, adjusted,
                voided_at IS NOT NULL
            FROM lot WHERE team = ?1 AND (is_closed = 0 OR held > 0)
            """)
        select.bind(1, team)
        let lots = try select.all { (row) throws(JournalError) in
            Lot(
                account: row.int64(0), priority: row.int64(8), effectiveAt: row.timestamp(1),
                expiresAt: row.optionalTimestamp(2), granted: row.int64(3), captured: row.int64(4), held: row.int64(5),
                expired: row.int64(6), adjusted: row.int64(9), isClosed: row.bool(7), isVoided: row.bool(10))
        }
        return lots.sorted(by: Lot.isSpentBefore)
    }

    /// Writes the lots that have changed, and drops those that are done with. The table refuses one below zero.
    func writeLots(of team: TeamBook) throws(JournalError) {
        for index in team.lots.indices where team.lots[index].hasChanged {
            let lot = team.lots[index]
            let update = try connection(
                """
                UPDATE lot SET captured = ?2, held = ?3, expired = ?4, is_closed = ?5, adjusted = ?6 WHERE account = ?1
                """)
            update.bind(1, lot.account)
            update.bind(2, lot.captured)
            update.bind(3, lot.held)
            update.bind(4, lot.expired)
            update.bind(5, lot.isClosed)
            update.bind(6, lot.adjusted)
            try update.run()
            team.lots[index].hasChanged = false
        }
        team.lots.removeAll { $0.isClosed && $0.held == 0 }
    }

    /// Makes a lot with its account. The caller posts the grant.
    func addLot(_ grant: NewLot, to team: TeamBook) throws(JournalError) -> Int64 {
        let account = try connection("INSERT INTO ledger_account(team, kind) VALUES (?1, 'lot')")
        account.bind(1, team.row)
        try account.run()
        let row = connection.lastInsertedRow
        let insert = try connection(
            """
            INSERT INTO lot(
                account, uid, team, source, priority, user, note, effective_at, expires_at, period_ends_at, granted)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """)
        insert.bind(1, row)
        if let uid = grant.uid { insert.bind(2, uid) } else { insert.bindNull(2) }
        insert.bind(3, team.row)
        insert.bind(4, grant.source)
        insert.bind(5, grant.priority)
        insert.bind(6, grant.user)
        insert.bind(7, grant.note)
        insert.bind(8, grant.effectiveAt)
        insert.bind(9, grant.expiresAt)
        insert.bind(10, grant.periodEndsAt)
        insert.bind(11, grant.amount)
        try insert.run()
        team.lots.append(
            Lot(
                account: row, priority: grant.priority, effectiveAt: grant.effectiveAt, expiresAt: grant.expiresAt,
                granted: grant.amount))
        team.lots.sort(by: Lot.isSpentBefore)
        team.hasLots = true
        return row
    }

    /// Expires what is free on lots that have ended. What is held on them stays held.
    func closeLots(of team: TeamBook, until moment: Timestamp) throws(JournalError) {
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

    /// Takes the free rest off a lot that was voided.
    func takeFree(
        ofLot index: Int, of team: TeamBook, user: String? = nil, note: String? = nil, at moment: Timestamp
    ) throws(JournalError) {
        let free = team.lots[index].free
        guard free > 0 else { return }
        team.lots[index].adjusted += free
        team.lots[index].hasChanged = true
        _ = try post(
            Transfer(
                kind: "adjust", debit: team.lots[index].account, credit: team.adjust, amount: free, at: moment,
                user: user, note: note),
            for: team)
    }
}

/// A lot that is to be made.
struct NewLot {
    var uid: Identifier<CreditGrant>?
    /// `plan`, `purchase`, `promo` or `refund`.
    var source: String
    var priority: Int64 = 100
    var user: String?
    var note: String?
    var effectiveAt: Timestamp
    var expiresAt: Timestamp?
    /// Of a plan's: when its cycle ends.
    var periodEndsAt: Timestamp?
    /// In thousandths of a credit.
    var amount: Int64
}
