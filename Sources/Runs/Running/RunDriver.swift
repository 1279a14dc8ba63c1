// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization
internal import Tables
public import WaterfallEngine

/// Asks for the rows of a file that have no answer yet, a bounded number at once, in the order of the file.
///
/// What it decides is in values (`RunPilot`, `CompanyQueue`); what a row came to is on record with its settlement, so
/// that it may end at any moment, and whoever goes on comes to the same.
public struct RunDriver: Sendable {
    /// How it runs.
    public struct Settings: Sendable {
        /// Rows in flight at most.
        public var bound: Int
        /// Rows to begin at most; nil for all.
        public var limit: Int?
        /// The chosen rows of a sample; nil for all.
        public var sample: RowSample?
        /// The run's cost cap, of which the duplicate-spend budget is a part.
        public var costCap: Amount?
        /// True where each row of a company waits for the one before.
        public var isOneByOne: Bool

        public init(
            bound: Int, limit: Int? = nil, sample: RowSample? = nil, costCap: Amount? = nil, isOneByOne: Bool = false
        ) {
            self.bound = bound
            self.limit = limit
            self.sample = sample
            self.costCap = costCap
            self.isOneByOne = isOneByOne
        }
    }

    /// How it ended.
    public struct End: Sendable {
        /// Nil where every row that was to be asked has ended.
        public var stop: RunPilot.Stop?
        /// True where rows are without an answer.
        public var leavesRows: Bool
        /// Why it could not go on; nil where it could.
        public var failure: RunError?

        public init(stop: RunPilot.Stop? = nil, leavesRows: Bool, failure: RunError? = nil) {
            self.stop = stop
            self.leavesRows = leavesRows
            self.failure = failure
        }
    }

    /// Ids of a row that may be found taken.
    private static let maximumTries: Int64 = 16

    let engine: Engine
    let store: any RunStore
    let clock: any EngineClock
    let monitor: RunMonitor
    let control: RunControl
    let sheet: RowSheet
    let epoch: Int64
    let settings: Settings

    public init(
        _ engine: Engine, _ store: any RunStore, clock: any EngineClock, monitor: RunMonitor, control: RunControl,
        sheet: RowSheet, epoch: Int64, settings: Settings
    ) {
        self.engine = engine
        self.store = store
        self.clock = clock
        self.monitor = monitor
        self.control = control
        self.sheet = sheet
        self.epoch = epoch
        self.settings = settings
    }

    /// Goes on with what is open, then asks for the rest. Within `Engine.running`.
    public func run(_ file: ProspectFile) async -> End {
        do throws(RunError) {
            let rows: ProspectRows
            do throws(TableError) { rows = try file.rows() } catch { throw .file(error) }
            let budget: DuplicateBudget
            let open: [(OpenRequest, RunRow?)]
            do throws(JournalError) {
                budget = DuplicateBudget(
                    cap: settings.costCap, spent: try await store.suspectedSpend(of: sheet.run).repeated)
                open = try await openRows()
            } catch {
                throw .store(error)
            }
            return await work(RowReader(rows, store, sheet.run), open, budget)
        } catch {
            return End(leavesRows: true, failure: error)
        }
    }

    private func openRows() async throws(JournalError) -> [(OpenRequest, RunRow?)] {
        var rows: [(OpenRequest, RunRow?)] = []
        for open in try await store.openRequests(of: sheet.run) {
            let number = open.request.id.rowNumber
            rows.append((open, try await store.rows(of: sheet.run, in: number...number).first))
        }
        return rows
    }

    private func work(_ reader: RowReader, _ open: [(OpenRequest, RunRow?)], _ budget: DuplicateBudget) async -> End {
        await withTaskGroup(of: RowEnd.self) { group in
            var work = RunWork(reader, self)
            // What is open goes on before anything else is begun, in the order in which it was begun.
            for (request, row) in open where work.failure == nil {
                while work.pilot.inFlight >= max(1, work.pilot.target), let end = await group.next() {
                    await work.take(end)
                }
                guard !work.isStopped else { break }
                work.pilot.beganAgain()
                group.addTask { await self.goOn(with: request, row, budget) }
            }
            while let end = await group.next() { await work.take(end) }
            while !work.isStopped {
                while let row = await work.nextRow() {
                    group.addTask { await self.ask(row) }
                }
                guard let end = await group.next() else { break }
                await work.take(end)
            }
            // Those in flight may end.
            while let end = await group.next() { await work.take(end) }
            await work.finish()
            return work.end
        }
    }

    // MARK: One row

    /// How one row ended.
    enum RowEnd: Sendable {
        case answered(PendingRow, RowResult, isCapped: Bool)
        case refused(PendingRow, Refusal)
        /// Its request stays open.
        case left(PendingRow)
        /// Its id was refused before a crash; it is asked under the next one.
        case taken(PendingRow)
        case failed(PendingRow, JournalError)
    }

    private func ask(_ row: PendingRow) async -> RowEnd {
        let request = sheet.request(row.number, row.prospect, tries: row.tries, at: clock.now)
        let kept = KeptRow()
        do throws(EngineError) {
            let result = try await engine.enrich(request, keeping: keeping(row, kept, after: nil))
            return await end(row, result, kept)
        } catch {
            return end(row, error)
        }
    }

    private func goOn(with open: OpenRequest, _ known: RunRow?, _ budget: DuplicateBudget) async -> RowEnd {
        let row = PendingRow(
            number: open.request.id.rowNumber, prospect: open.request.prospect, tries: known?.tries ?? 0)
        let text = OpenRowText(known?.state == .open ? known?.text : nil)
        let kept = KeptRow()
        do throws(EngineError) {
            let result = try await engine.goOn(
                with: open, from: text.progress, within: budget, keeping: keeping(row, kept, after: text.result))
            return await end(row, result, kept)
        } catch {
            return end(row, error)
        }
    }

    private func keeping(_ row: PendingRow, _ kept: KeptRow, after earlier: RowResult?) -> ResultKeeping {
        ResultKeeping(run: sheet.run, number: row.number, tries: row.tries, epoch: epoch) { result in
            kept.keep(RowResult(result).following(earlier))
        }
    }

    private func end(_ row: PendingRow, _ result: EnrichmentResult, _ kept: KeptRow) async -> RowEnd {
        if let refusal = result.refusal, refusal.endsRun { return .refused(row, refusal) }
        let isCapped = result.attempts.contains { $0.outcome == .skipped(.cap) }
        if let told = kept.result { return .answered(row, told, isCapped: isCapped) }
        // Nothing was settled for the row: it was refused, or joined another's request.
        let told = RowResult(result)
        do throws(JournalError) {
            try await store.note(
                [RunRow(number: row.number, .answered, tries: row.tries, text: told.encoded)], of: sheet.run,
                epoch: epoch)
            return .answered(row, told, isCapped: isCapped)
        } catch {
            return .failed(row, error)
        }
    }

    private func end(_ row: PendingRow, _ error: EngineError) -> RowEnd {
        switch error {
        case .store(let error) where error.kind == .conflict && row.tries < Self.maximumTries: .taken(row)
        case .store(let error): .failed(row, error)
        case .stopping, .notConfigured, .tooLittle: .left(row)
        }
    }
}

/// What was kept of a row's result by its last settlement.
private final class KeptRow: Sendable {
    private let state = Mutex<RowResult?>(nil)

    var result: RowResult? { state.withLock { $0 } }

    func keep(_ result: RowResult) -> String {
        state.withLock { $0 = result }
        return result.encoded
    }
}
