// SPDX-License-Identifier: Apache-2.0

/// Version 4: contacts and accounts that a team edits, lists and merges.
extension Schema {
    /// What a request writes has defaults, so that it writes as much as before.
    ///
    /// `edited` has a bit a field (`ContactFieldSet`). `merged_into` is the contact that a merged one leads to, however
    /// many merges lie between; `merges` counts those that lead to this one.
    static let contactBook = cards + merges

    private static let cards = """
        ALTER TABLE contact ADD COLUMN owner TEXT;
        ALTER TABLE contact ADD COLUMN stage TEXT;
        ALTER TABLE contact ADD COLUMN updated_at INTEGER;
        ALTER TABLE contact ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE contact ADD COLUMN merged_into INTEGER;
        ALTER TABLE contact ADD COLUMN merges INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX contact_merged ON contact(merged_into) WHERE merged_into IS NOT NULL;
        ALTER TABLE contact_email ADD COLUMN supplied_status TEXT;
        ALTER TABLE contact_phone ADD COLUMN is_supplied INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE account ADD COLUMN owner TEXT;
        ALTER TABLE account ADD COLUMN stage TEXT;
        ALTER TABLE account ADD COLUMN updated_at INTEGER;
        ALTER TABLE account_phone ADD COLUMN is_supplied INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE list(
            id INTEGER PRIMARY KEY,
            team INTEGER NOT NULL REFERENCES team(id),
            name TEXT NOT NULL,
            UNIQUE (team, name)
        ) STRICT;
        CREATE TABLE list_contact(
            contact INTEGER NOT NULL REFERENCES contact(id),
            list INTEGER NOT NULL REFERENCES list(id),
            PRIMARY KEY (contact, list)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX list_contact_list ON list_contact(list);
        CREATE TABLE list_account(
            account INTEGER NOT NULL REFERENCES account(id),
            list INTEGER NOT NULL REFERENCES list(id),
            PRIMARY KEY (account, list)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX list_account_list ON list_account(list);

        CREATE TABLE note(
            id INTEGER PRIMARY KEY,
            contact INTEGER REFERENCES contact(id),
            account INTEGER REFERENCES account(id),
            text TEXT NOT NULL,
            user TEXT NOT NULL,
            at INTEGER NOT NULL,
            CHECK ((contact IS NULL) <> (account IS NULL))
        ) STRICT;
        CREATE INDEX note_contact ON note(contact) WHERE contact IS NOT NULL;
        CREATE INDEX note_account ON note(account) WHERE account IS NOT NULL;

        CREATE TABLE contact_field(
            contact INTEGER NOT NULL REFERENCES contact(id),
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (contact, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE account_field(
            account INTEGER NOT NULL REFERENCES account(id),
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (account, name)
        ) STRICT, WITHOUT ROWID;

        """

    /// A merge moves nothing: what the loser has stays its own, and is read together with the winner's. Taking it back
    /// is taking the row's word away. `winner` and `loser` are those that were named; a loser has one standing merge.
    private static let merges = """
        CREATE TABLE contact_merge(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL REFERENCES team(id),
            winner INTEGER NOT NULL REFERENCES contact(id),
            loser INTEGER NOT NULL REFERENCES contact(id),
            reason TEXT NOT NULL CHECK (reason = 'user' OR reason = 'email' OR reason = 'linkedin'),
            user TEXT NOT NULL,
            at INTEGER NOT NULL,
            undone_by TEXT,
            undone_at INTEGER,
            CHECK (winner <> loser),
            CHECK ((undone_by IS NULL) = (undone_at IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX contact_merge_standing ON contact_merge(loser) WHERE undone_at IS NULL;
        CREATE INDEX contact_merge_winner ON contact_merge(winner);
        CREATE INDEX contact_merge_loser ON contact_merge(loser);
        """
}
