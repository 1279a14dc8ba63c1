// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Changing the suppression list, and the record of it.
extension Books {
    func suppress(
        _ values: [SuppressionValue], of name: String, _ note: SuppressionNote
    ) throws(JournalError) -> Int {
        let team = try team(name).row
        let hash = try valueHash()
        var count = 0
        for value in values {
            count += try suppress(
                hash.of(value), value.kind, reason: note.reason, source: note.source, user: note.user,
                at: note.at, team: team)
        }
        if count > 0 {
            try markSuppressed(in: team)
            try self.note("suppress", "\(count) entries (\(note.source))", team: name, user: note.user, at: note.at)
        }
        return count
    }

    /// Adds one entry. Returns 1, or 0 where it is there.
    func suppress(
        _ hash: [UInt8], _ kind: SuppressionKind, reason: String?, source: String, user: String, at moment: Timestamp,
        team: Int64
    ) throws(JournalError) -> Int {
        let insert = try connection(
            """
            INSERT INTO suppression(team, hash, kind, reason, source, user, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (team, hash) DO NOTHING
            """)
        insert.bind(1, team)
        insert.bind(2, hash)
        insert.bind(3, kind.rawValue)
        insert.bind(4, reason)
        insert.bind(5, source)
        insert.bind(6, user)
        insert.bind(7, moment)
        try insert.run()
        hasSuppressions = true
        return connection.changes
    }

    func unsuppress(
        _ values: [SuppressionValue], of name: String, _ note: SuppressionNote
    ) throws(JournalError) -> Int {
        let team = try team(name).row
        let hash = try valueHash()
        var count = 0
        for value in values {
            let delete = try connection("DELETE FROM suppression WHERE team = ?1 AND hash = ?2")
            delete.bind(1, team)
            delete.bind(2, hash.of(value))
            try delete.run()
            guard connection.changes > 0 else { continue }
            count += 1
            let reason = note.reason.map { ": \($0)" } ?? ""
            try self.note("unsuppress", "\(value.kind.rawValue)\(reason)", team: name, user: note.user, at: note.at)
        }
        hasSuppressions = nil
        if count > 0 { try markSuppressed(in: team) }
        return count
    }

    /// Appends to the record of what was done by hand.
    func note(
        _ action: String, _ detail: String, team: String, user: String, at moment: Timestamp
    ) throws(JournalError) {
        let insert = try connection(
            "INSERT INTO audit(team, user, action, detail, at) VALUES (?1, ?2, ?3, ?4, ?5)")
        insert.bind(1, team)
        insert.bind(2, user)
        insert.bind(3, action)
        insert.bind(4, detail)
        insert.bind(5, moment)
        try insert.run()
    }

    // MARK: Marks on what is saved

    /// Compares everything that is saved with the list, so that reading costs no look at it. An entry that names an
    /// email, a profile, a company or a name hides the person; one that names a number hides the number.
    func markSuppressed(in team: Int64) throws(JournalError) {
        let hashes = try suppressedHashes(of: team)
        let hash = try valueHash()
        func isNamed(_ value: SuppressionValue?) -> Bool {
            value.map { hashes.contains(hash.of($0)) } ?? false
        }
        var named: Set<Int64> = []
        let people = try connection(
            """
            SELECT contact.id, linkedin_key, email_key, name_domain_key, account.domain FROM contact
            LEFT JOIN account ON account.id = contact.account WHERE contact.team = ?1
            """)
        people.bind(1, team)
        try people.forEach { (row) throws(JournalError) in
            let isPerson =
                isNamed(row.optionalText(1).map { .linkedIn($0) }) || isNamed(row.optionalText(2).map { .email($0) })
                || isNamed(row.optionalText(3).map { SuppressionValue(.person, key: $0) })
                || isNamed(row.optionalText(4).flatMap { .domain(of: $0) })
            if isPerson { named.insert(row.int64(0)) }
        }
        let emails = try connection(
            """
            SELECT contact, address FROM contact_email JOIN contact ON contact.id = contact_email.contact
            WHERE contact.team = ?1
            """)
        emails.bind(1, team)
        try emails.forEach { (row) throws(JournalError) in
            if SuppressionValue.mailbox(row.text(1)).contains(where: isNamed) { named.insert(row.int64(0)) }
        }
        try mark(named, team: team)
        let contactNumbers = try connection(
            """
            SELECT contact, key, e164, raw, contact_phone.is_suppressed FROM contact_phone
            JOIN contact ON contact.id = contact_phone.contact WHERE contact.team = ?1
            """)
        try markNumbers(
            contactNumbers,
            try connection("UPDATE contact_phone SET is_suppressed = ?3 WHERE contact = ?1 AND key = ?2"), team, isNamed
        )
        let accountNumbers = try connection(
            """
            SELECT account, key, e164, raw, is_suppressed FROM account_phone
            JOIN account ON account.id = account_phone.account WHERE account.team = ?1
            """)
        try markNumbers(
            accountNumbers,
            try connection("UPDATE account_phone SET is_suppressed = ?3 WHERE account = ?1 AND key = ?2"), team, isNamed
        )
    }

    private func suppressedHashes(of team: Int64) throws(JournalError) -> Set<[UInt8]> {
        let select = try connection("SELECT hash FROM suppression WHERE team = ?1")
        select.bind(1, team)
        return Set(try select.all { (row) throws(JournalError) in row.bytes(0) })
    }

    private func mark(_ named: Set<Int64>, team: Int64) throws(JournalError) {
        let marked = try connection("SELECT id FROM contact WHERE team = ?1 AND is_suppressed = 1")
        marked.bind(1, team)
        let before = Set(try marked.all { (row) throws(JournalError) in row.int64(0) })
        for row in named.symmetricDifference(before) {
            let update = try connection("UPDATE contact SET is_suppressed = ?2 WHERE id = ?1")
            update.bind(1, row)
            update.bind(2, named.contains(row))
            try update.run()
        }
    }

    private func markNumbers(
        _ select: Statement, _ update: Statement, _ team: Int64, _ isNamed: (SuppressionValue?) -> Bool
    ) throws(JournalError) {
        select.bind(1, team)
        var changed: [(owner: Int64, key: String, isSuppressed: Bool)] = []
        try select.forEach { (row) throws(JournalError) in
            let number = row.optionalText(2).map { PhoneNumber(e164: $0) }
            let isSuppressed = isNamed(.phone(number, raw: row.text(3)))
            if isSuppressed != row.bool(4) { changed.append((row.int64(0), row.text(1), isSuppressed)) }
        }
        for row in changed {
            update.bind(1, row.owner)
            update.bind(2, row.key)
            update.bind(3, row.isSuppressed)
            try update.run()
        }
    }
}

extension Connection {
    func suppressions(of team: Int64, limit: Int) throws(JournalError) -> [SuppressionEntry] {
        let select = try self(
            "SELECT kind, reason, source, user, at FROM suppression WHERE team = ?1 ORDER BY at DESC, hash LIMIT ?2")
        select.bind(1, team)
        select.bind(2, max(0, limit))
        return try select.all { (row) throws(JournalError) in try row.suppression() }
    }

    func suppressions(naming values: [SuppressionValue], team: Int64) throws(JournalError) -> [SuppressionEntry] {
        let hash = try valueHash()
        var found: [SuppressionEntry] = []
        for value in values {
            let select = try self(
                "SELECT kind, reason, source, user, at FROM suppression WHERE team = ?1 AND hash = ?2")
            select.bind(1, team)
            select.bind(2, hash.of(value))
            found += try select.all { (row) throws(JournalError) in try row.suppression() }
        }
        return found
    }
}

extension Statement {
    fileprivate func suppression() throws(JournalError) -> SuppressionEntry {
        SuppressionEntry(
            kind: try word(0),
            note: SuppressionNote(reason: optionalText(1), source: text(2), user: text(3), at: timestamp(4)))
    }
}
