// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore: PrivacyStore {
    public func suppress(
        _ values: [SuppressionValue], of team: String, _ note: SuppressionNote
    ) async throws(JournalError) -> Int {
        try await writer.perform { (books) throws(JournalError) in try books.suppress(values, of: team, note) }
    }

    public func unsuppress(
        _ values: [SuppressionValue], of team: String, _ note: SuppressionNote
    ) async throws(JournalError) -> Int {
        try await writer.perform { (books) throws(JournalError) in try books.unsuppress(values, of: team, note) }
    }

    public func suppressions(of team: String, limit: Int) async throws(JournalError) -> [SuppressionEntry] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            return try connection.suppressions(of: team, limit: limit)
        }
    }

    public func suppressions(
        naming values: [SuppressionValue], team: String
    ) async throws(JournalError) -> [SuppressionEntry] {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            return try connection.suppressions(naming: values, team: team)
        }
    }

    public func contacts(
        with value: SuppressionValue, team: String
    ) async throws(JournalError) -> [ContactID] {
        try await writer.perform { (books) throws(JournalError) in
            try books.contacts(of: try books.team(team).row) { $0 == value }
        }
    }

    public func erase(
        _ contacts: [ContactID], team: String, user: String, at moment: Timestamp
    ) async throws(JournalError) -> ErasureResult {
        typealias Found = (open: Int, records: [ErasureRecord])
        let found = try await writer.perform { (books) throws(JournalError) -> Found in
            var found: Found = (0, [])
            let row = try books.team(team).row
            for contact in try books.family(of: contacts, team: row) {
                guard let subject = try books.subject(of: contact, team: row) else { continue }
                found.open += try books.openRequests(for: subject)
                found.records.append(try books.record(of: subject, team: team, user: user, at: moment))
            }
            return found
        }
        guard found.open == 0 else { return .open(requests: found.open) }
        let records = found.records
        // First where a backup that is put back finds it: what comes after may be broken off, and is done at the next
        // opening.
        try erasures?.append(records)
        let entries = try await writer.perform { (books) throws(JournalError) in
            var entries = 0
            let row = try books.team(team).row
            for record in records {
                guard let subject = try books.subject(of: record.contact, team: row) else { continue }
                entries += try books.erase(subject, record)
            }
            try books.markSuppressed(in: row)
            return entries
        }
        try await scrub()
        return .erased(people: records.count, suppressions: entries)
    }

    /// Leaves no byte of what was erased in the store's files.
    private func scrub() async throws(JournalError) {
        let isLogged = spool != nil
        try await writer.performAlone { (books) throws(JournalError) in
            try books.connection.scrub(isLogged: isLogged)
        }
        spool?.scrub()
        try await writer.perform { (books) throws(JournalError) in try books.noteScrubbed() }
    }

    public func audit(of team: String, limit: Int) async throws(JournalError) -> [AuditEntry] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            let select = try connection(
                "SELECT action, detail, user, at FROM audit WHERE team = ?1 ORDER BY id DESC LIMIT ?2")
            select.bind(1, team)
            select.bind(2, max(0, limit))
            return try select.all { (row) throws(JournalError) in
                AuditEntry(action: row.text(0), detail: row.text(1), user: row.text(2), at: row.timestamp(3))
            }
        }
    }
}

extension SQLiteStore: NumberListStore {
    /// Numbers that are written in one transaction.
    private static let numbersAtOnce = 20_000

    public func importNumbers(
        _ numbers: [String], as list: NumberList, team: String, user: String
    ) async throws(JournalError) -> Int {
        let row = try await writer.perform { (books) throws(JournalError) in
            try books.dropBrokenLists()
            return try books.beginList(list, team: team, user: user)
        }
        var codes: Set<String> = []
        var rest = numbers[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.numbersAtOnce)
            rest = rest.dropFirst(part.count)
            codes.formUnion(part.map { CallingCode.of($0) })
            try await writer.perform { (books) throws(JournalError) in try books.addNumbers(part, to: row) }
        }
        let all = codes
        return try await writer.perform { (books) throws(JournalError) in
            try books.finishList(row, codes: all, list, team: team, user: user)
        }
    }

    public func removeNumberList(
        _ name: String, team: String, user: String, at moment: Timestamp
    ) async throws(JournalError) -> Bool {
        try await writer.perform { (books) throws(JournalError) in
            try books.removeList(name, team: team, user: user, at: moment)
        }
    }

    public func numberLists(of team: String) async throws(JournalError) -> [NumberList] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            let select = try connection(
                """
                SELECT name, country, dated, imported_at, (SELECT COUNT(*) FROM dnc_number WHERE list = dnc_list.id)
                FROM dnc_list WHERE team = ?1 AND is_whole = 1 ORDER BY name
                """)
            select.bind(1, team)
            return try select.all { (row) throws(JournalError) in
                NumberList(
                    name: row.text(0), country: row.optionalText(1), dated: row.timestamp(2), count: Int(row.int64(4)),
                    importedAt: row.timestamp(3))
            }
        }
    }

    public func overrideStaleLists(
        _ lists: [NumberList], team: String, user: String, at moment: Timestamp
    ) async throws(JournalError) {
        let names = lists.map(\.name).joined(separator: ", ")
        try await writer.perform { (books) throws(JournalError) in
            try books.note("dnc_override", names, team: team, user: user, at: moment)
        }
    }
}
