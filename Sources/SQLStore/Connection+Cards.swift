// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Contacts and accounts with everything that the team keeps beside their data.
extension Connection {
    /// - Parameter isWhole: with notes and prices.
    func card(row: Int64, isWhole: Bool) throws(JournalError) -> ContactCard? {
        guard let saved = try contact(row: row) else { return nil }
        var card = ContactCard(contact: saved.value, edited: saved.edited.fields)
        if let account = saved.accountRow { card.account = try self.account(row: account)?.value }
        let family = saved.merges > 0 ? try self.family(of: saved.row) : [saved.row]
        var lists: Set<String> = []
        for row in family {
            try addOwn(of: row, to: &card, isFirst: row == saved.row)
            let select = try self("SELECT name FROM list_contact JOIN list ON list.id = list WHERE contact = ?1")
            select.bind(1, row)
            try select.forEach { (row) throws(JournalError) in lists.insert(row.text(0)) }
            let fields = try self("SELECT name, value FROM contact_field WHERE contact = ?1")
            fields.bind(1, row)
            try fields.forEach { (row) throws(JournalError) in
                let field = CustomField(row.text(0), row.text(1))
                if !card.fields.contains(where: { $0.name == field.name }) { card.fields.append(field) }
            }
            let supplied = try self(
                "SELECT address, supplied_status FROM contact_email WHERE contact = ?1 AND supplied_status IS NOT NULL")
            supplied.bind(1, row)
            try supplied.forEach { (row) throws(JournalError) in
                card.suppliedStatuses[row.text(0)] = try row.word(1)
            }
        }
        card.lists = lists.sorted()
        card.fields.sort { $0.name < $1.name }
        guard isWhole else { return card }
        for row in family { card.notes += try notes(ofContact: row) }
        card.notes.sort { $0.at < $1.at }
        card.prices = try prices(of: saved.value, rows: family)
        return card
    }

    private func addOwn(of row: Int64, to card: inout ContactCard, isFirst: Bool) throws(JournalError) {
        let select = try self("SELECT uid, owner, stage, updated_at, is_ambiguous FROM contact WHERE id = ?1")
        select.bind(1, row)
        typealias Own = (id: ContactID, owner: String?, stage: String?, updatedAt: Timestamp?, isAmbiguous: Bool)
        let found = try select.first { (row) throws(JournalError) -> Own in
            (try row.identifier(0), row.optionalText(1), row.optionalText(2), row.optionalTimestamp(3), row.bool(4))
        }
        guard let found else { return }
        if isFirst {
            card.isAmbiguous = found.isAmbiguous
            card.updatedAt = found.updatedAt
            card.owner = found.owner
            card.stage = found.stage
            return
        }
        card.merged.append(found.id)
        if !card.edited.contains(.owner) { card.owner = card.owner ?? found.owner }
        if !card.edited.contains(.stage) { card.stage = card.stage ?? found.stage }
    }

    private func notes(ofContact row: Int64) throws(JournalError) -> [CardNote] {
        let select = try self("SELECT text, user, at FROM note WHERE contact = ?1 ORDER BY id")
        select.bind(1, row)
        return try select.all { (row) throws(JournalError) in
            CardNote(text: row.text(0), user: row.text(1), at: row.timestamp(2))
        }
    }

    /// What was charged for a contact's data, and not refunded. An email's charge is found by the hash of its address.
    private func prices(of contact: Contact, rows: [Int64]) throws(JournalError) -> DatumPrices {
        var prices = DatumPrices()
        let hash = try valueHash()
        let addresses = contact.emails.map { (address: $0.address, hash: hash.email($0.address)) }
        let questions = contact.emails.map { email in
            (
                address: email.address,
                question: QueryFingerprint(.email(EmailCandidate(email.address, grade: .unverified)))
            )
        }
        for row in rows {
            let select = try self(
                """
                SELECT datum, amount, value_hash, subject_high, subject_low FROM charge
                WHERE contact = ?1 AND refunded_by IS NULL
                """)
            select.bind(1, row)
            try select.forEach { (row) throws(JournalError) in
                let credits = Credits(millis: row.int64(1))
                switch try row.word(0, as: Datum.self) {
                case .email:
                    let hash = row.bytes(2)
                    for (address, own) in addresses where own == hash {
                        prices.emails[address, default: .zero] = prices.emails[address, default: .zero] + credits
                    }
                case .phone: prices.phones = (prices.phones ?? .zero) + credits
                case .verification:
                    let asked = row.fingerprint(high: 3, low: 4)
                    for (address, question) in questions where question == asked {
                        prices.verifications[address] = (prices.verifications[address] ?? .zero) + credits
                    }
                }
            }
        }
        return prices
    }

    func accountCard(row: Int64, isWhole: Bool) throws(JournalError) -> AccountCard? {
        guard let saved = try account(row: row) else { return nil }
        let select = try self(
            """
            SELECT owner, stage, updated_at, created_at,
                (SELECT COUNT(*) FROM contact WHERE contact.account = account.id AND merged_into IS NULL)
            FROM account WHERE id = ?1
            """)
        select.bind(1, row)
        let found = try select.first { (row) throws(JournalError) in
            AccountCard(
                account: saved.value, owner: row.optionalText(0), stage: row.optionalText(1),
                contacts: Int(row.int64(4)), createdAt: row.timestamp(3), updatedAt: row.optionalTimestamp(2))
        }
        guard var card = found else { return nil }
        let lists = try self(
            "SELECT name FROM list_account JOIN list ON list.id = list WHERE account = ?1 ORDER BY name")
        lists.bind(1, row)
        card.lists = try lists.all { (row) throws(JournalError) in row.text(0) }
        let fields = try self("SELECT name, value FROM account_field WHERE account = ?1 ORDER BY name")
        fields.bind(1, row)
        card.fields = try fields.all { (row) throws(JournalError) in CustomField(row.text(0), row.text(1)) }
        guard isWhole else { return card }
        let notes = try self("SELECT text, user, at FROM note WHERE account = ?1 ORDER BY id")
        notes.bind(1, row)
        card.notes = try notes.all { (row) throws(JournalError) in
            CardNote(text: row.text(0), user: row.text(1), at: row.timestamp(2))
        }
        return card
    }

    func row(of account: AccountID, team: Int64) throws(JournalError) -> Int64? {
        let select = try self("SELECT id FROM account WHERE uid = ?1 AND team = ?2")
        select.bind(1, account)
        select.bind(2, team)
        return try select.first { (row) throws(JournalError) in row.int64(0) }
    }
}
