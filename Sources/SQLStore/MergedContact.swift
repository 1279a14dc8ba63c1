// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// The fields of a contact that a user edited, a bit each, as they are stored.
struct ContactFieldSet: OptionSet, Hashable {
    let rawValue: Int64

    static let firstName = ContactFieldSet(rawValue: 1)
    static let lastName = ContactFieldSet(rawValue: 2)
    static let title = ContactFieldSet(rawValue: 4)
    static let linkedIn = ContactFieldSet(rawValue: 8)
    static let owner = ContactFieldSet(rawValue: 16)
    static let stage = ContactFieldSet(rawValue: 32)

    init(rawValue: Int64) { self.rawValue = rawValue }

    init(_ field: ContactField) {
        self =
            switch field {
            case .firstName: .firstName
            case .lastName: .lastName
            case .title: .title
            case .linkedIn: .linkedIn
            case .owner: .owner
            case .stage: .stage
            }
    }

    var fields: Set<ContactField> { Set(ContactField.allCases.filter { contains(ContactFieldSet($0)) }) }
}

/// What a contact shows of those that were merged into it, where it has nothing of its own. It is never written as the
/// contact's own, so that the merge can be undone.
struct BorrowedFields {
    var firstName: String?
    var lastName: String?
    var fullName: String?
    var title: String?
    var linkedInURL: String?
    var emailKey: String?
    var linkedInKey: String?
    var nameAtDomainKey: String?
    var accountRow: Int64?
    /// Mailboxes that identify a merged contact.
    var emailKeys: Set<String> = []
}

extension SavedContact {
    /// The contact without what it borrowed.
    var own: SavedContact {
        guard merges > 0 else { return self }
        func kept(_ value: String?, _ borrowed: String?) -> String? { value == borrowed ? nil : value }
        var contact = self
        contact.value.firstName = kept(value.firstName, borrowed.firstName)
        contact.value.lastName = kept(value.lastName, borrowed.lastName)
        contact.value.fullName = kept(value.fullName, borrowed.fullName)
        contact.value.title = kept(value.title, borrowed.title)
        contact.value.linkedInURL = kept(value.linkedInURL, borrowed.linkedInURL)
        contact.emailKey = kept(emailKey, borrowed.emailKey)
        contact.linkedInKey = kept(linkedInKey, borrowed.linkedInKey)
        contact.nameAtDomainKey = kept(nameAtDomainKey, borrowed.nameAtDomainKey)
        contact.accountRow = accountRow == borrowed.accountRow ? nil : accountRow
        return contact
    }

    /// Shows what a contact that was merged into this one has.
    mutating func absorb(_ other: SavedContact) {
        func borrow(_ field: inout String?, _ value: String?, _ mark: inout String?, _ edit: ContactFieldSet = []) {
            guard field == nil, let value, edit.isEmpty || edited.isDisjoint(with: edit) else { return }
            (field, mark) = (value, value)
        }
        var (shown, lent) = (self, borrowed)
        borrow(&shown.value.firstName, other.value.firstName, &lent.firstName, .firstName)
        borrow(&shown.value.lastName, other.value.lastName, &lent.lastName, .lastName)
        borrow(&shown.value.fullName, other.value.fullName, &lent.fullName, [.firstName, .lastName])
        borrow(&shown.value.title, other.value.title, &lent.title, .title)
        borrow(&shown.value.linkedInURL, other.value.linkedInURL, &lent.linkedInURL, .linkedIn)
        borrow(&shown.linkedInKey, other.linkedInKey, &lent.linkedInKey)
        borrow(&shown.emailKey, other.emailKey, &lent.emailKey)
        borrow(&shown.nameAtDomainKey, other.nameAtDomainKey, &lent.nameAtDomainKey)
        if accountRow == nil, let row = other.accountRow {
            (shown.accountRow, lent.accountRow) = (row, row)
            shown.value.accountID = other.value.accountID
        }
        if let key = other.emailKey { lent.emailKeys.insert(key) }
        shown.borrowed = lent
        for email in other.value.emails { shown.absorb(email) }
        for phone in other.value.phones { shown.absorb(phone) }
        shown.value.emails.sort(by: ContactEmail.isBetter)
        shown.value.charged.formUnion(other.value.charged)
        self = shown
    }

    /// The better word of two on one address; that it bounced is the last word.
    private mutating func absorb(_ email: ContactEmail) {
        guard !email.address.isEmpty, let index = value.emails.firstIndex(where: { $0.address == email.address })
        else { return value.emails.append(email) }
        let held = value.emails[index]
        let isKept = held.status == .bounced || email.status != .bounced && ContactEmail.isBetter(held, email)
        var better = isKept ? held : email
        better.verdict = better.verdict ?? (isKept ? email : held).verdict
        better.wasCharged = held.wasCharged || email.wasCharged
        value.emails[index] = better
    }

    private mutating func absorb(_ phone: ContactPhone) {
        guard let index = value.phones.firstIndex(where: { $0.key == phone.key }) else {
            return value.phones.append(phone)
        }
        if phone.wasAccessed { value.phones[index].wasAccessed = true }
    }
}

extension Connection {
    /// A contact together with those that were merged into it.
    func whole(_ own: SavedContact) throws(JournalError) -> SavedContact {
        var contact = own
        for row in try family(of: own.row).dropFirst() {
            guard let other = try ownContact(row: row)?.contact else { continue }
            contact.absorb(other)
            let select = try self("SELECT email_key FROM contact_email WHERE contact = ?1 AND email_key IS NOT NULL")
            select.bind(1, row)
            try select.forEach { (row) throws(JournalError) in contact.borrowed.emailKeys.insert(row.text(0)) }
        }
        return contact
    }

    /// The rows of a contact that is one with others: the one that stands for them first, then the others in the order
    /// in which they were saved.
    func family(of row: Int64) throws(JournalError) -> [Int64] {
        let select = try self("SELECT merged_into FROM contact WHERE id = ?1")
        select.bind(1, row)
        let root = try select.first { (row) throws(JournalError) in row.optionalInt64(0) } ?? nil
        let winner = root ?? row
        let merged = try self("SELECT id FROM contact WHERE merged_into = ?1 ORDER BY id")
        merged.bind(1, winner)
        return try [winner] + merged.all { (row) throws(JournalError) in row.int64(0) }
    }
}
