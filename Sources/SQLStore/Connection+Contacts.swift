// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A contact with its row.
struct SavedContact {
    var row: Int64
    var value: Contact
    /// The key of the first email; others are with the emails.
    var emailKey: String?
    var linkedInKey: String?
    var nameAtDomainKey: String?
    var accountRow: Int64?
    /// What a user edited, which stays.
    var edited: ContactFieldSet = []
    /// How many contacts were merged into it.
    var merges: Int64 = 0
    /// What is shown and is a merged contact's, not its own.
    var borrowed = BorrowedFields()
}

/// An account with its row.
struct SavedAccount {
    var row: Int64
    var value: Account
}

/// What the identity rule says of a prospect (`semantics.md`, 8).
enum ContactMatch {
    case none
    case one(Int64)
    /// More than one contact: a new one is made, and flagged.
    case ambiguous
}

/// Contacts that share a key and are looked at: more than a handful is ambiguous anyway.
private let maximumMatches: Int64 = 16

extension Connection {
    /// Finds the contact of a prospect: by LinkedIn URL, else by mailbox, else by name and domain. Different LinkedIn
    /// URLs veto the weaker two.
    func match(_ keys: ProspectKeys, team: Int64) throws(JournalError) -> ContactMatch {
        if let key = keys.linkedIn {
            let select = try self(
                "SELECT COALESCE(merged_into, id), NULL FROM contact WHERE linkedin_key = ?1 AND team = ?2 LIMIT ?3")
            if let found = try match(select, key: key, team: team, linkedIn: nil) { return found }
        }
        if let key = keys.email {
            let select = try self(
                """
                SELECT COALESCE(merged_into, id), CASE WHEN merged_into IS NULL THEN linkedin_key ELSE COALESCE(
                    (SELECT winner.linkedin_key FROM contact AS winner WHERE winner.id = contact.merged_into),
                    linkedin_key) END
                FROM contact WHERE email_key = ?1 AND team = ?2
                UNION ALL
                SELECT COALESCE(merged_into, contact.id), CASE WHEN merged_into IS NULL THEN linkedin_key ELSE COALESCE(
                    (SELECT winner.linkedin_key FROM contact AS winner WHERE winner.id = contact.merged_into),
                    linkedin_key) END
                FROM contact_email JOIN contact ON contact.id = contact_email.contact
                WHERE contact_email.email_key = ?1 AND contact.team = ?2
                LIMIT ?3
                """)
            if let found = try match(select, key: key, team: team, linkedIn: keys.linkedIn) { return found }
        }
        if let key = keys.nameAtDomain {
            let select = try self(
                """
                SELECT COALESCE(merged_into, id), CASE WHEN merged_into IS NULL THEN linkedin_key ELSE COALESCE(
                    (SELECT winner.linkedin_key FROM contact AS winner WHERE winner.id = contact.merged_into),
                    linkedin_key) END
                FROM contact WHERE name_domain_key = ?1 AND team = ?2 LIMIT ?3
                """)
            if let found = try match(select, key: key, team: team, linkedIn: keys.linkedIn) { return found }
        }
        return .none
    }

    /// Finds the contact of a request's prospect. A mailbox that identifies no one is that of its last verification, so
    /// that verifying it again makes no other.
    func match(
        _ request: DataRequest, _ question: QueryFingerprint, _ keys: ProspectKeys, team: Int64
    ) throws(JournalError) -> ContactMatch {
        let match = try match(keys, team: team)
        if case .one = match { return match }
        guard request.isVerification else { return match }
        let select = try self(
            """
            SELECT contact FROM request
            WHERE question_low = ?1 AND question_high = ?2 AND team = ?3 AND contact IS NOT NULL
            ORDER BY id DESC LIMIT 1
            """)
        select.bind(1, Int64(bitPattern: question.low))
        select.bind(2, Int64(bitPattern: question.high))
        select.bind(3, team)
        return try select.first { (row) throws(JournalError) in .one(row.int64(0)) } ?? match
    }

    private func match(
        _ select: Statement, key: String, team: Int64, linkedIn: String?
    ) throws(JournalError) -> ContactMatch? {
        select.bind(1, key)
        select.bind(2, team)
        select.bind(3, maximumMatches)
        var rows: [Int64] = []
        try select.forEach { (row) throws(JournalError) in
            if let linkedIn, let other = row.optionalText(1), other != linkedIn { return }
            if !rows.contains(row.int64(0)) { rows.append(row.int64(0)) }
        }
        guard let first = rows.first else { return nil }
        return rows.count == 1 ? .one(first) : .ambiguous
    }

    /// Reads a contact with its emails, numbers and charges, and those of the contacts that were merged into it; of a
    /// merged one, the contact that it was merged into.
    func contact(row id: Int64) throws(JournalError) -> SavedContact? {
        guard let own = try ownContact(row: id) else { return nil }
        guard let winner = own.mergedInto else { return try own.contact.merges == 0 ? own.contact : whole(own.contact) }
        return try contact(row: winner)
    }

    /// Reads what is a contact's own.
    func ownContact(row id: Int64) throws(JournalError) -> (contact: SavedContact, mergedInto: Int64?)? {
        let select = try self(
            """
            SELECT contact.uid, account.uid, first_name, last_name, full_name, title, linkedin_url, contact.created_at,
                linkedin_key, email_key, name_domain_key, contact.account, edited, merged_into, merges,
                is_suppressed
            FROM contact LEFT JOIN account ON account.id = contact.account WHERE contact.id = ?1
            """)
        select.bind(1, id)
        var winner: Int64?
        let found = try select.first { (row) throws(JournalError) in
            winner = row.optionalInt64(13)
            return SavedContact(
                row: id,
                value: Contact(
                    id: try row.identifier(0), accountID: row.isNull(1) ? nil : try row.identifier(1),
                    firstName: row.optionalText(2), lastName: row.optionalText(3), fullName: row.optionalText(4),
                    title: row.optionalText(5), linkedInURL: row.optionalText(6), createdAt: row.timestamp(7),
                    isSuppressed: row.bool(15)),
                emailKey: row.optionalText(9), linkedInKey: row.optionalText(8),
                nameAtDomainKey: row.optionalText(10), accountRow: row.optionalInt64(11),
                edited: ContactFieldSet(rawValue: row.int64(12)), merges: row.int64(14))
        }
        guard var contact = found else { return nil }
        if contact.value.isSuppressed {
            contact.value.linkedInURL = nil
        } else {
            contact.value.emails = try emails(of: id)
            contact.value.phones = try phones(of: id)
        }
        contact.value.charged = try charged(of: id)
        return (contact, winner)
    }

    /// Verified mailboxes of an account's people, newest first.
    func mailboxes(at domain: String, team: Int64, limit: Int) throws(JournalError) -> [KnownMailbox] {
        let select = try self(
            """
            SELECT address, first_name, last_name, full_name
            FROM account JOIN contact ON contact.account = account.id
                JOIN contact_email ON contact_email.contact = contact.id
            WHERE account.team = ?1 AND account.domain = ?2 AND is_suppressed = 0
                AND (status = 'verified' OR verdict = 'verified')
            ORDER BY contact.id DESC LIMIT ?3
            """)
        select.bind(1, team)
        select.bind(2, domain)
        select.bind(3, Int64(limit))
        return try select.all { row in
            KnownMailbox(
                row.text(0), firstName: row.optionalText(1), lastName: row.optionalText(2),
                fullName: row.optionalText(3))
        }
    }

    func emails(of contact: Int64) throws(JournalError) -> [ContactEmail] {
        let select = try self(
            """
            SELECT address, status, reason, provider, verified_by, confidence, was_charged, found_at,
                verdict, verdict_reason, verdict_suggestion, verdict_by, judged_at, holds_until
            FROM contact_email WHERE contact = ?1
            """)
        select.bind(1, contact)
        let emails = try select.all { (row) throws(JournalError) in
            ContactEmail(
                address: row.text(0), status: try row.word(1), reason: try row.word(2),
                provider: row.optionalText(3).map { ProviderID(rawValue: $0) },
                verifiedBy: row.optionalText(4).map { ProviderID(rawValue: $0) }, confidence: row.optionalDouble(5),
                wasCharged: row.bool(6), verdict: row.isNull(8) ? nil : try row.verdict(), foundAt: row.timestamp(7))
        }
        return emails.map(\.withheldWhereLocked).sorted(by: ContactEmail.isBetter)
    }

    private func phones(of contact: Int64) throws(JournalError) -> [ContactPhone] {
        let select = try self(
            """
            SELECT e164, extension, raw, type, status, do_not_call, provider, found_at, is_supplied, was_accessed
            FROM contact_phone WHERE contact = ?1 AND is_locked = 0 AND is_suppressed = 0 ORDER BY found_at, key
            """)
        select.bind(1, contact)
        return try select.all { (row) throws(JournalError) in try row.phone(wasAccessed: row.bool(9)) }
    }

    /// The data with a live charge: what the net-new guard asks.
    private func charged(of contact: Int64) throws(JournalError) -> Set<Datum> {
        let select = try self(
            """
            SELECT datum FROM charge WHERE contact = ?1 AND refunded_by IS NULL AND datum <> 'verification'
            """)
        select.bind(1, contact)
        var data: Set<Datum> = []
        try select.forEach { (row) throws(JournalError) in data.insert(try row.word(0)) }
        return data
    }

    /// Finds an account by its registrable domain.
    func account(domain: String, team: Int64) throws(JournalError) -> SavedAccount? {
        let select = try self("SELECT id FROM account WHERE team = ?1 AND domain = ?2")
        select.bind(1, team)
        select.bind(2, domain)
        guard let row = try select.first({ (row) throws(JournalError) in row.int64(0) }) else { return nil }
        return try account(row: row)
    }

    /// Reads an account with its office phones.
    func account(row id: Int64) throws(JournalError) -> SavedAccount? {
        let select = try self("SELECT uid, domain, name, office_phone_missed_at FROM account WHERE id = ?1")
        select.bind(1, id)
        let found = try select.first { (row) throws(JournalError) in
            SavedAccount(
                row: id,
                value: Account(
                    id: try row.identifier(0), domain: row.optionalText(1), name: row.optionalText(2),
                    officePhoneMissedAt: row.optionalTimestamp(3)))
        }
        guard var account = found else { return nil }
        let phones = try self(
            """
            SELECT e164, extension, raw, type, status, do_not_call, provider, found_at, is_supplied
            FROM account_phone WHERE account = ?1 AND is_suppressed = 0 ORDER BY found_at DESC, key
            """)
        phones.bind(1, id)
        account.value.officePhones = try phones.all { (row) throws(JournalError) in try row.phone(wasAccessed: false) }
        return account
    }
}

extension Statement {
    /// The verdict of a row of `emails(of:)`.
    fileprivate func verdict() throws(JournalError) -> AddressVerdict {
        let status: EmailStatus = try word(8)
        guard EmailVerdict.statuses.contains(status) else { throw .damaged("a stored verdict is of an unknown form") }
        return AddressVerdict(
            verdict: EmailVerdict(status, try word(9), suggestion: optionalText(10)),
            verifiedBy: ProviderID(rawValue: text(11)), judgedAt: timestamp(12), holdsUntil: timestamp(13))
    }

    fileprivate func phone(wasAccessed: Bool) throws(JournalError) -> ContactPhone {
        ContactPhone(
            number: optionalText(0).map { PhoneNumber(e164: $0, extension: optionalText(1)) }, raw: text(2),
            type: try word(3), status: try word(4), doNotCall: try word(5),
            provider: optionalText(6).map { ProviderID(rawValue: $0) }, wasAccessed: wasAccessed,
            isSupplied: bool(8), foundAt: timestamp(7))
    }
}

extension ContactEmail {
    /// Orders emails best first: what is had, then what the user supplied, then by status, then what is newest.
    static func isBetter(_ left: ContactEmail, _ right: ContactEmail) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        if left.foundAt != right.foundAt { return left.foundAt > right.foundAt }
        return left.address < right.address
    }

    private var rank: Int {
        switch status {
        case .verified: 0
        case .catchAll: wasCharged ? 1 : 3
        case .userManaged: 2
        case .unverified: 4
        case .guessed: 5
        case .locked: 6
        case .bounced: 7
        case .invalid, .unavailable: 8
        }
    }
}
