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
        if let limits = limits[intent.request], try passesCap(intent, of: book, limits) { return .capped }
        let insert = try connection(
            """
            INSERT INTO attempt(
                id, uid, capability, provider, subject_low, subject_high, started_at, cost_micros, cost_unit)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """)
        let row = try AttemptRow.row(number: book.attempts.count + 1, ofRequest: book.row)
        let subject = intent.fingerprint == book.question ? nil : intent.fingerprint
        insert.bind(1, row)
        insert.bind(2, intent.id)
        insert.bind(3, intent.capability.rawValue)
        insert.bind(4, intent.provider.rawValue)
        insert.bind(5, subject.map { Int64(bitPattern: $0.low) })
        insert.bind(6, subject.map { Int64(bitPattern: $0.high) })
        insert.bind(7, intent.startedAt)
        insert.bind(8, intent.largestCost.micros)
        insert.bind(9, intent.largestCost.unit)
        try insert.run()
        book.attempts.append(
            AttemptRow(
                row: row, id: intent.id, capability: intent.capability, provider: intent.provider,
                cost: intent.largestCost, startedAt: intent.startedAt))
        noteSpending(intent, of: book)
        return .admitted
    }

    /// Appends what came back (`RequestJournal.record`).
    func record(_ replies: [RecordedReply]) throws(JournalError) {
        for reply in replies {
            guard let book = try request(reply.request), let index = book.index(ofAttempt: reply.attempt) else {
                throw JournalError(.conflict, "attempt \(reply.attempt) has no intent on record")
            }
            try append(StoredRecords.encode(reply.content), to: &book.attempts[index])
        }
    }

    /// Appends what an earlier process got, unless it wrote it: it may have ended just behind that.
    func restore(_ reply: RecordedReply, number: UInt64) throws(JournalError) {
        guard let book = try request(reply.request), let index = book.index(ofAttempt: reply.attempt),
            book.attempts[index].outcome == nil
        else { return }
        let select = try connection("SELECT records FROM attempt WHERE id = ?1")
        select.bind(1, book.attempts[index].row)
        let known = try select.first { (row) throws(JournalError) in row.bytes(0) } ?? []
        guard try StoredRecords.decode(known).count(where: \.isReply) < number else { return }
        try append(StoredRecords.encode(reply.content), to: &book.attempts[index])
    }

    private func append(_ records: [UInt8], to attempt: inout AttemptRow) throws(JournalError) {
        // SQLite joins two blobs to a text of the same bytes; the cast makes it a blob again.
        let update =
            attempt.hasRecords
            ? try connection("UPDATE attempt SET records = CAST(records || ?2 AS BLOB) WHERE id = ?1")
            : try connection("UPDATE attempt SET records = ?2 WHERE id = ?1")
        update.bind(1, attempt.row)
        update.bind(2, records)
        try update.run()
        attempt.hasRecords = true
    }

    /// Writes an attempt's outcome where it has an intent on record, with what came back last.
    ///
    /// - Returns: false where it has none: it was never called.
    func settle(
        _ attempt: Attempt, _ replies: [RecordedReply], of book: OpenRequestBook
    ) throws(JournalError) -> Bool {
        guard let index = book.index(ofAttempt: attempt.id) else { return false }
        let known = book.attempts[index]
        let cost = attempt.cost?.amount ?? Amount(micros: 0, unit: known.cost.unit)
        var records: [UInt8] = []
        for reply in replies where reply.attempt == attempt.id { records += StoredRecords.encode(reply.content) }
        if known.hasRecords, !records.isEmpty {
            try append(records, to: &book.attempts[index])
            records = []
        }
        let update =
            records.isEmpty
            ? try connection(
                """
                UPDATE attempt SET outcome = ?2, reason = ?3, http_status = ?4, latency_us = ?5, tries = ?6,
                    cost_micros = ?7, cost_unit = ?8, is_suspected = ?9
                WHERE id = ?1
                """)
            : try connection(
                """
                UPDATE attempt SET outcome = ?2, reason = ?3, http_status = ?4, latency_us = ?5, tries = ?6,
                    cost_micros = ?7, cost_unit = ?8, is_suspected = ?9, records = ?10
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
        if !records.isEmpty { update.bind(10, records) }
        try update.run()
        noteSpending(known, actual: cost, of: book)
        book.attempts[index].cost = cost
        book.attempts[index].outcome = attempt.outcome
        book.attempts[index].hasRecords = known.hasRecords || !records.isEmpty
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
