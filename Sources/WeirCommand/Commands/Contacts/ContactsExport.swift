// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import Tables
internal import WaterfallEngine

/// How a file is written.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case csv
    case jsonl
}

/// Where and how rows are written.
struct ExportOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")], help: "The file (default: standard output).",
        completion: .file())
    var file: String?

    @Option(help: "csv, or jsonl: one JSON object a line, exact.")
    var format = ExportFormat.csv

    @Flag(help: "For a spreadsheet: a quote goes before what it would run as a formula. The default.")
    var spreadsheet = false

    @Flag(help: "For a machine: every field as it is.")
    var machine = false

    func validate() throws {
        guard !(spreadsheet && machine) else { throw ValidationError("--spreadsheet and --machine exclude each other") }
    }

    var guardsFormulas: Bool { !machine }
}

/// Writes rows as they come: to standard output, or to a file that is there when it is whole.
final class RowFile {
    private let console: Console
    private let path: String?
    private let part: PartFile?
    private(set) var rows = 0

    init(_ options: ExportOptions, on console: Console) throws {
        self.console = console
        path = options.file
        guard let path = options.file else {
            part = nil
            return
        }
        guard let part = PartFile(path) else {
            throw CommandFailure(.usage, "\(path) can't be written", hint: "give a file in a folder that is there")
        }
        self.part = part
        // By the mark spreadsheets know the encoding.
        if options.format == .csv, options.guardsFormulas { try write(CSVWriter.byteOrderMark) }
    }

    func write(_ text: String) throws {
        guard let part else { return console.write(raw: text) }
        do {
            try part.write(Data(text.utf8))
        } catch {
            throw Self.cutShort
        }
    }

    func write(_ records: [String]) throws {
        guard !records.isEmpty else { return }
        try write(records.joined())
        rows += records.count
    }

    func finish() throws {
        guard let path, let part else { return }
        do {
            try part.close()
        } catch {
            throw Self.cutShort
        }
        guard part.takePlace() else { throw CommandFailure(.usage, "\(path) can't be replaced") }
    }

    private static let cutShort = CommandFailure(
        .usage, "the file can't be written to its end", hint: "is the disk full?")
}

extension ContactsCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write contacts to a file: CSV for spreadsheets or machines, or JSON lines.",
            discussion: "Example: weir contacts export -o verified.csv --status verified --newer-than 30d")

        @OptionGroup var export: ExportOptions
        @OptionGroup(title: "Filter") var filter: ContactFilterOptions

        @Option(help: "How many at most.")
        var limit: Int?

        @OptionGroup var numbers: NumberOptions
        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            if let limit, limit < 1 { throw CommandFailure(.usage, "--limit takes a number from 1 on") }
            let filter = try filter.filter(at: .current)
            let session = try Session.load(config, output)
            let store = try session.openStore()
            defer { store.close() }
            try await numbers.admit(to: store, in: session, as: session.actor(actor.user))
            let file = try RowFile(export, on: session.console)
            let writer = CSVWriter(guardsFormulas: export.guardsFormulas)
            do {
                let sheet = ContactSheet(fields: try await store.fieldNames(of: session.team, kind: .contact))
                if export.format == .csv { try file.write(writer.record(sheet.header)) }
                var pages = session.contacts(in: store, where: filter, limit: limit)
                while let cards = try await pages.next() {
                    try file.write(
                        cards.map(numbers.shown).map { card in
                            export.format == .csv
                                ? writer.record(sheet.cells(of: card)) : ContactSheet.json(of: card).line + "\n"
                        })
                }
            } catch let error as JournalError {
                throw CommandFailure(error)
            }
            try file.finish()
            session.console.say("\(file.rows) \(file.rows == 1 ? "contact" : "contacts")")
        }
    }
}
