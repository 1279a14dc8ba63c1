// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Identity
import WaterfallEngine

/// What users supply and edit. It is free, and no request overwrites it.
extension Books {
    /// Makes or edits a contact; returns its row, or nil where none has the id.
    func edit(_ edit: ContactEdit) throws(JournalError) -> Int64? {
        let team = try team(edit.team).row
        var contact: SavedContact
        switch edit.subject {
        case .contact(let id):
            guard let row = try connection.row(of: id, team: team), let found = try connection.contact(row: row) else {
                return nil
            }
            contact = found
        case .new(let id):
            if let row = try connection.row(of: id, team: team), let found = try connection.contact(row: row) {
                contact = found
            } else {
                contact = try make(id, edit, team: team)
            }
        }
        try set(edit.values, of: &contact, team: team)
        if let company = edit.company { try set(company, of: &contact, edit, team: team) }
        if !edit.values.isEmpty || edit.company != nil { try renewNameKey(of: &contact) }
        try update(contact)
        for email in edit.emails { try add(email, to: &contact, edit, team: team) }
        for phone in edit.phones { try add(phone, to: &contact) }
        try setFields(edit.fields, ofContact: contact.row)
        try setLists(add: edit.addedLists, remove: edit.removedLists, contact: contact, team: team)
        if let note = edit.note { try addNote(note, contact: contact.row, account: nil, by: edit.user, at: edit.at) }
        let stamp = try connection("UPDATE contact SET updated_at = ?2, edited = ?3 WHERE id = ?1")
        stamp.bind(1, contact.row)
        stamp.bind(2, edit.at)
        stamp.bind(3, contact.edited.rawValue)
        try stamp.run()
        return contact.row
    }

    private func make(_ id: ContactID, _ edit: ContactEdit, team: Int64) throws(JournalError) -> SavedContact {
        let insert = try connection("INSERT INTO contact(uid, team, created_at) VALUES (?1, ?2, ?3)")
        insert.bind(1, id)
        insert.bind(2, team)
        insert.bind(3, edit.at)
        try insert.run()
        return SavedContact(row: connection.lastInsertedRow, value: Contact(id: id, createdAt: edit.at))
    }

    private func set(
        _ values: [ContactField: String?], of contact: inout SavedContact, team: Int64
    ) throws(JournalError) {
        for (field, value) in values {
            contact.edited.insert(ContactFieldSet(field))
            switch field {
            case .firstName: contact.value.firstName = value
            case .lastName: contact.value.lastName = value
            case .title: contact.value.title = value
            case .linkedIn:
                if let value { try refuse(ProspectKeys(linkedIn: value), of: contact, team: team) }
                contact.value.linkedInURL = value
                contact.linkedInKey = value
            case .owner:
                let update = try connection("UPDATE contact SET owner = ?2 WHERE id = ?1")
                update.bind(1, contact.row)
                update.bind(2, value)
                try update.run()
            case .stage:
                let update = try connection("UPDATE contact SET stage = ?2 WHERE id = ?1")
                update.bind(1, contact.row)
                update.bind(2, value)
                try update.run()
            }
        }
        guard values.keys.contains(where: { $0 == .firstName || $0 == .lastName }) else { return }
        let parts = [contact.value.firstName, contact.value.lastName].compactMap(\.self)
        contact.value.fullName = parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    /// A profile or mailbox that is another contact's is not given to a second one: the two are to be merged.
    private func refuse(_ keys: ProspectKeys, of contact: SavedContact, team: Int64) throws(JournalError) {
        let other: ContactID?
        switch try connection.match(keys, team: team) {
        case .none: return
        case .one(let row):
            guard row != contact.row else { return }
            other = try connection.contact(row: row)?.value.id
        case .ambiguous: other = nil
        }
        let whose = other.map { "of contact \($0)" } ?? "of other contacts"
        let what = keys.linkedIn == nil ? "mailbox" : "profile"
        throw JournalError(.conflict, "this \(what) is that \(whose): merge the two if they are one person")
    }

    private func set(
        _ company: ContactEdit.Company, of contact: inout SavedContact, _ edit: ContactEdit, team: Int64
    ) throws(JournalError) {
        if let domain = company.domain {
            if let account = try connection.account(domain: domain, team: team) {
                if account.value.name == nil, let name = company.name {
                    try setName(name, ofAccount: account.row, at: edit.at)
                }
                (contact.accountRow, contact.value.accountID) = (account.row, account.value.id)
                return
            }
        } else if let row = contact.accountRow, let account = try connection.account(row: row) {
            if let name = company.name, account.value.name != name {
                try setName(name, ofAccount: account.row, at: edit.at)
            }
            return
        }
        var random = SystemRandomNumberGenerator()
        let value = Account(
            id: AccountID(at: edit.at, using: &random), domain: company.domain, name: company.name)
        let account = try makeAccount(value, team: team, at: edit.at)
        (contact.accountRow, contact.value.accountID) = (account.row, account.value.id)
    }

    private func setName(_ name: String, ofAccount account: Int64, at moment: Timestamp) throws(JournalError) {
        let update = try connection("UPDATE account SET name = ?2, updated_at = ?3 WHERE id = ?1")
        update.bind(1, account)
        update.bind(2, name)
        update.bind(3, moment)
        try update.run()
    }

    /// The key of name and domain follows what the name and the company now are.
    private func renewNameKey(of contact: inout SavedContact) throws(JournalError) {
        let name = try? PersonName(first: contact.value.firstName, last: contact.value.lastName)
        var domain: Domain?
        if let row = contact.accountRow {
            domain = try connection.account(row: row)?.value.domain.flatMap { Domain($0) }
        }
        guard let name, let domain else { return }
        contact.nameAtDomainKey = IdentityKeys(name: name, domain: domain).nameAtDomain
    }

    private func add(
        _ email: SuppliedEmail, to contact: inout SavedContact, _ edit: ContactEdit, team: Int64
    ) throws(JournalError) {
        guard !contact.value.emails.contains(where: { $0.address == email.address }) else { return }
        if let key = email.key { try refuse(ProspectKeys(email: key), of: contact, team: team) }
        try save(
            ContactEmail(
                address: email.address, status: .userManaged, reason: .notVerified, provider: email.provider,
                foundAt: email.foundAt ?? edit.at),
            key: email.key, to: &contact)
        if contact.emailKey == nil, let key = email.key {
            contact.emailKey = key
            let update = try connection("UPDATE contact SET email_key = ?2 WHERE id = ?1")
            update.bind(1, contact.row)
            update.bind(2, key)
            try update.run()
        }
        guard let status = email.status else { return }
        let update = try connection(
            "UPDATE contact_email SET supplied_status = ?3 WHERE contact = ?1 AND address = ?2")
        update.bind(1, contact.row)
        update.bind(2, email.address)
        update.bind(3, status.rawValue)
        try update.run()
    }

    private func add(_ phone: ContactPhone, to contact: inout SavedContact) throws(JournalError) {
        guard !contact.value.phones.contains(where: { $0.key == phone.key }) else { return }
        var phone = phone
        phone.isSupplied = true
        phone.wasAccessed = false
        try save(phone, isLocked: false, to: &contact)
        let update = try connection("UPDATE contact_phone SET is_supplied = 1 WHERE contact = ?1 AND key = ?2")
        update.bind(1, contact.row)
        update.bind(2, phone.key)
        try update.run()
    }

    private func setFields(_ fields: [String: String?], ofContact contact: Int64) throws(JournalError) {
        for (name, value) in fields {
            if let value {
                let insert = try connection(
                    """
                    INSERT INTO contact_field(contact, name, value) VALUES (?1, ?2, ?3)
                    ON CONFLICT (contact, name) DO UPDATE SET value = excluded.value
                    """)
                insert.bind(1, contact)
                insert.bind(2, name)
                insert.bind(3, value)
                try insert.run()
            } else {
                let delete = try connection("DELETE FROM contact_field WHERE contact = ?1 AND name = ?2")
                delete.bind(1, contact)
                delete.bind(2, name)
                try delete.run()
            }
        }
    }

    private func setLists(
        add: [String], remove: [String], contact: SavedContact, team: Int64
    ) throws(JournalError) {
        for name in add {
            let insert = try connection(
                "INSERT INTO list_contact(contact, list) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            insert.bind(1, contact.row)
            insert.bind(2, try list(name, team: team))
            try insert.run()
        }
        for name in remove {
            let delete = try connection(
                """
                DELETE FROM list_contact WHERE list IN (SELECT id FROM list WHERE team = ?2 AND name = ?3)
                    AND (contact = ?1 OR contact IN (SELECT id FROM contact WHERE merged_into = ?1))
                """)
            delete.bind(1, contact.row)
            delete.bind(2, team)
            delete.bind(3, name)
            try delete.run()
        }
    }

    /// The row of a list, made where it is new.
    func list(_ name: String, team: Int64) throws(JournalError) -> Int64 {
        let insert = try connection("INSERT INTO list(team, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        insert.bind(1, team)
        insert.bind(2, name)
        try insert.run()
        let select = try connection("SELECT id FROM list WHERE team = ?1 AND name = ?2")
        select.bind(1, team)
        select.bind(2, name)
        guard let row = try select.first({ (row) throws(JournalError) in row.int64(0) }) else {
            throw .damaged("a list is missing")
        }
        return row
    }

    func addNote(
        _ text: String, contact: Int64?, account: Int64?, by user: String, at moment: Timestamp
    ) throws(JournalError) {
        let insert = try connection("INSERT INTO note(contact, account, text, user, at) VALUES (?1, ?2, ?3, ?4, ?5)")
        insert.bind(1, contact)
        insert.bind(2, account)
        insert.bind(3, text)
        insert.bind(4, user)
        insert.bind(5, moment)
        try insert.run()
    }
}
