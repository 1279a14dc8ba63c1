// SPDX-License-Identifier: Apache-2.0

public import Enrichment
import GRDB
import Glibc
public import WaterfallEngine

/// Backing up, putting a backup back, and the version of a store's tables.
extension SQLiteStore {
    /// What a backup came to.
    public struct BackupReport: Sendable, Hashable {
        public let bytes: Int
        /// The version of its tables.
        public let version: Int64
        /// Entries of the ledger that were checked; nil where the backup is of an earlier version, whose ledger is
        /// checked when it is put back.
        public let transfers: Int?
    }

    /// What putting a backup back came to.
    public struct RestoreReport: Sendable, Hashable {
        /// The version that the backup had.
        public let version: Int64
        /// People who were erased since it was made, and were erased from it again.
        public let erasedAgain: Int
        /// Where the store is that was there before; nil where there was none.
        public let setAside: String?
        public let transfers: Int
    }

    /// Copies a store while another process may write to it. The copy is one state of it, is checked before it gets its
    /// name, is on disk when this returns, and is readable by its owner alone.
    ///
    /// - Parameter target: replaced where it is there: whoever calls asks first.
    /// - Throws: `unusable` where the copy does not hold together, `failed` where it can't be read or written.
    public static func backUp(_ path: String, to target: String) throws(JournalError) -> BackupReport {
        memoryIsNotCounted
        guard FileAccess.exists(path) else { throw JournalError(.failed, "there is no store at \(path)") }
        let copy = "\(target).making-\(getpid())"
        unsafe unlink(copy)
        try makeFile(copy)
        do {
            try copyDatabase(path, to: copy)
            let report = try check(copy)
            try FileAccess.sync(copy)
            try rename(copy, to: target)
            return report
        } catch {
            unsafe unlink(copy)
            throw error
        }
    }

    private static func copyDatabase(_ path: String, to copy: String) throws(JournalError) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            try queue.inDatabase { database in
                _ = try Schema.version(of: Connection(database))
                try database.execute(sql: "VACUUM INTO ?", arguments: [copy])
            }
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(
                .failed, "the store can't be copied: \((error as? DatabaseError)?.message ?? "no room?")")
        }
    }

    /// Looks whether a copy holds together: every page, every reference, every entry of the ledger.
    static func check(_ path: String) throws(JournalError) -> BackupReport {
        memoryIsNotCounted
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try queue.inDatabase { database in
                let connection = try Connection(database)
                defer { connection.close() }
                guard let version = try Schema.version(of: connection) else {
                    throw JournalError(.unusable, "the file is an empty database")
                }
                guard try connection.text("PRAGMA integrity_check(1)") == "ok" else {
                    throw JournalError(.unusable, "the file is damaged")
                }
                guard try connection.text("PRAGMA foreign_key_check") == nil else {
                    throw JournalError(.unusable, "a row of the file refers to one that is missing")
                }
                let transfers = version == Schema.version ? try verified(connection) : nil
                return BackupReport(bytes: FileAccess.size(of: path), version: version, transfers: transfers)
            }
        } catch let error as JournalError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw JournalError(.unusable, "the file is not a database")
        } catch {
            throw JournalError(.failed, "the file can't be read")
        }
    }

    private static func verified(_ connection: Connection) throws(JournalError) -> Int {
        let report = try LedgerCheck.run(on: connection)
        if let violation = report.violations.first {
            throw JournalError(.unusable, "its ledger does not hold: \(violation)")
        }
        return report.transfers
    }

    /// Puts a backup in the place of a store. Before it has the store's name it is checked, brought to this program's
    /// version, and whoever was erased since is erased from it. The store that was there is set aside beside it.
    ///
    /// - Parameter stamp: what the name of the store that is set aside ends with, such as `20260310-120000`.
    /// - Throws: `locked` where another process has the store open, `unusable` where the backup does not hold together.
    public static func restore(
        _ backup: String, to path: String, stamp: String, user: String, at moment: Timestamp
    ) throws(JournalError) -> RestoreReport {
        guard FileAccess.exists(backup) else { throw JournalError(.failed, "there is no file at \(backup)") }
        let lock = try LockFile(path: path + ".lock")
        defer { lock.release() }
        let copy = path + ".restoring"
        for end in ["", "-wal", "-shm", "-journal"] { unsafe unlink(copy + end) }
        do {
            try makeFile(copy)
            try copyDatabase(backup, to: copy)
            let version = try check(copy).version
            let (erased, transfers) = try bringUpToDate(
                copy, ErasureLog(path: path + "-erasures"), user: user, at: moment)
            try FileAccess.sync(copy)
            let aside = try setAside(path, as: "\(path).before-restore-\(stamp)")
            try rename(copy, to: path)
            return RestoreReport(version: version, erasedAgain: erased, setAside: aside, transfers: transfers)
        } catch {
            unsafe unlink(copy)
            throw error
        }
    }

    private static func bringUpToDate(
        _ copy: String, _ log: ErasureLog, user: String, at moment: Timestamp
    ) throws(JournalError) -> (erased: Int, transfers: Int) {
        let queue = try open(Settings(isFile: false, checks: false)) {
            try DatabaseQueue(path: copy, configuration: $0)
        }
        defer { try? queue.close() }
        let erased = try replay(log, to: queue, nil, isLogged: false)
        do {
            let transfers = try queue.writeWithoutTransaction { database in
                let books = Books(try Connection(database))
                defer {
                    books.rollBack()
                    books.connection.close()
                }
                try books.begin()
                let teams = try books.connection("SELECT name FROM team").all { (row) throws(JournalError) in
                    row.text(0)
                }
                for team in teams {
                    try books.note("restore", "\(erased) erased again", team: team, user: user, at: moment)
                }
                try books.commit()
                return try verified(books.connection)
            }
            return (erased, transfers)
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.failed, "the backup can't be written to")
        }
    }

    /// Gives the store's files another name, so that the store's own name is never without one: a second name first,
    /// and the log only once it is empty.
    private static func setAside(_ path: String, as aside: String) throws(JournalError) -> String? {
        guard FileAccess.exists(path) else { return nil }
        // Closing the last connection moves the log into the database. One that is too damaged for it keeps its log.
        if let queue = try? DatabaseQueue(path: path) {
            _ = try? queue.inDatabase { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM sqlite_schema") }
            try? queue.close()
        }
        guard unsafe link(path, aside) == 0 else { throw FileAccess.failure("can't be given a second name", errno) }
        for end in ["-wal", "-replies"] where FileAccess.exists(path + end) {
            guard unsafe Glibc.rename(path + end, aside + end) == 0 else {
                throw FileAccess.failure("can't be renamed", errno)
            }
        }
        unsafe unlink(path + "-shm")
        return aside
    }

    private static func rename(_ old: String, to new: String) throws(JournalError) {
        guard unsafe Glibc.rename(old, new) == 0 else { throw FileAccess.failure("can't be renamed", errno) }
        try FileAccess.syncFolder(of: new)
    }

    /// The version of a store's tables, and the one that this program brings it to when it opens it.
    public static func version(of path: String) throws(JournalError) -> (found: Int64, current: Int64) {
        memoryIsNotCounted
        guard FileAccess.exists(path) else { throw JournalError(.failed, "there is no store at \(path)") }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            let found = try queue.inDatabase { try Schema.version(of: Connection($0)) }
            return (found ?? 0, Schema.version)
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.unusable, "the file is not a database")
        }
    }
}
