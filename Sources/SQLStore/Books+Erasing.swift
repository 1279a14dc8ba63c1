// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// What is known of one person who is to be erased.
struct ErasureSubject {
    var row: Int64
    var contact: ContactID
    var account: Int64?
    var team: Int64
    var values: Set<SuppressionValue> = []
    /// Texts in lower case that name the person wherever they are found: addresses, profiles, numbers.
    var texts: Set<String> = []

    mutating func add(email: String?) {
        guard let email, !email.isEmpty else { return }
        values.insert(.email(email))
        texts.formUnion([email.lowercased(), SuppressionValue.email(email).key])
    }

    mutating func add(linkedIn url: String?) {
        guard let url else { return }
        values.insert(.linkedIn(url))
        let handle = url.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if handle.utf8.count >= 6 { texts.insert(handle) }
    }

    mutating func add(person key: String?) {
        if let key { values.insert(SuppressionValue(.person, key: key)) }
    }

    mutating func add(number: PhoneNumber?, raw: String) {
        if let value = SuppressionValue.phone(number, raw: raw) {
            values.insert(value)
            texts.insert(String(value.key.dropFirst()))
        }
        if raw.utf8.count >= 7 { texts.insert(raw.lowercased()) }
    }
}

/// Removing a person from every table (`semantics.md`, 9; `docs/decisions/0019-erasing-overwrites.md`).
extension Books {
    /// The tables whose rows are about one contact and go with it, with the column that names it. A table that is added
    /// to the schema and holds something of a person is added here; a test looks for it.
    private static let tablesOfContact = [
        ("contact_email", "contact"),
        ("contact_phone", "contact"),
        ("contact_field", "contact"),
        ("note", "contact"),
        ("list_contact", "contact"),
    ]
    /// What an account has beside its own row and its phones.
    private static let tablesOfAccount = ["account_field", "note", "list_account"]

    /// The people and all that they were merged with: one person is erased whole.
    func family(of contacts: [ContactID], team: Int64) throws(JournalError) -> [ContactID] {
        var family: [ContactID] = []
        for contact in contacts {
            let select = try connection("SELECT id FROM contact WHERE uid = ?1 AND team = ?2")
            select.bind(1, contact)
            select.bind(2, team)
            guard let row = try select.first({ (row) throws(JournalError) in row.int64(0) }) else { continue }
            for member in try connection.family(of: row) {
                let name = try connection("SELECT uid FROM contact WHERE id = ?1")
                name.bind(1, member)
                let id: ContactID? = try name.first { (row) throws(JournalError) in try row.identifier(0) }
                if let id, !family.contains(id) { family.append(id) }
            }
        }
        return family
    }

    /// Collects what is known of people; nil for those who are none of the team's.
    func subject(of contact: ContactID, team: Int64) throws(JournalError) -> ErasureSubject? {
        let select = try connection(
            """
            SELECT id, account, linkedin_key, linkedin_url, email_key, name_domain_key FROM contact
            WHERE uid = ?1 AND team = ?2
            """)
        select.bind(1, contact)
        select.bind(2, team)
        let found = try select.first { (row) throws(JournalError) in
            var subject = ErasureSubject(
                row: row.int64(0), contact: contact, account: row.optionalInt64(1), team: team)
            subject.add(linkedIn: row.optionalText(2))
            subject.add(linkedIn: row.optionalText(3))
            subject.add(email: row.optionalText(4))
            subject.add(person: row.optionalText(5))
            return subject
        }
        guard var subject = found else { return nil }
        let emails = try connection("SELECT address FROM contact_email WHERE contact = ?1")
        emails.bind(1, subject.row)
        try emails.forEach { (row) throws(JournalError) in subject.add(email: row.text(0)) }
        // A switchboard is not one person's.
        let phones = try connection("SELECT e164, raw FROM contact_phone WHERE contact = ?1 AND type <> 'office'")
        phones.bind(1, subject.row)
        try phones.forEach { (row) throws(JournalError) in
            subject.add(number: row.optionalText(0).map { PhoneNumber(e164: $0) }, raw: row.text(1))
        }
        for request in try requests(of: subject.row) where request.body != StoredRequest.erased {
            let prospect = try StoredRequest.decode(request.body, id: request.id).request.prospect
            subject.add(linkedIn: prospect.keys.linkedIn ?? prospect.linkedInURL)
            subject.add(email: prospect.email)
            subject.add(person: prospect.keys.nameAtDomain)
        }
        return subject
    }

    private func requests(of contact: Int64) throws(JournalError) -> [(id: RequestID, body: [UInt8])] {
        let select = try connection("SELECT uid, body FROM request WHERE contact = ?1")
        select.bind(1, contact)
        return try select.all { (row) throws(JournalError) in (try row.identifier(0), row.bytes(1)) }
    }

    /// Requests for a person that are not settled.
    func openRequests(for subject: ErasureSubject) throws(JournalError) -> Int {
        let select = try connection("SELECT uid, body, contact FROM request WHERE outcome IS NULL AND team = ?1")
        select.bind(1, subject.team)
        let open = try select.all { (row) throws(JournalError) in
            (id: try row.identifier(0) as RequestID, body: row.bytes(1), contact: row.optionalInt64(2))
        }
        var count = 0
        for request in open {
            let prospect = try StoredRequest.decode(request.body, id: request.id).request.prospect
            let isNamed = SuppressionValue.identifying(prospect).contains {
                $0.kind != .domain && subject.values.contains($0)
            }
            if request.contact == subject.row || isNamed { count += 1 }
        }
        return count
    }

    func record(of subject: ErasureSubject, team: String, user: String, at moment: Timestamp) throws(JournalError)
        -> ErasureRecord
    {
        let hash = try valueHash()
        let marks = subject.values.sorted { ($0.kind.rawValue, $0.key) < ($1.kind.rawValue, $1.key) }
            .map { ErasureRecord.Mark(kind: $0.kind, hash: hash.of($0)) }
        return ErasureRecord(contact: subject.contact, team: team, user: user, marks: marks, at: moment)
    }

    /// Erases one person and leaves the entries of the record. Returns how many entries are new.
    func erase(_ subject: ErasureSubject, _ record: ErasureRecord) throws(JournalError) -> Int {
        for (table, column) in Self.tablesOfContact {
            try connection.execute("DELETE FROM \(table) WHERE \(column) = \(subject.row)")
        }
        let contact = try connection(
            """
            UPDATE contact SET team = 0, account = NULL, linkedin_key = NULL, email_key = NULL, name_domain_key = NULL,
                first_name = NULL, last_name = NULL, full_name = NULL, title = NULL, linkedin_url = NULL,
                owner = NULL, stage = NULL, edited = 0, merged_into = NULL, merges = 0, is_suppressed = 1
            WHERE id = ?1
            """)
        contact.bind(1, subject.row)
        try contact.run()
        // All that were merged are erased together; nothing brings one of them back.
        let merges = try connection(
            """
            UPDATE contact_merge SET undone_by = ?2, undone_at = ?3
            WHERE (winner = ?1 OR loser = ?1) AND undone_at IS NULL
            """)
        merges.bind(1, subject.row)
        merges.bind(2, record.user)
        merges.bind(3, record.at)
        try merges.run()
        try eraseRequests(where: "request.contact = \(subject.row)")
        let charges = try connection(
            """
            UPDATE charge SET subject_low = random(), subject_high = random()
            WHERE contact = ?1 AND datum = 'verification'
            """)
        charges.bind(1, subject.row)
        try charges.run()
        try eraseMail(of: subject, record)
        try eraseAccount(of: subject)
        try eraseMentions(of: subject)
        return try keep(record, team: subject.team)
    }

    /// Takes person, question and replies out of requests; what they cost stays.
    private func eraseRequests(where condition: String) throws(JournalError) {
        try eraseRows(where: condition)
        try connection.execute(
            """
            UPDATE attempt SET records = NULL, subject_low = NULL, subject_high = NULL
            WHERE id >> 16 IN (SELECT id FROM request WHERE \(condition));
            UPDATE request SET body = x'FF', question_low = random(), question_high = random() WHERE \(condition);
            """)
    }

    private func eraseMail(of subject: ErasureSubject, _ record: ErasureRecord) throws(JournalError) {
        let messages = try connection("UPDATE message SET address = NULL, reply = NULL WHERE contact = ?1")
        messages.bind(1, subject.row)
        try messages.run()
        let bounces = try connection("UPDATE bounce SET address = NULL WHERE contact = ?1")
        bounces.bind(1, subject.row)
        try bounces.run()
        for mark in record.marks where mark.kind == .email {
            let sent = try connection("UPDATE message SET address = NULL, reply = NULL WHERE address_hash = ?1")
            sent.bind(1, mark.hash)
            try sent.run()
            let bounced = try connection("UPDATE bounce SET address = NULL WHERE address_hash = ?1")
            bounced.bind(1, mark.hash)
            try bounced.run()
        }
    }

    /// A company is not the person: of one without a domain that nobody else belongs to, name and numbers go, and of
    /// every other the person's own numbers.
    private func eraseAccount(of subject: ErasureSubject) throws(JournalError) {
        guard let account = subject.account else { return }
        let phones = try connection("SELECT key, e164, raw FROM account_phone WHERE account = ?1")
        phones.bind(1, account)
        let numbers = try phones.all { (row) throws(JournalError) -> (key: String, value: SuppressionValue?) in
            let number = row.optionalText(1).map { PhoneNumber(e164: $0) }
            return (key: row.text(0), value: SuppressionValue.phone(number, raw: row.text(2)))
        }
        let others = try connection("SELECT 1 FROM contact WHERE account = ?1")
        others.bind(1, account)
        let owned = try connection("SELECT 1 FROM account WHERE id = ?1 AND domain IS NULL")
        owned.bind(1, account)
        let hasOthers = try others.exists()
        let isUnnamed = try owned.exists()
        let isPersons = isUnnamed && !hasOthers
        for number in numbers where isPersons || number.value.map({ subject.values.contains($0) }) ?? false {
            let delete = try connection("DELETE FROM account_phone WHERE account = ?1 AND key = ?2")
            delete.bind(1, account)
            delete.bind(2, number.key)
            try delete.run()
        }
        guard isPersons else { return }
        for table in Self.tablesOfAccount {
            try connection.execute("DELETE FROM \(table) WHERE account = \(account)")
        }
        let update = try connection(
            """
            UPDATE account SET name = NULL, owner = NULL, stage = NULL, office_phone_missed_at = NULL WHERE id = ?1
            """)
        update.bind(1, account)
        try update.run()
    }

    /// Drops what names the person elsewhere: raw replies to questions about others, and requests that led to another
    /// contact. Everything is looked at: this is done seldom.
    private func eraseMentions(of subject: ErasureSubject) throws(JournalError) {
        let needles = Needles(subject.texts)
        guard !needles.isEmpty else { return }
        let replies = try connection(
            """
            SELECT attempt.id, records FROM attempt JOIN request ON request.id = attempt.id >> 16
            WHERE request.team = ?1 AND records IS NOT NULL
            """)
        replies.bind(1, subject.team)
        var attempts: [Int64] = []
        try replies.forEach { (row) throws(JournalError) in
            if needles.areFound(in: row.bytes(1)) { attempts.append(row.int64(0)) }
        }
        for attempt in attempts {
            let update = try connection("UPDATE attempt SET records = NULL WHERE id = ?1 AND outcome IS NOT NULL")
            update.bind(1, attempt)
            try update.run()
        }
        let bodies = try connection("SELECT id, body FROM request WHERE team = ?1 AND outcome IS NOT NULL")
        bodies.bind(1, subject.team)
        var requests: [Int64] = []
        try bodies.forEach { (row) throws(JournalError) in
            if needles.areFound(in: row.bytes(1)) { requests.append(row.int64(0)) }
        }
        let rows = try connection(
            """
            SELECT run_row.run, number, text FROM run_row JOIN run ON run.id = run_row.run
            WHERE run.team = ?1 AND text IS NOT NULL
            """)
        rows.bind(1, subject.team)
        var mentions: [(run: Int64, number: Int64)] = []
        try rows.forEach { (row) throws(JournalError) in
            if needles.areFound(in: Array(row.text(2).utf8)) { mentions.append((row.int64(0), row.int64(1))) }
        }
        for row in mentions { try eraseRow(row.number, of: row.run) }
        for request in requests { try eraseRequests(where: "request.id = \(request)") }
    }

    /// Keeps the record in the database, with its entries in the suppression list.
    private func keep(_ record: ErasureRecord, team: Int64) throws(JournalError) -> Int {
        var count = 0
        for mark in record.marks {
            count += try suppress(
                mark.hash, mark.kind, reason: "erased", source: "erasure", user: record.user, at: record.at, team: team)
        }
        let insert = try connection(
            """
            INSERT INTO erasure(uid, team, hashes, user, at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (uid) DO UPDATE SET is_scrubbed = 0
            """)
        insert.bind(1, record.contact)
        insert.bind(2, record.team)
        insert.bind(3, record.hashes)
        insert.bind(4, record.user)
        insert.bind(5, record.at)
        try insert.run()
        try note("erase", "contact \(record.contact)", team: record.team, user: record.user, at: record.at)
        return count
    }

    // MARK: Again

    /// Erases again whom a copy of the store still has that was made before they were erased: by their id, and by
    /// whatever carries one of their values. Returns how many records the store did not know.
    func replay(_ records: [ErasureRecord]) throws(JournalError) -> Int {
        var count = 0
        for record in records {
            let known = try connection("SELECT 1 FROM erasure WHERE uid = ?1")
            known.bind(1, record.contact)
            if try known.exists() { continue }
            count += 1
            let team = try team(record.team).row
            var contacts = try carriers(of: record, team: team)
            if !contacts.contains(record.contact) { contacts.append(record.contact) }
            for contact in contacts {
                guard let subject = try subject(of: contact, team: team) else { continue }
                _ = try erase(subject, record)
            }
            _ = try keep(record, team: team)
        }
        return count
    }

    /// The contacts that carry an address or a profile of a record.
    private func carriers(of record: ErasureRecord, team: Int64) throws(JournalError) -> [ContactID] {
        let hashes = Set(record.marks.filter { $0.kind == .email || $0.kind == .linkedIn }.map(\.hash))
        guard !hashes.isEmpty else { return [] }
        let hash = try valueHash()
        return try contacts(of: team) { value in hashes.contains(hash.of(value)) }
    }

    /// The contacts of a team that have a value of which something holds.
    func contacts(of team: Int64, where holds: (SuppressionValue) -> Bool) throws(JournalError) -> [ContactID] {
        let select = try connection(
            """
            SELECT uid, linkedin_key, contact.email_key, name_domain_key, contact_email.address, contact_phone.e164
            FROM contact LEFT JOIN contact_email ON contact_email.contact = contact.id
                LEFT JOIN contact_phone ON contact_phone.contact = contact.id
            WHERE contact.team = ?1
            """)
        select.bind(1, team)
        var found: [ContactID] = []
        try select.forEach { (row) throws(JournalError) in
            let values = [
                row.optionalText(1).map { SuppressionValue.linkedIn($0) },
                row.optionalText(2).map { SuppressionValue.email($0) },
                row.optionalText(3).map { SuppressionValue(.person, key: $0) },
                row.optionalText(4).map { SuppressionValue.email($0) },
                row.optionalText(5).map { SuppressionValue(.phone, key: $0) },
            ].compactMap(\.self)
            guard values.contains(where: holds) else { return }
            let id: ContactID = try row.identifier(0)
            if found.last != id { found.append(id) }
        }
        return found
    }

    /// The records of the database, but for some.
    func erasures(except known: Set<ContactID>) throws(JournalError) -> [ErasureRecord] {
        let select = try connection("SELECT uid, team, user, hashes, at FROM erasure ORDER BY id")
        return try select.all { (row) throws(JournalError) in
            ErasureRecord(
                contact: try row.identifier(0), team: row.text(1), user: row.text(2),
                marks: ErasureRecord.marks(of: row.text(3)) ?? [], at: row.timestamp(4))
        }.filter { !known.contains($0.contact) }
    }

    /// True where something was erased and its bytes may be in the files still.
    func needsScrubbing() throws(JournalError) -> Bool {
        try connection("SELECT 1 FROM erasure WHERE is_scrubbed = 0 LIMIT 1").exists()
    }

    func noteScrubbed() throws(JournalError) {
        try connection("UPDATE erasure SET is_scrubbed = 1 WHERE is_scrubbed = 0").run()
    }
}
