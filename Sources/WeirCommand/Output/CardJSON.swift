// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// What `weir contacts` and `weir accounts` print with `--json`.
extension ContactCard {
    func json(attempts: [Attempt]) -> JSONValue {
        .object([
            .init("id", .string(contact.id.description)), .init("first_name", .text(contact.firstName)),
            .init("last_name", .text(contact.lastName)), .init("full_name", .text(contact.fullName)),
            .init("title", .text(contact.title)), .init("linkedin_url", .text(contact.linkedInURL)),
            .init("account", account?.json ?? .null),
            .init("emails", .array(contact.emails.map(json))),
            .init("phones", .array(contact.phones.map(json))),
            .init("owner", .text(owner)), .init("stage", .text(stage)),
            .init("lists", .array(lists.map { .string($0) })),
            .init("fields", fields.json), .init("notes", .array(notes.map(\.json))),
            .init("edited", .array(edited.map(\.rawValue).sorted().map { .string($0) })),
            .init("ambiguous", .bool(isAmbiguous)),
            .init("merged", .array(merged.map { .string($0.description) })),
            .init("attempts", .array(attempts.map(\.json))),
            .init("created_at", .string(contact.createdAt.iso8601)), .init("updated_at", .text(updatedAt?.iso8601)),
        ])
    }

    private func json(_ email: ContactEmail) -> JSONValue {
        let price = (prices.emails[email.address] ?? .zero) + (prices.verifications[email.address] ?? .zero)
        return email.json.adding([
            .init("supplied_status", .text(suppliedStatuses[email.address]?.rawValue)),
            .init("credits", .string(price.decimal)),
        ])
    }

    private func json(_ phone: ContactPhone) -> JSONValue {
        phone.json.adding([
            .init("supplied", .bool(phone.isSupplied)),
            .init("credits", .string(prices.price(of: phone, among: contact.phones).decimal)),
        ])
    }
}

extension AccountCard {
    var json: JSONValue {
        account.json.adding([
            .init("owner", .text(owner)), .init("stage", .text(stage)),
            .init("lists", .array(lists.map { .string($0) })), .init("fields", fields.json),
            .init("notes", .array(notes.map(\.json))), .init("contacts", .integer(Int64(contacts))),
            .init("created_at", .string(createdAt.iso8601)), .init("updated_at", .text(updatedAt?.iso8601)),
        ])
    }
}

extension CardNote {
    var json: JSONValue {
        .object([.init("text", .string(text)), .init("user", .string(user)), .init("at", .string(at.iso8601))])
    }
}

extension [CustomField] {
    var json: JSONValue { .object(map { .init($0.name, .string($0.value)) }) }
}

extension JSONValue {
    /// An object with more members.
    func adding(_ more: [Member]) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members + more)
    }
}
