// SPDX-License-Identifier: Apache-2.0

/// Versions 1 and 2: people, the ledger, requests.
extension Schema {
    /// Credits are in thousandths, money in millionths, moments in microseconds since 1970, ids in sixteen bytes.
    /// Lists of words are spelled with `OR`: for an `IN` of three or more SQLite builds a table, every time it runs.
    ///
    /// What every request writes has no `REFERENCES`: two dozen look-ups, and a statement journal an insert, were a
    /// tenth of a request's cost. The writer makes those rows in one transaction, and `LedgerCheck` looks for missing
    /// ones.
    static let first =
        people + ledger + requests + immutability

    private static let people = """
        CREATE TABLE team(
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE account(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL REFERENCES team(id),
            domain TEXT,
            name TEXT,
            office_phone_missed_at INTEGER,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX account_domain ON account(team, domain) WHERE domain IS NOT NULL;

        CREATE TABLE account_phone(
            account INTEGER NOT NULL REFERENCES account(id),
            key TEXT NOT NULL,
            e164 TEXT,
            extension TEXT,
            raw TEXT NOT NULL,
            type TEXT NOT NULL,
            status TEXT NOT NULL,
            do_not_call TEXT NOT NULL,
            provider TEXT,
            found_at INTEGER NOT NULL,
            PRIMARY KEY (account, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE contact(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL,
            account INTEGER,
            linkedin_key TEXT,
            email_key TEXT,
            name_domain_key TEXT,
            first_name TEXT,
            last_name TEXT,
            full_name TEXT,
            title TEXT,
            linkedin_url TEXT,
            is_ambiguous INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX contact_linkedin ON contact(linkedin_key, team) WHERE linkedin_key IS NOT NULL;
        CREATE INDEX contact_mailbox ON contact(email_key, team) WHERE email_key IS NOT NULL;
        CREATE INDEX contact_name ON contact(name_domain_key, team) WHERE name_domain_key IS NOT NULL;

        CREATE TABLE contact_email(
            contact INTEGER NOT NULL,
            address TEXT NOT NULL,
            email_key TEXT,
            status TEXT NOT NULL,
            reason TEXT NOT NULL,
            provider TEXT,
            verified_by TEXT,
            confidence REAL,
            was_charged INTEGER NOT NULL,
            found_at INTEGER NOT NULL,
            verdict TEXT,
            verdict_reason TEXT,
            verdict_suggestion TEXT,
            verdict_by TEXT,
            judged_at INTEGER,
            holds_until INTEGER,
            PRIMARY KEY (contact, address)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX contact_email_mailbox ON contact_email(email_key) WHERE email_key IS NOT NULL;

        CREATE TABLE contact_phone(
            contact INTEGER NOT NULL REFERENCES contact(id),
            key TEXT NOT NULL,
            e164 TEXT,
            extension TEXT,
            raw TEXT NOT NULL,
            type TEXT NOT NULL,
            status TEXT NOT NULL,
            do_not_call TEXT NOT NULL,
            provider TEXT,
            was_accessed INTEGER NOT NULL,
            is_locked INTEGER NOT NULL,
            found_at INTEGER NOT NULL,
            PRIMARY KEY (contact, key)
        ) STRICT, WITHOUT ROWID;

        """

    /// What is charged for a verification is charged for an address while its verdict holds: the subject is the
    /// address's fingerprint, which is its request's question. It is never refunded.
    private static let ledger = """
        CREATE TABLE price_version(
            id INTEGER PRIMARY KEY,
            rules TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE ledger_account(
            id INTEGER PRIMARY KEY,
            team INTEGER NOT NULL REFERENCES team(id),
            kind TEXT NOT NULL CHECK (kind = 'issue' OR kind = 'lot' OR kind = 'earned' OR kind = 'expired')
        ) STRICT;
        CREATE UNIQUE INDEX ledger_account_kind ON ledger_account(team, kind) WHERE kind <> 'lot';

        CREATE TABLE lot(
            account INTEGER PRIMARY KEY REFERENCES ledger_account(id),
            uid BLOB UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL REFERENCES team(id),
            source TEXT NOT NULL CHECK (source = 'plan' OR source = 'grant'),
            user TEXT,
            note TEXT,
            effective_at INTEGER NOT NULL,
            expires_at INTEGER,
            period_ends_at INTEGER,
            granted INTEGER NOT NULL CHECK (granted >= 0),
            captured INTEGER NOT NULL DEFAULT 0 CHECK (captured >= 0),
            held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
            expired INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
            is_closed INTEGER NOT NULL DEFAULT 0,
            CHECK (granted - captured - held - expired >= 0)
        ) STRICT;
        CREATE INDEX lot_team ON lot(team, effective_at);
        CREATE UNIQUE INDEX lot_period ON lot(team, period_ends_at) WHERE period_ends_at IS NOT NULL;

        CREATE TABLE transfer(
            team INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            kind TEXT NOT NULL
                CHECK (kind = 'grant' OR kind = 'hold' OR kind = 'capture' OR kind = 'release'
                    OR kind = 'expire_hold' OR kind = 'expire_lot'),
            debit INTEGER NOT NULL,
            credit INTEGER NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0),
            pending INTEGER,
            request INTEGER,
            attempt INTEGER,
            contact INTEGER,
            datum TEXT CHECK (datum = 'email' OR datum = 'phone' OR datum = 'verification'),
            price_version INTEGER,
            at INTEGER NOT NULL,
            PRIMARY KEY (team, seq),
            CHECK (debit <> credit),
            CHECK ((pending IS NOT NULL) = (kind = 'capture' OR kind = 'release' OR kind = 'expire_hold'))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX transfer_resolution ON transfer(team, pending) WHERE pending IS NOT NULL;

        CREATE TABLE charge(
            id INTEGER PRIMARY KEY,
            team INTEGER NOT NULL,
            contact INTEGER NOT NULL,
            datum TEXT NOT NULL CHECK (datum = 'email' OR datum = 'phone' OR datum = 'verification'),
            amount INTEGER NOT NULL CHECK (amount >= 0),
            request INTEGER NOT NULL,
            attempt INTEGER,
            price_version INTEGER NOT NULL,
            request_created_at INTEGER NOT NULL,
            charged_at INTEGER NOT NULL,
            refunded_by INTEGER,
            subject_low INTEGER,
            subject_high INTEGER,
            holds_until INTEGER,
            CHECK ((datum = 'verification') = (subject_low IS NOT NULL)),
            CHECK ((datum = 'verification') = (subject_high IS NOT NULL)),
            CHECK ((datum = 'verification') = (holds_until IS NOT NULL)),
            CHECK (refunded_by IS NULL OR datum <> 'verification')
        ) STRICT;
        CREATE UNIQUE INDEX charge_live ON charge(contact, datum, team)
            WHERE refunded_by IS NULL AND datum <> 'verification';
        CREATE INDEX charge_subject ON charge(subject_low) WHERE datum = 'verification';

        CREATE TABLE denied(
            uid BLOB PRIMARY KEY CHECK (length(uid) = 16),
            body BLOB NOT NULL,
            bound TEXT NOT NULL,
            would_cost INTEGER NOT NULL,
            left_over INTEGER NOT NULL,
            renews_at INTEGER,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """

    /// An attempt's id is its request's, shifted by `AttemptRow.numberBits`, and its number in the request: a request's
    /// attempts lie side by side, found and written without an index. What was asked is on the request; an attempt has
    /// a subject of its own where that is another, a verifier's candidate.
    private static let requests = """
        CREATE TABLE request(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL,
            user TEXT NOT NULL,
            origin TEXT NOT NULL,
            body BLOB NOT NULL,
            question_low INTEGER NOT NULL,
            question_high INTEGER NOT NULL,
            price_version INTEGER NOT NULL,
            contact INTEGER,
            first_hold INTEGER NOT NULL,
            holds INTEGER NOT NULL,
            holds_expire_at INTEGER,
            settled TEXT NOT NULL DEFAULT '',
            captured INTEGER NOT NULL DEFAULT 0,
            released INTEGER NOT NULL DEFAULT 0,
            uncalled TEXT NOT NULL DEFAULT '',
            stopped TEXT NOT NULL DEFAULT '',
            outcome TEXT,
            created_at INTEGER NOT NULL,
            settled_at INTEGER
        ) STRICT;
        CREATE INDEX request_open ON request(holds_expire_at) WHERE outcome IS NULL;
        CREATE INDEX request_contact ON request(contact) WHERE contact IS NOT NULL;
        CREATE INDEX request_question ON request(question_low);

        CREATE TABLE attempt(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL CHECK (length(uid) = 16),
            capability TEXT NOT NULL,
            provider TEXT NOT NULL,
            subject_low INTEGER,
            subject_high INTEGER,
            started_at INTEGER NOT NULL,
            cost_micros INTEGER NOT NULL CHECK (cost_micros >= 0),
            cost_unit TEXT NOT NULL,
            is_suspected INTEGER NOT NULL DEFAULT 0,
            outcome TEXT,
            reason TEXT,
            http_status INTEGER,
            latency_us INTEGER,
            tries INTEGER NOT NULL DEFAULT 0,
            records BLOB
        ) STRICT;
        CREATE INDEX attempt_subject ON attempt(subject_low) WHERE subject_low IS NOT NULL;
        CREATE INDEX attempt_started ON attempt(started_at, provider);

        """

    /// The people of a company.
    static let contactsOfAccounts =
        "CREATE INDEX contact_account ON contact(account) WHERE account IS NOT NULL;"

    /// The ledger is append-only for whoever comes by SQL too.
    private static let immutability = """
        CREATE TRIGGER transfer_not_updated BEFORE UPDATE ON transfer
        BEGIN SELECT RAISE(ABORT, 'a transfer is never changed'); END;
        CREATE TRIGGER transfer_not_deleted BEFORE DELETE ON transfer
        BEGIN SELECT RAISE(ABORT, 'a transfer is never deleted'); END;
        CREATE TRIGGER charge_not_updated
        BEFORE UPDATE OF id, team, contact, datum, amount, request, attempt, price_version, request_created_at,
            charged_at, subject_low, subject_high, holds_until ON charge
        BEGIN SELECT RAISE(ABORT, 'a charge is never changed'); END;
        CREATE TRIGGER charge_refunded_once BEFORE UPDATE OF refunded_by ON charge
        WHEN OLD.refunded_by IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'a charge is refunded once'); END;
        CREATE TRIGGER charge_not_deleted BEFORE DELETE ON charge
        BEGIN SELECT RAISE(ABORT, 'a charge is never deleted'); END;
        CREATE TRIGGER price_version_not_updated BEFORE UPDATE ON price_version
        BEGIN SELECT RAISE(ABORT, 'a price version is never changed'); END;
        CREATE TRIGGER price_version_not_deleted BEFORE DELETE ON price_version
        BEGIN SELECT RAISE(ABORT, 'a price version is never deleted'); END;
        """
}
