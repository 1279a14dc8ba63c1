// SPDX-License-Identifier: Apache-2.0

import WaterfallEngine

/// Version 3: billing cycles, refunds, adjustments and the hash chain; what was sent and what bounced.
extension Schema {
    static let makeLedgerWhole: @Sendable (Connection) throws(JournalError) -> Void = {
        (connection) throws(JournalError) in
        try connection.execute(secrets + accounts + lots + cycles + messages + charges)
        try connection.execute(newTransfers)
        try TransferChain.chainOldTransfers(on: connection)
        try nameWhatWasSold(on: connection)
        try connection.execute(transfersInPlace)
    }

    /// Gives every charge for an email the hash of its address: the first one that was charged on its contact.
    private static func nameWhatWasSold(on connection: Connection) throws(JournalError) {
        let select = try connection(
            """
            SELECT charge.id, address, MIN(found_at) FROM charge
            JOIN contact_email ON contact_email.contact = charge.contact AND was_charged = 1
            WHERE datum = 'email' GROUP BY charge.id
            """)
        let sold = try select.all { (row) throws(JournalError) in (row.int64(0), row.text(1)) }
        guard !sold.isEmpty else { return }
        let hash = try connection.valueHash()
        for (charge, address) in sold {
            let update = try connection("UPDATE charge SET value_hash = ?2 WHERE id = ?1")
            update.bind(1, charge)
            update.bind(2, hash.email(address))
            try update.run()
        }
    }

    /// The salt under which values are kept that must be found again and not read.
    private static let secrets = """
        CREATE TABLE secret(
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL CHECK (length(value) = 32)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO secret(name, value) VALUES ('salt', randomblob(32));

        """

    private static let accounts = """
        CREATE TABLE new_ledger_account(
            id INTEGER PRIMARY KEY,
            team INTEGER NOT NULL REFERENCES team(id),
            kind TEXT NOT NULL CHECK (kind = 'issue' OR kind = 'lot' OR kind = 'earned' OR kind = 'expired'
                OR kind = 'refund_due' OR kind = 'adjust')
        ) STRICT;
        INSERT INTO new_ledger_account(id, team, kind) SELECT id, team, kind FROM ledger_account;
        INSERT INTO new_ledger_account(team, kind) SELECT id, 'refund_due' FROM team;
        INSERT INTO new_ledger_account(team, kind) SELECT id, 'adjust' FROM team;
        DROP TABLE ledger_account;
        ALTER TABLE new_ledger_account RENAME TO ledger_account;
        CREATE UNIQUE INDEX ledger_account_kind ON ledger_account(team, kind) WHERE kind <> 'lot';

        """

    private static let lots = """
        CREATE TABLE new_lot(
            account INTEGER PRIMARY KEY REFERENCES ledger_account(id),
            uid BLOB UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL REFERENCES team(id),
            source TEXT NOT NULL
                CHECK (source = 'plan' OR source = 'purchase' OR source = 'promo' OR source = 'refund'),
            priority INTEGER NOT NULL DEFAULT 100,
            user TEXT,
            note TEXT,
            effective_at INTEGER NOT NULL,
            expires_at INTEGER,
            period_ends_at INTEGER,
            granted INTEGER NOT NULL CHECK (granted >= 0),
            captured INTEGER NOT NULL DEFAULT 0 CHECK (captured >= 0),
            held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
            expired INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
            adjusted INTEGER NOT NULL DEFAULT 0 CHECK (adjusted >= 0),
            is_closed INTEGER NOT NULL DEFAULT 0,
            voided_at INTEGER,
            CHECK (granted - captured - held - expired - adjusted >= 0)
        ) STRICT;
        INSERT INTO new_lot(account, uid, team, source, user, note, effective_at, expires_at, period_ends_at, granted,
            captured, held, expired, is_closed)
        SELECT account, uid, team, CASE source WHEN 'grant' THEN 'purchase' ELSE source END, user, note, effective_at,
            expires_at, period_ends_at, granted, captured, held, expired, is_closed FROM lot;
        DROP TABLE lot;
        ALTER TABLE new_lot RENAME TO lot;
        CREATE INDEX lot_team ON lot(team, effective_at);
        CREATE UNIQUE INDEX lot_period ON lot(team, period_ends_at) WHERE period_ends_at IS NOT NULL;

        """

    /// A team without a plan has cycles too, of calendar months. Of what came before there were cycles, a plan's lots
    /// are the cycles; a team that had none has one, from its first entry to the month of its last.
    private static let cycles = """
        CREATE TABLE billing_cycle(
            team INTEGER NOT NULL REFERENCES team(id),
            n INTEGER NOT NULL CHECK (n >= 1),
            starts_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL,
            is_planned INTEGER NOT NULL,
            head_seq INTEGER,
            head_hash BLOB CHECK (length(head_hash) = 32),
            PRIMARY KEY (team, n),
            CHECK (starts_at < ends_at),
            CHECK ((head_seq IS NULL) = (head_hash IS NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO billing_cycle(team, n, starts_at, ends_at, is_planned)
        SELECT team, ROW_NUMBER() OVER (PARTITION BY team ORDER BY period_ends_at), effective_at, period_ends_at, 1
        FROM lot WHERE period_ends_at IS NOT NULL;
        INSERT INTO billing_cycle(team, n, starts_at, ends_at, is_planned)
        SELECT team, 1,
            unixepoch(MIN(at) / 1000000, 'unixepoch', 'start of month') * 1000000,
            unixepoch(MAX(at) / 1000000, 'unixepoch', 'start of month', '+1 month') * 1000000, 0
        FROM transfer WHERE team NOT IN (SELECT team FROM billing_cycle) GROUP BY team;

        """

    /// `address` is who it was sent to, and goes where the person is erased; the hash stays.
    private static let messages = """
        CREATE TABLE message(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL REFERENCES team(id),
            user TEXT NOT NULL,
            source TEXT NOT NULL CHECK (source = 'weir' OR source = 'external'),
            contact INTEGER,
            address TEXT,
            address_hash BLOB NOT NULL CHECK (length(address_hash) = 32),
            header_id TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state = 'sending' OR state = 'sent' OR state = 'refused' OR state = 'unknown'),
            reply TEXT,
            sent_at INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX message_header ON message(header_id, team);
        CREATE INDEX message_address ON message(address_hash, sent_at);
        CREATE INDEX message_contact ON message(contact) WHERE contact IS NOT NULL;

        CREATE TABLE mailbox(
            team INTEGER NOT NULL REFERENCES team(id),
            name TEXT NOT NULL,
            validity INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (team, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE bounce(
            id INTEGER PRIMARY KEY,
            uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
            team INTEGER NOT NULL REFERENCES team(id),
            user TEXT NOT NULL,
            message INTEGER REFERENCES message(id),
            contact INTEGER,
            address TEXT,
            address_hash BLOB NOT NULL CHECK (length(address_hash) = 32),
            class TEXT NOT NULL CHECK (class = 'hard' OR class = 'soft'),
            status TEXT,
            code INTEGER,
            reason TEXT NOT NULL,
            provider TEXT,
            bounced_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX bounce_address ON bounce(address_hash);
        CREATE INDEX bounce_contact ON bounce(contact) WHERE contact IS NOT NULL;

        CREATE TABLE refund_claim(
            id INTEGER PRIMARY KEY,
            bounce INTEGER NOT NULL UNIQUE REFERENCES bounce(id),
            team INTEGER NOT NULL REFERENCES team(id),
            charge INTEGER REFERENCES charge(id),
            state TEXT NOT NULL CHECK (state = 'accepted' OR state = 'refused' OR state = 'posted'),
            reason TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount >= 0),
            claimed_at INTEGER NOT NULL,
            due_cycle INTEGER,
            accrued INTEGER,
            posted INTEGER,
            lot INTEGER,
            CHECK (state = 'refused' OR charge IS NOT NULL AND due_cycle IS NOT NULL)
        ) STRICT;
        CREATE UNIQUE INDEX refund_claim_charge ON refund_claim(charge) WHERE state <> 'refused';
        CREATE INDEX refund_claim_due ON refund_claim(team, due_cycle) WHERE state = 'accepted';

        """

    /// A charge for an email keeps the hash of what was sold, so that a bounce is matched with what was paid for; and
    /// when the last of the lots that paid ends, so that a refund lasts as long: null where one of them never does.
    private static let charges = """
        ALTER TABLE charge ADD COLUMN value_hash BLOB CHECK (length(value_hash) = 32);
        ALTER TABLE charge ADD COLUMN paid_until INTEGER;
        CREATE TEMPORARY TABLE paid AS
        SELECT request, datum, CASE WHEN COUNT(*) = COUNT(expires_at) THEN MAX(expires_at) END AS ends_at
        FROM transfer LEFT JOIN lot ON lot.account = debit WHERE kind = 'capture' GROUP BY request, datum;
        CREATE UNIQUE INDEX temp.paid_by ON paid(request, datum);
        DROP TRIGGER charge_not_updated;
        UPDATE charge SET paid_until =
            (SELECT ends_at FROM paid WHERE paid.request = charge.request AND paid.datum = charge.datum);
        DROP TABLE paid;
        CREATE INDEX contact_email_address ON contact_email(address);
        CREATE INDEX charge_value ON charge(value_hash) WHERE value_hash IS NOT NULL;
        ALTER TABLE request ADD COLUMN run BLOB CHECK (length(run) = 16);
        CREATE INDEX request_run ON request(run) WHERE run IS NOT NULL;

        """

    private static let newTransfers = """
        CREATE TABLE new_transfer(
            team INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            kind TEXT NOT NULL
                CHECK (kind = 'grant' OR kind = 'hold' OR kind = 'capture' OR kind = 'release'
                    OR kind = 'expire_hold' OR kind = 'expire_lot' OR kind = 'refund_accrue' OR kind = 'refund_post'
                    OR kind = 'adjust'),
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
            cycle INTEGER NOT NULL,
            user TEXT,
            note TEXT,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (team, seq),
            CHECK (debit <> credit),
            CHECK ((pending IS NOT NULL) = (kind = 'capture' OR kind = 'release' OR kind = 'expire_hold'))
        ) STRICT, WITHOUT ROWID;

        """

    private static let transfersInPlace = """
        DROP TABLE transfer;
        ALTER TABLE new_transfer RENAME TO transfer;
        CREATE UNIQUE INDEX transfer_resolution ON transfer(team, pending) WHERE pending IS NOT NULL;
        CREATE TRIGGER transfer_not_updated BEFORE UPDATE ON transfer
        BEGIN SELECT RAISE(ABORT, 'a transfer is never changed'); END;
        CREATE TRIGGER transfer_not_deleted BEFORE DELETE ON transfer
        BEGIN SELECT RAISE(ABORT, 'a transfer is never deleted'); END;
        CREATE TRIGGER charge_not_updated
        BEFORE UPDATE OF id, team, contact, datum, amount, request, attempt, price_version, request_created_at,
            charged_at, subject_low, subject_high, holds_until, value_hash, paid_until
            ON charge
        BEGIN SELECT RAISE(ABORT, 'a charge is never changed'); END;
        CREATE TRIGGER cycle_not_changed BEFORE UPDATE ON billing_cycle WHEN OLD.head_hash IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'a closed cycle is never changed'); END;
        CREATE TRIGGER cycle_not_deleted BEFORE DELETE ON billing_cycle
        BEGIN SELECT RAISE(ABORT, 'a cycle is never deleted'); END;
        CREATE TRIGGER claim_not_deleted BEFORE DELETE ON refund_claim
        BEGIN SELECT RAISE(ABORT, 'a claim is never deleted'); END;
        """
}
