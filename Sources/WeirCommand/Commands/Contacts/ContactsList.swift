// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension ContactsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List contacts, newest first.")

        @OptionGroup(title: "Filter") var filter: ContactFilterOptions

        @Option(help: "How many.")
        var limit = 50

        @Option(help: "Only those saved before this one: the last of the page before.")
        var after: String?

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...100_000).contains(limit) else {
                throw CommandFailure(.usage, "--limit takes a number from 1 to 100000")
            }
            let last = try after.map(ContactsCommand.id)
            let filter = try filter.filter(at: .current)
            let session = try Session.load(config, output)
            var table = TextTable("id", "name", "company", "email", "status", "phone", "owner", "stage")
            let json = JSONArrayWriter(console: session.console)
            try await session.withStore { store throws(JournalError) in
                try await ContactPages.each(
                    of: store, team: session.team, where: filter, after: last, limit: limit
                ) { cards in
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

/// Goes through contacts page by page, so that no more than a page is in memory.
enum ContactPages {
    static let size = 256

    /// - Parameter limit: how many at most; nil for all.
    static func each(
        of store: SQLiteStore, team: String, where filter: ContactFilter, after: ContactID? = nil, limit: Int? = nil,
        _ body: ([ContactCard]) async throws(JournalError) -> Void
    ) async throws(JournalError) {
        var (last, rest) = (after, limit ?? .max)
        while rest > 0 {
            let size = min(rest, size)
            let cards = try await store.cards(of: team, where: filter, after: last, limit: size)
            try await body(cards)
            guard cards.count == size, let end = cards.last?.contact.id else { return }
            last = end
            rest -= cards.count
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
