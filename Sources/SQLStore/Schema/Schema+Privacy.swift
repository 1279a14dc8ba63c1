// SPDX-License-Identifier: Apache-2.0

import WaterfallEngine

/// Suppression, do-not-call lists, erasures, and the record of what was done by hand.
extension Schema {
    static let addPrivacy: @Sendable (Connection) throws(JournalError) -> Void = {
        (connection) throws(JournalError) in
        try connection.execute(suppressions + numberLists + erasures + marks + audit)
        try hashDeniedBodies(on: connection)
    }

    /// What was refused is compared and never read: a hash does.
    private static func hashDeniedBodies(on connection: Connection) throws(JournalError) {
        let hash = try connection.valueHash()
        let denied = try connection("SELECT uid, body FROM denied").all { (row) throws(JournalError) in
            (row.bytes(0), row.bytes(1))
        }
        for (id, body) in denied {
            let update = try connection("UPDATE denied SET body = ?2 WHERE uid = ?1")
            update.bind(1, id)
            update.bind(2, hash.bytes(body))
            try update.run()
        }
    }

    private static let suppressions = """
        CREATE TABLE suppression(
            team INTEGER NOT NULL REFERENCES team(id),
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            kind TEXT NOT NULL CHECK (kind = 'email' OR kind = 'domain' OR kind = 'phone' OR kind = 'linkedin'
                OR kind = 'person'),
            reason TEXT,
            source TEXT NOT NULL,
            user TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (team, hash)
        ) STRICT, WITHOUT ROWID;

        """

    /// A list is imported under a number of its own, and takes the place of the one of its name when it is whole.
    /// `codes` are the country calling codes of its numbers: those that it can say something of.
    private static let numberLists = """
        CREATE TABLE dnc_list(
            id INTEGER PRIMARY KEY,
            team INTEGER NOT NULL REFERENCES team(id),
            name TEXT NOT NULL,
            country TEXT,
            dated INTEGER NOT NULL,
            codes TEXT NOT NULL DEFAULT '',
            user TEXT NOT NULL,
            imported_at INTEGER NOT NULL,
            is_whole INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE UNIQUE INDEX dnc_list_name ON dnc_list(team, name) WHERE is_whole = 1;

        CREATE TABLE dnc_number(
            hash BLOB NOT NULL CHECK (length(hash) = 16),
            list INTEGER NOT NULL REFERENCES dnc_list(id),
            PRIMARY KEY (hash, list)
        ) STRICT, WITHOUT ROWID;

        """

    /// `hashes` are what the person is found by in a copy of the store that was made before: kinds and salted hashes.
    private static let erasures = """
        CREATE TABLE erasure(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
            team TEXT NOT NULL,
            hashes TEXT NOT NULL,
            user TEXT NOT NULL,
            at INTEGER NOT NULL,
            is_scrubbed INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX erasure_open ON erasure(id) WHERE is_scrubbed = 0;
        CREATE TABLE care(
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """

    /// An erased contact is no team's: its row stays for the charges that name it. What was verified for it is told by
    /// a hash that anybody can try addresses on, and so may be overwritten then, and only then.
    private static let marks = """
        ALTER TABLE contact ADD COLUMN is_suppressed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE contact_phone ADD COLUMN is_suppressed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE contact_phone ADD COLUMN dnc_list INTEGER;
        ALTER TABLE account_phone ADD COLUMN is_suppressed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE account_phone ADD COLUMN dnc_list INTEGER;
        DROP TRIGGER charge_not_updated;
        CREATE TRIGGER charge_not_updated
        BEFORE UPDATE OF id, team, contact, datum, amount, request, attempt, price_version, request_created_at,
            charged_at, holds_until, value_hash, paid_until ON charge
        BEGIN SELECT RAISE(ABORT, 'a charge is never changed'); END;
        CREATE TRIGGER charge_subject_not_updated BEFORE UPDATE OF subject_low, subject_high ON charge
        WHEN NOT EXISTS (SELECT 1 FROM contact WHERE id = OLD.contact AND team = 0)
        BEGIN SELECT RAISE(ABORT, 'a charge is never changed'); END;

        """

    private static let audit = """
        CREATE TABLE audit(
            id INTEGER PRIMARY KEY,
            team TEXT NOT NULL,
            user TEXT NOT NULL,
            action TEXT NOT NULL,
            detail TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE TRIGGER audit_not_updated BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the record is never changed'); END;
        CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the record is never changed'); END;
        CREATE TRIGGER erasure_not_deleted BEFORE DELETE ON erasure
        BEGIN SELECT RAISE(ABORT, 'an erasure is never undone'); END;
        """
}
