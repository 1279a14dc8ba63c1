// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore: LedgerReports {
    public func cycles(of team: String) async throws(JournalError) -> [BillingCycleRecord] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let row = try connection.findTeam(team) else { return [] }
            return try connection.cycles(of: row, named: team)
        }
    }

    public func transfers(
        of team: String, since: Timestamp?, until: Timestamp?,
        _ body: @escaping @Sendable (StoredTransfer) throws(JournalError) -> Void
    ) async throws(JournalError) {
        // A failure of who listens is none of the store's.
        let result = try await read(isReport: true) { (connection) -> Result<Void, JournalError> in
            do throws(JournalError) {
                guard let team = try connection.findTeam(team) else { return .success(()) }
                return .success(try connection.transfers(of: team, since: since, until: until, body))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

extension Connection {
    /// A team's billing cycles, oldest first.
    func cycles(of team: Int64, named name: String) throws(JournalError) -> [BillingCycleRecord] {
        let select = try self(
            """
            SELECT n, starts_at, ends_at, is_planned, head_seq, head_hash FROM billing_cycle WHERE team = ?1 ORDER BY n
            """)
        select.bind(1, team)
        return try select.all { (row) throws(JournalError) in
            BillingCycleRecord(
                number: row.int64(0), startsAt: row.timestamp(1), endsAt: row.timestamp(2), isPlanned: row.bool(3),
                head: row.isNull(4)
                    ? nil : LedgerHead(team: name, sequence: row.int64(4), hash: row.bytes(5)))
        }
    }

    fileprivate func transfers(
        of team: Int64, since: Timestamp?, until: Timestamp?,
        _ body: (StoredTransfer) throws(JournalError) -> Void
    ) throws(JournalError) {
        let select = try self(
            """
            SELECT transfer.seq, transfer.kind, transfer.amount, transfer.datum, request.uid, attempt.uid, contact.uid,
                COALESCE(transfer.user, request.user, ''), request.origin, transfer.note, transfer.at,
                debit.kind, credit.kind,
                CASE WHEN debit.kind = 'lot' THEN debit.id WHEN credit.kind = 'lot' THEN credit.id END,
                transfer.pending, transfer.price_version, transfer.cycle, transfer.hash
            FROM transfer
            LEFT JOIN ledger_account AS debit ON debit.id = transfer.debit
            LEFT JOIN ledger_account AS credit ON credit.id = transfer.credit
            LEFT JOIN request ON request.id = transfer.request
            LEFT JOIN attempt ON attempt.id = transfer.attempt
            LEFT JOIN contact ON contact.id = transfer.contact
            WHERE transfer.team = ?1 AND (?2 IS NULL OR transfer.at >= ?2) AND (?3 IS NULL OR transfer.at < ?3)
            ORDER BY transfer.seq
            """)
        select.bind(1, team)
        select.bind(2, since)
        select.bind(3, until)
        try select.forEach { (row) throws(JournalError) in
            try body(
                StoredTransfer(
                    entry: try row.ledgerEntry(), storedKind: row.text(1), debit: row.text(11), credit: row.text(12),
                    lot: row.optionalInt64(13), pending: row.optionalInt64(14), priceVersion: row.optionalInt64(15),
                    cycle: row.int64(16), hash: row.bytes(17)))
        }
    }
}
