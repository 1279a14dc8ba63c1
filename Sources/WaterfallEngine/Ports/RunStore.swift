// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What is on record of runs over files of prospects. Every call is one durable transaction.
///
/// A row that is not on record was not asked, so that a file of ten million rows costs nothing before it is worked on.
/// Output is made of what is here, in the order of the rows, and of nothing else.
public protocol RunStore: Sendable {
    /// The runs over a file, newest first.
    func runs(over file: FileDigest, team: String) async throws(JournalError) -> [FileRun]
    /// The runs over files that lay at a path, newest first: what tells that a file has changed since.
    func runs(at path: String, team: String) async throws(JournalError) -> [FileRun]
    /// Puts a new run on record.
    func begin(_ run: FileRun) async throws(JournalError)
    /// Takes a run up: whoever had it before is fenced off from now on.
    ///
    /// - Returns: the run's new epoch.
    func takeUp(_ run: RunID) async throws(JournalError) -> Int64
    /// Writes what a run has come to: its state, its counts, its terms.
    func update(_ run: FileRun) async throws(JournalError)
    /// Drops every row of a run that has not begun to ask.
    func forgetRows(of run: RunID) async throws(JournalError)
    /// Puts rows on record.
    ///
    /// - Throws: `fenced` where another process has taken the run up since.
    func note(_ rows: [RunRow], of run: RunID, epoch: Int64) async throws(JournalError)
    /// The rows on record with these numbers, in order.
    func rows(of run: RunID, in numbers: ClosedRange<Int64>) async throws(JournalError) -> [RunRow]
    /// The rows' requests that were opened and not settled, oldest first.
    func openRequests(of run: RunID) async throws(JournalError) -> [OpenRequest]
    /// What vendors may have billed for calls whose answers were lost, and how much of it for calls that were made
    /// again after a crash, one entry a unit.
    func suspectedSpend(of run: RunID) async throws(JournalError) -> SuspectedSpend
}

/// SHA-256 of a file.
public struct FileDigest: Sendable, Hashable {
    /// Thirty-two of them.
    public let bytes: [UInt8]

    /// Nil for another count.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads sixty-four hexadecimal digits; nil where they are not that.
    public init?(hexadecimal text: String) {
        let digits = text.utf8.compactMap { UInt8(String(Unicode.Scalar($0)), radix: 16) }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        self.init(stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}

/// One run over a file of prospects.
public struct FileRun: Sendable, Hashable {
    /// How far it is. Raw values are the words in the store.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// The file is being read for the first time; nobody was asked.
        case reading
        /// Rows are asked for, or wait to be.
        case open
        /// Every row has its answer.
        case ended
        /// Another run over the file was begun in its place.
        case givenUp = "given_up"
    }

    public var id: RunID
    public var team: String
    public var user: String
    public var file: FileDigest
    /// Which run over this file it is, from 1.
    public var ordinal: Int64
    /// Where the file lay.
    public var path: String
    /// What the rows' answers depend on, by name: a run goes on under its own terms alone.
    public var terms: [String: String]
    public var state: State
    public var rows: Int64 = 0
    public var rejected: Int64 = 0
    public var duplicates: Int64 = 0
    /// What was expected of it before it began, for the summary at its end; nil where nothing was.
    public var estimate: String?
    public var begunAt: Timestamp
    public var endedAt: Timestamp?

    public init(
        id: RunID, team: String, user: String, file: FileDigest, ordinal: Int64, path: String,
        terms: [String: String], begunAt: Timestamp
    ) {
        self.id = id
        self.team = team
        self.user = user
        self.file = file
        self.ordinal = ordinal
        self.path = path
        self.terms = terms
        self.begunAt = begunAt
        state = .reading
    }

    /// True where rows may be without an answer.
    public var isUnfinished: Bool { state == .reading || state == .open }
}

/// What is on record of one row of a run.
public struct RunRow: Sendable, Hashable {
    /// What it has come to.
    public enum State: Int64, Sendable, Hashable, CaseIterable {
        /// Its answer is `text`.
        case answered = 0
        /// It is the person of the row whose number is `text`.
        case duplicate = 1
        /// It was set aside; `text` says why.
        case rejected = 2
        /// Its request is open; `text` is what was settled of it.
        case open = 3
        /// It is to be asked anew: it was refused or nobody answered. `text` is what it came to, where it came to
        /// something.
        case again = 4
        /// The person was erased.
        case erased = 5
    }

    public var number: Int64
    public var state: State
    /// How often it was asked before: a refused id never succeeds later, and so each time has an id of its own.
    public var tries: Int64
    public var text: String?

    public init(number: Int64, _ state: State, tries: Int64 = 0, text: String? = nil) {
        self.number = number
        self.state = state
        self.tries = tries
        self.text = text
    }
}

/// What vendors may have billed for answers that were lost.
public struct SuspectedSpend: Sendable, Hashable {
    public var all: [Amount]
    /// Of it, for calls that were made again: what the duplicate-spend budget is spent on.
    public var repeated: [Amount]

    public init(all: [Amount], repeated: [Amount]) {
        self.all = all
        self.repeated = repeated
    }
}

/// The row whose request is settled, and what is kept of its result in the transaction that settles it: a row with an
/// answer and without its settlement, or the other way round, is never on record.
public struct ResultKeeping: Sendable {
    public var run: RunID
    public var number: Int64
    public var tries: Int64
    /// Of the process that runs the row.
    public var epoch: Int64
    /// Makes the text that is kept. Pure: it runs on the store's thread, and again where a transaction is repeated.
    public var text: @Sendable (EnrichmentResult) -> String

    public init(
        run: RunID, number: Int64, tries: Int64, epoch: Int64, text: @escaping @Sendable (EnrichmentResult) -> String
    ) {
        self.run = run
        self.number = number
        self.tries = tries
        self.epoch = epoch
        self.text = text
    }
}

/// A row's place on record, and what is written there once it is known what a settlement did.
public struct KeptResult: Sendable {
    public var run: RunID
    public var epoch: Int64
    public var row: @Sendable (Settled) -> RunRow

    public init(run: RunID, epoch: Int64, row: @escaping @Sendable (Settled) -> RunRow) {
        self.run = run
        self.epoch = epoch
        self.row = row
    }
}

/// How far a request had come when it was settled last, so that it can go on where it stands.
public struct RequestProgress: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The email chain is settled.
    public static let email = RequestProgress(rawValue: 1)
    /// The office-phone look-up is.
    public static let officePhones = RequestProgress(rawValue: 2)
    /// An email may be told.
    public static let hasEmail = RequestProgress(rawValue: 4)
    /// Some provider answered.
    public static let hasAnswer = RequestProgress(rawValue: 8)
}
