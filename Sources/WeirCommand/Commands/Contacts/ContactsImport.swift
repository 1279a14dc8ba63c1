// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import Tables
internal import WaterfallEngine

/// A file of rows, read as it comes.
enum TableFile {
    private static let pieceSize = 1 << 16

    /// - Parameter path: `-` for standard input.
    static func open(_ path: String, format: ExportFormat?) throws -> TableReader {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            guard let opened = FileHandle(forReadingAtPath: path) else {
                throw CommandFailure(.usage, "\(path) can't be read")
            }
            handle = opened
        }
        let isJSON = path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson")
        let format = format ?? (isJSON ? .jsonl : .csv)
        return TableReader(format == .csv ? .csv() : .jsonLines) { () throws(TableError) in
            do {
                return Array(try handle.read(upToCount: pieceSize) ?? Data())
            } catch {
                throw TableError("the file can't be read")
            }
        }
    }
}

extension ContactsCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take contacts from a CSV or JSON-lines file. It is free, and no provider overwrites it.",
            discussion: """
                Columns are found by their names, as `weir contacts export` and other tools write them. People who are \
                known are brought up to date, others are made; a row that is wrong is set aside and stops nothing. \
                Importing an export changes nothing.
                """)

        @Argument(help: "The file; - for standard input.", completion: .file())
        var file: String

        @Option(help: "csv or jsonl (default: by the name of the file).")
        var format: ExportFormat?

        @Flag(help: "The file is for machines: no quote guards a formula in it.")
        var machine = false

        @Option(help: "A list to put everybody on.")
        var list: String?

        @Flag(name: .customLong("dry-run"), help: "Say what would change; change nothing.")
        var dryRun = false

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let list = try list.map { try Words.name($0, "a list") }
            let reader = try TableFile.open(file, format: format)
            let store = try session.openStore()
            defer { store.close() }
            var work = ContactImport(
                store: store, team: session.team, user: try session.actor(actor.user), region: session.settings.region,
                list: list, isDryRun: dryRun, isGuarded: !machine)
            do throws(TableError) {
                try await work.run(reader)
            } catch {
                let place = error.line.map { "line \($0): " } ?? ""
                session.console.complain("\(place)\(error.message); what came before is imported")
                show(work, reader, session.console)
                throw CommandFailure(.usage, "the file could not be read to its end", isSilent: true)
            }
            show(work, reader, session.console)
            if let failure = work.failure { throw CommandFailure(failure) }
        }

        private func show(_ work: ContactImport, _ reader: TableReader, _ console: Console) {
            if output.json {
                let rejected = work.rejected.map { row in
                    JSONValue.object([
                        .init("line", .integer(Int64(row.line))), .init("reason", .string(row.reason)),
                    ])
                }
                return console.write(
                    JSONValue.object([
                        .init("created", .integer(Int64(work.created))),
                        .init("updated", .integer(Int64(work.updated))),
                        .init("unchanged", .integer(Int64(work.unchanged))), .init("rejected", .array(rejected)),
                        .init("ignored_columns", .array(work.ignored.map { .string($0) })),
                        .init("encoding", .text(reader.encoding?.rawValue)), .init("dry_run", .bool(dryRun)),
                    ]).line)
            }
            if let encoding = reader.encoding, encoding != .utf8 || reader.hasConverted {
                console.say("read as \(reader.hasConverted ? TableEncoding.latin1.rawValue : encoding.rawValue)")
            }
            if !work.ignored.isEmpty {
                console.say("columns that are not known: \(work.ignored.joined(separator: ", "))")
            }
            for row in work.rejected { console.complain("line \(row.line): \(row.reason)") }
            let would = dryRun ? "would be " : ""
            console.write(
                "\(would)created \(work.created), \(would)updated \(work.updated), unchanged \(work.unchanged), "
                    + "set aside \(work.rejected.count + work.moreRejected)")
        }
    }
}

/// An import under way.
struct ContactImport {
    /// Rows that are named at most; more are counted.
    private static let maximumRejected = 1_000

    let store: SQLiteStore
    let user: String
    let team: String
    let region: String?
    let list: String?
    let isDryRun: Bool
    let isGuarded: Bool
    private(set) var created = 0
    private(set) var updated = 0
    private(set) var unchanged = 0
    private(set) var rejected: [(line: Int, reason: String)] = []
    private(set) var moreRejected = 0
    private(set) var ignored: [String] = []
    /// What the store failed with; the import stopped there.
    private(set) var failure: JournalError?
    private var columns: [String: String] = [:]
    private var seen: Set<String> = []

    init(
        store: SQLiteStore, team: String, user: String, region: String?, list: String?, isDryRun: Bool, isGuarded: Bool
    ) {
        self.store = store
        self.team = team
        self.user = user
        self.region = region
        self.list = list
        self.isDryRun = isDryRun
        self.isGuarded = isGuarded
    }

    mutating func run(_ reader: TableReader) async throws(TableError) {
        while let row = try reader.next() {
            learn(row)
            do throws(JournalError) {
                try await take(row, isGuarded: isGuarded && reader.separator != nil)
            } catch {
                guard error.kind == .conflict else {
                    failure = error
                    return
                }
                reject(row.line, error.detail)
            }
        }
    }

    /// Finds the columns that a row names and that were not named before.
    private mutating func learn(_ row: TableRow) {
        for cell in row.cells where !seen.contains(cell.name) {
            seen.insert(cell.name)
            if let column = ContactSheet.column(named: cell.name) {
                columns[cell.name] = column
            } else {
                ignored.append(cell.name)
            }
        }
    }

    private mutating func reject(_ line: Int, _ reason: String) {
        if rejected.count < Self.maximumRejected { rejected.append((line, reason)) } else { moreRejected += 1 }
    }

    private mutating func take(_ row: TableRow, isGuarded: Bool) async throws(JournalError) {
        if let problem = row.problem { return reject(row.line, problem) }
        let read = ContactRow(row, columns: columns, isGuarded: isGuarded, region: region)
        guard !read.isEmpty else { return reject(row.line, "it is empty") }
        let prospect: Prospect
        do throws(ContactRow.Problem) { prospect = try read.prospect() } catch {
            return reject(row.line, error.message)
        }
        let known = try await known(read, prospect)
        var edit: ContactEdit?
        do throws(ContactRow.Problem) {
            edit = try read.edit(prospect, known: known, user: user, at: .current)
        } catch {
            return reject(row.line, error.message)
        }
        if let list, known?.lists.contains(list) != true {
            edit = edit ?? known.map { ContactEdit(.contact($0.contact.id), team: team, user: user, at: .current) }
            edit?.addedLists.append(list)
        }
        guard let edit else {
            unchanged += 1
            return
        }
        if !isDryRun { _ = try await store.edit(edit) }
        if known == nil { created += 1 } else { updated += 1 }
    }

    /// The contact that a row is about: by its id where the store has it, else by what identifies the person.
    private func known(_ row: ContactRow, _ prospect: Prospect) async throws(JournalError) -> ContactCard? {
        if let id = row.id, let card = try await store.card(id, team: team) { return card }
        guard let id = try await store.known(prospect, team: team).0?.id else { return nil }
        return try await store.card(id, team: team)
    }
}
