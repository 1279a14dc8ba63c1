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

/// What of rows is imported.
protocol RowTaker {
    /// The column that a header names; nil for one that is not known.
    static func column(named header: String) -> String?

    /// Takes one row.
    ///
    /// - Throws: `conflict` for a row that the store refuses, with the reason; anything else ends the import.
    mutating func take(_ row: TableRow, _ read: TableImport.Reading) async throws(JournalError) -> TableImport.Outcome
}

/// An import under way: rows are taken one by one, and one that is wrong is set aside.
struct TableImport {
    /// Rows that are named at most; more are counted.
    private static let maximumRejected = 1_000

    /// How cells are read.
    struct Reading {
        /// By the names in the file.
        var columns: [String: String] = [:]
        /// True for CSV that a spreadsheet wrote: one guard quote is taken off each field.
        var isGuarded: Bool
    }

    /// What a row came to.
    enum Outcome {
        case created
        case updated
        case unchanged
        case rejected(String)
    }

    private var created = 0
    private var updated = 0
    private var unchanged = 0
    private var rejected: [(line: Int, reason: String)] = []
    private var moreRejected = 0
    private var ignored: [String] = []
    private var reading: Reading
    private var seen: Set<String> = []
    /// What the store failed with; the import stopped there.
    private(set) var failure: JournalError?

    /// - Parameter isGuarded: true where guard quotes are taken off, if the file is CSV.
    init(isGuarded: Bool) { reading = Reading(isGuarded: isGuarded) }

    mutating func run<Taker: RowTaker>(_ reader: TableReader, _ taker: inout Taker) async throws(TableError) {
        let isGuarded = reading.isGuarded
        while let row = try reader.next() {
            reading.isGuarded = isGuarded && reader.separator != nil
            learn(row, Taker.self)
            do throws(JournalError) {
                if let problem = row.problem {
                    note(.rejected(problem), row.line)
                } else {
                    note(try await taker.take(row, reading), row.line)
                }
            } catch {
                guard error.kind == .conflict else {
                    failure = error
                    return
                }
                note(.rejected(error.detail), row.line)
            }
        }
    }

    /// Finds the columns that a row names and that were not named before.
    private mutating func learn<Taker: RowTaker>(_ row: TableRow, _ taker: Taker.Type) {
        for cell in row.cells where !seen.contains(cell.name) {
            seen.insert(cell.name)
            if let column = taker.column(named: cell.name) {
                reading.columns[cell.name] = column
            } else {
                ignored.append(cell.name)
            }
        }
    }

    private mutating func note(_ outcome: Outcome, _ line: Int) {
        switch outcome {
        case .created: created += 1
        case .updated: updated += 1
        case .unchanged: unchanged += 1
        case .rejected(let reason):
            if rejected.count < Self.maximumRejected { rejected.append((line, reason)) } else { moreRejected += 1 }
        }
    }

    // MARK: Telling

    func show(_ reader: TableReader, isDryRun: Bool, isJSON: Bool, on console: Console) {
        if isJSON { return console.write(json(reader, isDryRun: isDryRun).line) }
        if let encoding = reader.encoding, encoding != .utf8 || reader.hasConverted {
            console.say("read as \(reader.hasConverted ? TableEncoding.latin1.rawValue : encoding.rawValue)")
        }
        if !ignored.isEmpty { console.say("columns that are not known: \(ignored.joined(separator: ", "))") }
        for row in rejected { console.complain("line \(row.line): \(row.reason)") }
        let would = isDryRun ? "would be " : ""
        console.write(
            "\(would)created \(created), \(would)updated \(updated), unchanged \(unchanged), "
                + "set aside \(rejected.count + moreRejected)")
    }

    private func json(_ reader: TableReader, isDryRun: Bool) -> JSONValue {
        let rejected = rejected.map { row in
            JSONValue.object([.init("line", .integer(Int64(row.line))), .init("reason", .string(row.reason))])
        }
        return .object([
            .init("created", .integer(Int64(created))), .init("updated", .integer(Int64(updated))),
            .init("unchanged", .integer(Int64(unchanged))), .init("rejected", .array(rejected)),
            .init("ignored_columns", .array(ignored.map { .string($0) })),
            .init("encoding", .text(reader.encoding?.rawValue)), .init("dry_run", .bool(isDryRun)),
        ])
    }
}

extension TableRow {
    /// What stands under each known column; empty cells left out.
    func rawValues(_ reading: TableImport.Reading) -> [String: String] {
        var values: [String: String] = [:]
        for cell in cells {
            guard let column = reading.columns[cell.name], let value = cell.value, !value.isEmpty else { continue }
            values[column] = value
        }
        return values
    }

    /// The same without guard quotes.
    func values(_ reading: TableImport.Reading) -> [String: String] {
        let values = rawValues(reading)
        return reading.isGuarded ? values.mapValues(FormulaGuard.unguarded) : values
    }
}

/// What every import is told.
struct ImportOptions: ParsableArguments {
    @Argument(help: "The file; - for standard input.", completion: .file())
    var file: String

    @Option(help: "csv or jsonl (default: by the name of the file).")
    var format: ExportFormat?

    @Flag(help: "The file is for machines: no quote guards a formula in it.")
    var machine = false

    @Option(help: "A list to put all of them on.")
    var list: String?

    @Flag(name: .customLong("dry-run"), help: "Say what would change; change nothing.")
    var dryRun = false

    /// Imports the file, and tells what came of it.
    ///
    /// - Parameter taker: made with the store and the list's name.
    func run<Taker: RowTaker>(
        _ session: Session, _ output: OutputOptions, _ taker: (SQLiteStore, String?) throws -> Taker
    ) async throws {
        let list = try list.map { try Words.name($0, "a list") }
        let reader = try TableFile.open(file, format: format)
        let store = try session.openStore()
        defer { store.close() }
        var taker = try taker(store, list)
        var work = TableImport(isGuarded: !machine)
        do throws(TableError) {
            try await work.run(reader, &taker)
        } catch {
            let place = error.line.map { "line \($0): " } ?? ""
            session.console.complain("\(place)\(error.message); what came before is imported")
            work.show(reader, isDryRun: dryRun, isJSON: output.json, on: session.console)
            throw CommandFailure(.usage, "the file could not be read to its end", isSilent: true)
        }
        work.show(reader, isDryRun: dryRun, isJSON: output.json, on: session.console)
        if let failure = work.failure { throw CommandFailure(failure) }
    }
}
