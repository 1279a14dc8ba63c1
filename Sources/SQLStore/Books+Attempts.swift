// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

extension Books {
    /// Makes an intent durable, or says that a cap is passed (`RequestJournal.intend`).
    func intend(_ intent: AttemptIntent) throws(JournalError) -> IntentDecision {
        guard let book = try request(intent.request) else {
            throw JournalError(.conflict, "request \(intent.request) was not opened")
        }
        return try intend(intent, for: book)
    }

    func intend(_ intent: AttemptIntent, for book: OpenRequestBook) throws(JournalError) -> IntentDecision {
        if let known = book.attempt(intent.id) {
            guard known.capability == intent.capability, known.provider == intent.provider else {
                throw JournalError(.conflict, "attempt \(intent.id) came with another body")
            }
            return .admitted
        }
        guard !book.isSettled else { throw JournalError(.conflict, "request \(intent.request) is settled") }
        if let caps = caps[intent.request], try passesCap(intent, of: book, caps) { return .capped }
        let insert = try connection(
            """
            INSERT INTO attempt(
                uid, request, team, capability, provider, fingerprint_low, fingerprint_high, started_at, cost_micros,
                cost_unit)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """)
        insert.bind(1, intent.id)
        insert.bind(2, book.row)
        insert.bind(3, book.team.row)
        insert.bind(4, intent.capability.rawValue)
        insert.bind(5, intent.provider.rawValue)
        insert.bind(6, Int64(bitPattern: intent.fingerprint.low))
        insert.bind(7, Int64(bitPattern: intent.fingerprint.high))
        insert.bind(8, intent.startedAt)
        insert.bind(9, intent.largestCost.micros)
        insert.bind(10, intent.largestCost.unit)
        try insert.run()
        book.attempts.append(
            AttemptRow(
                row: connection.lastInsertedRow, id: intent.id, capability: intent.capability,
                provider: intent.provider, cost: intent.largestCost, startedAt: intent.startedAt))
        noteSpending(intent, of: book)
        return .admitted
    }

    /// Appends what came back (`RequestJournal.record`).
    func record(_ reply: RecordedReply) throws(JournalError) {
        // SQLite joins two blobs to a text of the same bytes; the cast makes it a blob again.
        let update = try connection(
            "UPDATE attempt SET records = CAST(COALESCE(records, x'') || ?2 AS BLOB) WHERE uid = ?1")
        update.bind(1, reply.attempt)
        update.bind(2, StoredRecords.encode(reply.content))
        try update.run()
        guard connection.changes == 1 else {
            throw JournalError(.conflict, "attempt \(reply.attempt) has no intent on record")
        }
    }

    /// Writes an attempt's outcome where it has an intent on record.
    ///
    /// - Returns: false where it has none: it was never called.
    func settle(_ attempt: Attempt, of book: OpenRequestBook) throws(JournalError) -> Bool {
        guard let index = book.attempts.firstIndex(where: { $0.id == attempt.id }) else { return false }
        let known = book.attempts[index]
        let cost = attempt.cost?.amount ?? Amount(micros: 0, unit: known.cost.unit)
        let update = try connection(
            """
            UPDATE attempt SET outcome = ?2, reason = ?3, http_status = ?4, latency_us = ?5, tries = ?6,
                cost_micros = ?7, cost_unit = ?8, is_suspected = ?9
            WHERE id = ?1
            """)
        update.bind(1, known.row)
        update.bind(2, attempt.outcome.word)
        update.bind(3, attempt.outcome.reason)
        update.bind(4, attempt.httpStatus.map { Int64($0) })
        update.bind(5, attempt.latency?.microseconds)
        update.bind(6, attempt.tries)
        update.bind(7, cost.micros)
        update.bind(8, cost.unit)
        update.bind(9, attempt.cost?.isSuspected ?? false)
        try update.run()
        noteSpending(known, actual: cost, of: book)
        book.attempts[index].cost = cost
        book.attempts[index].outcome = attempt.outcome
        return true
    }
}

/// An attempt that was never called, as a line of text on its request: a skip, one not run, or an answer remembered.
enum UncalledAttempt {
    static func line(_ attempt: Attempt) -> String {
        let status = attempt.httpStatus.map(String.init) ?? "-"
        return """
            \(attempt.id) \(attempt.capability.rawValue) \(attempt.provider) \(attempt.outcome.word) \
            \(attempt.outcome.reason ?? "-") \(attempt.isCached ? "cached" : "-") \(status) \
            \(attempt.startedAt.microseconds)\n
            """
    }

    static func attempts(of text: String) throws(JournalError) -> [Attempt] {
        var attempts: [Attempt] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            guard parts.count == 8, let id = AttemptID(parts[0]), let capability = Capability(rawValue: parts[1]),
                let outcome = AttemptOutcome(word: parts[3], reason: parts[4] == "-" ? nil : parts[4]),
                let startedAt = Int64(parts[7])
            else { throw .damaged("an attempt that was not called is of an unknown form") }
            attempts.append(
                Attempt(
                    id: id, capability: capability, provider: ProviderID(rawValue: parts[2]), outcome: outcome,
                    isCached: parts[5] == "cached", httpStatus: Int(parts[6]),
                    startedAt: Timestamp(microseconds: startedAt)))
        }
        return attempts
    }
}
