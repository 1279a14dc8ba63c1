// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

extension Books {
    /// Finds the company of a request's prospect, or makes it; nil where nothing names one.
    func saveAccount(_ settlement: Settlement, _ book: OpenRequestBook) throws(JournalError) -> SavedAccount? {
        let prospect = settlement.request.prospect
        let name = prospect.companyName ?? settlement.person.companyName
        guard let domain = prospect.domain ?? settlement.person.companyDomain else {
            // Without a domain nothing makes two companies the same: it belongs to the contact alone.
            guard book.contact == nil, name != nil || settlement.officePhones != nil else { return nil }
            if case .one = try connection.match(prospect.keys, team: book.team.row) { return nil }
            return try makeAccount(domain: nil, name: name, settlement, book)
        }
        guard var account = try connection.account(domain: domain, team: book.team.row) else {
            return try makeAccount(domain: domain, name: name, settlement, book)
        }
        if account.value.name == nil, let name {
            let update = try connection("UPDATE account SET name = ?2 WHERE id = ?1")
            update.bind(1, account.row)
            update.bind(2, name)
            try update.run()
            account.value.name = name
        }
        return account
    }

    private func makeAccount(
        domain: String?, name: String?, _ settlement: Settlement, _ book: OpenRequestBook
    ) throws(JournalError) -> SavedAccount {
        try makeAccount(
            Account(id: book.id.derived(2), domain: domain, name: name), team: book.team.row, at: settlement.settledAt)
    }

    func makeAccount(_ value: Account, team: Int64, at moment: Timestamp) throws(JournalError) -> SavedAccount {
        let insert = try connection(
            "INSERT INTO account(uid, team, domain, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)")
        insert.bind(1, value.id)
        insert.bind(2, team)
        insert.bind(3, value.domain)
        insert.bind(4, value.name)
        insert.bind(5, moment)
        try insert.run()
        return SavedAccount(row: connection.lastInsertedRow, value: value)
    }

    /// Puts the office-phone look-up's numbers on the account, or remembers that there are none.
    func save(
        _ result: OfficePhoneResult, at moment: Timestamp, to account: inout SavedAccount?
    ) throws(JournalError) {
        guard var saved = account else { return }
        for finding in result.phones where finding.status != .invalidNumber {
            let phone = ContactPhone(
                number: finding.number, raw: finding.raw, type: finding.type, status: finding.status,
                doNotCall: finding.doNotCall, provider: finding.provider, foundAt: moment)
            try save(phone, toAccount: saved.row)
            if let index = saved.value.officePhones.firstIndex(where: { $0.key == phone.key }) {
                if saved.value.officePhones[index].isSupplied { continue }
                saved.value.officePhones[index].type = phone.type
                saved.value.officePhones[index].status = phone.status
                saved.value.officePhones[index].doNotCall = phone.doNotCall
            } else {
                saved.value.officePhones.insert(phone, at: 0)
            }
        }
        if result.phones.isEmpty, result.isConfirmedMiss {
            let update = try connection("UPDATE account SET office_phone_missed_at = ?2 WHERE id = ?1")
            update.bind(1, saved.row)
            update.bind(2, moment)
            try update.run()
            saved.value.officePhoneMissedAt = moment
        }
        account = saved
    }

    /// A number that is known keeps its provider and its day: a look-up that is answered by the account is no news.
    func save(_ phone: ContactPhone, toAccount account: Int64) throws(JournalError) {
        let insert = try connection(
            """
            INSERT INTO account_phone(
                account, key, e164, extension, raw, type, status, do_not_call, provider, found_at, is_supplied)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (account, key) DO UPDATE SET type = excluded.type, status = excluded.status,
                do_not_call = excluded.do_not_call WHERE is_supplied = 0
            """)
        insert.bind(1, account)
        insert.bind(2, phone.key)
        insert.bind(3, phone.number?.e164)
        insert.bind(4, phone.number?.extension)
        insert.bind(5, phone.raw)
        insert.bind(6, phone.type.rawValue)
        insert.bind(7, phone.status.rawValue)
        insert.bind(8, phone.doNotCall.rawValue)
        insert.bind(9, phone.provider?.rawValue)
        insert.bind(10, phone.foundAt)
        insert.bind(11, phone.isSupplied)
        try insert.run()
    }
}
