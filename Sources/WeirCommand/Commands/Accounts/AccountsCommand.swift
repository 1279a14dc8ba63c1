// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import Tables
internal import WaterfallEngine

/// `weir accounts`: the companies that are saved.
struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "Look through saved companies, edit, import and export them.",
        subcommands: [List.self, Show.self, Edit.self, Tag.self, Import.self, Export.self], defaultSubcommand: List.self
    )

    static func id(_ text: String) throws -> AccountID {
        guard let id = AccountID(text) else {
            throw CommandFailure(.usage, "that is not an account's id", hint: "`weir accounts list` shows them")
        }
        return id
    }

    static let unknown = CommandFailure(.usage, "no account has this id", hint: "`weir accounts list` shows them")
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

        @OptionGroup var limit: LimitOptions

        @Option(help: "Only those saved before this one: the last of the page before.")
        var after: String?

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let limit = try limit.checked()
            let last = try after.map(AccountsCommand.id)
            let filter = try filter.filter()
            let session = try Session.load(config, output)
            var table = TextTable("id", "name", "domain", "phone", "owner", "stage", "contacts")
            let json = JSONArrayWriter(console: session.console)
            try await session.withStore { store throws(JournalError) in
                var pages = session.accounts(in: store, where: filter, after: last, limit: limit)
                while let cards = try await pages.next() {
                    for card in cards {
                        if output.json { json.write(card.json) } else { Self.add(card, to: &table) }
                    }
                }
            }
            if output.json { return json.end() }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }

        private static func add(_ card: AccountCard, to table: inout TextTable) {
            let account = card.account
            table.add(
                .init(account.id.description, .dim), .init(account.name ?? ""), .init(account.domain ?? ""),
                .init(account.officePhones.first?.number?.e164 ?? ""), .init(card.owner ?? ""),
                .init(card.stage ?? ""), .init("\(card.contacts)", isNumber: true))
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
