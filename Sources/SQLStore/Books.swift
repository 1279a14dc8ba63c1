// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// What the writing thread holds: the connection, and what of the ledger and of the open requests it keeps in memory.
///
/// Memory is a copy of the database, and is dropped whenever a transaction is rolled back. Balances of lots change in
/// memory first and are written once a transaction (`flush`), so that a batch of a thousand holds updates a lot once.
final class Books {
    let connection: Connection
    let chain = TransferChain()
    var teams: [String: TeamBook] = [:]
    var openRequests: [RequestID: OpenRequestBook] = [:]
    var spending: [SpendBook.Span: SpendBook] = [:]
    var usage: [UsageWindow: UsageBook] = [:]
    /// Runs that a cap was asked about.
    var runs: [RunBook.Key: RunBook] = [:]
    /// Runs over files whose epoch was looked at.
    var fileRuns: [RunID: (row: Int64, epoch: Int64)] = [:]
    private var priceVersions: (gate: CreditGate, row: Int64)?
    private var knownHash: ValueHash?
    /// True where some request was refused; nil where the database has to be asked.
    var hasDenied: Bool?
    /// True where the suppression list has entries, and where there are lists of numbers; nil where the database has to
    /// be asked.
    var hasSuppressions: Bool?
    var hasNumberLists: Bool?
    /// When the next hold may end; nil where the database has to be asked.
    var nextHoldExpiry: Timestamp?
    /// The caps of requests that are open, kept from their opening: a restart needs none, since it asks nobody.
    var limits: [RequestID: RequestLimits] = [:]

    init(_ connection: Connection) { self.connection = connection }

    func begin() throws(JournalError) { try connection("BEGIN IMMEDIATE").run() }

    func commit() throws(JournalError) {
        try flush()
        try connection("COMMIT").run()
    }

    /// Undoes the transaction, where SQLite has not done so itself.
    func rollBack() {
        forget()
        connection.rollBack()
    }

    /// Drops what is kept in memory.
    func forget() {
        teams = [:]
        openRequests = [:]
        spending = [:]
        usage = [:]
        runs = [:]
        fileRuns = [:]
        priceVersions = nil
        nextHoldExpiry = nil
        hasDenied = nil
        hasSuppressions = nil
        hasNumberLists = nil
    }

    /// Writes the balances that have changed.
    func flush() throws(JournalError) {
        for team in teams.values where team.hasChanged { try writeLots(of: team) }
    }

    /// The row of a gate's price version, made where it is new.
    func priceVersion(of gate: CreditGate) throws(JournalError) -> Int64 {
        if let known = priceVersions, known.gate == gate { return known.row }
        let rules = PriceVersion.text(of: gate)
        let insert = try connection("INSERT INTO price_version(rules) VALUES (?1) ON CONFLICT DO NOTHING")
        insert.bind(1, rules)
        try insert.run()
        let select = try connection("SELECT id FROM price_version WHERE rules = ?1")
        select.bind(1, rules)
        guard let row = try select.first({ (row) throws(JournalError) in row.int64(0) }) else {
            throw .damaged("a price version is missing")
        }
        priceVersions = (gate, row)
        return row
    }

    /// What hashes values in this store; its salt never changes.
    func valueHash() throws(JournalError) -> ValueHash {
        if let knownHash { return knownHash }
        let made = try connection.valueHash()
        knownHash = made
        return made
    }

    /// The book of a team, made where it is new.
    func team(_ name: String) throws(JournalError) -> TeamBook {
        if let team = teams[name] { return team }
        if try connection.findTeam(name) == nil { try makeTeam(name) }
        guard let row = try connection.findTeam(name) else { throw .damaged("a team is missing") }
        let book = try loadTeam(row)
        teams[name] = book
        return book
    }

    private func makeTeam(_ name: String) throws(JournalError) {
        let insert = try connection("INSERT INTO team(name) VALUES (?1)")
        insert.bind(1, name)
        try insert.run()
        let row = connection.lastInsertedRow
        for kind in TeamBook.Accounts.kinds {
            let insert = try connection("INSERT INTO ledger_account(team, kind) VALUES (?1, ?2)")
            insert.bind(1, row)
            insert.bind(2, kind)
            try insert.run()
        }
    }
}

/// What bounds a request while it is open.
struct RequestLimits {
    var caps: Caps
    var plan: CreditPlan?
}

extension Connection {
    /// The row of a team; nil where it has none yet.
    func findTeam(_ name: String) throws(JournalError) -> Int64? {
        let select = try self("SELECT id FROM team WHERE name = ?1")
        select.bind(1, name)
        return try select.first { (row) throws(JournalError) in row.int64(0) }
    }
}
