// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import Tables
internal import WaterfallEngine

extension AccountsCommand {
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Edit an account. It is free, and no provider overwrites it.")

        @Argument(help: "The account's id.")
        var account: String

        @Option(help: "The company's name.")
        var name: String?

        @Option(help: "Whose account it is.")
        var owner: String?

        @Option(help: "How far things are with it.")
        var stage: String?

        @Option(help: "An office phone, kept beside what providers find.")
        var phone: String?

        @Option(help: "A field of your own, such as segment=mid-market. May be repeated.")
        var field: [String] = []

        @Option(help: "A remark.")
        var note: String?

        @Option(help: "A field to clear: owner, stage, or one of your own.")
        var unset: [String] = []

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            var edit = AccountEdit(
                .account(try AccountsCommand.id(account)), team: session.team, user: try session.actor(actor.user),
                at: .current)
            edit.name = try name.map { try Words.text($0, "a name") }
            if unset.contains("owner") { edit.owner = .some(nil) }
            if unset.contains("stage") { edit.stage = .some(nil) }
            if let owner { edit.owner = try Words.name(owner, "an owner") }
            if let stage { edit.stage = try Words.name(stage, "a stage") }
            if let phone {
                edit.phones = [try SuppliedPhone.read(phone, type: "office", region: session.settings.region)]
            }
            edit.fields = try Words.fields(set: field, unset: unset.filter { !["owner", "stage"].contains($0) })
            edit.note = try note.map { try Words.text($0, "a note") }
            let change = edit
            let card = try await ContactsCommand.change(session) { store throws(JournalError) in
                try await store.edit(change)
            }
            guard let card else { throw AccountsCommand.unknown }
            AccountsCommand.write(card, output, session.console)
        }
    }

    struct Tag: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put accounts on lists, or take them off.")

        @Argument(help: "The accounts' ids.")
        var accounts: [String]

        @OptionGroup var lists: ListOptions

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let ids = try accounts.map(AccountsCommand.id)
            let (added, removed) = try lists.read(for: "accounts")
            let session = try Session.load(config, output)
            let (team, user) = (session.team, try session.actor(actor.user))
            let cards = try await ContactsCommand.change(session) { store throws(JournalError) in
                var cards: [AccountCard] = []
                for id in ids {
                    let edit = AccountEdit(
                        .account(id), team: team, user: user, at: .current, addedLists: added, removedLists: removed)
                    if let card = try await store.edit(edit) { cards.append(card) }
                }
                return cards
            }
            guard cards.count == ids.count else { throw AccountsCommand.unknown }
            if output.json { return session.console.write(JSONValue.array(cards.map(\.json)).line) }
            for card in cards {
                session.console.write("\(card.account.id)  \(card.lists.joined(separator: ", "))")
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write accounts to a file: CSV for spreadsheets or machines, or JSON lines.")

        @OptionGroup var export: ExportOptions
        @OptionGroup(title: "Filter") var filter: AccountFilterOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let filter = try filter.filter()
            let session = try Session.load(config, output)
            let store = try session.openStore()
            defer { store.close() }
            do {
                let fields = try await store.fieldNames(of: session.team, kind: .account)
                let file = try RowFile(export, on: session.console)
                let writer = CSVWriter(guardsFormulas: export.guardsFormulas)
                if export.format == .csv {
                    try file.write(writer.record(AccountSheet.columns + fields.map { ContactSheet.fieldPrefix + $0 }))
                }
                var pages = session.accounts(in: store, where: filter)
                while let cards = try await pages.next() {
                    try file.write(
                        cards.map { card in
                            export.format == .csv
                                ? writer.record(AccountSheet.cells(of: card, fields))
                                : AccountSheet.json(of: card).line + "\n"
                        })
                }
                try file.finish()
                session.console.say("\(file.rows) \(file.rows == 1 ? "account" : "accounts")")
            } catch let error as JournalError {
                throw CommandFailure(error)
            }
        }
    }
}
