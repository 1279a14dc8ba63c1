// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension ContactsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List contacts, newest first.")

        @OptionGroup(title: "Filter") var filter: ContactFilterOptions

        @OptionGroup var limit: LimitOptions

        @Option(help: "Only those saved before this one: the last of the page before.")
        var after: String?

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let limit = try limit.checked()
            let last = try after.map(ContactsCommand.id)
            let filter = try filter.filter(at: .current)
            let session = try Session.load(config, output)
            var table = TextTable("id", "name", "company", "email", "status", "phone", "owner", "stage")
            let json = JSONArrayWriter(console: session.console)
            try await session.withStore { store throws(JournalError) in
                var pages = session.contacts(in: store, where: filter, after: last, limit: limit)
                while let cards = try await pages.next() {
                    for card in cards {
                        if output.json { json.write(card.json(attempts: [])) } else { Self.add(card, to: &table) }
                    }
                }
            }
            if output.json { return json.end() }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }

        private static func add(_ card: ContactCard, to table: inout TextTable) {
            let (contact, account) = (card.contact, card.account)
            let email = contact.emails.first
            table.add(
                .init(contact.id.description, .dim), .init(contact.fullName ?? ""),
                .init(account?.domain ?? account?.name ?? ""),
                .init(email.map { $0.status == .locked ? "withheld" : $0.address } ?? ""),
                .init(email?.status.rawValue ?? ""), .init(contact.phones.first?.number?.e164 ?? ""),
                .init(card.owner ?? ""), .init(card.stage ?? ""))
        }
    }
}

/// Writes a JSON array, one element a line, as they come.
final class JSONArrayWriter {
    private let console: Console
    private var count = 0

    init(console: Console) { self.console = console }

    func write(_ value: JSONValue) {
        console.write(raw: (count == 0 ? "[" : ",\n") + value.line)
        count += 1
    }

    func end() { console.write(count == 0 ? "[]" : "]") }
}
