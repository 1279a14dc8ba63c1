// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import Identity
internal import Tables
internal import WaterfallEngine

/// One row of a file that is imported: who it is about, and what it changes.
struct ContactRow {
    /// By the name of the column.
    private let values: [String: String]
    /// As they stand in the file.
    private let raw: [String: String]
    private let region: String?

    init(_ row: TableRow, _ reading: TableImport.Reading, region: String?) {
        values = row.values(reading)
        raw = row.rawValues(reading)
        self.region = region
    }

    var isEmpty: Bool { values.isEmpty }

    var id: ContactID? { values["id"].flatMap { ContactID($0) } }

    /// The person in normal form.
    func prospect() throws(RowProblem) -> Prospect {
        let hasParts = values["first_name"] != nil || values["last_name"] != nil
        let input = ProspectInput(
            name: hasParts ? nil : values["full_name"], firstName: values["first_name"], lastName: values["last_name"],
            companyName: values["company"], domain: values["domain"], linkedInURL: values["linkedin"],
            email: values["email"], title: values["title"])
        let prospect: Prospect
        do throws(ProspectError) {
            prospect = try input.normalised()
        } catch {
            throw RowProblem(
                message: error.problems.map { "\($0.field.rawValue): \($0.message)" }.joined(separator: "; "))
        }
        guard prospect.fullName != nil || prospect.email != nil || prospect.linkedInURL != nil else {
            throw RowProblem(message: "nobody is named")
        }
        return prospect
    }

    /// What the row changes of a contact; nil where it says what is known.
    ///
    /// - Parameter known: nil for a new contact.
    func edit(_ prospect: Prospect, known: ContactCard?, user: String, at moment: Timestamp) throws(RowProblem)
        -> ContactEdit?
    {
        var random = SystemRandomNumberGenerator()
        let subject: ContactEdit.Subject =
            known.map { .contact($0.contact.id) } ?? .new(id ?? ContactID(at: moment, using: &random))
        var edit = ContactEdit(subject, user: user, at: moment)
        let old = known.map(ContactSheet.values) ?? [:]
        let changes = RowChanges(values: values, raw: raw, old: old)
        let changed = changes.value
        let isNew = known == nil
        if changed("first_name") != nil || isNew, let name = prospect.firstName, name != old["first_name"] {
            edit.values[.firstName] = name
        }
        if changed("last_name") != nil || isNew, let name = prospect.lastName, name != old["last_name"] {
            edit.values[.lastName] = name
        }
        if changed("title") != nil { edit.values[.title] = prospect.title }
        if changed("linkedin") != nil, let url = prospect.linkedInURL, url != old["linkedin"] {
            edit.values[.linkedIn] = url
        }
        for (column, field) in [("owner", ContactField.owner), ("stage", .stage)] {
            if let text = changed(column) { edit.values[field] = try RowProblem.name(text, column) }
        }
        let domain = isNew || changed("domain") != nil ? prospect.domain : nil
        let company = changed("company")
        if company != nil || domain != nil && domain != old["domain"] {
            edit.company = ContactEdit.Company(domain: domain ?? old["domain"], name: company)
        }
        edit.emails = try emails(prospect, known)
        edit.phones = try phones(known)
        edit.addedLists = try changes.lists(besides: known?.lists ?? [])
        edit.note = try changes.note(besides: known?.notes.map(\.text) ?? [])
        edit.fields = try changes.fields()
        return edit.isEmpty && !isNew ? nil : edit
    }

    private func emails(_ prospect: Prospect, _ known: ContactCard?) throws(RowProblem) -> [SuppliedEmail] {
        func isKnown(_ address: String) -> Bool {
            let identity = EmailAddress(address)?.identity
            return known?.contact.emails.contains {
                $0.address == address || identity != nil && EmailAddress($0.address)?.identity == identity
            } ?? false
        }
        var emails: [SuppliedEmail] = []
        if let address = prospect.email, !isKnown(address) {
            let status = values["email_supplied_status"] ?? values["email_status"]
            emails.append(
                SuppliedEmail(
                    address: address, key: prospect.keys.email,
                    provider: values["email_provider"].flatMap(Self.provider),
                    status: status.flatMap { EmailStatus(rawValue: $0) }.flatMap { $0 == .userManaged ? nil : $0 },
                    foundAt: values["email_found_at"].flatMap(Self.moment)))
        }
        for text in (values["other_emails"] ?? "").split(separator: ";") {
            guard let address = EmailAddress(String(text)) else {
                throw RowProblem(message: "other_emails: not an address")
            }
            guard !isKnown(address.display), address.display != prospect.email else { continue }
            emails.append(SuppliedEmail(address: address.display, key: address.isRole ? nil : address.identity))
        }
        return emails
    }

    private func phones(_ known: ContactCard?) throws(RowProblem) -> [ContactPhone] {
        var phones: [ContactPhone] = []
        func add(_ text: String, _ column: String, type: PhoneType) throws(RowProblem) -> Bool {
            guard let phone = SuppliedPhone.read(text, type: type, region: region) else {
                throw RowProblem(
                    message: "\(column): not a number: write it with its country code, such as +12025550143")
            }
            let isKnown = known?.contact.phones.contains { $0.number == phone.number || $0.raw == text } ?? false
            guard !isKnown else { return false }
            phones.append(phone)
            return true
        }
        if let text = values["phone"] {
            let type = values["phone_type"].flatMap { PhoneType(rawValue: $0) } ?? .mobile
            if try add(text, "phone", type: type), let last = phones.indices.last {
                phones[last].provider = values["phone_provider"].flatMap(Self.provider)
                phones[last].foundAt = values["phone_found_at"].flatMap(Self.moment) ?? phones[last].foundAt
            }
        }
        for text in (values["other_phones"] ?? "").components(separatedBy: " / ") where !text.isEmpty {
            _ = try add(text, "other_phones", type: .other)
        }
        return phones
    }

    private static func provider(_ text: String) -> ProviderID? {
        let isWord =
            text.utf8.count <= 64 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isWord ? ProviderID(rawValue: text) : nil
    }

    /// Reads `2026-11-22T10:15:30Z`; nil for anything else.
    private static func moment(_ text: String) -> Timestamp? {
        let formatter = ISO8601DateFormatter()
        guard let date = formatter.date(from: text) else { return nil }
        return Timestamp(seconds: Int64(date.timeIntervalSince1970))
    }
}
