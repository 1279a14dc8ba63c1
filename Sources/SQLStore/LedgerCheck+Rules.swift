// SPDX-License-Identifier: Apache-2.0

extension LedgerCheck {
    /// What SQL says best: each statement returns a sentence a violation.
    static let rules: [(String, StaticString)] = [
        (
            "I7",
            """
            SELECT 'contact ' || contact || ' has ' || COUNT(*) || ' live charges for ' || datum FROM charge
            WHERE refunded_by IS NULL AND datum <> 'verification'
            GROUP BY team, contact, datum HAVING COUNT(*) > 1 LIMIT 100
            """
        ),
        (
            "I7",
            """
            SELECT 'charge ' || later.id || ' is for an address whose verdict charge ' || earlier.id || ' paid for'
            FROM charge AS earlier JOIN charge AS later ON later.subject_low = earlier.subject_low
                AND later.subject_high = earlier.subject_high AND later.team = earlier.team AND later.id > earlier.id
                AND later.request_created_at < earlier.holds_until
            WHERE earlier.datum = 'verification' AND later.datum = 'verification' LIMIT 100
            """
        ),
        (
            "I8",
            """
            SELECT 'charge ' || charge.id || ' for a verification has no verdict of a verifier' FROM charge
            LEFT JOIN attempt ON attempt.id = charge.attempt
            WHERE charge.datum = 'verification' AND (attempt.id IS NULL OR attempt.capability <> 'verify_email'
                OR attempt.outcome IS NULL OR attempt.outcome <> 'matched') LIMIT 100
            """
        ),
        (
            "I8",
            """
            SELECT 'what was captured for ' || datum || ' of request ' || request || ' is not what was charged' FROM (
                SELECT request, datum, SUM(amount) AS amount FROM (
                    SELECT request, datum, amount FROM transfer WHERE kind = 'capture'
                    UNION ALL SELECT request, datum, -amount FROM charge)
                GROUP BY request, datum)
            WHERE amount <> 0 LIMIT 100
            """
        ),
        (
            "I8",
            """
            SELECT 'charge ' || charge.id || ' names a missing request, attempt or contact' FROM charge
            LEFT JOIN request ON request.id = charge.request
            LEFT JOIN contact ON contact.id = charge.contact AND (contact.team = charge.team OR contact.team = 0)
            LEFT JOIN attempt ON attempt.id = charge.attempt
            WHERE request.id IS NULL OR contact.id IS NULL OR charge.attempt IS NOT NULL AND attempt.id IS NULL
            LIMIT 100
            """
        ),
        (
            "I2",
            """
            SELECT 'request ' || request.id || ' does not sum up its captures' FROM request LEFT JOIN (
                SELECT request, SUM(amount) AS amount FROM transfer WHERE kind = 'capture' GROUP BY request) AS captured
                ON captured.request = request.id
            WHERE request.captured <> COALESCE(captured.amount, 0) LIMIT 100
            """
        ),
        (
            "I12",
            """
            SELECT 'a denied request was admitted as request ' || request.id
            FROM denied JOIN request ON request.uid = denied.uid LIMIT 100
            """
        ),
        (
            "B",
            """
            SELECT 'attempt ' || attempt.id || ' has no request' FROM attempt
            LEFT JOIN request ON request.id = attempt.id >> 16 WHERE request.id IS NULL LIMIT 100
            """
        ),
        (
            "B",
            """
            SELECT 'attempt ' || attempt.id || ' of a settled request has no outcome' FROM attempt
            JOIN request ON request.id = attempt.id >> 16
            WHERE attempt.outcome IS NULL AND request.outcome IS NOT NULL LIMIT 100
            """
        ),
        (
            "I9",
            """
            SELECT 'the claim of charge ' || charge.id || ' is not what was charged' FROM refund_claim
            JOIN charge ON charge.id = refund_claim.charge
            WHERE state <> 'refused'
                AND (refund_claim.amount <> charge.amount OR charge.datum <> 'email' OR charge.team <> refund_claim.team
                    OR charge.refunded_by IS NULL OR charge.refunded_by <> refund_claim.id) LIMIT 100
            """
        ),
        (
            "I9",
            """
            SELECT 'charge ' || charge.id || ' is refunded by no claim' FROM charge
            LEFT JOIN refund_claim ON refund_claim.id = charge.refunded_by AND state <> 'refused'
            WHERE refunded_by IS NOT NULL AND refund_claim.id IS NULL LIMIT 100
            """
        ),
        (
            "I9",
            """
            SELECT 'claim ' || refund_claim.id || ' and its entries differ' FROM refund_claim
            LEFT JOIN transfer AS accrued ON accrued.team = refund_claim.team AND accrued.seq = refund_claim.accrued
            LEFT JOIN transfer AS posted ON posted.team = refund_claim.team AND posted.seq = refund_claim.posted
            WHERE state = 'refused' AND (refund_claim.accrued IS NOT NULL OR refund_claim.posted IS NOT NULL)
                OR state <> 'refused' AND refund_claim.amount > 0 AND (accrued.kind IS NOT 'refund_accrue'
                    OR accrued.amount <> refund_claim.amount OR accrued.cycle + 1 <> due_cycle)
                OR state = 'posted' AND refund_claim.amount > 0 AND (posted.kind IS NOT 'refund_post'
                    OR posted.amount <> refund_claim.amount OR posted.cycle <> due_cycle) LIMIT 100
            """
        ),
        (
            "I9",
            """
            SELECT 'refund entry ' || seq || ' of team ' || transfer.team || ' belongs to no claim' FROM transfer
            WHERE kind = 'refund_accrue'
                AND NOT EXISTS (SELECT 1 FROM refund_claim WHERE team = transfer.team AND accrued = seq)
                OR kind = 'refund_post'
                AND NOT EXISTS (SELECT 1 FROM refund_claim WHERE team = transfer.team AND posted = seq) LIMIT 100
            """
        ),
        (
            "M",
            """
            SELECT 'contact ' || contact.id || ' is not merged as its merges say' FROM contact
            LEFT JOIN contact_merge ON contact_merge.loser = contact.id AND undone_at IS NULL
            LEFT JOIN contact AS root ON root.id = contact.merged_into AND root.team = contact.team
            WHERE (contact.merged_into IS NULL) <> (contact_merge.id IS NULL)
                OR contact.merged_into IS NOT NULL AND (root.id IS NULL OR root.merged_into IS NOT NULL)
                OR contact.merges <> (SELECT COUNT(*) FROM contact AS one WHERE one.merged_into = contact.id)
            LIMIT 100
            """
        ),
    ]
}
