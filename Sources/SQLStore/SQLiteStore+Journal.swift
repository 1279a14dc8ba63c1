// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore: RequestJournal {
    public func open(_ opening: RequestOpening) async throws(JournalError) -> RequestOpened {
        try await writer.perform { (books) throws(JournalError) in try books.open(opening) }
    }

    public func intend(_ intent: AttemptIntent) async throws(JournalError) -> IntentDecision {
        try await writer.perform { (books) throws(JournalError) in try books.intend(intent) }
    }

    public func record(_ reply: RecordedReply) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in try books.record(reply) }
    }

    public func settle(_ settlement: Settlement) async throws(JournalError) -> Settled {
        let foundKey = settlement.foundKey
        return try await writer.perform { (books) throws(JournalError) in
            try books.settle(settlement, foundKey: foundKey)
        }
    }

    public func recall(
        _ fingerprint: QueryFingerprint, team: String, since: Timestamp
    ) async throws(JournalError) -> [RememberedAttempt] {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            return try connection.recall(fingerprint, team: team, since: since)
        }
    }

    public func calls(
        of provider: ProviderID, since: Timestamp, limit: Int
    ) async throws(JournalError) -> [Timestamp] {
        try await read { (connection) throws(JournalError) in
            let select = try connection(
                """
                SELECT started_at FROM attempt
                WHERE provider = ?1 AND started_at >= ?2
                    AND (outcome IS NULL OR outcome <> 'skipped' AND outcome <> 'not_run')
                ORDER BY started_at DESC LIMIT ?3
                """)
            select.bind(1, provider.rawValue)
            select.bind(2, since)
            select.bind(3, limit)
            return try select.all { (row) throws(JournalError) in row.timestamp(0) }.reversed()
        }
    }

    public func unsettled() async throws(JournalError) -> [OpenRequest] {
        try await read { (connection) throws(JournalError) in try connection.unsettled() }
    }
}
