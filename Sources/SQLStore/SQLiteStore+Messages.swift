// SPDX-License-Identifier: Apache-2.0

import Enrichment
public import WaterfallEngine

extension SQLiteStore: MessageStore {
    public func register(_ message: OutgoingMessage) async throws(JournalError) -> MessageDecision {
        try await writer.perform { (books) throws(JournalError) in try books.register(message) }
    }

    public func conclude(
        _ id: MessageID, team: String, state: MessageState, reply: String?
    ) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in
            try books.conclude(id, team: team, state: state, reply: reply)
        }
    }

    public func report(_ bounce: BounceNotice, plan: CreditPlan?) async throws(JournalError) -> RefundClaim {
        try await writer.perform { (books) throws(JournalError) in
            let row = try books.report(bounce, plan: plan)
            let team = try books.team(bounce.team).row
            guard let claim = try books.connection.claims(of: team, from: row, limit: 1).first else {
                throw .damaged("a bounce has no claim")
            }
            return claim
        }
    }

    public func claims(of team: String, limit: Int) async throws(JournalError) -> [RefundClaim] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            return try connection.claims(of: team, limit: limit)
        }
    }

    public func messages(of team: String, limit: Int) async throws(JournalError) -> [SentMessage] {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let row = try connection.findTeam(team) else { return [] }
            let select = try connection(
                """
                SELECT message.uid, user, source, address, header_id, sent_at, state, reply, contact.uid
                FROM message LEFT JOIN contact ON contact.id = message.contact
                WHERE message.team = ?1 ORDER BY message.id DESC LIMIT ?2
                """)
            select.bind(1, row)
            select.bind(2, max(0, limit))
            return try select.all { (row) throws(JournalError) in
                let message = OutgoingMessage(
                    id: try row.identifier(0), team: team, user: row.text(1), source: try row.word(2),
                    address: row.text(3), headerID: row.text(4), sentAt: row.timestamp(5))
                return SentMessage(
                    message: message, state: try row.word(6), reply: row.optionalText(7),
                    contact: row.isNull(8) ? nil : try row.identifier(8))
            }
        }
    }

    public func place(in mailbox: String, team: String) async throws(JournalError) -> MailboxPlace? {
        try await read { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return nil }
            let select = try connection("SELECT validity, last FROM mailbox WHERE team = ?1 AND name = ?2")
            select.bind(1, team)
            select.bind(2, mailbox)
            return try select.first { (row) throws(JournalError) in
                MailboxPlace(
                    validity: UInt32(truncatingIfNeeded: row.int64(0)), last: UInt32(truncatingIfNeeded: row.int64(1)))
            }
        }
    }

    public func keep(_ place: MailboxPlace, in mailbox: String, team: String) async throws(JournalError) {
        try await writer.perform { (books) throws(JournalError) in
            let insert = try books.connection(
                """
                INSERT INTO mailbox(team, name, validity, last) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (team, name) DO UPDATE SET validity = excluded.validity, last = excluded.last
                """)
            insert.bind(1, try books.team(team).row)
            insert.bind(2, mailbox)
            insert.bind(3, Int64(place.validity))
            insert.bind(4, Int64(place.last))
            try insert.run()
        }
    }
}

extension Connection {
    /// A team's claims, newest first.
    ///
    /// - Parameter last: the row to begin at.
    fileprivate func claims(of team: Int64, from last: Int64 = .max, limit: Int) throws(JournalError) -> [RefundClaim] {
        let select = try self(
            """
            SELECT bounce.uid, refund_claim.state, refund_claim.reason, amount, contact.uid, provider,
                bounce.address, class, bounce.reason, message.sent_at, bounced_at, claimed_at, due.starts_at,
                current.ends_at
            FROM refund_claim JOIN bounce ON bounce.id = refund_claim.bounce
                LEFT JOIN contact ON contact.id = bounce.contact
                LEFT JOIN message ON message.id = bounce.message
                LEFT JOIN billing_cycle AS due ON due.team = refund_claim.team AND due.n = due_cycle
                LEFT JOIN billing_cycle AS current ON current.team = refund_claim.team AND current.n = due_cycle - 1
            WHERE refund_claim.team = ?1 AND refund_claim.id <= ?2 ORDER BY refund_claim.id DESC LIMIT ?3
            """)
        select.bind(1, team)
        select.bind(2, last)
        select.bind(3, max(0, limit))
        return try select.all { (row) throws(JournalError) in try row.claim() }
    }
}

extension Statement {
    fileprivate func claim() throws(JournalError) -> RefundClaim {
        RefundClaim(
            bounce: try identifier(0), state: try word(1), reason: try word(2), credits: Credits(millis: int64(3)),
            contact: isNull(4) ? nil : try identifier(4),
            provider: optionalText(5).map { ProviderID(rawValue: $0) }, address: text(6), bounceClass: try word(7),
            bounceReason: text(8), sentAt: optionalTimestamp(9), bouncedAt: timestamp(10), claimedAt: timestamp(11),
            dueAt: isNull(12) ? optionalTimestamp(13) : timestamp(12))
    }
}
