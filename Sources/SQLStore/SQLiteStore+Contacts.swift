// SPDX-License-Identifier: Apache-2.0

import Enrichment
public import WaterfallEngine

extension SQLiteStore: ContactStore {
    public func contacts(
        of team: String, after: ContactID?, limit: Int
    ) async throws(JournalError) -> [Contact] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            let last = try after.map { (id) throws(JournalError) in try connection.row(of: id, team: team) }
            let select = try connection(
                """
                SELECT id FROM contact WHERE team = ?1 AND merged_into IS NULL AND id < ?2 ORDER BY id DESC LIMIT ?3
                """)
            select.bind(1, team)
            select.bind(2, last.map { $0 ?? 0 } ?? .max)
            select.bind(3, max(0, limit))
            let rows = try select.all { (row) throws(JournalError) in row.int64(0) }
            var contacts: [Contact] = []
            for row in rows {
                if let contact = try connection.contact(row: row) { contacts.append(contact.value) }
            }
            return contacts
        }
    }

    public func contact(_ id: ContactID, team: String) async throws(JournalError) -> Contact? {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team), let row = try connection.row(of: id, team: team) else {
                return nil
            }
            return try connection.contact(row: row)?.value
        }
    }

    public func account(_ id: AccountID, team: String) async throws(JournalError) -> Account? {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return nil }
            let select = try connection("SELECT id FROM account WHERE uid = ?1 AND team = ?2")
            select.bind(1, id)
            select.bind(2, team)
            guard let row = try select.first({ (row) throws(JournalError) in row.int64(0) }) else { return nil }
            return try connection.account(row: row)?.value
        }
    }

    public func known(_ prospect: Prospect, team: String) async throws(JournalError) -> (Contact?, Account?) {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return (nil, nil) }
            var contact: SavedContact?
            if case .one(let row) = try connection.match(prospect.keys, team: team) {
                contact = try connection.contact(row: row)
            }
            if let domain = prospect.domain {
                return (contact?.value, try connection.account(domain: domain, team: team)?.value)
            }
            guard let row = contact?.accountRow else { return (contact?.value, nil) }
            return (contact?.value, try connection.account(row: row)?.value)
        }
    }
}

extension SQLiteStore: AttemptStore {
    public func attempts(for contact: ContactID, team: String) async throws(JournalError) -> [Attempt] {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team), let row = try connection.row(of: contact, team: team) else {
                return []
            }
            var attempts: [Attempt] = []
            for row in try connection.family(of: row) {
                attempts += try connection.called(for: row)
                let select = try connection("SELECT uncalled FROM request WHERE contact = ?1 AND uncalled <> ''")
                select.bind(1, row)
                try select.forEach { (row) throws(JournalError) in
                    attempts += try UncalledAttempt.attempts(of: row.text(0))
                }
            }
            return attempts.sorted { ($0.startedAt, $0.id.high, $0.id.low) < ($1.startedAt, $1.id.high, $1.id.low) }
        }
    }
}

extension Connection {
    func row(of contact: ContactID, team: Int64) throws(JournalError) -> Int64? {
        let select = try self("SELECT id FROM contact WHERE uid = ?1 AND team = ?2")
        select.bind(1, contact)
        select.bind(2, team)
        return try select.first { (row) throws(JournalError) in row.int64(0) }
    }

    /// The attempts with an outcome that were called.
    fileprivate func called(for contact: Int64) throws(JournalError) -> [Attempt] {
        let select = try self(
            """
            SELECT attempt.uid, capability, provider, attempt.outcome, attempt.reason, http_status, latency_us, tries,
                cost_micros, cost_unit, is_suspected, started_at
            FROM request JOIN attempt ON attempt.id BETWEEN request.id << 16 AND (request.id << 16) + 65535
            WHERE request.contact = ?1 AND attempt.outcome IS NOT NULL
            """)
        select.bind(1, contact)
        return try select.all { (row) throws(JournalError) in
            guard let outcome = AttemptOutcome(word: row.text(3), reason: row.optionalText(4)) else {
                throw .damaged("an attempt's outcome is unknown")
            }
            let cost = Amount(micros: row.int64(8), unit: row.text(9))
            return Attempt(
                id: try row.identifier(0), capability: try row.word(1), provider: ProviderID(rawValue: row.text(2)),
                outcome: outcome, httpStatus: row.optionalInt64(5).map { Int($0) },
                latency: row.optionalInt64(6).map { .microseconds($0) }, tries: Int(row.int64(7)),
                cost: cost.micros == 0 ? nil : AttemptCost(cost, isSuspected: row.bool(10)),
                startedAt: row.timestamp(11))
        }
    }
}
