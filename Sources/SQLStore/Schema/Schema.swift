// SPDX-License-Identifier: Apache-2.0

import WaterfallEngine

/// The tables and their migrations, numbered from 1. A migration that was released is never changed.
enum Schema {
    /// One step from a version to the next.
    enum Migration {
        case sql(String)
        /// What SQL alone can't do.
        case steps(@Sendable (Connection) throws(JournalError) -> Void)
    }

    /// `weir` in ASCII: what tells the file from any other SQLite database.
    static let applicationID: Int64 = 0x7765_6972
    static let migrations: [Migration] = [
        .sql(first), .sql(contactsOfAccounts), .steps(makeLedgerWhole), .sql(contactBook),
        .steps(addPrivacy), .sql(runs), .sql(orderHistory),
    ]
    static var version: Int64 { Int64(migrations.count) }

    /// The version of a database's tables; nil for an empty database.
    ///
    /// - Throws: `unusable` for a database of something else, or of a later version.
    static func version(of connection: Connection) throws(JournalError) -> Int64? {
        let application = try connection.number("PRAGMA application_id") ?? 0
        let current = try connection.number("PRAGMA user_version") ?? 0
        if application != applicationID {
            let tables = try connection.number("SELECT COUNT(*) FROM sqlite_schema") ?? 0
            guard application == 0, current == 0, tables == 0 else {
                throw JournalError(.unusable, "the file is a database of another program")
            }
            return nil
        }
        guard current <= version else {
            throw JournalError(.unusable, "the store is of version \(current), and this program knows up to \(version)")
        }
        return current
    }

    /// Brings the database to the current version, each migration in a transaction of its own: a process that dies on
    /// the way leaves a database of some version, and the next one goes on from there.
    ///
    /// - Parameter last: the version to stop at.
    /// - Throws: `unusable` for a database of something else, or of a later version.
    static func migrate(_ connection: Connection, to last: Int64 = version) throws(JournalError) {
        let current = try version(of: connection) ?? 0
        guard current < last else { return }
        // A table that is made anew is dropped while others refer to it.
        try connection.execute("PRAGMA foreign_keys = OFF")
        for number in Int(current)..<Int(last) {
            try connection.execute("BEGIN IMMEDIATE")
            do {
                try migrate(connection, from: number)
            } catch {
                connection.rollBack()
                throw error
            }
        }
        try connection.execute("PRAGMA foreign_keys = ON")
    }

    /// Makes one step, in the transaction that is open, and commits it.
    private static func migrate(_ connection: Connection, from number: Int) throws(JournalError) {
        switch migrations[number] {
        case .sql(let text): try connection.execute(text)
        case .steps(let steps): try steps(connection)
        }
        guard try connection.text("PRAGMA foreign_key_check") == nil else {
            throw JournalError(.unusable, "a migration left a row without what it refers to")
        }
        try connection.execute("PRAGMA application_id = \(applicationID)")
        try connection.execute("PRAGMA user_version = \(number + 1)")
        try connection.execute("COMMIT")
    }
}
