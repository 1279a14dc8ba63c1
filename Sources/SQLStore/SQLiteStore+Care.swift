// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore {
    /// Attempts that are looked at in one transaction.
    private static let attemptsAtOnce: Int64 = 2_000

    /// Drops the raw replies of attempts that began before a moment; their facts stay. Each attempt is looked at once:
    /// how far it has come is kept, so that there is nothing to do most of the time.
    ///
    /// - Returns: how many attempts had replies.
    @discardableResult
    public func dropPayloads(before moment: Timestamp) async throws(JournalError) -> Int {
        var count = 0
        while true {
            let (dropped, isDone) = try await writer.perform { (books) throws(JournalError) in
                try books.dropPayloads(before: moment, limit: Self.attemptsAtOnce)
            }
            count += dropped
            if isDone { return count }
        }
    }
}

extension Books {
    fileprivate func dropPayloads(
        before moment: Timestamp, limit: Int64
    ) throws(JournalError) -> (dropped: Int, isDone: Bool) {
        let known = try connection("SELECT value FROM care WHERE name = 'payloads_dropped_until'")
        let start = try known.first { (row) throws(JournalError) in row.int64(0) } ?? .min
        let select = try connection(
            "SELECT started_at FROM attempt WHERE started_at >= ?1 AND started_at < ?2 ORDER BY started_at LIMIT ?3")
        select.bind(1, start)
        select.bind(2, moment)
        select.bind(3, limit)
        let moments = try select.all { (row) throws(JournalError) in row.int64(0) }
        guard let last = moments.last else { return (0, true) }
        let update = try connection(
            """
            UPDATE attempt SET records = NULL
            WHERE started_at >= ?1 AND started_at <= ?2 AND records IS NOT NULL AND outcome IS NOT NULL
            """)
        update.bind(1, start)
        update.bind(2, last)
        try update.run()
        let dropped = connection.changes
        // The next microsecond: what began in the same one is behind it too.
        let keep = try connection(
            """
            INSERT INTO care(name, value) VALUES ('payloads_dropped_until', ?1)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
        keep.bind(1, last + 1)
        try keep.run()
        return (dropped, Int64(moments.count) < limit)
    }
}
