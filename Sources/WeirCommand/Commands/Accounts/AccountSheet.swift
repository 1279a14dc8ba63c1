// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Tables
internal import WaterfallEngine

/// Accounts as rows: the columns of exports and imports.
enum AccountSheet {
    static let columns = [
        "id", "name", "domain", "office_phones", "owner", "stage", "lists", "contacts", "created_at", "updated_at",
    ]

    private static let phoneSeparator = " / "

    /// A row in the order of the columns and the team's own fields; nil where there is nothing.
    static func cells(of card: AccountCard, _ fields: [String]) -> [String?] {
        let values = values(of: card)
        return columns.map { values[$0] ?? nil }
            + fields.map { name in card.fields.first { $0.name == name }?.value }
    }

    /// The row as a JSON object: the same keys, lists as an array, fields as an object.
    static func json(of card: AccountCard) -> JSONValue {
        let values = values(of: card)
        let members = columns.map { name -> JSONValue.Member in
            switch name {
            case "lists": .init(name, .array(card.lists.map { .string($0) }))
            default: .init(name, .text(values[name] ?? nil))
            }
        }
        return .object(members + [.init("fields", card.fields.json)])
    }

    /// What an account has under each column.
    static func values(of card: AccountCard) -> [String: String] {
        let account = card.account
        var values = [
            "id": account.id.description, "contacts": "\(card.contacts)", "created_at": card.createdAt.iso8601,
        ]
        values["name"] = account.name
        values["domain"] = account.domain
        let phones = account.officePhones.map(ContactSheet.text)
        values["office_phones"] = phones.isEmpty ? nil : phones.joined(separator: phoneSeparator)
        values["owner"] = card.owner
        values["stage"] = card.stage
        values["lists"] = card.lists.isEmpty ? nil : card.lists.joined(separator: ";")
        values["updated_at"] = card.updatedAt?.iso8601
        for field in card.fields { values[ContactSheet.fieldPrefix + field.name] = field.value }
        return values
    }

    /// The numbers of a cell.
    static func phones(in text: String) -> [String] {
        text.split(separator: phoneSeparator).map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
    }

    /// The column that a header names: its own name, or what other tools call it; nil for one that is not known.
    static func column(named header: String) -> String? { names.column(named: header) }

    private static let names = SheetColumns(columns + ["note"], aliases: aliases)

    private static let aliases = [
        "accountid": "id", "company": "name", "companyname": "name", "account": "name", "accountname": "name",
        "organization": "name", "organisation": "name", "website": "domain", "companydomain": "domain",
        "companywebsite": "domain", "phone": "office_phones", "officephone": "office_phones",
        "companyphone": "office_phones", "corporatephone": "office_phones", "accountowner": "owner", "list": "lists",
        "tags": "lists", "notes": "note",
    ]
}
