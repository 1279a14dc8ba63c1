// SPDX-License-Identifier: Apache-2.0

import CSQLite
import GRDB
import GRDBSQLite
import Glibc
public import WaterfallEngine

/// The record of requests, credits, contacts and attempts in one SQLite database.
///
/// One thread writes, and commits many operations with one sync (`GroupCommitWriter`); readers have connections of
/// their own. What a call wrote is on disk when it returns. One process at a time has a store open.
public final class SQLiteStore: Sendable {
    let writer: GroupCommitWriter
    private let database: DatabaseQueue
    /// For what requests wait for; nil in memory, where the writer reads.
    private let reader: ReaderConnection?
    /// For long reads: reports and verification.
    private let reporter: ReaderConnection?
    private let lock: LockFile?
    /// Nil in memory, which nothing outlives.
    let spool: ReplySpool?
    /// Nil in memory.
    let erasures: ErasureLog?

    /// Opens a store, and makes it where there is none. The file is readable by its owner alone.
    ///
    /// - Parameter path: the database's file; `-wal`, `-shm`, `-replies`, `-erasures` and `.lock` files lie
    ///   beside it.
    /// - Throws: `locked` where another process has it open, `unusable` where the file is not a store, is of a later
    ///   version or is damaged, `failed` where it can't be read or written.
    public convenience init(path: String) throws(JournalError) {
        try self.init(path: path, idleAfter: GroupCommitWriter.idleAfter)
    }

    /// Opens a store whose log is moved into the database after a pause of its own: for tests of the log.
    package init(path: String, idleAfter: Duration) throws(JournalError) {
        lock = try LockFile(path: path + ".lock")
        let wasUnclean = Self.hasContent(path + "-wal")
        let hasLeftovers = Self.hasContent(path + "-replies")
        try Self.makeFile(path)
        let settings = Settings(isFile: true, checks: wasUnclean)
        database = try Self.open(settings) { configuration in
            try DatabaseQueue(path: path, configuration: configuration)
        }
        let spool = try ReplySpool(path: path + "-replies")
        self.spool = spool
        if hasLeftovers { try Self.restore(spool, to: database) }
        let erasures = ErasureLog(path: path + "-erasures")
        self.erasures = erasures
        _ = try Self.replay(erasures, to: database, spool, isLogged: true)
        do {
            reader = try ReaderConnection(path: path)
            reporter = try ReaderConnection(path: path)
        } catch {
            throw JournalError(.failed, "the store can't be opened for reading")
        }
        writer = GroupCommitWriter(database, isLogged: true, idleAfter: idleAfter)
    }

    /// Makes a store in memory, gone with the object: the double of the real one in tests and dry runs.
    public init(inMemory: Void = ()) throws(JournalError) {
        lock = nil
        spool = nil
        erasures = nil
        reader = nil
        reporter = nil
        database = try Self.open(Settings(isFile: false, checks: false)) { try DatabaseQueue(configuration: $0) }
        writer = GroupCommitWriter(database, isLogged: false)
    }

    deinit { close() }

    /// Ends what is queued and closes the store. Later calls fail.
    public func close() {
        writer.close()
        reader?.close()
        reporter?.close()
        // Closing what is closed is no failure, and there is nobody to tell.
        try? database.close()
        spool?.close()
        lock?.release()
    }

    /// Runs SQL on the writing connection and reads its first number: for tests of its settings, and of what
    /// happens when it can't write.
    package func run(sql: String) async throws(JournalError) -> Int64? {
        try await writer.perform { (books) throws(JournalError) in try books.connection.number(sql) }
    }

    /// Reads one state of the store.
    func read<T: Sendable>(
        isReport: Bool = false, _ body: @escaping @Sendable (Connection) throws(JournalError) -> T
    ) async throws(JournalError) -> T {
        guard let connection = isReport ? reporter : reader else {
            return try await writer.perform { (books) throws(JournalError) in
                try books.flush()
                return try body(books.connection)
            }
        }
        return try await connection.perform(body)
    }
}

// MARK: - Opening

extension SQLiteStore {
    struct Settings {
        var isFile: Bool
        /// True after an unclean stop.
        var checks: Bool
    }

    /// Off for the whole process, once, before its first connection.
    static let memoryIsNotCounted: Void = _ = weir_sqlite_count_no_memory()

    static func open(
        _ settings: Settings, _ make: (Configuration) throws -> DatabaseQueue
    ) throws(JournalError) -> DatabaseQueue {
        memoryIsNotCounted
        var configuration = Configuration()
        configuration.label = "weir.store.writer"
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        do {
            let queue = try make(configuration)
            try queue.writeWithoutTransaction { try prepare(Connection($0), settings) }
            return queue
        } catch let error as JournalError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw JournalError(.unusable, "the file is not a database")
        } catch {
            throw JournalError(.failed, "the database can't be opened")
        }
    }

    private static func prepare(_ connection: Connection, _ settings: Settings) throws(JournalError) {
        try connection.execute("PRAGMA page_size = 4096")
        try connection.execute("PRAGMA mmap_size = 0")
        try connection.execute("PRAGMA temp_store = MEMORY")
        if settings.isFile {
            guard try connection.text("PRAGMA journal_mode = WAL") == "wal" else {
                throw JournalError(.failed, "the file system has no shared memory for the write-ahead log")
            }
            try connection.execute("PRAGMA wal_autocheckpoint = 0")
            try connection.execute("PRAGMA synchronous = FULL")
            // Setting up WAL through GRDB resets it to NORMAL, under which a power cut loses commits.
            guard try connection.number("PRAGMA synchronous") == 2 else {
                throw JournalError(.failed, "the database does not sync every commit")
            }
        }
        guard try connection.number("PRAGMA foreign_keys") == 1 else {
            throw JournalError(.failed, "the database does not check references")
        }
        if settings.checks, try connection.text("PRAGMA quick_check(1)") != "ok" {
            throw JournalError(.unusable, "the store is damaged: `weir restore FILE` puts a backup in its place")
        }
        try Schema.migrate(connection)
        try connection.execute("PRAGMA cache_size = -65536")
        connection.close()
    }

    /// Puts on record what an earlier process had got and not yet written.
    private static func restore(_ spool: ReplySpool, to database: DatabaseQueue) throws(JournalError) {
        let replies = spool.leftovers
        if !replies.isEmpty {
            do {
                try database.writeWithoutTransaction { database in
                    let books = Books(try Connection(database))
                    // What was not committed by then is undone.
                    defer {
                        books.rollBack()
                        books.connection.close()
                    }
                    try books.begin()
                    for (number, reply) in replies { try books.restore(reply, number: number) }
                    try books.commit()
                }
            } catch let error as JournalError {
                throw error
            } catch {
                throw JournalError(.failed, "what came back before can't be put on record")
            }
        }
        spool.forgetLeftovers()
    }

    /// Erases again whom the database has and the record beside it has not: it is a backup that was put back, or the
    /// process that erased was ended on the way.
    static func replay(
        _ log: ErasureLog, to database: DatabaseQueue, _ spool: ReplySpool?, isLogged: Bool
    ) throws(JournalError) -> Int {
        let records = try log.records()
        do {
            return try database.writeWithoutTransaction { database in
                let books = Books(try Connection(database))
                defer {
                    books.rollBack()
                    books.connection.close()
                }
                try books.begin()
                let count = try books.replay(records)
                let missing = try books.erasures(except: Set(records.map(\.contact)))
                try books.commit()
                try log.append(missing)
                guard try books.needsScrubbing() else { return count }
                try books.connection.scrub(isLogged: isLogged)
                spool?.scrub()
                try books.noteScrubbed()
                return count
            }
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.failed, "those who were erased can't be erased again")
        }
    }

    static func makeFile(_ path: String) throws(JournalError) {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError(.failed, "the store's file can't be opened (errno \(errno))")
        }
        // Before any connection has it open: closing a file drops the process's locks on it.
        Glibc.close(descriptor)
    }

    private static func hasContent(_ path: String) -> Bool {
        var facts = stat()
        return unsafe stat(path, &facts) == 0 && facts.st_size > 0
    }
}
