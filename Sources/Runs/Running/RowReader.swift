// SPDX-License-Identifier: Apache-2.0

public import Tables
public import WaterfallEngine

/// The rows of a file that have no answer yet, with how often they were asked, a block at a time.
struct RowReader {
    /// Rows that are looked up at once.
    static let block = 512

    private let rows: ProspectRows
    private let store: any RunStore
    private let run: RunID
    private var waiting: ArraySlice<PendingRow> = []
    private var isAtEnd = false

    init(_ rows: ProspectRows, _ store: any RunStore, _ run: RunID) {
        self.rows = rows
        self.store = store
        self.run = run
    }

    /// The next row; nil at the end.
    mutating func next() async throws(RunError) -> PendingRow? {
        while waiting.isEmpty, !isAtEnd { try await readBlock() }
        return waiting.popFirst()
    }

    private mutating func readBlock() async throws(RunError) {
        var block: [PendingRow] = []
        var numbers: ClosedRange<Int64>?
        while block.count < Self.block {
            guard let row = try read() else {
                isAtEnd = true
                break
            }
            let number = Int64(row.number)
            numbers = (numbers?.lowerBound ?? number)...number
            guard case .prospect(let prospect) = row.content else { continue }
            block.append(PendingRow(number: number, prospect: prospect))
        }
        guard let numbers else { return }
        var known: [Int64: RunRow] = [:]
        do throws(JournalError) {
            for row in try await store.rows(of: run, in: numbers) { known[row.number] = row }
        } catch {
            throw .store(error)
        }
        waiting =
            block.compactMap { row -> PendingRow? in
                guard let found = known[row.number] else { return row }
                guard found.state == .again else { return nil }
                var row = row
                row.tries = found.tries
                return row
            }[...]
    }

    private func read() throws(RunError) -> ProspectRow? {
        do throws(TableError) { return try rows.next() } catch { throw .file(error) }
    }
}

/// Why a run can't go on.
public enum RunError: Error, Sendable, Hashable {
    /// The store can't be written: nothing more is sent.
    case store(JournalError)
    /// The file can't be read, or has changed.
    case file(TableError)
    /// What is written can't be.
    case output(String)
    /// The configuration has no chain for what is asked.
    case notConfigured(EngineError)
}
