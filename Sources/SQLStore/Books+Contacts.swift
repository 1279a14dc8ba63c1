// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

extension Books {
    /// Finds or makes the contact and the account of a request, for what is known now.
    func resolve(
        _ settlement: Settlement, _ book: OpenRequestBook, found: FoundKeys?
    ) throws(JournalError) -> SettlingState {
        var account = try saveAccount(settlement, book)
        if let office = settlement.officePhones, account != nil {
            try save(office, at: settlement.settledAt, to: &account)
        }
        var keys = settlement.request.prospect.keys
        keys.email = keys.email ?? found?.email
        var isAmbiguous = false
        var row = book.contact
        if row == nil {
            switch try connection.match(settlement.request, book.question, keys, team: book.team.row) {
            case .one(let match): row = match
            case .none: break
            case .ambiguous: isAmbiguous = true
            }
        }
        if row == nil, !isAmbiguous, let found {
            row = try contact(ofProfileIn: found, named: settlement.request.prospect.fullName, team: book.team.row)
        }
        if let row, var contact = try connection.contact(row: row) {
            try mergeWhere(found, showsThat: &contact, settlement, book)
            if account == nil, let known = contact.accountRow { account = try connection.account(row: known) }
            try complete(&contact, keys, settlement, account)
            return SettlingState(book: book, contact: contact, account: account, foundKey: found?.email)
        }
        let contact = try makeContact(keys, settlement, book, account, isAmbiguous: isAmbiguous)
        return SettlingState(book: book, contact: contact, account: account, foundKey: found?.email)
    }

    private func makeContact(
        _ keys: ProspectKeys, _ settlement: Settlement, _ book: OpenRequestBook, _ account: SavedAccount?,
        isAmbiguous: Bool
    ) throws(JournalError) -> SavedContact {
        let prospect = settlement.request.prospect
        let value = Contact(
            id: book.id.derived(1), accountID: account?.value.id, firstName: prospect.firstName,
            lastName: prospect.lastName, fullName: prospect.fullName, title: prospect.title ?? settlement.person.title,
            linkedInURL: prospect.linkedInURL ?? settlement.person.linkedInURL, createdAt: settlement.settledAt)
        let insert = try connection(
            """
            INSERT INTO contact(
                uid, team, account, linkedin_key, email_key, name_domain_key, first_name, last_name, full_name, title,
                linkedin_url, is_ambiguous, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """)
        insert.bind(1, value.id)
        insert.bind(2, book.team.row)
        insert.bind(3, account?.row)
        insert.bind(4, keys.linkedIn)
        insert.bind(5, keys.email)
        insert.bind(6, keys.nameAtDomain)
        insert.bind(7, value.firstName)
        insert.bind(8, value.lastName)
        insert.bind(9, value.fullName)
        insert.bind(10, value.title)
        insert.bind(11, value.linkedInURL)
        insert.bind(12, isAmbiguous)
        insert.bind(13, value.createdAt)
        try insert.run()
        var contact = SavedContact(
            row: connection.lastInsertedRow, value: value, emailKey: keys.email, linkedInKey: keys.linkedIn,
            nameAtDomainKey: keys.nameAtDomain, accountRow: account?.row)
        try saveSuppliedEmail(settlement, to: &contact)
        return contact
    }

    /// Fills what a contact lacks. What it has stays.
    private func complete(
        _ contact: inout SavedContact, _ keys: ProspectKeys, _ settlement: Settlement, _ account: SavedAccount?
    ) throws(JournalError) {
        let prospect = settlement.request.prospect
        let before = (contact.value, contact.emailKey, contact.linkedInKey, contact.nameAtDomainKey)
        let edited = contact.edited
        func fill(_ field: inout String?, _ value: String?, _ other: String? = nil, _ mark: ContactFieldSet = []) {
            if edited.isDisjoint(with: mark) || mark.isEmpty { field = field ?? value ?? other }
        }
        fill(&contact.value.firstName, prospect.firstName, nil, .firstName)
        fill(&contact.value.lastName, prospect.lastName, nil, .lastName)
        fill(&contact.value.fullName, prospect.fullName, nil, [.firstName, .lastName])
        fill(&contact.value.title, prospect.title, settlement.person.title, .title)
        fill(&contact.value.linkedInURL, prospect.linkedInURL, settlement.person.linkedInURL, .linkedIn)
        fill(&contact.emailKey, keys.email)
        fill(&contact.linkedInKey, keys.linkedIn, nil, .linkedIn)
        fill(&contact.nameAtDomainKey, keys.nameAtDomain)
        contact.accountRow = contact.accountRow ?? account?.row
        contact.value.accountID = contact.value.accountID ?? account?.value.id
        if before != (contact.value, contact.emailKey, contact.linkedInKey, contact.nameAtDomainKey) {
            try update(contact)
        }
        try saveSuppliedEmail(settlement, to: &contact)
    }

    /// Writes what is a contact's own; what it shows of contacts that were merged into it stays theirs.
    func update(_ contact: SavedContact) throws(JournalError) {
        let contact = contact.own
        let update = try connection(
            """
            UPDATE contact SET account = ?2, linkedin_key = ?3, email_key = ?4, name_domain_key = ?5, first_name = ?6,
                last_name = ?7, full_name = ?8, title = ?9, linkedin_url = ?10
            WHERE id = ?1
            """)
        update.bind(1, contact.row)
        update.bind(2, contact.accountRow)
        update.bind(3, contact.linkedInKey)
        update.bind(4, contact.emailKey)
        update.bind(5, contact.nameAtDomainKey)
        update.bind(6, contact.value.firstName)
        update.bind(7, contact.value.lastName)
        update.bind(8, contact.value.fullName)
        update.bind(9, contact.value.title)
        update.bind(10, contact.value.linkedInURL)
        try update.run()
    }

    /// Keeps the address that the user knows beside what providers find.
    private func saveSuppliedEmail(_ settlement: Settlement, to contact: inout SavedContact) throws(JournalError) {
        guard let address = settlement.request.prospect.email else { return }
        guard !contact.value.emails.contains(where: { $0.address == address }) else { return }
        try save(
            ContactEmail(
                address: address, status: .userManaged, reason: .notVerified, foundAt: settlement.settledAt),
            key: settlement.request.prospect.keys.email, to: &contact)
    }

    /// Puts an email on a contact, or brings the one of the same address up to date. A worse word never replaces a
    /// better one, and the user's own and bounced addresses stay as they are.
    func save(
        _ email: ContactEmail, key: String? = nil, to contact: inout SavedContact
    ) throws(JournalError) {
        var email = email
        switch email.status {
        case .invalid, .unavailable: return
        case .verified, .catchAll, .unverified, .guessed, .locked, .bounced, .userManaged: break
        }
        if let index = contact.value.emails.firstIndex(where: { $0.address == email.address }) {
            guard email.mayReplace(contact.value.emails[index]) else { return }
            email.verdict = contact.value.emails[index].verdict
            contact.value.emails.remove(at: index)
        }
        let insert = try connection(
            """
            INSERT INTO contact_email(
                contact, address, email_key, status, reason, provider, verified_by, confidence, was_charged, found_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (contact, address) DO UPDATE SET status = excluded.status, reason = excluded.reason,
                provider = excluded.provider, verified_by = excluded.verified_by, confidence = excluded.confidence,
                was_charged = excluded.was_charged, found_at = excluded.found_at
            """)
        insert.bind(1, contact.row)
        insert.bind(2, email.address)
        insert.bind(3, contact.isKnown(byMailbox: key) ? nil : key)
        insert.bind(4, email.status.rawValue)
        insert.bind(5, email.reason.rawValue)
        insert.bind(6, email.provider?.rawValue)
        insert.bind(7, email.verifiedBy?.rawValue)
        insert.bind(8, email.confidence)
        insert.bind(9, email.wasCharged)
        insert.bind(10, email.foundAt)
        try insert.run()
        // A locked address is not shown, so its row can't be told here from another's.
        guard !contact.value.emails.contains(where: { $0.status == .locked }) else {
            contact.value.emails = try connection.contact(row: contact.row)?.value.emails ?? []
            return
        }
        contact.value.emails.append(email.withheldWhereLocked)
        if contact.value.emails.count > 1 { contact.value.emails.sort(by: ContactEmail.isBetter) }
    }

    /// Puts a number on a contact, or brings the same number up to date. What was obtained stays obtained.
    func save(_ phone: ContactPhone, isLocked: Bool, to contact: inout SavedContact) throws(JournalError) {
        let insert = try connection(
            """
            INSERT INTO contact_phone(
                contact, key, e164, extension, raw, type, status, do_not_call, provider, was_accessed, is_locked,
                found_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT (contact, key) DO UPDATE SET type = excluded.type, status = excluded.status,
                do_not_call = excluded.do_not_call, provider = excluded.provider, is_supplied = 0,
                was_accessed = max(was_accessed, excluded.was_accessed), is_locked = min(is_locked, excluded.is_locked)
            """)
        insert.bind(1, contact.row)
        insert.bind(2, phone.key)
        insert.bind(3, phone.number?.e164)
        insert.bind(4, phone.number?.extension)
        insert.bind(5, phone.raw)
        insert.bind(6, phone.type.rawValue)
        insert.bind(7, phone.status.rawValue)
        insert.bind(8, phone.doNotCall.rawValue)
        insert.bind(9, phone.provider?.rawValue)
        insert.bind(10, phone.wasAccessed && !isLocked)
        insert.bind(11, isLocked)
        insert.bind(12, phone.foundAt)
        try insert.run()
        if let index = contact.value.phones.firstIndex(where: { $0.key == phone.key }) {
            var merged = phone
            merged.raw = contact.value.phones[index].raw
            merged.wasAccessed = !isLocked && phone.wasAccessed || contact.value.phones[index].wasAccessed
            merged.foundAt = contact.value.phones[index].foundAt
            contact.value.phones[index] = merged
        } else if !isLocked {
            contact.value.phones.append(phone)
        }
    }
}

extension SavedContact {
    /// True where a mailbox is a key of the contact already, or of one that was merged into it.
    func isKnown(byMailbox key: String?) -> Bool {
        guard let key else { return true }
        return key == emailKey || merges > 0 && borrowed.emailKeys.contains(key)
    }
}

extension ContactEmail {
    fileprivate func mayReplace(_ old: ContactEmail) -> Bool {
        switch old.status {
        case .userManaged, .bounced: false
        case .verified: status == .verified || status == .catchAll
        case .catchAll: status == .verified || status == .catchAll || status == .locked && !old.wasCharged
        case .unverified: status != .guessed
        case .guessed, .locked, .invalid, .unavailable: true
        }
    }

    /// A locked value is kept, and not shown.
    var withheldWhereLocked: ContactEmail {
        guard status == .locked else { return self }
        var email = self
        email.address = ""
        return email
    }
}

extension ContactPhone {
    /// What makes two numbers the same: number and extension, or the raw text where it is no number.
    var key: String {
        guard let number else { return raw }
        return number.extension.map { "\(number.e164);\($0)" } ?? number.e164
    }
}

extension Identifier {
    /// An id of something else that this one brings about, once: the same bits under a mask that keeps the UUID's
    /// version and variant.
    func derived<Other>(_ mask: UInt64) -> Identifier<Other> {
        Identifier<Other>(high: high, low: low ^ mask)
    }
}
