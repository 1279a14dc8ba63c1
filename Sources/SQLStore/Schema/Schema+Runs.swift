// SPDX-License-Identifier: Apache-2.0

/// Version 6: runs over files of prospects.
extension Schema {
    /// A row is not here before something is known of it. Rows are written in about the order of their numbers, so that
    /// the table grows at its end.
    static let runs = """
        CREATE TABLE run(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL REFERENCES team(id),
            user TEXT NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
            path TEXT NOT NULL,
            terms TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state = 'reading' OR state = 'open' OR state = 'ended' OR state = 'given_up'),
            epoch INTEGER NOT NULL DEFAULT 0,
            row_count INTEGER NOT NULL DEFAULT 0,
            rejected INTEGER NOT NULL DEFAULT 0,
            duplicates INTEGER NOT NULL DEFAULT 0,
            estimate TEXT,
            begun_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX run_file ON run(team, digest, ordinal);
        CREATE INDEX run_path ON run(team, path);

        CREATE TABLE run_row(
            run INTEGER NOT NULL,
            number INTEGER NOT NULL CHECK (number >= 1),
            state INTEGER NOT NULL CHECK (state >= 0 AND state <= 5),
            tries INTEGER NOT NULL DEFAULT 0,
            text TEXT,
            PRIMARY KEY (run, number)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX attempt_suspected ON attempt(id) WHERE is_suspected = 1;
        """
}
