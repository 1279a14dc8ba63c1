// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A request that is not settled, on the writing thread.
final class OpenRequestBook {
    let row: Int64
    let id: RequestID
    let team: TeamBook
    let user: String
    let run: RunID?
    let createdAt: Timestamp
    let priceVersion: Int64
    /// What is asked about the prospect.
    let question: QueryFingerprint
    var contact: Int64?
    var holds: [Hold] = []
    var settled: Set<Datum> = []
    var captured: Int64 = 0
    var released: Int64 = 0
    var attempts: [AttemptRow] = []
    /// True once it has its outcome.
    var isSettled = false

    init(
        row: Int64, id: RequestID, team: TeamBook, user: String, run: RunID?, createdAt: Timestamp,
        priceVersion: Int64, question: QueryFingerprint
    ) {
        self.row = row
        self.id = id
        self.team = team
        self.user = user
        self.run = run
        self.createdAt = createdAt
        self.priceVersion = priceVersion
        self.question = question
    }

    func index(ofAttempt id: AttemptID) -> Int? { attempts.firstIndex { $0.id == id } }

    func attempt(_ id: AttemptID) -> AttemptRow? { index(ofAttempt: id).map { attempts[$0] } }
}

/// An attempt with an intent on record, as far as settling and caps need it.
struct AttemptRow {
    var row: Int64
    var id: AttemptID
    var capability: Capability
    var provider: ProviderID
    var cost: Amount
    var startedAt: Timestamp
    var outcome: AttemptOutcome?
    /// True once something that came back is on record.
    var hasRecords = false

    /// Attempts of one request: more than any chain makes.
    static let maximumNumber = 1 << numberBits - 1
    /// What of an attempt's row is its number in the request. Statements write it out, as `16` and `65535`.
    static let numberBits: Int64 = 16

    /// The row of a request's attempt, counted from 1 in the order of the intents.
    static func row(number: Int, ofRequest request: Int64) throws(JournalError) -> Int64 {
        guard number <= maximumNumber else { throw JournalError(.conflict, "a request has too many attempts") }
        return request << numberBits | Int64(number)
    }

    /// The rows of all attempts of a request.
    static func rows(ofRequest request: Int64) -> ClosedRange<Int64> {
        request << numberBits...(request << numberBits | Int64(maximumNumber))
    }
}

extension Books {
    /// The open or settled request of an id; nil where there is none.
    func request(_ id: RequestID) throws(JournalError) -> OpenRequestBook? {
        if let known = openRequests[id] { return known }
        let select = try connection(
            """
            SELECT request.id, team.name, user, created_at, price_version, contact, first_hold, holds, settled,
                captured, released, outcome IS NOT NULL, question_high, question_low, run
            FROM request JOIN team ON team.id = request.team WHERE uid = ?1
            """)
        select.bind(1, id)
        typealias Found = (name: String, first: Int64, count: Int64)
        var found: Found?
        var run: RunID?
        var fields: (Int64, String, Timestamp, Int64, Int64?, Set<Datum>, Int64, Int64, Bool, QueryFingerprint)?
        try select.forEach { (row) throws(JournalError) in
            found = (row.text(1), row.int64(6), row.int64(7))
            if !row.isNull(14) { run = try row.identifier(14) }
            fields = (
                row.int64(0), row.text(2), row.timestamp(3), row.int64(4), row.optionalInt64(5),
                Datum.set(of: row.text(8)), row.int64(9), row.int64(10), row.bool(11),
                row.fingerprint(high: 12, low: 13)
            )
        }
        guard let found, let fields else { return nil }
        let book = OpenRequestBook(
            row: fields.0, id: id, team: try team(found.name), user: fields.1, run: run, createdAt: fields.2,
            priceVersion: fields.3, question: fields.9)
        book.contact = fields.4
        book.settled = fields.5
        book.captured = fields.6
        book.released = fields.7
        book.isSettled = fields.8
        book.holds = try openHolds(of: book.team.row, from: found.first, count: found.count)
        book.attempts = try loadAttempts(of: book.row)
        if !book.isSettled { openRequests[id] = book }
        return book
    }

    private func openHolds(of team: Int64, from first: Int64, count: Int64) throws(JournalError) -> [Hold] {
        guard count > 0 else { return [] }
        let select = try connection(
            """
            SELECT seq, datum, amount, debit, at FROM transfer AS hold
            WHERE team = ?1 AND seq >= ?2 AND seq < ?3 AND kind = 'hold'
                AND NOT EXISTS (SELECT 1 FROM transfer WHERE team = ?1 AND pending = hold.seq)
            """)
        select.bind(1, team)
        select.bind(2, first)
        select.bind(3, first + count)
        return try select.all { (row) throws(JournalError) in
            Hold(
                sequence: row.int64(0), datum: try row.word(1), amount: row.int64(2), account: row.int64(3),
                takenAt: row.timestamp(4))
        }
    }

    private func loadAttempts(of request: Int64) throws(JournalError) -> [AttemptRow] {
        let select = try connection(
            """
            SELECT id, uid, capability, provider, cost_micros, cost_unit, started_at, outcome, reason,
                records IS NOT NULL
            FROM attempt WHERE id BETWEEN ?1 AND ?2 ORDER BY id
            """)
        select.bind(1, AttemptRow.rows(ofRequest: request))
        return try select.all { (row) throws(JournalError) in
            AttemptRow(
                row: row.int64(0), id: try row.identifier(1), capability: try row.word(2),
                provider: ProviderID(rawValue: row.text(3)), cost: Amount(micros: row.int64(4), unit: row.text(5)),
                startedAt: row.timestamp(6),
                outcome: row.optionalText(7).flatMap { AttemptOutcome(word: $0, reason: row.optionalText(8)) },
                hasRecords: row.bool(9))
        }
    }
}

extension Datum {
    /// Reads data joined by commas.
    static func set(of text: String) -> Set<Datum> {
        Set(text.split(separator: ",").compactMap { Datum(rawValue: String($0)) })
    }

    /// Joins data by commas.
    static func text(of data: Set<Datum>) -> String {
        data.sorted().map(\.rawValue).joined(separator: ",")
    }
}
