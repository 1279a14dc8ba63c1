// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import WaterfallEngine

/// A database connection with its prepared statements. Confined to the thread or queue that made it.
@safe
final class Connection {
    private let database: OpaquePointer
    private var statements = StatementCache()
    /// Pages in the write-ahead log after the last commit of this connection; 0 before `watchLog`.
    private(set) var logPages = 0
    private var isLogWatched = false

    init(_ database: Database) throws(JournalError) {
        guard let handle = unsafe database.sqliteConnection else {
            throw JournalError(.failed, "the connection is closed")
        }
        unsafe self.database = handle
    }

    /// Returns the prepared statement of a text, prepared once.
    func callAsFunction(_ sql: StaticString) throws(JournalError) -> Statement {
        let start = unsafe sql.utf8Start
        let key = UInt(bitPattern: start)
        if let statement = statements[key] { return statement }
        let statement = try unsafe start.withMemoryRebound(to: CChar.self, capacity: sql.utf8CodeUnitCount) {
            (text) throws(JournalError) in
            try unsafe Statement(text, length: sql.utf8CodeUnitCount, on: database)
        }
        statements[key] = statement
        return statement
    }

    /// Runs statements that return nothing, once, without keeping them.
    func execute(_ sql: String) throws(JournalError) {
        let code = unsafe sqlite3_exec(database, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe JournalError(sqlite: code, on: database) }
    }

    /// Reads one number of a statement that isn't kept.
    func number(_ sql: String) throws(JournalError) -> Int64? {
        try once(sql).first { (row) throws(JournalError) in row.int64(0) }
    }

    /// Reads one text of a statement that isn't kept.
    func text(_ sql: String) throws(JournalError) -> String? {
        try once(sql).first { (row) throws(JournalError) in row.text(0) }
    }

    /// A statement that isn't kept.
    func once(_ sql: String) throws(JournalError) -> Statement {
        let text = sql.utf8CString
        return try unsafe text.withUnsafeBufferPointer { (text) throws(JournalError) in
            guard let base = text.baseAddress else { throw JournalError(.failed, "a statement is empty") }
            return try unsafe Statement(base, length: text.count, on: database)
        }
    }

    var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(database) }

    /// Rows that the last statement changed.
    var changes: Int { Int(unsafe sqlite3_changes(database)) }

    /// True inside a transaction.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(database) == 0 }

    /// Undoes the transaction, where SQLite has not done so itself.
    func rollBack() {
        // A failure here changes nothing: the transaction was not committed.
        if isInTransaction { try? execute("ROLLBACK") }
    }

    /// Counts the pages of the write-ahead log from now on. The log's file says nothing: it is written again from its
    /// beginning, and keeps its size. Until `close`, for which SQLite holds the connection's address.
    func watchLog() {
        let count: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, CInt) -> CInt = {
            (context, _, _, pages) in
            if let context = unsafe context {
                unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().logPages = Int(pages)
            }
            return SQLITE_OK
        }
        unsafe _ = sqlite3_wal_hook(database, count, Unmanaged.passUnretained(self).toOpaque())
        isLogWatched = true
    }

    /// Moves the write-ahead log into the database. Being blocked by a reader is no failure: the next one gets on.
    func checkpoint(truncating: Bool) throws(JournalError) {
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        let code = unsafe sqlite3_wal_checkpoint_v2(database, nil, mode, nil, nil)
        guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED else {
            throw unsafe JournalError(sqlite: code, on: database)
        }
    }

    /// Writes the database anew, so that no byte of what was deleted or changed is left in free pages or between rows,
    /// and empties the write-ahead log, where older pages are. Outside of a transaction.
    ///
    /// Rows are copied into pages that are zeroed first (`secure_delete`), which is what a copy in place of the old
    /// pages alone does not promise.
    ///
    /// - Throws: `locked` where another process reads for too long: the log can't be emptied then.
    func scrub(isLogged: Bool) throws(JournalError) {
        try execute("PRAGMA secure_delete = ON")
        try execute("VACUUM")
        guard isLogged else { return }
        var (frames, moved) = (-1 as CInt, -1 as CInt)
        let code = unsafe sqlite3_wal_checkpoint_v2(database, nil, SQLITE_CHECKPOINT_TRUNCATE, &frames, &moved)
        guard code == SQLITE_OK, frames == 0 else {
            if code == SQLITE_OK || code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED {
                throw JournalError(
                    .locked, "another process reads the store; what was erased is wiped when it is opened next")
            }
            throw unsafe JournalError(sqlite: code, on: database)
        }
    }

    /// Finalises the statements, so that the connection can be closed.
    func close() {
        if isLogWatched { unsafe _ = sqlite3_wal_hook(database, nil, nil) }
        isLogWatched = false
        statements = StatementCache()
    }
}

/// Prepared statements by the address of their text, which is static: one look in most cases, and no hashing.
private struct StatementCache {
    private static let places = 1_024
    private var direct = [(key: UInt, statement: Statement?)](repeating: (0, nil), count: places)
    /// Those whose place was taken.
    private var others: [UInt: Statement] = [:]

    subscript(key: UInt) -> Statement? {
        get {
            let place = direct[Self.place(of: key)]
            return place.key == key ? place.statement : others[key]
        }
        set {
            let place = Self.place(of: key)
            if direct[place].statement == nil || direct[place].key == key {
                direct[place] = (key, newValue)
            } else {
                others[key] = newValue
            }
        }
    }

    /// Texts lie one behind the other, at addresses that are multiples of sixteen.
    private static func place(of key: UInt) -> Int { Int(key >> 4 & UInt(places - 1)) }
}
