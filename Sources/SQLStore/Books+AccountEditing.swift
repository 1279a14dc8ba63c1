// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// What users edit of accounts.
extension Books {
    /// Edits an account; returns its row, or nil where none has the id.
    func edit(_ edit: AccountEdit) throws(JournalError) -> Int64? {
        let team = try team(edit.team).row
        guard let row = try row(of: edit.subject, team: team, at: edit.at) else { return nil }
        if let name = edit.name { try set(name, "name", of: row) }
        if let owner = edit.owner { try set(owner, "owner", of: row) }
        if let stage = edit.stage { try set(stage, "stage", of: row) }
        for var phone in edit.phones {
            phone.isSupplied = true
            try save(phone, toAccount: row)
        }
        for (name, value) in edit.fields { try setField(name, value, ofAccount: row) }
        for name in edit.addedLists {
            let insert = try connection(
                "INSERT INTO list_account(account, list) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            insert.bind(1, row)
            insert.bind(2, try list(name, team: team))
            try insert.run()
        }
        for name in edit.removedLists {
            let delete = try connection(
                """
                DELETE FROM list_account
                WHERE account = ?1 AND list IN (SELECT id FROM list WHERE team = ?2 AND name = ?3)
                """)
            delete.bind(1, row)
            delete.bind(2, team)
            delete.bind(3, name)
            try delete.run()
        }
        if let note = edit.note { try addNote(note, contact: nil, account: row, by: edit.user, at: edit.at) }
        let stamp = try connection("UPDATE account SET updated_at = ?2 WHERE id = ?1")
        stamp.bind(1, row)
        stamp.bind(2, edit.at)
        try stamp.run()
        return row
    }

    private func row(
        of subject: AccountEdit.Subject, team: Int64, at moment: Timestamp
    ) throws(JournalError) -> Int64? {
        switch subject {
        case .account(let id): return try connection.row(of: id, team: team)
        case .domain(let domain, let id):
            if let known = try connection.account(domain: domain, team: team) { return known.row }
            return try makeAccount(Account(id: id, domain: domain), team: team, at: moment).row
        }
    }

    private func set(_ value: String?, _ column: String, of account: Int64) throws(JournalError) {
        let update =
            switch column {
            case "name": try connection("UPDATE account SET name = ?2 WHERE id = ?1")
            case "owner": try connection("UPDATE account SET owner = ?2 WHERE id = ?1")
            default: try connection("UPDATE account SET stage = ?2 WHERE id = ?1")
            }
        update.bind(1, account)
        update.bind(2, value)
        try update.run()
    }

    private func setField(_ name: String, _ value: String?, ofAccount account: Int64) throws(JournalError) {
        guard let value else {
            let delete = try connection("DELETE FROM account_field WHERE account = ?1 AND name = ?2")
            delete.bind(1, account)
            delete.bind(2, name)
            return try delete.run()
        }
        let insert = try connection(
            """
            INSERT INTO account_field(account, name, value) VALUES (?1, ?2, ?3)
            ON CONFLICT (account, name) DO UPDATE SET value = excluded.value
            """)
        insert.bind(1, account)
        insert.bind(2, name)
        insert.bind(3, value)
        try insert.run()
    }
}
