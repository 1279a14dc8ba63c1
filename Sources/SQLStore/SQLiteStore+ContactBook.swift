// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore: ContactBook {
    public func card(_ id: ContactID, team: String) async throws(JournalError) -> ContactCard? {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team), let row = try connection.row(of: id, team: team) else {
                return nil
            }
            return try connection.card(row: row, isWhole: true)
        }
    }

    public func cards(
        of team: String, where filter: ContactFilter, after: ContactID?, limit: Int
    ) async throws(JournalError) -> [ContactCard] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            let last = try after.map { (id) throws(JournalError) in try connection.row(of: id, team: team) ?? 0 }
            return try connection.cards(where: filter, team: team, before: last, limit: max(0, limit))
        }
    }

    public func accountCard(_ id: AccountID, team: String) async throws(JournalError) -> AccountCard? {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team), let row = try connection.row(of: id, team: team) else {
                return nil
            }
            return try connection.accountCard(row: row, isWhole: true)
        }
    }

    public func accountCards(
        of team: String, where filter: AccountFilter, after: AccountID?, limit: Int
    ) async throws(JournalError) -> [AccountCard] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            let last = try after.map { (id) throws(JournalError) in try connection.row(of: id, team: team) ?? 0 }
            return try connection.accountCards(where: filter, team: team, before: last, limit: max(0, limit))
        }
    }

    public func fieldNames(of team: String, kind: CardKind) async throws(JournalError) -> [String] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            let select =
                switch kind {
                case .contact:
                    try connection(
                        """
                        SELECT DISTINCT name FROM contact_field JOIN contact ON contact.id = contact WHERE team = ?1
                        ORDER BY name
                        """)
                case .account:
                    try connection(
                        """
                        SELECT DISTINCT account_field.name FROM account_field JOIN account ON account.id = account
                        WHERE team = ?1 ORDER BY account_field.name
                        """)
                }
            select.bind(1, team)
            return try select.all { (row) throws(JournalError) in row.text(0) }
        }
    }

    public func lastAsked(
        _ datum: Datum, of id: ContactID, team: String
    ) async throws(JournalError) -> Timestamp? {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team), let row = try connection.row(of: id, team: team),
                let contact = try connection.contact(row: row)?.value
            else { return nil }
            var moments = datum == .phone ? contact.phones.map(\.foundAt) : contact.emails.map(\.foundAt)
            for row in try connection.family(of: row) {
                if let asked = try connection.lastCall(datum == .phone ? .mobile : .email, for: row) {
                    moments.append(asked)
                }
            }
            return moments.max()
        }
    }

    public func edit(_ edit: ContactEdit) async throws(JournalError) -> ContactCard? {
        try await writer.perform { (books) throws(JournalError) in
            guard let row = try books.edit(edit) else { return nil }
            return try books.connection.card(row: row, isWhole: true)
        }
    }

    public func edit(_ edit: AccountEdit) async throws(JournalError) -> AccountCard? {
        try await writer.perform { (books) throws(JournalError) in
            guard let row = try books.edit(edit) else { return nil }
            return try books.connection.accountCard(row: row, isWhole: true)
        }
    }

    public func merge(_ merge: ContactMerge) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in try books.merge(merge) }
    }

    public func undo(
        _ merge: Identifier<ContactMerge>, team: String, user: String, at moment: Timestamp
    ) async throws(JournalError) -> Bool {
        try await writer.perform { (books) throws(JournalError) in
            try books.undo(merge, team: team, user: user, at: moment)
        }
    }

    public func merges(of id: ContactID, team: String) async throws(JournalError) -> [StandingMerge] {
        try await read { (connection) throws(JournalError) in
            guard let row = try connection.findTeam(team), let contact = try connection.row(of: id, team: row) else {
                return []
            }
            let select = try connection(
                """
                SELECT contact_merge.uid, contact_merge.user, winner.uid, loser.uid, reason, at, undone_at
                FROM contact_merge JOIN contact AS winner ON winner.id = contact_merge.winner
                    JOIN contact AS loser ON loser.id = contact_merge.loser
                WHERE contact_merge.winner = ?1 OR contact_merge.loser = ?1 ORDER BY contact_merge.id DESC
                """)
            select.bind(1, contact)
            return try select.all { (row) throws(JournalError) in
                StandingMerge(
                    merge: ContactMerge(
                        id: try row.identifier(0), team: team, user: row.text(1), winner: try row.identifier(2),
                        loser: try row.identifier(3), reason: try row.word(4), at: row.timestamp(5)),
                    undoneAt: row.optionalTimestamp(6))
            }
        }
    }
}

extension Connection {
    fileprivate func lastCall(_ capability: Capability, for contact: Int64) throws(JournalError) -> Timestamp? {
        let select = try self(
            """
            SELECT MAX(started_at)
            FROM request JOIN attempt ON attempt.id BETWEEN request.id << 16 AND (request.id << 16) + 65535
            WHERE request.contact = ?1 AND capability = ?2
            """)
        select.bind(1, contact)
        select.bind(2, capability.rawValue)
        return try select.first { (row) throws(JournalError) in row.optionalTimestamp(0) } ?? nil
    }
}
