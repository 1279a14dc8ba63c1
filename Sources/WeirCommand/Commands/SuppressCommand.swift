// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine

/// `weir suppress`: whom nobody asks for and nothing is shown of.
struct SuppressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppress",
        abstract: "Keep the list of people, companies and numbers that are not looked for and not shown.",
        discussion: """
            A value is an email, a domain, a phone number, a LinkedIn profile, or a name and a domain ("Jane Doe, \
            example.com"). Only salted hashes are kept, so the values can't be listed; `check` says whether \
            one is there.
            """,
        subcommands: [
            Add.self, Remove.self, Check.self, List.self, Import.self, NumberListCommand.self, Record.self,
        ])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put values on the list.")

        @OptionGroup var values: SuppressedValues
        @OptionGroup var note: SuppressionNoteOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let read = try values.read(session)
            let note = try note.read(session, source: "cli")
            let added = try await session.withStore { store throws(JournalError) in
                try await store.suppress(read, of: session.team, note)
            }
            SuppressCommand.tell(["added": added, "known": read.count - added], session, output)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take values off the list; this is kept on record.")

        @OptionGroup var values: SuppressedValues
        @OptionGroup var note: SuppressionNoteOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let read = try values.read(session)
            let note = try note.read(session, source: "cli")
            let removed = try await session.withStore { store throws(JournalError) in
                try await store.unsuppress(read, of: session.team, note)
            }
            SuppressCommand.tell(["removed": removed, "unknown": read.count - removed], session, output)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether a value is on the list, an email by its domain too.")

        @Argument(help: "An email, domain, phone number, LinkedIn profile, or \"name, domain\".")
        var value: String
        @Option(help: "What the value is, where its form does not say.")
        var kind: KindArgument?
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let read = try PrivateValue(region: session.settings.region).read(value, kind: kind?.kind)
            let named = read.kind == .email ? SuppressionValue.mailbox(value) : [read]
            let entries = try await session.withStore { store throws(JournalError) in
                try await store.suppressions(naming: named, team: session.team)
            }
            if output.json {
                let object = JSONValue.object([
                    .init("suppressed", .bool(!entries.isEmpty)), .init("entries", .array(entries.map(\.json))),
                ])
                return session.console.write(object.line)
            }
            guard !entries.isEmpty else { return session.console.write("not suppressed") }
            SuppressCommand.show(entries, session)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the entries, newest first: kind, reason and day, for their values are not kept.")

        @Option(help: "How many.")
        var limit = 50
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...1_000_000).contains(limit) else {
                throw CommandFailure(.usage, "--limit takes a number from 1 to 1000000")
            }
            let session = try Session.load(config, output)
            let entries = try await session.withStore { store throws(JournalError) in
                try await store.suppressions(of: session.team, limit: limit)
            }
            if output.json { return session.console.write(JSONValue.array(entries.map(\.json)).line) }
            SuppressCommand.show(entries, session)
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put the values of a file on the list: one a line, or the first column of a CSV.",
            discussion: "What can't be read is counted and passed over. Importing a file again changes nothing.")

        @Argument(help: "The file.", completion: .file())
        var file: String
        @Option(help: "What the values are, where their form does not say.")
        var kind: KindArgument?
        @OptionGroup var note: SuppressionNoteOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let texts = try SuppressCommand.firstColumn(of: file)
            let reader = PrivateValue(region: session.settings.region)
            let read = texts.compactMap { try? reader.read($0, kind: kind?.kind) }
            let note = try note.read(session, source: "import")
            let added = try await session.withStore { store throws(JournalError) in
                try await store.suppress(read, of: session.team, note)
            }
            SuppressCommand.tell(
                ["added": added, "known": read.count - added, "passed_over": texts.count - read.count], session, output)
        }
    }

    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what was done by hand: entries added and removed, people erased, lists imported.")

        @Option(help: "How many.")
        var limit = 50
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let entries = try await session.withStore { store throws(JournalError) in
                try await store.audit(of: session.team, limit: max(1, limit))
            }
            if output.json { return session.console.write(JSONValue.array(entries.map(\.json)).line) }
            var table = TextTable("when", "what", "of", "user")
            for entry in entries {
                table.add(.init(entry.at.iso8601), .init(entry.action), .init(entry.detail), .init(entry.user))
            }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }

    static func firstColumn(of file: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(.usage, "\(file) can't be read")
        }
        return FirstColumn.values(of: Array(data))
    }

    /// Counts, in the order of their names.
    static func tell(_ counts: KeyValuePairs<String, Int>, _ session: Session, _ output: OutputOptions) {
        if output.json {
            let members = counts.map { JSONValue.Member($0.key, .integer(Int64($0.value))) }
            return session.console.write(JSONValue.object(members).line)
        }
        let words = counts.filter { $0.key != "passed_over" || $0.value > 0 }
            .map { "\($0.value) \($0.key.replacingOccurrences(of: "_", with: " "))" }
        session.console.write(words.joined(separator: ", "))
    }

    private static func show(_ entries: [SuppressionEntry], _ session: Session) {
        var table = TextTable("kind", "since", "source", "user", "reason")
        for entry in entries {
            table.add(
                .init(entry.kind.rawValue), .init(entry.note.at.date), .init(entry.note.source), .init(entry.note.user),
                .init(entry.note.reason ?? ""))
        }
        for line in table.lines(on: session.console) { session.console.write(line) }
    }
}

/// Why the list is changed, and by whom.
struct SuppressionNoteOptions: ParsableArguments {
    @Option(help: "Why, without personal data.")
    var reason: String?
    @OptionGroup var actor: ActorOptions

    func read(_ session: Session, source: String) throws -> SuppressionNote {
        SuppressionNote(reason: reason, source: source, user: try session.actor(actor.user), at: .current)
    }
}

/// Values as arguments.
struct SuppressedValues: ParsableArguments {
    @Argument(help: "Emails, domains, phone numbers, LinkedIn profiles, or \"name, domain\".")
    var values: [String]

    @Option(help: "What the values are, where their form does not say.")
    var kind: KindArgument?

    func read(_ session: Session) throws -> [SuppressionValue] {
        let reader = PrivateValue(region: session.settings.region)
        return try values.map { try reader.read($0, kind: kind?.kind) }
    }
}

/// A kind of value as an option.
struct KindArgument: ExpressibleByArgument {
    let kind: SuppressionKind

    init?(argument: String) {
        guard let kind = SuppressionKind(rawValue: argument) else { return nil }
        self.kind = kind
    }

    static var allValueStrings: [String] { SuppressionKind.allCases.map(\.rawValue) }
}

extension SuppressionEntry {
    var json: JSONValue {
        .object([
            .init("kind", .string(kind.rawValue)), .init("reason", .text(note.reason)),
            .init("source", .string(note.source)), .init("user", .string(note.user)),
            .init("at", .string(note.at.iso8601)),
        ])
    }
}

extension AuditEntry {
    var json: JSONValue {
        .object([
            .init("at", .string(at.iso8601)), .init("action", .string(action)), .init("detail", .string(detail)),
            .init("user", .string(user)),
        ])
    }
}
