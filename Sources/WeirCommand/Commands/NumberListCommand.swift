// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine

/// `weir suppress dnc`: lists of numbers that must not be called.
struct NumberListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dnc", abstract: "Keep lists of numbers that must not be called; numbers on them are flagged.",
        subcommands: [Import.self, List.self, Remove.self], defaultSubcommand: List.self)

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read a list from a file, in the place of the one of its name.",
            discussion:
                "Example: weir suppress dnc import ./national.csv --name national --date 2026-03-01 --country US")

        @Argument(help: "A number a line, or the first column of a CSV.", completion: .file())
        var file: String
        @Option(help: "The list's name.")
        var name: String
        @Option(help: "The day that the list is of, such as 2026-03-01.")
        var date: String
        @Option(help: "The country of numbers without a country code, two letters such as US.")
        var country: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            guard let day = try? Date(date, strategy: .iso8601.year().month().day()) else {
                throw CommandFailure(.usage, "--date takes a day such as 2026-03-01")
            }
            let now = Timestamp.current
            let dated = Timestamp(microseconds: Int64(day.timeIntervalSince1970 * 1_000_000))
            guard dated <= now else { throw CommandFailure(.usage, "--date is in the future") }
            let texts = try SuppressCommand.firstColumn(of: file)
            let reader = PrivateValue(region: country ?? session.settings.region)
            let numbers = texts.compactMap { reader.number($0) }
            guard !numbers.isEmpty else {
                throw CommandFailure(
                    .usage, "no line of \(file) holds a number",
                    hint: "--country says which country's numbers are meant where they have no country code")
            }
            let list = NumberList(name: name, country: country?.uppercased(), dated: dated, importedAt: now)
            let user = try session.actor(actor.user)
            let count = try await session.withStore { store throws(JournalError) in
                try await store.importNumbers(
                    numbers, as: list, team: session.team, user: user)
            }
            SuppressCommand.tell(["numbers": count, "passed_over": texts.count - numbers.count], session, output)
            if list.isStale(at: now) {
                session.console.complain("the list is older than 31 days: mobile numbers are not exported by it")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the lists, and how old they are.")

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let now = Timestamp.current
            let lists = try await session.withStore { store throws(JournalError) in
                try await store.numberLists(of: session.team)
            }
            if output.json { return session.console.write(JSONValue.array(lists.map { $0.json(at: now) }).line) }
            var table = TextTable("name", "country", "of", "days old", "numbers", "imported")
            for list in lists {
                table.add(
                    .init(list.name), .init(list.country ?? ""), .init(list.dated.date),
                    .init("\(list.days(at: now))", list.isStale(at: now) ? .bad : .plain), .init("\(list.count)"),
                    .init(list.importedAt.date))
            }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a list; this is kept on record.")

        @Argument(help: "The list's name.")
        var name: String
        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let user = try session.actor(actor.user)
            let isRemoved = try await session.withStore { store throws(JournalError) in
                try await store.removeNumberList(
                    name, team: session.team, user: user, at: .current)
            }
            guard isRemoved else {
                throw CommandFailure(
                    .usage, "there is no list of this name", hint: "`weir suppress dnc list` shows them")
            }
            session.console.say("removed")
        }
    }
}

extension NumberList {
    /// Whole days since the day that it is of.
    func days(at moment: Timestamp) -> Int64 { (moment - dated).microseconds / 86_400_000_000 }

    func json(at moment: Timestamp) -> JSONValue {
        .object([
            .init("name", .string(name)), .init("country", .text(country)), .init("date", .string(dated.date)),
            .init("days_old", .integer(days(at: moment))), .init("stale", .bool(isStale(at: moment))),
            .init("numbers", .integer(Int64(count))), .init("imported_at", .string(importedAt.iso8601)),
        ])
    }
}
