// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// The forms of an exported ledger.
enum LedgerFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case csv
    /// One JSON object a line.
    case jsonl
}

extension LedgerCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write every transfer out, oldest first.",
            discussion: """
                A file is there whole or not at all: it is written beside its name and renamed. Notes and users are \
                written as they are.
                """)

        @Option(name: [.long, .customShort("o")], help: "The file (default: standard output).", completion: .file())
        var output: String?

        @Option(help: "csv or jsonl.")
        var format = LedgerFormat.csv

        @OptionGroup var period: PeriodOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var general: OutputOptions

        func run() async throws {
            let period = try period.period(at: .current)
            let format = general.json ? .jsonl : format
            let session = try Session.load(config, general)
            let file = try LineFile(path: output, console: session.console)
            do {
                if format == .csv { try file.write(CSVLine.text(StoredTransfer.columns)) }
                let store = try session.openStore()
                defer { store.close() }
                try await store.transfers(of: session.team, since: period.since, until: period.until) {
                    (transfer) throws(JournalError) in
                    try file.write(format == .csv ? CSVLine.text(transfer.fields) : transfer.json.line)
                }
                try file.finish()
            } catch {
                file.abandon()
                if file.hasFailed {
                    throw CommandFailure(.usage, "the file can't be written", hint: "is the disk full?")
                }
                if let failure = error as? JournalError { throw CommandFailure(failure) }
                throw error
            }
            if let output {
                session.console.say("wrote \(file.count - (format == .csv ? 1 : 0)) transfers to \(output)")
            }
        }
    }
}

extension StoredTransfer {
    /// The columns of the CSV, which are the keys of the JSON.
    static let columns = [
        "sequence", "kind", "stored_kind", "credits", "debit", "credit", "lot", "resolves", "datum", "request_id",
        "attempt_id", "contact_id", "price_version", "cycle", "user", "source", "note", "at", "hash",
    ]

    fileprivate var fields: [String] {
        let optional: [String?] = [
            "\(entry.sequence)", entry.kind.rawValue, storedKind, entry.credits.decimal, debit, credit,
            lot.map { "\($0)" }, pending.map { "\($0)" }, entry.datum?.rawValue, entry.request?.description,
            entry.attempt?.description, entry.contact?.description, priceVersion.map { "\($0)" }, "\(cycle)",
            entry.user, entry.origin?.rawValue, entry.note, entry.at.iso8601, hash.hexadecimal,
        ]
        return optional.map { $0 ?? "" }
    }

    fileprivate var json: JSONValue {
        .object([
            .init("sequence", .integer(entry.sequence)), .init("kind", .string(entry.kind.rawValue)),
            .init("stored_kind", .string(storedKind)), .init("credits", .string(entry.credits.decimal)),
            .init("debit", .string(debit)), .init("credit", .string(credit)),
            .init("lot", lot.map { .integer($0) } ?? .null), .init("resolves", pending.map { .integer($0) } ?? .null),
            .init("datum", .text(entry.datum?.rawValue)), .init("request_id", .text(entry.request?.description)),
            .init("attempt_id", .text(entry.attempt?.description)),
            .init("contact_id", .text(entry.contact?.description)),
            .init("price_version", priceVersion.map { .integer($0) } ?? .null), .init("cycle", .integer(cycle)),
            .init("user", .string(entry.user)), .init("source", .text(entry.origin?.rawValue)),
            .init("note", .text(entry.note)), .init("at", .string(entry.at.iso8601)),
            .init("hash", .string(hash.hexadecimal)),
        ])
    }
}
