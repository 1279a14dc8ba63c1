// SPDX-License-Identifier: Apache-2.0

internal import WaterfallEngine

/// The state of a run under way.
struct RunWork {
    /// Rows that met a cap on cost and are remembered, to be asked anew where the run stops for it.
    private static let maximumCapped = 4_096

    var pilot: RunPilot
    private(set) var failure: RunError?
    private let driver: RunDriver
    private var reader: RowReader
    private var companies: CompanyQueue
    /// Rows whose turn has come, in their order.
    private var ready: [PendingRow] = []
    /// Refused rows that are tried again once others have ended.
    private var refused: [PendingRow] = []
    private var mustWait = false
    private var isAtEnd = false
    private var leavesRows = false
    private var sample: RowSample?
    /// What rows came to that nobody answered, or that a cap stood in the way of.
    private var unanswered: [Int64: RunRow] = [:]
    private var capped: [RunRow] = []

    init(_ reader: RowReader, _ driver: RunDriver) {
        self.reader = reader
        self.driver = driver
        pilot = RunPilot(bound: driver.settings.bound, limit: driver.settings.limit)
        companies = CompanyQueue(driver.settings.isOneByOne ? .oneByOne : .first)
        sample = driver.settings.sample
    }

    var isStopped: Bool { failure != nil || pilot.stop != nil || driver.control.isStopped }

    var end: RunDriver.End {
        let stop = pilot.stop ?? (driver.control.isStopped ? .interrupted : nil)
        return RunDriver.End(stop: stop, leavesRows: leavesRows || failure != nil, failure: failure)
    }

    /// The next row that may begin; nil where there is none, or no room.
    mutating func nextRow() async -> PendingRow? {
        guard !isStopped, pilot.hasRoom, !mustWait else { return nil }
        if let row = refused.popLast() {
            pilot.beganAgain()
            return row
        }
        if !ready.isEmpty {
            pilot.began()
            return ready.removeFirst()
        }
        while !isAtEnd, !companies.isFull {
            let row: PendingRow?
            do throws(RunError) { row = try await reader.next() } catch {
                fail(error)
                return nil
            }
            guard let row else {
                isAtEnd = true
                break
            }
            if sample != nil, sample?.takes() == false {
                leavesRows = true
                continue
            }
            guard companies.admit(row) else { continue }
            pilot.began()
            return row
        }
        return nil
    }

    mutating func take(_ end: RunDriver.RowEnd) async {
        mustWait = false
        switch end {
        case .answered(let row, let result, let isCapped):
            pilot.answered(row.number, result.outcome, wait: driver.monitor.takeLongestWait())
            driver.monitor.ended(result, inFlight: pilot.inFlight)
            noteAgain(row, result, isCapped: isCapped)
            release(row)
        case .refused(let row, let refusal):
            var again = row
            again.tries += 1
            await note([RunRow(number: row.number, .again, tries: again.tries)])
            if pilot.refused(refusal) {
                refused.append(again)
                mustWait = true
            } else {
                leavesRows = true
            }
        case .taken(let row):
            pilot.left()
            var again = row
            again.tries += 1
            await note([RunRow(number: row.number, .again, tries: again.tries)])
            refused.append(again)
        case .left(let row):
            pilot.left()
            leavesRows = true
            release(row)
        case .failed(_, let error):
            pilot.left()
            fail(.store(error))
        }
    }

    /// Puts on record what is to be asked anew, and looks whether rows are left.
    mutating func finish() async {
        leavesRows = leavesRows || !isAtEnd || !ready.isEmpty || !refused.isEmpty || companies.waiting > 0
        guard failure == nil else { return }
        switch pilot.stop {
        case .nobodyAnswers: await noteForNextTime(pilot.unanswered.compactMap { unanswered[$0] })
        case .refused: await noteForNextTime(capped)
        case .interrupted, .limit, nil: break
        }
    }

    private mutating func noteForNextTime(_ rows: [RunRow]) async {
        guard !rows.isEmpty else { return }
        leavesRows = true
        await note(rows.sorted { $0.number < $1.number })
    }

    private mutating func noteAgain(_ row: PendingRow, _ result: RowResult, isCapped: Bool) {
        // Made for those alone that need it: it is the text of all that is known of the row.
        func again() -> RunRow { RunRow(number: row.number, .again, tries: row.tries + 1, text: result.encoded) }
        if result.outcome == .failed {
            unanswered[row.number] = again()
        } else if result.outcome != .refused {
            unanswered = [:]
        }
        if isCapped, capped.count < Self.maximumCapped { capped.append(again()) }
    }

    private mutating func release(_ row: PendingRow) { ready += companies.ended(row.number) }

    private mutating func note(_ rows: [RunRow]) async {
        do throws(JournalError) {
            try await driver.store.note(rows, of: driver.sheet.run, epoch: driver.epoch)
        } catch {
            fail(.store(error))
        }
    }

    /// Nothing is sent any more: what is on the wire is cut off.
    private mutating func fail(_ error: RunError) {
        guard failure == nil else { return }
        failure = error
        if case .store = error { driver.engine.stopNow() }
    }
}

/// Chooses so many of a known number of rows, the same ones for the same seed.
public struct RowSample: Sendable, Hashable {
    private var wanted: Int64
    private var left: Int64
    private var generator: SplitMix64

    /// - Parameters:
    ///   - wanted: rows to choose.
    ///   - total: rows to choose from, in their order.
    public init(_ wanted: Int64, of total: Int64, seed: UInt64) {
        self.wanted = wanted
        left = total
        generator = SplitMix64(seed: seed)
    }

    /// True where the next row is one of them.
    public mutating func takes() -> Bool {
        guard wanted > 0, left > 0 else { return false }
        let isTaken = Int64(generator.next() % UInt64(left)) < wanted
        left -= 1
        if isTaken { wanted -= 1 }
        return isTaken
    }
}
