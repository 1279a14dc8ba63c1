// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Requests whose holds end in one transaction at most; the rest end with the next.
private let maximumExpiries: Int64 = 256
/// When holds that a pollable job keeps open are looked at again.
private let expiryPause = Duration.seconds(60)

extension Books {
    /// Ends the holds whose time has passed, unless a job of their request can still be polled.
    func expireHolds(at moment: Timestamp) throws(JournalError) {
        if let next = nextHoldExpiry, moment < next { return }
        let select = try connection(
            """
            SELECT uid FROM request WHERE outcome IS NULL AND holds_expire_at <= ?1 ORDER BY holds_expire_at LIMIT ?2
            """)
        select.bind(1, moment)
        select.bind(2, maximumExpiries)
        let due: [RequestID] = try select.all { (row) throws(JournalError) in try row.identifier(0) }
        var areWaiting = false
        for id in due {
            guard let book = try request(id) else { continue }
            if try hasPollableAttempt(book) {
                areWaiting = true
                continue
            }
            try expireHolds(of: book, at: moment)
        }
        if Int64(due.count) == maximumExpiries {
            nextHoldExpiry = areWaiting ? moment + expiryPause : nil
            return
        }
        let next = try connection(
            "SELECT MIN(holds_expire_at) FROM request WHERE outcome IS NULL AND holds_expire_at > ?1")
        next.bind(1, moment)
        let soonest = try next.first { (row) throws(JournalError) in row.optionalTimestamp(0) } ?? nil
        let never = Timestamp(microseconds: .max)
        nextHoldExpiry = areWaiting ? min(moment + expiryPause, soonest ?? never) : soonest ?? never
    }

    private func expireHolds(of book: OpenRequestBook, at moment: Timestamp) throws(JournalError) {
        for hold in book.holds {
            try release(hold, for: book, isExpiry: true, at: moment)
            book.released += hold.amount
        }
        book.holds = []
        let update = try connection("UPDATE request SET holds_expire_at = NULL, released = ?2 WHERE id = ?1")
        update.bind(1, book.row)
        update.bind(2, book.released)
        try update.run()
    }

    private func hasPollableAttempt(_ book: OpenRequestBook) throws(JournalError) -> Bool {
        for attempt in book.attempts where attempt.outcome == nil {
            let select = try connection("SELECT records FROM attempt WHERE id = ?1")
            select.bind(1, attempt.row)
            let bytes = try select.first { (row) throws(JournalError) in row.bytes(0) } ?? []
            for case .ticket in try StoredRecords.decode(bytes) { return true }
        }
        return false
    }
}

extension Connection {
    /// The requests that were opened and not settled, oldest first.
    ///
    /// - Parameter run: of this run over a file alone; nil for all that belong to no unfinished one.
    func unsettled(of run: RunID? = nil) throws(JournalError) -> [OpenRequest] {
        let select = try self(
            """
            SELECT request.id, uid, body, rules, settled, stopped FROM request
            JOIN price_version ON price_version.id = request.price_version
            WHERE outcome IS NULL AND (run = ?1 OR ?1 IS NULL AND NOT EXISTS (
                SELECT 1 FROM run WHERE run.uid = request.run AND (state = 'open' OR state = 'reading')))
            ORDER BY request.id
            """)
        if let run { select.bind(1, run) } else { select.bindNull(1) }
        typealias Row = (
            row: Int64, id: RequestID, body: [UInt8], rules: String, settled: Set<Datum>, stopped: [Datum: StopReason]
        )
        let rows = try select.all { (row) throws(JournalError) -> Row in
            (
                row.int64(0), try row.identifier(1), row.bytes(2), row.text(3), Datum.set(of: row.text(4)),
                try StoredStops.stops(of: row.text(5))
            )
        }
        var requests: [OpenRequest] = []
        for row in rows {
            let (request, fingerprint) = try StoredRequest.decode(row.body, id: row.id)
            requests.append(
                OpenRequest(
                    request: request, gate: try PriceVersion.gate(of: row.rules), fingerprint: fingerprint,
                    settled: row.settled, stopped: row.stopped,
                    attempts: try openAttempts(of: row.row, request, question: fingerprint)))
        }
        return requests
    }

    private func openAttempts(
        of row: Int64, _ request: DataRequest, question: QueryFingerprint
    ) throws(JournalError) -> [OpenRequest.OpenAttempt] {
        let select = try self(
            """
            SELECT uid, capability, provider, subject_high, subject_low, cost_micros, cost_unit, started_at, records,
                outcome, reason
            FROM attempt WHERE id BETWEEN ?1 AND ?2 ORDER BY id
            """)
        select.bind(1, AttemptRow.rows(ofRequest: row))
        return try select.all { (row) throws(JournalError) in
            OpenRequest.OpenAttempt(
                intent: AttemptIntent(
                    id: try row.identifier(0), request: request.id, team: request.team, capability: try row.word(1),
                    provider: ProviderID(rawValue: row.text(2)),
                    fingerprint: row.isNull(4) ? question : row.fingerprint(high: 3, low: 4),
                    largestCost: Amount(micros: row.int64(5), unit: row.text(6)), startedAt: row.timestamp(7)),
                records: try StoredRecords.decode(row.bytes(8)),
                outcome: row.optionalText(9).flatMap { AttemptOutcome(word: $0, reason: row.optionalText(10)) })
        }
    }
}
