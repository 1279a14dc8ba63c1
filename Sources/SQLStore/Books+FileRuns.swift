// SPDX-License-Identifier: Apache-2.0

import WaterfallEngine

extension Books {
    /// Whether a run's rows may still be written by whoever took it up with this epoch; its row where they may.
    ///
    /// - Throws: `fenced` where another process took it up since.
    func row(of run: RunID, epoch: Int64) throws(JournalError) -> Int64 {
        if let known = fileRuns[run], known.epoch == epoch { return known.row }
        let select = try connection("SELECT id, epoch FROM run WHERE uid = ?1")
        select.bind(1, run)
        let found = try select.first { (row) throws(JournalError) in (row: row.int64(0), epoch: row.int64(1)) }
        guard let found else { throw JournalError(.conflict, "run \(run) was not begun") }
        guard found.epoch == epoch else {
            throw JournalError(.fenced, "another process has taken up run \(run)")
        }
        fileRuns[run] = found
        return found.row
    }

    /// Puts rows of a run on record; one that is there is replaced.
    func note(_ rows: [RunRow], of run: RunID, epoch: Int64) throws(JournalError) {
        let run = try row(of: run, epoch: epoch)
        for row in rows {
            let insert = try connection(
                """
                INSERT INTO run_row(run, number, state, tries, text) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (run, number) DO UPDATE SET state = excluded.state, tries = excluded.tries,
                    text = excluded.text
                """)
            insert.bind(1, run)
            insert.bind(2, row.number)
            insert.bind(3, row.state.rawValue)
            insert.bind(4, row.tries)
            insert.bind(5, row.text)
            try insert.run()
        }
    }

    func begin(_ run: FileRun) throws(JournalError) {
        let insert = try connection(
            """
            INSERT INTO run(uid, team, user, digest, ordinal, path, terms, state, begun_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """)
        insert.bind(1, run.id)
        insert.bind(2, try team(run.team).row)
        insert.bind(3, run.user)
        insert.bind(4, run.file.bytes)
        insert.bind(5, run.ordinal)
        insert.bind(6, run.path)
        insert.bind(7, TermsText.text(run.terms))
        insert.bind(8, run.state.rawValue)
        insert.bind(9, run.begunAt)
        try insert.run()
    }

    func takeUp(_ run: RunID) throws(JournalError) -> Int64 {
        let update = try connection("UPDATE run SET epoch = epoch + 1 WHERE uid = ?1")
        update.bind(1, run)
        try update.run()
        fileRuns[run] = nil
        let select = try connection("SELECT epoch FROM run WHERE uid = ?1")
        select.bind(1, run)
        guard let epoch = try select.first({ (row) throws(JournalError) in row.int64(0) }) else {
            throw JournalError(.conflict, "run \(run) was not begun")
        }
        return epoch
    }

    func update(_ run: FileRun) throws(JournalError) {
        let update = try connection(
            """
            UPDATE run SET state = ?2, row_count = ?3, rejected = ?4, duplicates = ?5, estimate = ?6, ended_at = ?7,
                terms = ?8, path = ?9
            WHERE uid = ?1
            """)
        update.bind(1, run.id)
        update.bind(2, run.state.rawValue)
        update.bind(3, run.rows)
        update.bind(4, run.rejected)
        update.bind(5, run.duplicates)
        update.bind(6, run.estimate)
        update.bind(7, run.endedAt)
        update.bind(8, TermsText.text(run.terms))
        update.bind(9, run.path)
        try update.run()
    }

    /// Takes out of the rows of runs what requests came to.
    func eraseRows(where condition: String) throws(JournalError) {
        let select = try connection.once(
            """
            SELECT run.id, request.uid FROM request JOIN run ON run.uid = request.run
            WHERE request.run IS NOT NULL AND \(condition)
            """)
        let rows = try select.all { (row) throws(JournalError) in
            (run: row.int64(0), number: (try row.identifier(1) as RequestID).rowNumber)
        }
        for row in rows { try eraseRow(row.number, of: row.run) }
    }

    func eraseRow(_ number: Int64, of run: Int64) throws(JournalError) {
        let update = try connection("UPDATE run_row SET state = ?3, text = NULL WHERE run = ?1 AND number = ?2")
        update.bind(1, run)
        update.bind(2, number)
        update.bind(3, RunRow.State.erased.rawValue)
        try update.run()
    }
}

/// A run's terms as text: one a line, by name.
enum TermsText {
    static func text(_ terms: [String: String]) -> String {
        terms.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.replacing("\n", with: " "))" }
            .joined(separator: "\n")
    }

    static func terms(of text: String) -> [String: String] {
        let pairs = text.split(separator: "\n").map { line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
