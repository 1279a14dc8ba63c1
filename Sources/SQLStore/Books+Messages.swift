// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// What was sent and what bounced.
extension Books {
    func register(_ message: OutgoingMessage) throws(JournalError) -> MessageDecision {
        let team = try team(message.team)
        let known = try connection("SELECT team, user, source, header_id, sent_at FROM message WHERE uid = ?1")
        known.bind(1, message.id)
        let isSame = try known.first { (row) throws(JournalError) in
            row.int64(0) == team.row && row.text(1) == message.user && row.text(2) == message.source.rawValue
                && row.text(3) == message.headerID && row.timestamp(4) == message.sentAt
        }
        if let isSame {
            guard isSame else { throw JournalError(.conflict, "message \(message.id) came with another body") }
            return .registered
        }
        let hash = try valueHash(ofEmail: message.address)
        let isSuppressed = try isSuppressed(SuppressionValue.mailbox(message.address), team: team.row)
        if message.source == .weir, isSuppressed { return .suppressed }
        if message.source == .weir, try hasBounced(hash, team: team.row) { return .bounced }
        let contact = try contacts(withAddress: message.address, hash: hash, team: team.row).first
        let insert = try connection(
            """
            INSERT INTO message(uid, team, user, source, contact, address, address_hash, header_id, state, sent_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (header_id, team) DO NOTHING
            """)
        insert.bind(1, message.id)
        insert.bind(2, team.row)
        insert.bind(3, message.user)
        insert.bind(4, message.source.rawValue)
        insert.bind(5, contact)
        // What another system sent to somebody who is suppressed is matched by its hash.
        insert.bind(6, isSuppressed ? nil : message.address)
        insert.bind(7, hash)
        insert.bind(8, message.headerID)
        let state: MessageState = message.source == .weir ? .sending : .sent
        insert.bind(9, state.rawValue)
        insert.bind(10, message.sentAt)
        try insert.run()
        return .registered
    }

    func conclude(_ id: MessageID, team: String, state: MessageState, reply: String?) throws(JournalError) {
        let update = try connection(
            "UPDATE message SET state = ?3, reply = ?4 WHERE uid = ?1 AND team = ?2 AND state = 'sending'")
        update.bind(1, id)
        update.bind(2, try self.team(team).row)
        update.bind(3, state.rawValue)
        update.bind(4, reply)
        try update.run()
    }

    /// True where a hard bounce of an address is on record.
    private func hasBounced(_ hash: [UInt8], team: Int64) throws(JournalError) -> Bool {
        let select = try connection("SELECT 1 FROM bounce WHERE address_hash = ?1 AND team = ?2 AND class = 'hard'")
        select.bind(1, hash)
        select.bind(2, team)
        return try select.exists()
    }

    func valueHash(ofEmail address: String) throws(JournalError) -> [UInt8] { try valueHash().email(address) }

    /// The people that an address is known of: those it was charged for first.
    func contacts(withAddress address: String, hash: [UInt8], team: Int64) throws(JournalError) -> [Int64] {
        let select = try connection(
            """
            SELECT contact FROM charge WHERE value_hash = ?1 AND team = ?3
            UNION ALL SELECT id FROM contact WHERE email_key = ?2 AND team = ?3
            UNION ALL SELECT contact.id FROM contact_email JOIN contact ON contact.id = contact_email.contact
            WHERE contact_email.email_key = ?2 AND contact.team = ?3
            UNION ALL SELECT contact.id FROM contact_email JOIN contact ON contact.id = contact_email.contact
            WHERE contact_email.address = ?4 AND contact.team = ?3
            """)
        select.bind(1, hash)
        select.bind(2, ValueHash.key(of: address))
        select.bind(3, team)
        select.bind(4, address)
        var rows: [Int64] = []
        try select.forEach { (row) throws(JournalError) in
            if !rows.contains(row.int64(0)) { rows.append(row.int64(0)) }
        }
        return try withMerged(rows)
    }

    /// A message on record, as far as a bounce needs it.
    struct SentMessage {
        var row: Int64
        var address: String?
        var hash: [UInt8]
        var facts: RefundRule.Message
    }

    /// Finds the message that bounced: by the return path, else by its `Message-ID`, else the last one to the address
    /// before the bounce.
    func message(of bounce: BounceNotice, hash: [UInt8], team: Int64) throws(JournalError) -> SentMessage? {
        if let id = bounce.message {
            let select = try connection(
                "SELECT id, address, address_hash, source, state, sent_at FROM message WHERE uid = ?1 AND team = ?2")
            select.bind(1, id)
            select.bind(2, team)
            if let found = try select.first({ (row) throws(JournalError) in try row.message() }) { return found }
        }
        if let header = bounce.headerID {
            let select = try connection(
                """
                SELECT id, address, address_hash, source, state, sent_at FROM message
                WHERE header_id = ?1 AND team = ?2
                """)
            select.bind(1, header)
            select.bind(2, team)
            if let found = try select.first({ (row) throws(JournalError) in try row.message() }) { return found }
        }
        let select = try connection(
            """
            SELECT id, address, address_hash, source, state, sent_at FROM message
            WHERE address_hash = ?1 AND team = ?2 AND sent_at <= ?3 ORDER BY sent_at DESC LIMIT 1
            """)
        select.bind(1, hash)
        select.bind(2, team)
        select.bind(3, bounce.bouncedAt)
        return try select.first { (row) throws(JournalError) in try row.message() }
    }
}

extension Statement {
    fileprivate func message() throws(JournalError) -> Books.SentMessage {
        Books.SentMessage(
            row: int64(0), address: optionalText(1), hash: bytes(2),
            facts: RefundRule.Message(source: try word(3), state: try word(4), sentAt: timestamp(5)))
    }
}
