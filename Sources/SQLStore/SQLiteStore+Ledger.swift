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

    public func grant(_ grant: CreditGrant, plan: CreditPlan?) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in try books.grant(grant, plan: plan) }
    }

    public func void(_ voiding: GrantVoiding, plan: CreditPlan?) async throws(JournalError) -> Bool {
        try await writer.perform { (books) throws(JournalError) in try books.void(voiding, plan: plan) }
    }

    public func grants(of team: String) async throws(JournalError) -> [StandingGrant] {
        try await read(isReport: true) { (connection) throws(JournalError) in try connection.grants(of: team) }
    }

    public func history(
        of team: String, user: String?, kind: LedgerEntry.Kind?, limit: Int
    ) async throws(JournalError) -> [LedgerEntry] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            try connection.history(of: team, user: user, kind: kind, limit: limit)
        }
    }

    public func verify(anchor: LedgerHead?) async throws(JournalError) -> LedgerReport {
        try await read(isReport: true) { (connection) throws(JournalError) in
            try LedgerCheck.run(on: connection, anchor: anchor)
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
        let cycle = plan == nil ? nil : team.cycle
        let spent = try connection(
            "SELECT COALESCE(SUM(amount), 0) FROM transfer WHERE team = ?1 AND kind = 'capture' AND at >= ?2")
        spent.bind(1, team.row)
        spent.bind(2, cycle?.startsAt.microseconds ?? .min)
        let captured = try spent.first { (row) throws(JournalError) in row.int64(0) } ?? 0
        let isLimited = plan != nil || team.hasLots
        return CreditBalance(
            available: isLimited ? Credits(millis: team.available(at: moment)) : nil,
            held: Credits(millis: try heldWithoutLot(of: team) + team.held), spentThisCycle: Credits(millis: captured),
            refundDue: Credits(millis: try refundsDue(of: team)), cycleStartsAt: cycle?.startsAt,
            cycleEndsAt: cycle?.endsAt)
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

    fileprivate func grant(_ grant: CreditGrant, plan: CreditPlan?) throws(JournalError) {
        let team = try team(grant.team)
        let select = try connection(
            "SELECT team, granted, expires_at, user, note, effective_at, source, priority FROM lot WHERE uid = ?1")
        select.bind(1, grant.id)
        let isSame = try select.first { (row) throws(JournalError) in
            row.int64(0) == team.row && row.int64(1) == grant.credits.millis
                && row.optionalTimestamp(2) == grant.expiresAt && row.text(3) == grant.user
                && row.optionalText(4) == grant.note && row.timestamp(5) == grant.effectiveAt
                && row.text(6) == grant.source.rawValue && row.int64(7) == Int64(grant.priority)
        }
        if let isSame {
            guard isSame else { throw JournalError(.conflict, "grant \(grant.id) came with another body") }
            return
        }
        guard grant.credits > .zero else { throw JournalError(.conflict, "a grant is more than nothing") }
        let lot = NewLot(
            uid: grant.id, source: grant.source.rawValue, priority: Int64(grant.priority), user: grant.user,
            note: grant.note, effectiveAt: grant.effectiveAt, expiresAt: grant.expiresAt,
            amount: grant.credits.millis)
        try advance(team, plan: plan, to: grant.grantedAt)
        let account = try addLot(lot, to: team)
        _ = try post(
            Transfer(
                kind: "grant", debit: team.issue, credit: account, amount: grant.credits.millis, at: grant.grantedAt,
                user: grant.user, note: grant.note),
            for: team)
    }

    /// Takes back what is free on a grant, and what comes free on it later; once.
    fileprivate func void(_ voiding: GrantVoiding, plan: CreditPlan?) throws(JournalError) -> Bool {
        let team = try team(voiding.team)
        try advance(team, plan: plan, to: voiding.at)
        let select = try connection("SELECT account, voided_at FROM lot WHERE uid = ?1 AND team = ?2")
        select.bind(1, voiding.grant)
        select.bind(2, team.row)
        let found = try select.first { (row) throws(JournalError) in (row.int64(0), row.isNull(1)) }
        guard let (account, isStanding) = found else { return false }
        guard isStanding else { return true }
        let update = try connection("UPDATE lot SET voided_at = ?2, is_closed = 1 WHERE account = ?1")
        update.bind(1, account)
        update.bind(2, voiding.at)
        try update.run()
        guard let index = team.index(ofLot: account) else { return true }
        team.lots[index].isVoided = true
        team.lots[index].isClosed = true
        team.lots[index].hasChanged = true
        try takeFree(ofLot: index, of: team, user: voiding.user, note: voiding.note, at: voiding.at)
        return true
    }
}

extension Connection {
    fileprivate func history(
        of team: String, user: String?, kind: LedgerEntry.Kind?, limit: Int
    ) throws(JournalError) -> [LedgerEntry] {
        guard let team = try findTeam(team) else { return [] }
        let select = try self(
            """
            SELECT transfer.seq, transfer.kind, transfer.amount, transfer.datum, request.uid, attempt.uid, contact.uid,
                COALESCE(transfer.user, request.user, ''), request.origin, transfer.note, transfer.at
            FROM transfer
            LEFT JOIN request ON request.id = transfer.request
            LEFT JOIN attempt ON attempt.id = transfer.attempt
            LEFT JOIN contact ON contact.id = transfer.contact
            WHERE transfer.team = ?1 AND (?3 IS NULL OR COALESCE(transfer.user, request.user, '') = ?3)
                AND (?4 IS NULL OR transfer.kind = ?4 OR transfer.kind = ?5)
            ORDER BY transfer.seq DESC LIMIT ?2
            """)
        select.bind(1, team)
        select.bind(2, max(0, limit))
        select.bind(3, user)
        select.bind(4, kind?.stored.first)
        select.bind(5, kind?.stored.last)
        return try select.all { (row) throws(JournalError) in
            try row.ledgerEntry()
        }
    }
}

extension Statement {
    /// Reads an entry: its first eleven columns are number, kind, amount, datum, request, attempt, contact, user,
    /// origin, note and moment.
    func ledgerEntry() throws(JournalError) -> LedgerEntry {
        LedgerEntry(
            sequence: int64(0), kind: try LedgerEntry.Kind(stored: text(1)), credits: Credits(millis: int64(2)),
            datum: isNull(3) ? nil : try word(3), request: isNull(4) ? nil : try identifier(4),
            attempt: isNull(5) ? nil : try identifier(5), contact: isNull(6) ? nil : try identifier(6), user: text(7),
            origin: optionalText(8).flatMap { RequestOrigin(rawValue: $0) }, note: optionalText(9), at: timestamp(10))
    }
}

extension Connection {
    /// A team's lots, newest first.
    fileprivate func grants(of team: String) throws(JournalError) -> [StandingGrant] {
        guard let team = try findTeam(team) else { return [] }
        let select = try self(
            """
            SELECT uid, source, priority, user, note, effective_at, expires_at, granted, captured, held, expired, adjusted,
                voided_at
            FROM lot WHERE team = ?1 ORDER BY account DESC
            """)
        select.bind(1, team)
        return try select.all { (row) throws(JournalError) in
            StandingGrant(
                id: row.isNull(0) ? nil : try row.identifier(0), source: try row.word(1), priority: Int(row.int64(2)),
                user: row.optionalText(3), note: row.optionalText(4), effectiveAt: row.timestamp(5),
                expiresAt: row.optionalTimestamp(6), granted: Credits(millis: row.int64(7)),
                captured: Credits(millis: row.int64(8)), held: Credits(millis: row.int64(9)),
                expired: Credits(millis: row.int64(10)), adjusted: Credits(millis: row.int64(11)),
                voidedAt: row.optionalTimestamp(12))
        }
    }
}

extension LedgerEntry.Kind {
    /// The words that stand for it in the table: one, or two.
    fileprivate var stored: [String] {
        switch self {
        case .release: ["release", "expire_hold"]
        case .expire: ["expire_lot"]
        case .refundDue: ["refund_accrue"]
        case .refund: ["refund_post"]
        case .grant, .hold, .capture, .adjust: [rawValue]
        }
    }

    fileprivate init(stored word: String) throws(JournalError) {
        switch word {
        case "expire_hold": self = .release
        case "expire_lot": self = .expire
        case "refund_accrue": self = .refundDue
        case "refund_post": self = .refund
        default:
            guard let kind = LedgerEntry.Kind(rawValue: word) else {
                throw .damaged("a transfer is of an unknown kind")
            }
            self = kind
        }
    }
}
