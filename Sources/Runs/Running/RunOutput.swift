// SPDX-License-Identifier: Apache-2.0

internal import Tables
public import WaterfallEngine

/// Writes what is on record of a run, row by row in the order of the file: the same bytes whatever happened on the way.
/// For one task at a time.
public struct RunOutput {
    /// Where bytes go.
    public typealias Sink = ([UInt8]) throws(RunError) -> Void

    private static let block: Int64 = 512

    public private(set) var summary = RunSummary()
    private let records: TableRecords
    private let store: any RunStore
    private let run: RunID
    private let writer: RowWriter
    private let rejects: RejectWriter
    private let write: Sink
    /// Nil writes rejected rows among the others, as far as they can be.
    private let writeRejected: Sink?
    private var known: [Int64: RunRow] = [:]
    private var loadedTo: Int64 = 0
    private var peeked: TableRecord?
    private var hasBegun = false
    private var hasRejected = false

    /// - Parameters:
    ///   - write: where rows go.
    ///   - writeRejected: where those go that are set aside; nil for where the others go.
    public init(
        _ file: ProspectFile, _ store: any RunStore, _ run: RunID, _ writer: RowWriter, _ rejects: RejectWriter,
        write: @escaping Sink, writeRejected: Sink?
    ) throws(RunError) {
        do throws(TableError) { records = try file.records() } catch { throw .file(error) }
        self.store = store
        self.run = run
        self.writer = writer
        self.rejects = rejects
        self.write = write
        self.writeRejected = writeRejected
    }

    /// Writes rows as far as they have their answers, or all with what they have.
    ///
    /// - Parameter isLast: true writes a row that has none as `not_run`; false stops before the first such row.
    public mutating func advance(isLast: Bool) async throws(RunError) {
        if !hasBegun {
            hasBegun = true
            try write(writer.header)
        }
        known = [:]
        loadedTo = 0
        while let record = try next() {
            let number = Int64(record.position.number)
            if number > loadedTo { try await load(from: number) }
            guard let (row, result) = try await told(number, isLast: isLast) else {
                peeked = record
                return
            }
            try put(record, row, result)
        }
    }

    private mutating func next() throws(RunError) -> TableRecord? {
        if let record = peeked {
            peeked = nil
            return record
        }
        do throws(TableError) { return try records.next() } catch { throw .file(error) }
    }

    private mutating func load(from number: Int64) async throws(RunError) {
        known = [:]
        loadedTo = number + Self.block - 1
        for row in try await rows(number...loadedTo) { known[row.number] = row }
    }

    private func rows(_ numbers: ClosedRange<Int64>) async throws(RunError) -> [RunRow] {
        do throws(JournalError) { return try await store.rows(of: run, in: numbers) } catch { throw .store(error) }
    }

    /// What is told of a row; nil where it has no answer yet.
    private func told(_ number: Int64, isLast: Bool) async throws(RunError) -> (RunRow?, RowResult)? {
        let row = known[number]
        switch row?.state {
        case .rejected: return (row, RowResult(.rejected))
        case .answered, .erased: return (row, RunRow.result(row))
        case .duplicate:
            guard let first = row?.text.flatMap({ Int64($0) }) else { return (row, RowResult(.notRun)) }
            let original = try await rows(first...first).first
            guard isLast || original?.state == .answered || original?.state == .erased else { return nil }
            return (row, RunRow.result(original).repeated)
        case .open, .again, nil:
            guard isLast else { return nil }
            return (row, RunRow.result(row))
        }
    }

    private mutating func put(_ record: TableRecord, _ row: RunRow?, _ result: RowResult) throws(RunError) {
        summary.add(result, row?.state)
        guard row?.state == .rejected else { return try write(writer.row(record, result)) }
        guard let writeRejected else {
            // What is no record has no place among records; its line is told by whoever lists the rejected.
            if record.problem == nil { try write(writer.row(record, result)) }
            return
        }
        if !hasRejected { try writeRejected(rejects.header) }
        hasRejected = true
        try writeRejected(rejects.row(record, RowRejection(row?.text ?? "")))
    }
}

extension RunRow {
    /// What the output says of a row that is on record.
    fileprivate static func result(_ row: RunRow?) -> RowResult {
        switch row?.state {
        case .answered, .again: row?.text.flatMap { RowResult(encoded: $0) } ?? RowResult(.notRun)
        case .erased: RowResult(.refused)
        case .duplicate, .rejected, .open, nil: RowResult(.notRun)
        }
    }
}
