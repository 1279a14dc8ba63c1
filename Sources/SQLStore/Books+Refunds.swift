// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Bounces and what is given back for them (`semantics.md`, 5, Refund). What may be refunded is `RefundRule`'s to say.
extension Books {
    /// Keeps a bounce, takes its address out of use where it was hard, and decides about the refund; all at once.
    ///
    /// - Returns: the claim's row.
    func report(_ bounce: BounceNotice, plan: CreditPlan?) throws(JournalError) -> Int64 {
        let team = try team(bounce.team)
        let known = try connection(
            "SELECT refund_claim.id FROM bounce JOIN refund_claim ON refund_claim.bounce = bounce.id WHERE uid = ?1")
        known.bind(1, bounce.id)
        if let row = try known.first({ (row) throws(JournalError) in row.int64(0) }) { return row }
        try advance(team, plan: plan, to: bounce.receivedAt)
        let reported = try valueHash(ofEmail: bounce.address)
        let message = try message(of: bounce, hash: reported, team: team.row)
        // Mail that was passed on bounces under another address; what was sent to is what was paid for.
        let address = message?.address ?? bounce.address
        let hash = message?.hash ?? reported
        let contacts = try contacts(withAddress: address, hash: hash, team: team.row)
        let charge = try soldCharge(hash, team: team.row)
        let emails = try emails(of: hash, contacts: contacts)
        let row = try insert(
            bounce, message: message?.row, contact: charge?.contact ?? contacts.first, address: address, hash: hash,
            provider: emails.lazy.compactMap(\.email.provider).first, team: team)
        if bounce.class == .hard { try markBounced(emails) }
        let reason = RefundRule.decide(
            bounce.class, message: message?.facts,
            charge: charge.map {
                RefundRule.Charge(requestCreatedAt: $0.requestCreatedAt, isRefunded: $0.isRefunded)
            })
        return try claim(reason, for: row, charge, bounce, team)
    }

    private struct SoldCharge {
        var row: Int64
        var contact: Int64
        var request: Int64
        var amount: Int64
        var requestCreatedAt: Timestamp
        var isRefunded: Bool
    }

    /// The charge whose value is an address: a live one, else the latest.
    private func soldCharge(_ hash: [UInt8], team: Int64) throws(JournalError) -> SoldCharge? {
        let select = try connection(
            """
            SELECT id, contact, request, amount, request_created_at, refunded_by IS NOT NULL FROM charge
            WHERE value_hash = ?1 AND team = ?2 AND datum = 'email' ORDER BY refunded_by IS NOT NULL, id DESC LIMIT 1
            """)
        select.bind(1, hash)
        select.bind(2, team)
        return try select.first { (row) throws(JournalError) in
            SoldCharge(
                row: row.int64(0), contact: row.int64(1), request: row.int64(2), amount: row.int64(3),
                requestCreatedAt: row.timestamp(4), isRefunded: row.bool(5))
        }
    }

    /// An address where people have it. Whose it was is what its bounce counts against.
    private typealias KnownEmail = (contact: Int64, email: ContactEmail)

    private func emails(of hash: [UInt8], contacts: [Int64]) throws(JournalError) -> [KnownEmail] {
        var known: [KnownEmail] = []
        for contact in contacts {
            for email in try connection.emails(of: contact) where try valueHash(ofEmail: email.address) == hash {
                known.append((contact, email))
            }
        }
        return known
    }

    private func markBounced(_ emails: [KnownEmail]) throws(JournalError) {
        // The user's own address stays as it is; the bounce is on record beside it.
        for (contact, email) in emails where email.status != .userManaged && email.status != .locked {
            let update = try connection(
                "UPDATE contact_email SET status = 'bounced' WHERE contact = ?1 AND address = ?2")
            update.bind(1, contact)
            update.bind(2, email.address)
            try update.run()
        }
    }

    private func insert(
        _ bounce: BounceNotice, message: Int64?, contact: Int64?, address: String, hash: [UInt8], provider: ProviderID?,
        team: TeamBook
    ) throws(JournalError) -> Int64 {
        let insert = try connection(
            """
            INSERT INTO bounce(
                uid, team, user, message, contact, address, address_hash, class, status, code, reason, provider,
                bounced_at, received_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """)
        insert.bind(1, bounce.id)
        insert.bind(2, team.row)
        insert.bind(3, bounce.user)
        insert.bind(4, message)
        insert.bind(5, contact)
        // Of somebody who is suppressed, or was erased, the hash is enough.
        insert.bind(6, try isSuppressed(SuppressionValue.mailbox(address), team: team.row) ? nil : address)
        insert.bind(7, hash)
        insert.bind(8, bounce.class.rawValue)
        insert.bind(9, bounce.status)
        insert.bind(10, bounce.code.map { Int64($0) })
        insert.bind(11, bounce.reason)
        insert.bind(12, provider?.rawValue)
        insert.bind(13, bounce.bouncedAt)
        insert.bind(14, bounce.receivedAt)
        try insert.run()
        return connection.lastInsertedRow
    }

    /// Keeps the claim. An accepted one accrues at once, clears the net-new guard, and is due with the next cycle.
    private func claim(
        _ reason: RefundClaim.Reason, for bounce: Int64, _ charge: SoldCharge?, _ notice: BounceNotice,
        _ team: TeamBook
    ) throws(JournalError) -> Int64 {
        let cycle = try openCycle(of: team, at: notice.receivedAt)
        let isAccepted = reason == .hardBounce
        var accrued: Int64?
        if isAccepted, let charge, charge.amount > 0 {
            accrued = try post(
                Transfer(
                    kind: "refund_accrue", debit: team.earned, credit: team.refundDue, amount: charge.amount,
                    request: charge.request, contact: charge.contact, datum: .email, at: notice.receivedAt,
                    user: notice.user),
                for: team)
        }
        let insert = try connection(
            """
            INSERT INTO refund_claim(bounce, team, charge, state, reason, amount, claimed_at, due_cycle, accrued)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """)
        insert.bind(1, bounce)
        insert.bind(2, team.row)
        insert.bind(3, charge?.row)
        insert.bind(4, isAccepted ? "accepted" : "refused")
        insert.bind(5, reason.rawValue)
        insert.bind(6, isAccepted ? charge?.amount ?? 0 : 0)
        insert.bind(7, notice.receivedAt)
        insert.bind(8, isAccepted ? cycle.number + 1 : nil)
        insert.bind(9, accrued)
        try insert.run()
        let row = connection.lastInsertedRow
        guard isAccepted, let charge else { return row }
        let update = try connection("UPDATE charge SET refunded_by = ?2 WHERE id = ?1")
        update.bind(1, charge.row)
        update.bind(2, row)
        try update.run()
        return row
    }

    /// Makes the lots of the refunds that were accepted before a cycle, on its first day; once each.
    func postRefunds(of team: TeamBook, in cycle: OpenCycle) throws(JournalError) {
        let select = try connection(
            """
            SELECT refund_claim.id, refund_claim.amount, charge.request, charge.contact, bounce.user, paid_until
            FROM refund_claim JOIN charge ON charge.id = refund_claim.charge
                JOIN bounce ON bounce.id = refund_claim.bounce
            WHERE refund_claim.team = ?1 AND due_cycle <= ?2 AND state = 'accepted' ORDER BY refund_claim.id
            """)
        select.bind(1, team.row)
        select.bind(2, cycle.number)
        typealias Due = (
            claim: Int64, amount: Int64, request: Int64, contact: Int64, user: String, paidUntil: Timestamp?
        )
        let due = try select.all { (row) throws(JournalError) -> Due in
            (row.int64(0), row.int64(1), row.int64(2), row.int64(3), row.text(4), row.optionalTimestamp(5))
        }
        for claim in due {
            var (lot, posted) = (nil as Int64?, nil as Int64?)
            if claim.amount > 0 {
                let account = try addLot(
                    NewLot(
                        source: "refund", user: claim.user, effectiveAt: cycle.startsAt,
                        // No earlier than the lots that paid, nor than the cycle that it takes effect in.
                        expiresAt: claim.paidUntil.map { max($0, cycle.endsAt) }, amount: claim.amount),
                    to: team)
                lot = account
                posted = try post(
                    Transfer(
                        kind: "refund_post", debit: team.refundDue, credit: account, amount: claim.amount,
                        request: claim.request, contact: claim.contact, datum: .email, at: cycle.startsAt,
                        user: claim.user),
                    for: team)
            }
            let update = try connection("UPDATE refund_claim SET state = 'posted', posted = ?2, lot = ?3 WHERE id = ?1")
            update.bind(1, claim.claim)
            update.bind(2, posted)
            update.bind(3, lot)
            try update.run()
        }
    }

    /// What was accrued and is not posted yet.
    func refundsDue(of team: TeamBook) throws(JournalError) -> Int64 {
        let select = try connection(
            "SELECT COALESCE(SUM(amount), 0) FROM refund_claim WHERE team = ?1 AND state = 'accepted'")
        select.bind(1, team.row)
        return try select.first { (row) throws(JournalError) in row.int64(0) } ?? 0
    }
}
