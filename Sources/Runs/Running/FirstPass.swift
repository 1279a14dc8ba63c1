// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Tables
public import WaterfallEngine

/// Reads a file for the first time: which rows are set aside, which name a person whom an earlier row names, and what
/// the rest may cost. Nobody is asked.
public struct FirstPass: Sendable {
    /// Rows that are noted in one transaction.
    private static let block = 2_048

    public private(set) var rows: Int64 = 0
    public private(set) var rejected: Int64 = 0
    public private(set) var duplicates: Int64 = 0
    /// What it is about to cost; nil where it was not asked for.
    public private(set) var estimate: RunEstimate?

    private let engine: Engine
    private let index: any PersonIndex
    private let sheet: RowSheet
    private let contacts: (any ContactStore)?

    /// - Parameters:
    ///   - sheet: makes the rows' requests.
    ///   - contacts: who is known; nil makes no estimate.
    public init(_ engine: Engine, _ index: any PersonIndex, _ sheet: RowSheet, contacts: (any ContactStore)?) {
        self.engine = engine
        self.index = index
        self.sheet = sheet
        self.contacts = contacts
        if contacts != nil { estimate = RunEstimate(engine) }
    }

    /// - Parameter note: what is to be put on record, a block at a time.
    public mutating func read(
        _ file: ProspectFile, note: ([RunRow]) async throws(JournalError) -> Void
    ) async throws(RunError) {
        let reader: ProspectRows
        do throws(TableError) { reader = try file.rows() } catch { throw .file(error) }
        var isAtEnd = false
        while !isAtEnd {
            var noted: [RunRow] = []
            var people: [PendingRow] = []
            for _ in 0..<Self.block {
                let row: ProspectRow?
                do throws(TableError) { row = try reader.next() } catch { throw .file(error) }
                guard let row else {
                    isAtEnd = true
                    break
                }
                rows = Int64(row.number)
                switch try content(of: row) {
                case .prospect(let prospect): people.append(PendingRow(number: rows, prospect: prospect))
                case .rejected(let rejection):
                    rejected += 1
                    noted.append(RunRow(number: rows, .rejected, text: rejection.reason))
                }
            }
            do throws(JournalError) {
                noted += try await duplicates(among: people)
                try await note(noted.sorted { $0.number < $1.number })
            } catch {
                throw .store(error)
            }
        }
        do throws(TableError) { try file.checkUnchanged() } catch { throw .file(error) }
    }

    private func content(of row: ProspectRow) throws(RunError) -> ProspectRow.Content {
        guard case .prospect(let prospect) = row.content else { return row.content }
        do throws(EngineError) {
            try engine.check(sheet.request(Int64(row.number), prospect, at: Timestamp(microseconds: 0)))
            return row.content
        } catch {
            guard let rejection = RowRejection(error) else { throw .notConfigured(error) }
            return .rejected(rejection)
        }
    }

    private mutating func duplicates(among people: [PendingRow]) async throws(JournalError) -> [RunRow] {
        let firsts = try await index.note(people.map { ($0.number, PersonDigests($0.prospect)) })
        var noted: [RunRow] = []
        for (row, first) in zip(people, firsts) {
            guard let first else {
                try await add(row)
                continue
            }
            duplicates += 1
            noted.append(RunRow(number: row.number, .duplicate, text: "\(first)"))
        }
        return noted
    }

    private mutating func add(_ row: PendingRow) async throws(JournalError) {
        guard let contacts, estimate?.takesNext() == true else { return }
        let (contact, account) = try await contacts.known(row.prospect, team: sheet.team)
        let request = sheet.request(row.number, row.prospect, at: Timestamp(microseconds: 0))
        // A row that can't be planned was set aside before.
        guard let plan = try? engine.plan(for: request, contact: contact, account: account) else { return }
        estimate?.add(plan)
    }
}

/// Makes the requests of a run's rows.
public struct RowSheet: Sendable {
    public var run: RunID
    public var team: String
    public var user: String
    public var access: Set<Datum>
    public var isFresh: Bool

    public init(run: RunID, team: String, user: String, access: Set<Datum>, isFresh: Bool) {
        self.run = run
        self.team = team
        self.user = user
        self.access = access
        self.isFresh = isFresh
    }

    /// The request of a row, by whose number and tries its id is made.
    func request(_ number: Int64, _ prospect: Prospect, tries: Int64 = 0, at moment: Timestamp) -> DataRequest {
        DataRequest(
            id: RequestID(run: run, row: number, tries: tries), prospect: prospect, access: access, team: team,
            user: user, origin: .csv, isFresh: isFresh, createdAt: moment, run: run)
    }
}
