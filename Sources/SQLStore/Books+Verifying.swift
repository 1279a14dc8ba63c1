// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Verifications of addresses that users supply: charged by team and address, once while the verdict holds.
extension Books {
    /// True where the team has paid for a verdict on an address that held when a request was made.
    func isPaid(_ address: QueryFingerprint, team: TeamBook, at moment: Timestamp) throws(JournalError) -> Bool {
        let select = try connection(
            """
            SELECT 1 FROM charge
            WHERE datum = 'verification' AND subject_low = ?1 AND subject_high = ?2 AND team = ?3 AND holds_until > ?4
            """)
        select.bind(1, Int64(bitPattern: address.low))
        select.bind(2, Int64(bitPattern: address.high))
        select.bind(3, team.row)
        select.bind(4, moment)
        return try select.exists()
    }

    /// Charges for a verdict and keeps it beside the address, unless it has to be withheld.
    ///
    /// - Parameter isKnown: true where a chain had the address judged as its own candidate, which costs nothing.
    func settleVerification(
        _ verdict: AddressVerdict?, isKnown: Bool, _ settlement: Settlement, _ state: inout SettlingState
    ) throws(JournalError) {
        let book = state.book
        let wasPaid = try isPaid(book.question, team: book.team, at: book.createdAt)
        let charge = verdict.flatMap { verdict in
            settlement.gate.charge(forVerifying: verdict.verdict, isFresh: isKnown || wasPaid)
        }
        let attempt =
            charge == nil ? nil : try self.attempt(of: verdict?.verifiedBy, .verifyEmail, settlement, book)
        let end = try settle(
            .verification, charge, by: attempt, holdsUntil: verdict?.holdsUntil, settlement, &state)
        guard let verdict, end != .locked, let address = settlement.request.prospect.email else { return }
        try keep(verdict, beside: address, of: &state.contact)
    }

    /// Puts a verdict beside an address. One that settles nothing never replaces a definite one that holds.
    private func keep(
        _ verdict: AddressVerdict, beside address: String, of contact: inout SavedContact
    ) throws(JournalError) {
        guard let index = contact.value.emails.firstIndex(where: { $0.address == address }) else { return }
        if !verdict.verdict.isDefinite, let old = contact.value.emails[index].verdict, old.verdict.isDefinite,
            verdict.judgedAt < old.holdsUntil
        {
            return
        }
        if contact.merges > 0 { try takeOver(address, to: contact.row) }
        let update = try connection(
            """
            UPDATE contact_email SET verdict = ?3, verdict_reason = ?4, verdict_suggestion = ?5, verdict_by = ?6,
                judged_at = ?7, holds_until = ?8
            WHERE contact = ?1 AND address = ?2
            """)
        update.bind(1, contact.row)
        update.bind(2, address)
        update.bind(3, verdict.verdict.status.rawValue)
        update.bind(4, verdict.verdict.reason.rawValue)
        update.bind(5, verdict.verdict.suggestion)
        update.bind(6, verdict.verifiedBy.rawValue)
        update.bind(7, verdict.judgedAt)
        update.bind(8, verdict.holdsUntil)
        try update.run()
        contact.value.emails[index].verdict = verdict
    }

    /// What a request was charged for its verdict.
    func verificationCharge(of book: OpenRequestBook) throws(JournalError) -> [CreditGate.Charge] {
        let select = try connection(
            """
            SELECT amount FROM charge
            WHERE datum = 'verification' AND subject_low = ?1 AND subject_high = ?2 AND request = ?3
            """)
        select.bind(1, Int64(bitPattern: book.question.low))
        select.bind(2, Int64(bitPattern: book.question.high))
        select.bind(3, book.row)
        return try select.all { (row) throws(JournalError) in
            CreditGate.Charge(.verification, Credits(millis: row.int64(0)))
        }
    }

    /// True where a settlement that came before withheld its verdict: nothing was charged for it or kept.
    func isWithheld(_ settlement: Settlement, _ contact: Contact, _ charges: [CreditGate.Charge]) -> Bool {
        for case .verification(let verdict?, isKnown: false) in settlement.results where verdict.verdict.isDefinite {
            let address = settlement.request.prospect.email
            let kept = contact.emails.first { $0.address == address }?.verdict
            return charges.isEmpty && (kept.map { $0.judgedAt < verdict.judgedAt } ?? true)
        }
        return false
    }
}
