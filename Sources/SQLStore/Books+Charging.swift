// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

extension Books {
    func settleEmail(
        _ finding: EmailFinding?, _ settlement: Settlement, _ state: inout SettlingState
    ) throws(JournalError) {
        let gate = settlement.gate
        let known = state.contact.value
        let existing = finding.flatMap { finding in known.emails.first { $0.address == finding.address } }
        // A bounced address never comes back, and the user's own is nothing that was bought.
        let isOld = existing?.status == .bounced || existing?.status == .userManaged
        let charge = isOld ? nil : gate.charge(for: finding, known: known)
        let attempt = charge == nil ? nil : try self.attempt(of: finding?.provider, .email, settlement, state.book)
        let end = try settle(.email, charge, by: attempt, value: finding?.address, settlement, &state)
        guard let finding, !isOld else { return }
        let isBillable = gate.isBillable(finding.status)
        // Bought twice by requests that turned out to be one person: the loser is answered from the store.
        if end == .unbilled, isBillable, known.has(.email), !settlement.request.isFresh, existing == nil { return }
        let isPaid = end == .charged || isBillable && known.charged.contains(.email)
        try save(
            ContactEmail(
                address: finding.address, status: end == .locked ? .locked : finding.status, reason: finding.reason,
                provider: finding.provider, verifiedBy: finding.verifiedBy, confidence: finding.confidence,
                wasCharged: isPaid || existing?.wasCharged == true, foundAt: settlement.settledAt),
            key: state.foundKey, to: &state.contact)
    }

    func settlePhones(
        _ findings: [PhoneFinding], _ settlement: Settlement, _ state: inout SettlingState
    ) throws(JournalError) {
        let gate = settlement.gate
        // The company's numbers, and those that the user supplied: they are known, stay as they are, and cost nothing.
        let known = (state.account?.value.officePhones ?? []) + state.contact.value.phones.filter(\.isSupplied)
        let office = Set(known.compactMap(\.number))
        let charge = gate.charge(for: findings, known: state.contact.value, officePhones: office)
        let provider = findings.first { gate.isUsable($0, officePhones: office) }?.provider
        let attempt = charge == nil ? nil : try self.attempt(of: provider, .mobile, settlement, state.book)
        let end = try settle(.phone, charge, by: attempt, settlement, &state)
        for finding in findings where finding.status != .invalidNumber {
            if let number = finding.number, office.contains(number) { continue }
            try save(
                ContactPhone(
                    number: finding.number, raw: finding.raw, type: finding.type, status: finding.status,
                    doNotCall: finding.doNotCall, provider: finding.provider,
                    wasAccessed: gate.isUsable(finding, officePhones: office), foundAt: settlement.settledAt),
                isLocked: end == .locked, to: &state.contact)
        }
    }

    /// Captures or releases what is held for a datum, and makes its charge.
    ///
    /// - Parameters:
    ///   - value: the address that is sold.
    ///   - holdsUntil: of a verdict: until when it is not paid for again.
    func settle(
        _ datum: Datum, _ charge: CreditGate.Charge?, by attempt: Int64?, value: String? = nil,
        holdsUntil: Timestamp? = nil, _ settlement: Settlement, _ state: inout SettlingState
    ) throws(JournalError) -> DatumEnd {
        let book = state.book
        let moment = settlement.settledAt
        var holds = book.holds.filter { $0.datum == datum }
        book.holds.removeAll { $0.datum == datum }
        let amount = charge?.credits.millis ?? 0
        var held = holds.reduce(0) { $0 + $1.amount }
        if held < amount {
            for hold in holds { try release(hold, for: book, at: moment) }
            book.released += held
            guard let again = try holdAgain(amount, for: datum, settlement, book) else {
                state.locked.insert(datum)
                return .locked
            }
            holds = again
            held = amount
        }
        let paidUntil = book.team.lastEnd(of: holds)
        var rest = amount
        for hold in holds {
            let part = min(rest, hold.amount)
            rest -= part
            if part > 0 {
                try capture(part, of: hold, for: book, contact: state.contact.row, attempt: attempt, at: moment)
            } else {
                try release(hold, for: book, at: moment)
            }
        }
        book.captured += amount
        book.released += held - amount
        guard let charge else { return .unbilled }
        try insert(
            charge, by: attempt, value: value, paidUntil: paidUntil, holdsUntil: holdsUntil, settlement, state)
        state.charges.append(charge)
        // A verification is had by address, not by contact.
        if datum != .verification { state.contact.value.charged.insert(datum) }
        return .charged
    }

    /// Makes a new hold for what arrived after its hold had ended; nil where balance or caps refuse it.
    private func holdAgain(
        _ amount: Int64, for datum: Datum, _ settlement: Settlement, _ book: OpenRequestBook
    ) throws(JournalError) -> [Hold]? {
        let moment = settlement.settledAt
        let team = book.team
        let isLimited = settlement.plan != nil || team.hasLots
        if isLimited, team.available(at: moment) < amount { return nil }
        let refusal = try refusal(
            for: amount, caps: limits[book.id]?.caps ?? Caps(), request: settlement.request, team: team,
            plan: settlement.plan, at: moment)
        guard refusal == nil else { return nil }
        let holds = try hold(
            amount, for: datum, request: book.row, priceVersion: book.priceVersion, team: team, isLimited: isLimited,
            at: moment)
        noteUsage(held: amount, for: book, at: moment)
        return holds
    }

    private func insert(
        _ charge: CreditGate.Charge, by attempt: Int64?, value: String?, paidUntil: Timestamp?,
        holdsUntil: Timestamp?, _ settlement: Settlement, _ state: SettlingState
    ) throws(JournalError) {
        let insert = try connection(
            """
            INSERT INTO charge(
                team, contact, datum, amount, request, attempt, price_version, request_created_at, charged_at,
                subject_low, subject_high, holds_until, value_hash, paid_until)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """)
        insert.bind(1, state.book.team.row)
        insert.bind(2, state.contact.row)
        insert.bind(3, charge.datum.rawValue)
        insert.bind(4, charge.credits)
        insert.bind(5, state.book.row)
        insert.bind(6, attempt)
        insert.bind(7, state.book.priceVersion)
        insert.bind(8, state.book.createdAt)
        insert.bind(9, settlement.settledAt)
        let subject = charge.datum == .verification ? state.book.question : nil
        insert.bind(10, subject.map { Int64(bitPattern: $0.low) })
        insert.bind(11, subject.map { Int64(bitPattern: $0.high) })
        insert.bind(12, holdsUntil)
        if let value {
            // The form that identifies it was made by the caller's thread, but for one that identifies nobody.
            let key = state.foundKey ?? ValueHash.key(of: value)
            insert.bind(13, try valueHash().email(key: key))
        } else {
            insert.bindNull(13)
        }
        insert.bind(14, paidUntil)
        try insert.run()
    }

    /// The attempt that a finding came from: of this request, or the remembered one that was paid for.
    func attempt(
        of provider: ProviderID?, _ capability: Capability, _ settlement: Settlement, _ book: OpenRequestBook
    ) throws(JournalError) -> Int64? {
        guard let provider else { return nil }
        let own = book.attempts.filter { $0.provider == provider && $0.outcome == .matched }
        if let match = own.first(where: { $0.capability == capability }) ?? own.first { return match.row }
        let select = try connection(
            """
            SELECT attempt.id
            FROM request JOIN attempt ON attempt.id BETWEEN request.id << 16 AND (request.id << 16) + 65535
            WHERE question_low = ?1 AND question_high = ?2 AND request.team = ?3 AND provider = ?4
                AND subject_low IS NULL AND records IS NOT NULL
            ORDER BY capability = ?5 DESC, attempt.outcome = 'matched' DESC, started_at DESC LIMIT 1
            """)
        select.bind(1, Int64(bitPattern: settlement.fingerprint.low))
        select.bind(2, Int64(bitPattern: settlement.fingerprint.high))
        select.bind(3, book.team.row)
        select.bind(4, provider.rawValue)
        select.bind(5, capability.rawValue)
        return try select.first { (row) throws(JournalError) in row.int64(0) }
    }
}
