// SPDX-License-Identifier: Apache-2.0

import Enrichment
public import WaterfallEngine

extension SQLiteStore: RunStore {
    public func runs(over file: FileDigest, team: String) async throws(JournalError) -> [FileRun] {
        try await runs(of: team, digest: file.bytes, path: nil)
    }

    public func runs(at path: String, team: String) async throws(JournalError) -> [FileRun] {
        try await runs(of: team, digest: nil, path: path)
    }

    /// Newest first: ordinals grow with rows.
    private func runs(of team: String, digest: [UInt8]?, path: String?) async throws(JournalError) -> [FileRun] {
        try await read { (connection) throws(JournalError) in
            let select = try connection(
                """
                SELECT run.uid, team.name, user, digest, ordinal, path, terms, state, row_count, rejected, duplicates,
                    estimate, begun_at, ended_at
                FROM run JOIN team ON team.id = run.team WHERE team.name = ?1 AND (digest = ?2 OR path = ?3)
                ORDER BY run.id DESC
                """)
            select.bind(1, team)
            if let digest { select.bind(2, digest) } else { select.bindNull(2) }
            select.bind(3, path)
            return try select.all(FileRun.read)
        }
    }

    public func begin(_ run: FileRun) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in try books.begin(run) }
    }

    public func takeUp(_ run: RunID) async throws(JournalError) -> Int64 {
        try await writer.perform { (books) throws(JournalError) in try books.takeUp(run) }
    }

    public func update(_ run: FileRun) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in try books.update(run) }
    }

    public func forgetRows(of run: RunID) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in
            let delete = try books.connection(
                "DELETE FROM run_row WHERE run = (SELECT id FROM run WHERE uid = ?1 AND state = 'reading')")
            delete.bind(1, run)
            try delete.run()
        }
    }

    public func note(_ rows: [RunRow], of run: RunID, epoch: Int64) async throws(JournalError) {
        guard !rows.isEmpty else { return }
        try await writer.perform { (books) throws(JournalError) in try books.note(rows, of: run, epoch: epoch) }
    }

    public func rows(of run: RunID, in numbers: ClosedRange<Int64>) async throws(JournalError) -> [RunRow] {
        try await read { (connection) throws(JournalError) in
            let select = try connection(
                """
                SELECT number, run_row.state, tries, text FROM run JOIN run_row ON run_row.run = run.id
                WHERE uid = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number
                """)
            select.bind(1, run)
            select.bind(2, numbers)
            return try select.all { (row) throws(JournalError) in
                guard let state = RunRow.State(rawValue: row.int64(1)) else {
                    throw .damaged("the state of a row is unknown")
                }
                return RunRow(number: row.int64(0), state, tries: row.int64(2), text: row.optionalText(3))
            }
        }
    }

    public func openRequests(of run: RunID) async throws(JournalError) -> [OpenRequest] {
        try await read { (connection) throws(JournalError) in try connection.unsettled(of: run) }
    }

    public func suspectedSpend(of run: RunID) async throws(JournalError) -> SuspectedSpend {
        try await read(isReport: true) { (connection) throws(JournalError) in
            let all = try connection(
                """
                SELECT cost_unit, SUM(cost_micros) FROM attempt JOIN request ON request.id = attempt.id >> 16
                WHERE is_suspected = 1 AND request.run = ?1 GROUP BY cost_unit ORDER BY cost_unit
                """)
            // Of a request that is open the loss itself is not written yet; what was asked after it tells.
            let repeated = try connection(
                """
                SELECT cost_unit, SUM(cost_micros) FROM (
                    SELECT attempt.* FROM attempt JOIN request ON request.id = attempt.id >> 16
                    WHERE is_suspected = 1 AND request.run = ?1
                    UNION ALL
                    SELECT attempt.* FROM request JOIN attempt
                        ON attempt.id BETWEEN request.id << 16 AND (request.id << 16) + 65535
                    WHERE request.outcome IS NULL AND request.run = ?1 AND attempt.outcome IS NULL
                        AND attempt.records IS NULL
                ) AS lost
                WHERE EXISTS (SELECT 1 FROM attempt
                    WHERE attempt.id > lost.id AND attempt.id <= lost.id | 65535 AND attempt.provider = lost.provider
                        AND attempt.capability = lost.capability AND attempt.subject_low IS lost.subject_low)
                GROUP BY cost_unit ORDER BY cost_unit
                """)
            let read = { (select: Statement) throws(JournalError) -> [Amount] in
                select.bind(1, run)
                return try select.all { (row) throws(JournalError) in Amount(micros: row.int64(1), unit: row.text(0)) }
            }
            return SuspectedSpend(all: try read(all), repeated: try read(repeated))
        }
    }
}

extension FileRun {
    fileprivate static func read(_ row: Statement) throws(JournalError) -> FileRun {
        guard let digest = FileDigest(row.bytes(3)) else { throw .damaged("a file's digest is not whole") }
        var run = FileRun(
            id: try row.identifier(0), team: row.text(1), user: row.text(2), file: digest, ordinal: row.int64(4),
            path: row.text(5), terms: TermsText.terms(of: row.text(6)), begunAt: row.timestamp(12))
        run.state = try row.word(7)
        run.rows = row.int64(8)
        run.rejected = row.int64(9)
        run.duplicates = row.int64(10)
        run.estimate = row.optionalText(11)
        run.endedAt = row.optionalTimestamp(13)
        return run
    }
}
