// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import GRDBSQLite
import Synchronization
public import WaterfallEngine

/// The people of one file in a database of its own, which is gone with the object: of ten million rows only what SQLite
/// caches is in memory. Nothing in it outlives the process, and nothing of it is ever synced.
public final class SQLitePersonIndex: PersonIndex {
    /// KiB that are cached, for as many as a million people.
    private static let cache = 32_768

    private let database: DatabaseQueue
    private let path: String

    /// - Parameter folder: where the database lies while it is needed; nil for the system's folder of temporary files.
    public init(in folder: String? = nil) throws(JournalError) {
        let name = "weir-people-\(UUID().uuidString)"
        path = (folder.map { "\($0)/" } ?? FileManager.default.temporaryDirectory.path + "/") + name
        try SQLiteStore.makeFile(path)
        do {
            database = try DatabaseQueue(path: path)
            // Once it is open it needs no name, and so nothing is left of it however the process ends.
            try FileManager.default.removeItem(atPath: path)
            try database.writeWithoutTransaction { database in
                let connection = try Connection(database)
                try connection.execute(
                    """
                    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -\(Self.cache);
                    CREATE TABLE person(
                        key INTEGER PRIMARY KEY, check_bits INTEGER NOT NULL, first INTEGER NOT NULL,
                        profile INTEGER NOT NULL
                    ) STRICT;
                    """)
                connection.close()
            }
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.failed, "the index of a file's people can't be made")
        }
    }

    deinit {
        // Closing what is closed is no failure, and there is nobody to tell.
        try? database.close()
    }

    public func note(_ rows: [(number: Int64, person: PersonDigests)]) async throws(JournalError) -> [Int64?] {
        do {
            return try await database.writeWithoutTransaction { database in
                let connection = try Connection(database)
                defer { connection.close() }
                try connection.execute("BEGIN")
                let firsts = try rows.map { row in try Self.note(row.number, row.person, on: connection) }
                try connection.execute("COMMIT")
                return firsts
            }
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.failed, "the index of a file's people can't be written")
        }
    }

    /// A person who was named before under a key: the first row, and the profile that it named.
    private struct Known {
        var first: Int64
        var profile: Int64
    }

    private static func note(
        _ number: Int64, _ person: PersonDigests, on connection: Connection
    ) throws(JournalError) -> Int64? {
        let profile = person.linkedIn.map { Int64(bitPattern: $0.high | 1) } ?? 0
        var found: Known?
        for (index, key) in person.all.enumerated() where found == nil {
            guard let known = try known(key, on: connection) else { continue }
            // Different profiles are different people, whatever else they share.
            let isVetoed =
                index > 0 || person.linkedIn == nil
                ? profile != 0 && known.profile != 0 && known.profile != profile : false
            if !isVetoed { found = known }
        }
        let first = found?.first ?? number
        for key in person.all {
            let insert = try connection(
                "INSERT INTO person(key, check_bits, first, profile) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
            insert.bind(1, Int64(bitPattern: key.low))
            insert.bind(2, Int64(bitPattern: key.high))
            insert.bind(3, first)
            insert.bind(4, profile != 0 ? profile : found?.profile ?? 0)
            try insert.run()
        }
        return found?.first
    }

    private static func known(_ key: QueryFingerprint, on connection: Connection) throws(JournalError) -> Known? {
        let select = try connection("SELECT first, profile FROM person WHERE key = ?1 AND check_bits = ?2")
        select.bind(1, Int64(bitPattern: key.low))
        select.bind(2, Int64(bitPattern: key.high))
        return try select.first { (row) throws(JournalError) in Known(first: row.int64(0), profile: row.int64(1)) }
    }
}
