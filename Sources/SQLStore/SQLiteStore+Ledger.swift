// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore: Ledger {
    public func balance(
        of team: String, plan: CreditPlan?, at moment: Timestamp
    ) async throws(JournalError) -> CreditBalance {
        try await writer.perform { (books) throws(JournalError) in
            try books.balance(of: team, plan: plan, at: moment)
        }
    }

    public func grant(_ grant: CreditGrant) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in try books.grant(grant) }
    }

    public func history(of team: String, limit: Int) async throws(JournalError) -> [LedgerEntry] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            try connection.history(of: team, limit: limit)
        }
    }

    public func verify() async throws(JournalError) -> LedgerReport {
        try await read(isReport: true) { (connection) throws(JournalError) in
            try LedgerCheck.run(on: connection)
        }
    }
}

extension Books {
    fileprivate func balance(
        of name: String, plan: CreditPlan?, at moment: Timestamp
    ) throws(JournalError) -> CreditBalance {
        let team = try team(name)
        try advance(team, plan: plan, to: moment)
        try expireHolds(at: moment)
        let cycle = plan.map { BillingCycle(containing: moment, of: $0) }
        let spent = try connection(
            "SELECT COALESCE(SUM(amount), 0) FROM transfer WHERE team = ?1 AND kind = 'capture' AND at >= ?2")
        spent.bind(1, team.row)
        spent.bind(2, cycle?.startsAt.microseconds ?? .min)
        let captured = try spent.first { (row) throws(JournalError) in row.int64(0) } ?? 0
        let isLimited = plan != nil || team.hasLots
        return CreditBalance(
            available: isLimited ? Credits(millis: team.available(at: moment)) : nil,
            held: Credits(millis: try heldWithoutLot(of: team) + team.held), spentThisCycle: Credits(millis: captured),
            cycleStartsAt: cycle?.startsAt, cycleEndsAt: cycle?.endsAt)
    }

    /// What is held where nothing limits: against the issuing account.
    private func heldWithoutLot(of team: TeamBook) throws(JournalError) -> Int64 {
        let select = try connection(
            """
            SELECT COALESCE(SUM(hold.amount), 0) FROM request JOIN transfer AS hold
                ON hold.team = request.team AND hold.seq >= first_hold AND hold.seq < first_hold + holds
            WHERE request.outcome IS NULL AND request.team = ?1 AND hold.debit = ?2
                AND NOT EXISTS (SELECT 1 FROM transfer WHERE team = ?1 AND pending = hold.seq)
            """)
        select.bind(1, team.row)
        select.bind(2, team.issue)
        return try select.first { (row) throws(JournalError) in row.int64(0) } ?? 0
    }

    fileprivate func grant(_ grant: CreditGrant) throws(JournalError) {
        let team = try team(grant.team)
        let select = try connection(
            "SELECT team, granted, expires_at, user, note, effective_at FROM lot WHERE uid = ?1")
        select.bind(1, grant.id)
        let isSame = try select.first { (row) throws(JournalError) in
            row.int64(0) == team.row && row.int64(1) == grant.credits.millis
                && row.optionalTimestamp(2) == grant.expiresAt && row.text(3) == grant.user
                && row.optionalText(4) == grant.note && row.timestamp(5) == grant.grantedAt
        }
        if let isSame {
            guard isSame else { throw JournalError(.conflict, "grant \(grant.id) came with another body") }
            return
        }
        guard grant.credits > .zero else { throw JournalError(.conflict, "a grant is more than nothing") }
        let account = try addLot(
            to: team, uid: grant.id, source: "grant", user: grant.user, note: grant.note, effectiveAt: grant.grantedAt,
            expiresAt: grant.expiresAt, periodEndsAt: nil, granted: grant.credits.millis)
        _ = try post(
            Transfer(
                kind: "grant", debit: team.issue, credit: account, amount: grant.credits.millis, at: grant.grantedAt),
            for: team)
    }
}

extension Connection {
    fileprivate func history(of team: String, limit: Int) throws(JournalError) -> [LedgerEntry] {
        guard let team = try findTeam(team) else { return [] }
        let select = try self(
            """
            SELECT transfer.seq, transfer.kind, transfer.amount, transfer.datum, request.uid, attempt.uid, contact.uid,
                COALESCE(request.user, lot.user, ''), request.origin, lot.note, transfer.at
            FROM transfer
            LEFT JOIN request ON request.id = transfer.request
            LEFT JOIN attempt ON attempt.id = transfer.attempt
            LEFT JOIN contact ON contact.id = transfer.contact
            LEFT JOIN lot ON transfer.kind = 'grant' AND lot.account = transfer.credit
            WHERE transfer.team = ?1 ORDER BY transfer.seq DESC LIMIT ?2
            """)
        select.bind(1, team)
        select.bind(2, max(0, limit))
        return try select.all { (row) throws(JournalError) in
            LedgerEntry(
                sequence: row.int64(0), kind: try LedgerEntry.Kind(stored: row.text(1)),
                credits: Credits(millis: row.int64(2)), datum: row.isNull(3) ? nil : try row.word(3),
                request: row.isNull(4) ? nil : try row.identifier(4),
                attempt: row.isNull(5) ? nil : try row.identifier(5),
                contact: row.isNull(6) ? nil : try row.identifier(6), user: row.text(7),
                origin: row.optionalText(8).flatMap { RequestOrigin(rawValue: $0) }, note: row.optionalText(9),
                at: row.timestamp(10))
        }
    }
}

extension LedgerEntry.Kind {
    fileprivate init(stored word: String) throws(JournalError) {
        switch word {
        case "expire_hold": self = .release
        case "expire_lot": self = .expire
        default:
            guard let kind = LedgerEntry.Kind(rawValue: word) else {
                throw .damaged("a transfer is of an unknown kind")
            }
            self = kind
        }
    }
}
