// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// `weir contacts`: the people that are saved.
struct ContactsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contacts", abstract: "Look through saved people, edit, merge, import and export them.",
        subcommands: [
            List.self, Show.self, Edit.self, Tag.self, Merge.self, Unmerge.self, Export.self, Import.self, Refresh.self,
            EraseCommand.self,
        ], defaultSubcommand: List.self)

    static func id(_ text: String) throws -> ContactID {
        guard let id = ContactID(text) else {
            throw CommandFailure(.usage, "that is not a contact's id", hint: "`weir contacts list` shows them")
        }
        return id
    }

    static let unknown = CommandFailure(.usage, "no contact has this id", hint: "`weir contacts list` shows them")

    /// Runs one change, and says what the store has against it.
    static func change<T>(
        _ session: Session, _ body: (SQLiteStore) async throws(JournalError) -> T
    ) async throws -> T {
        let store = try session.openStore()
        defer { store.close() }
        do throws(JournalError) {
            return try await body(store)
        } catch {
            guard error.kind == .conflict else { throw CommandFailure(error) }
            throw CommandFailure(.usage, error.detail)
        }
    }
}

/// Which contacts are meant.
struct ContactFilterOptions: ParsableArguments {
    @Option(help: "Words of name, company or email; case and accents make no difference.")
    var query: String?

    @Option(help: "Emails of these statuses, such as verified,catch_all.")
    var status: String?

    @Option(help: "People of this company's domain.")
    var domain: String?

    @Option(help: "On this list.")
    var list: String?

    @Option(help: "Of this owner.")
    var owner: String?

    @Option(help: "In this stage.")
    var stage: String?

    @Option(help: "With an email or number of this provider.")
    var provider: String?

    @Option(name: .customLong("older-than"), help: "Whose newest email or number is older, such as 90d.")
    var olderThan: String?

    @Option(name: .customLong("newer-than"), help: "Whose newest email or number is newer, such as 7d.")
    var newerThan: String?

    @Option(help: "Who have each of: email, mobile, linkedin.")
    var has: String?

    @Option(help: "Who have none of: email, mobile, linkedin.")
    var lacks: String?

    func filter(at moment: Timestamp) throws -> ContactFilter {
        ContactFilter(
            query: query, statuses: try Words.read(status, "--status", EmailStatus.allCases),
            domain: try Words.domain(domain), list: list, owner: owner, stage: stage,
            provider: provider.map { ProviderID(rawValue: $0) },
            foundBefore: try Words.age(olderThan, "--older-than").map { moment + (.zero - $0) },
            foundSince: try Words.age(newerThan, "--newer-than").map { moment + (.zero - $0) },
            has: try Words.read(has, "--has", ContactFilter.Part.allCases),
            lacks: try Words.read(lacks, "--lacks", ContactFilter.Part.allCases))
    }
}
