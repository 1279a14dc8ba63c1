// SPDX-License-Identifier: Apache-2.0

/// What the attempts on record come to, counted once: by chain, country and month.
extension Schema {
    /// `missed` is who had nothing before, in the order of their ids. No row is about one person, so that erasing
    /// leaves them. How far requests are counted is in `care`.
    static let orderHistory = """
        CREATE TABLE chain_tally(
            team INTEGER NOT NULL REFERENCES team(id),
            capability TEXT NOT NULL,
            month INTEGER NOT NULL,
            country TEXT NOT NULL,
            provider TEXT NOT NULL,
            missed TEXT NOT NULL,
            asked INTEGER NOT NULL,
            found INTEGER NOT NULL,
            hits INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            PRIMARY KEY (team, capability, month, country, provider, missed)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE chain_bill(
            team INTEGER NOT NULL REFERENCES team(id),
            capability TEXT NOT NULL,
            month INTEGER NOT NULL,
            country TEXT NOT NULL,
            provider TEXT NOT NULL,
            biller TEXT NOT NULL,
            unit TEXT NOT NULL,
            found INTEGER NOT NULL,
            missed INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            verification INTEGER NOT NULL,
            PRIMARY KEY (team, capability, month, country, provider, biller, unit)
        ) STRICT, WITHOUT ROWID;
        """
}
