// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Tables
internal import WaterfallEngine

/// Contacts as rows: the columns of exports and imports.
struct ContactSheet {
    /// What stands before the name of a field of the team's own.
    static let fieldPrefix = "fields."

    static let columns = [
        "id", "first_name", "last_name", "full_name", "title", "company", "domain", "linkedin", "email",
        "email_status", "email_supplied_status", "email_provider", "email_found_at", "phone", "phone_type",
        "phone_status", "phone_provider", "phone_found_at", "office_phone", "other_emails", "other_phones", "owner",
        "stage", "lists", "created_at", "updated_at",
    ]

    /// Names of the team's own fields, a column each.
    let fields: [String]

    var header: [String] { Self.columns + fields.map { Self.fieldPrefix + $0 } }

    /// A row in the order of the header; nil where there is nothing.
    func cells(of card: ContactCard) -> [String?] {
        let values = Self.values(of: card)
        return Self.columns.map { values[$0] ?? nil }
            + fields.map { name in card.fields.first { $0.name == name }?.value }
    }

    /// The row as a JSON object: the same keys, lists as arrays, fields as an object.
    static func json(of card: ContactCard) -> JSONValue {
        let values = values(of: card)
        let emails = card.contact.emails.dropFirst().filter { $0.status != .locked }
        let members = columns.map { name -> JSONValue.Member in
            switch name {
            case "lists": .init(name, .array(card.lists.map { .string($0) }))
            case "other_emails": .init(name, .array(emails.map { .string($0.address) }))
            default: .init(name, .text(values[name] ?? nil))
            }
        }
        return .object(members + [.init("fields", card.fields.json)])
    }

    /// What a contact has under each column.
    static func values(of card: ContactCard) -> [String: String] {
        let (contact, account) = (card.contact, card.account)
        var values: [String: String] = ["id": contact.id.description, "created_at": contact.createdAt.iso8601]
        values["first_name"] = contact.firstName
        values["last_name"] = contact.lastName
        values["full_name"] = contact.fullName
        values["title"] = contact.title
        values["company"] = account?.name
        values["domain"] = account?.domain
        values["linkedin"] = contact.linkedInURL
        if let email = contact.emails.first {
            values["email"] = email.status == .locked ? nil : email.address
            values["email_status"] = email.status.rawValue
            values["email_supplied_status"] = card.suppliedStatuses[email.address]?.rawValue
            values["email_provider"] = email.provider?.rawValue
            values["email_found_at"] = email.foundAt.iso8601
        }
        if let phone = contact.phones.first {
            values["phone"] = text(of: phone)
            values["phone_type"] = phone.type.rawValue
            values["phone_status"] = phone.status.rawValue
            values["phone_provider"] = phone.provider?.rawValue
            values["phone_found_at"] = phone.foundAt.iso8601
        }
        values["office_phone"] = account?.officePhones.first.map(text)
        let others = contact.emails.dropFirst().filter { $0.status != .locked }.map(\.address)
        values["other_emails"] = others.isEmpty ? nil : others.joined(separator: ";")
        let numbers = contact.phones.dropFirst().map(text)
        values["other_phones"] = numbers.isEmpty ? nil : numbers.joined(separator: " / ")
        values["owner"] = card.owner
        values["stage"] = card.stage
        values["lists"] = card.lists.isEmpty ? nil : card.lists.joined(separator: ";")
        values["updated_at"] = card.updatedAt?.iso8601
        for field in card.fields { values[fieldPrefix + field.name] = field.value }
        return values
    }

    /// A number as every machine reads it (RFC 3966).
    static func text(of phone: ContactPhone) -> String {
        guard let number = phone.number else { return phone.raw }
        return number.e164 + (number.extension.map { ";ext=\($0)" } ?? "")
    }

    /// The column that a header names: its own name, or what other tools call it; nil for one that is not known.
    static func column(named header: String) -> String? { names.column(named: header) }

    private static let names = SheetColumns(columns + ["note"], aliases: aliases)

    private static let aliases = [
        "contactid": "id", "firstname": "first_name", "givenname": "first_name", "vorname": "first_name",
        "prenom": "first_name", "lastname": "last_name", "surname": "last_name", "familyname": "last_name",
        "nachname": "last_name", "nom": "last_name", "name": "full_name", "contactname": "full_name",
        "jobtitle": "title", "position": "title", "role": "title", "companyname": "company", "organization": "company",
        "organisation": "company", "account": "company", "accountname": "company", "website": "domain",
        "companydomain": "domain", "companywebsite": "domain", "linkedinurl": "linkedin",
        "linkedinprofile": "linkedin", "personlinkedinurl": "linkedin", "emailaddress": "email", "workemail": "email",
        "mail": "email", "mobile": "phone", "mobilephone": "phone", "phonenumber": "phone", "cell": "phone",
        "directphone": "phone", "companyphone": "office_phone", "corporatephone": "office_phone",
        "contactowner": "owner", "list": "lists", "tags": "lists", "notes": "note",
    ]
}

extension String {
    var trimmingBlanks: String {
        let text = drop(while: \.isWhitespace)
        guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(text[...last])
    }
}
