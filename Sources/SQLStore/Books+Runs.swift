// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// What one run has come to.
struct RunBook {
    struct Key: Hashable {
        var team: Int64
        var run: RunID
    }

    /// Captured, and held, in thousandths of a credit.
    var millis: Int64 = 0
    /// What vendors billed, with what is under way at its largest cost, by unit, in millionths.
    var micros: [String: Int64] = [:]

    /// Runs that are kept in memory. One that was dropped is counted again when a cap asks about it.
    static let maximumKept = 64
}

extension Books {
    /// What a run has come to; nil for a request that is a run of its own.
    func runUsage(of run: RunID?, team: Int64) throws(JournalError) -> RunBook? {
        guard let run else { return nil }
        let key = RunBook.Key(team: team, run: run)
        if let known = runs[key] { return known }
        let book = try count(key)
        if runs.count >= RunBook.maximumKept { runs = [:] }
        runs[key] = book
        return book
    }

    func noteRun(of request: OpenRequestBook, credits: Int64) {
        guard !runs.isEmpty, let run = request.run else { return }
        runs[RunBook.Key(team: request.team.row, run: run)]?.millis += credits
    }

    func noteRun(of request: OpenRequestBook, cost: Int64, unit: String) {
        guard !runs.isEmpty, cost != 0, let run = request.run else { return }
        runs[RunBook.Key(team: request.team.row, run: run)]?.micros[unit, default: 0] += cost
    }

    /// Reads a run's requests, once.
    private func count(_ key: RunBook.Key) throws(JournalError) -> RunBook {
        var book = RunBook()
        let credits = try connection(
            """
            SELECT COALESCE(SUM(captured), 0) + COALESCE(SUM((
                SELECT SUM(hold.amount) FROM transfer AS hold
                WHERE request.outcome IS NULL AND hold.team = request.team AND hold.seq >= first_hold
                    AND hold.seq < first_hold + holds
                    AND NOT EXISTS (SELECT 1 FROM transfer WHERE team = request.team AND pending = hold.seq))), 0)
            FROM request WHERE run = ?1 AND team = ?2
            """)
        credits.bind(1, key.run)
        credits.bind(2, key.team)
        book.millis = try credits.first { (row) throws(JournalError) in row.int64(0) } ?? 0
        let costs = try connection(
            """
            SELECT cost_unit, SUM(cost_micros)
            FROM request JOIN attempt ON attempt.id BETWEEN request.id << 16 AND (request.id << 16) + 65535
            WHERE request.run = ?1 AND request.team = ?2
                AND (attempt.outcome IS NULL OR attempt.outcome <> 'skipped' AND attempt.outcome <> 'not_run')
            GROUP BY cost_unit
            """)
        costs.bind(1, key.run)
        costs.bind(2, key.team)
        try costs.forEach { (row) throws(JournalError) in book.micros[row.text(0)] = row.int64(1) }
        return book
    }
}
