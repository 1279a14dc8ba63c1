// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import Tables
internal import WaterfallEngine

/// `weir accounts`: the companies that are saved.
struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "Look through saved companies, edit and export them.",
        subcommands: [List.self, Show.self, Edit.self, Tag.self, Export.self], defaultSubcommand: List.self)

    static func id(_ text: String) throws -> AccountID {
        guard let id = AccountID(text) else {
            throw CommandFailure(.usage, "that is not an account's id", hint: "`weir accounts list` shows them")
        }
        return id
    }

    static let unknown = CommandFailure(.usage, "no account has this id", hint: "`weir accounts list` shows them")

    /// Goes through accounts page by page.
    static func each(
        of store: SQLiteStore, team: String, where filter: AccountFilter, after: AccountID? = nil, limit: Int? = nil,
        _ body: ([AccountCard]) throws -> Void
    ) async throws {
        var (last, rest) = (after, limit ?? .max)
        while rest > 0 {
            let size = min(rest, ContactPages.size)
            let cards: [AccountCard]
            do throws(JournalError) {
                cards = try await store.accountCards(
                    of: team, where: filter, after: last, limit: size)
            } catch {
                throw CommandFailure(error)
            }
            try body(cards)
            guard cards.count == size, let end = cards.last?.account.id else { return }
            last = end
            rest -= cards.count
        }
    }
}

/// Which accounts are meant.
struct AccountFilterOptions: ParsableArguments {
    @Option(help: "Words of name or domain; case and accents make no difference.")
    var query: String?

    @Option(help: "Of this domain.")
    var domain: String?

    @Option(help: "On this list.")
    var list: String?

    @Option(help: "Of this owner.")
    var owner: String?

    @Option(help: "In this stage.")
    var stage: String?

    func filter() throws -> AccountFilter {
        AccountFilter(query: query, domain: try Words.domain(domain), list: list, owner: owner, stage: stage)
    }
}

extension AccountsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List accounts, newest first.")

        @OptionGroup(title: "Filter") var filter: AccountFilterOptions

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
            let last = try after.map(AccountsCommand.id)
            let filter = try filter.filter()
            let session = try Session.load(config, output)
            let store = try session.openStore()
            defer { store.close() }
            var table = TextTable("id", "name", "domain", "phone", "owner", "stage", "contacts")
            let json = JSONArrayWriter(console: session.console)
            try await AccountsCommand.each(
                of: store, team: session.team, where: filter, after: last, limit: limit
            ) { cards in
                for card in cards {
                    if output.json {
                        json.write(card.json)
                        continue
                    }
                    let account = card.account
                    table.add(
                        .init(account.id.description, .dim), .init(account.name ?? ""), .init(account.domain ?? ""),
                        .init(account.officePhones.first?.number?.e164 ?? ""), .init(card.owner ?? ""),
                        .init(card.stage ?? ""), .init("\(card.contacts)", isNumber: true))
                }
            }
            if output.json { return json.end() }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one account.")

        @Argument(help: "The account's id.")
        var account: String

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try AccountsCommand.id(account)
            let session = try Session.load(config, output)
            let card = try await session.withStore { store throws(JournalError) in
                try await store.accountCard(id, team: session.team)
            }
            guard let card else { throw AccountsCommand.unknown }
            AccountsCommand.write(card, output, session.console)
        }
    }

    static func write(_ card: AccountCard, _ output: OutputOptions, _ console: Console) {
        if output.json { return console.write(card.json.line) }
        for line in CardText(console: console).lines(card) { console.write(line) }
    }
}
