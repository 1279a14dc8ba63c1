// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore: RequestJournal {
    public func open(_ opening: RequestOpening) async throws(JournalError) -> RequestOpened {
        try await writer.perform { (books) throws(JournalError) in try books.open(opening) }
    }

    public func intend(
        _ intent: AttemptIntent, after replies: [RecordedReply]
    ) async throws(JournalError) -> IntentDecision {
        let decision = try await writer.perform { (books) throws(JournalError) in
            try books.record(replies)
            return try books.intend(intent)
        }
        spool?.release(replies)
        return decision
    }

    public func keep(_ reply: RecordedReply, number: Int) -> Bool {
        spool?.keep(reply, number: number) ?? true
    }

    public func record(_ replies: [RecordedReply]) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in try books.record(replies) }
        spool?.release(replies)
    }

    public func settle(_ settlement: Settlement) async throws(JournalError) -> Settled {
        let found = settlement.foundKeys
        let settled = try await writer.perform { (books) throws(JournalError) in
            try books.settle(settlement, found: found)
        }
        spool?.release(settlement.replies)
        return settled
    }

    public func recall(
        _ fingerprint: QueryFingerprint, team: String, since: Timestamp
    ) async throws(JournalError) -> [RememberedAttempt] {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            let answers = try connection.recall(question: fingerprint, team: team, since: since)
            let verdicts = try connection.recall(subject: fingerprint, team: team, since: since)
            if answers.isEmpty || verdicts.isEmpty { return answers + verdicts }
            return (answers + verdicts).sorted { $0.startedAt > $1.startedAt }
        }
    }

    public func mailboxes(
        at domain: String, team: String, limit: Int
    ) async throws(JournalError) -> [KnownMailbox] {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            return try connection.mailboxes(at: domain, team: team, limit: limit)
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
