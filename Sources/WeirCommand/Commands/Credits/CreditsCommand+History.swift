// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension CreditsCommand {
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the ledger's entries, newest first; or, with --refunds, what became of bounces.")

        @Flag(help: "Claims of refunds: accepted, posted, and refused with the reason.")
        var refunds = false

        @Option(help: "Entries of this user alone.")
        var user: String?

        @Option(help: "Entries of this kind alone, such as capture.", transform: OptionWord.read)
        var kind: LedgerEntry.Kind?

        @OptionGroup var limit: LimitOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let limit = try limit.checked()
            if refunds, user != nil || kind != nil {
                throw CommandFailure(.usage, "--refunds lists claims, which have no --user and no --kind")
            }
            let session = try Session.load(config, output)
            if refunds { return try await RefundList.show(session, limit: limit, isJSON: output.json) }
            let entries = try await session.withStore { store throws(JournalError) in
                try await store.history(of: session.team, user: user, kind: kind, limit: limit)
            }
            if output.json { return session.console.write(JSONValue.array(entries.map(\.json)).line) }
            var table = TextTable("when", "entry", "credits", "for", "user", "request", "note")
            for entry in entries {
                table.add(
                    .init(entry.at.iso8601), .init(entry.kind.rawValue), .init(entry.credits.decimal, isNumber: true),
                    .init(entry.datum?.rawValue ?? ""), .init(entry.user), .init(entry.request?.description ?? ""),
                    .init(entry.note ?? ""))
            }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }
}

extension LedgerEntry {
    var json: JSONValue {
        .object([
            .init("sequence", .integer(sequence)), .init("kind", .string(kind.rawValue)),
            .init("credits", .string(credits.decimal)), .init("datum", .text(datum?.rawValue)),
            .init("request_id", .text(request?.description)), .init("attempt_id", .text(attempt?.description)),
            .init("contact_id", .text(contact?.description)), .init("user", .string(user)),
            .init("source", .text(origin?.rawValue)), .init("note", .text(note)), .init("at", .string(at.iso8601)),
        ])
    }
}
