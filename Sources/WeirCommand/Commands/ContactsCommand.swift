// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// `weir contacts`: the people that are saved.
struct ContactsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contacts", abstract: "Show saved people, what is known of them and where it came from.",
        subcommands: [List.self, Show.self, EraseCommand.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List contacts, newest first.")

        @Option(help: "How many.")
        var limit = 50

        @Option(help: "Only those saved before this one.")
        var after: String?

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...100_000).contains(limit) else {
                throw CommandFailure(.usage, "--limit takes a number from 1 to 100000")
            }
            let last = try after.map(ContactsCommand.id)
            let session = try Session.load(config, output)
            let rows = try await session.withStore { store throws(JournalError) in
                var rows: [(Contact, Account?)] = []
                for contact in try await store.contacts(of: CreditsCommand.team, after: last, limit: limit) {
                    rows.append((contact, try await ContactsCommand.account(of: contact, in: store)))
                }
                return rows
            }
            if output.json {
                let contacts = rows.map { $0.json(account: $1, attempts: []) }
                return session.console.write(JSONValue.array(contacts).line)
            }
            var table = TextTable("id", "name", "company", "email", "status", "phone")
            for (contact, account) in rows {
                let email = contact.emails.first
                table.add(
                    .init(contact.id.description, .dim), .init(contact.fullName ?? ""),
                    .init(account?.domain ?? account?.name ?? ""),
                    .init(email.map { $0.status == .locked ? "withheld" : $0.address } ?? ""),
                    .init(email?.status.rawValue ?? ""), .init(contact.phones.first?.number?.e164 ?? ""))
            }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one contact with every attempt.")

        @Argument(help: "The contact's id.")
        var contact: String

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try ContactsCommand.id(contact)
            let session = try Session.load(config, output)
            let found = try await session.withStore { store throws(JournalError) -> (Contact, Account?, [Attempt])? in
                guard let contact = try await store.contact(id, team: CreditsCommand.team) else { return nil }
                let account = try await ContactsCommand.account(of: contact, in: store)
                return (contact, account, try await store.attempts(for: id, team: CreditsCommand.team))
            }
            guard let (contact, account, attempts) = found else {
                throw CommandFailure(.usage, "no contact has this id", hint: "`weir contacts list` shows them")
            }
            if output.json {
                return session.console.write(contact.json(account: account, attempts: attempts).line)
            }
            for line in lines(contact, account, attempts, on: session.console) { session.console.write(line) }
        }

        private func lines(
            _ contact: Contact, _ account: Account?, _ attempts: [Attempt], on console: Console
        ) -> [String] {
            let company = account.flatMap { $0.name ?? $0.domain }
            let head = [contact.fullName, contact.title, company].compactMap(\.self).joined(separator: ", ")
            var data = TextTable("", "value", "status", "from", "found")
            for email in contact.emails {
                data.add(
                    "email", .init(email.status == .locked ? "withheld" : email.address, .bold),
                    .init(Self.words(of: email)),
                    .init(email.provider?.rawValue ?? "you"),
                    .init(email.foundAt.date))
            }
            for phone in contact.phones { Self.add(phone, phone.type.rawValue, to: &data) }
            for phone in account?.officePhones ?? [] { Self.add(phone, "office phone", to: &data) }
            var table = TextTable("when", "step", "provider", "outcome", "why", "vendor cost")
            for attempt in attempts {
                table.add(
                    .init(attempt.startedAt.iso8601), .init(attempt.capability.rawValue),
                    .init(attempt.provider.rawValue),
                    .init(attempt.outcome.word), .init(attempt.outcome.reason ?? ""),
                    .init(attempt.billedCost.map(ResultText.text) ?? ""))
            }
            return [console.styled(head, .bold), ""] + data.lines(on: console, indent: "  ")
                + (table.isEmpty ? [] : [""] + table.lines(on: console, indent: "  "))
        }

        /// `user_managed (not_verified), verified (mailbox_exists) by zerobounce on 2026-03-10`.
        private static func words(of email: ContactEmail) -> String {
            let status = "\(email.status.rawValue) (\(email.reason.rawValue))"
            guard let kept = email.verdict else { return status }
            let verdict = "\(kept.verdict.status.rawValue) (\(kept.verdict.reason.rawValue))"
            return "\(status), \(verdict) by \(kept.verifiedBy) on \(kept.judgedAt.date)"
        }

        private static func add(_ phone: ContactPhone, _ label: String, to table: inout TextTable) {
            table.add(
                .init(label), .init(phone.number?.e164 ?? phone.raw, .bold), .init(phone.status.rawValue),
                .init(phone.provider?.rawValue ?? "you"), .init(phone.foundAt.date))
        }
    }

    static func id(_ text: String) throws -> ContactID {
        guard let id = ContactID(text) else {
            throw CommandFailure(.usage, "that is not a contact's id", hint: "`weir contacts list` shows them")
        }
        return id
    }

    static func account(of contact: Contact, in store: SQLiteStore) async throws(JournalError) -> Account? {
        guard let id = contact.accountID else { return nil }
        return try await store.account(id, team: CreditsCommand.team)
    }
}
