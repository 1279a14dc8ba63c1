// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import Tables
internal import WaterfallEngine

extension ContactsCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take contacts from a CSV or JSON-lines file. It is free, and no provider overwrites it.",
            discussion: """
                Columns are found by their names, as `weir contacts export` and other tools write them. People who are \
                known are brought up to date, others are made; a row that is wrong is set aside and stops nothing. \
                Importing an export changes nothing.
                """)

        @OptionGroup var options: ImportOptions
        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let user = try session.actor(actor.user)
            try await options.run(session, output) { store, list in
                ContactTaker(
                    store: store, team: session.team, user: user, region: session.settings.region, list: list,
                    isDryRun: options.dryRun)
            }
        }
    }
}

/// Takes people.
struct ContactTaker: RowTaker {
    let store: SQLiteStore
    let team: String
    let user: String
    let region: String?
    let list: String?
    let isDryRun: Bool

    static func column(named header: String) -> String? { ContactSheet.column(named: header) }

    func take(_ row: TableRow, _ reading: TableImport.Reading) async throws(JournalError) -> TableImport.Outcome {
        let read = ContactRow(row, reading, region: region)
        guard !read.isEmpty else { return .rejected("it is empty") }
        let prospect: Prospect
        do throws(RowProblem) { prospect = try read.prospect() } catch { return .rejected(error.message) }
        let known = try await known(read, prospect)
        var edit: ContactEdit?
        do throws(RowProblem) {
            edit = try read.edit(prospect, known: known, user: user, at: .current)
        } catch {
            return .rejected(error.message)
        }
        if let list, known?.lists.contains(list) != true {
            edit = edit ?? known.map { ContactEdit(.contact($0.contact.id), user: user, at: .current) }
            edit?.addedLists.append(list)
        }
        edit?.team = team
        guard let edit else { return .unchanged }
        if !isDryRun { _ = try await store.edit(edit) }
        return known == nil ? .created : .updated
    }

    /// The contact that a row is about: by its id where the store has it, else by what identifies the person.
    private func known(_ row: ContactRow, _ prospect: Prospect) async throws(JournalError) -> ContactCard? {
        if let id = row.id, let card = try await store.card(id, team: team) { return card }
        guard let id = try await store.known(prospect, team: team).0?.id else { return nil }
        return try await store.card(id, team: team)
    }
}
