// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Identity
import WaterfallEngine

/// One settlement under way.
struct SettlingState {
    var book: OpenRequestBook
    var contact: SavedContact
    var account: SavedAccount?
    /// The identifying form of the address that was found.
    var foundKey: String?
    var charges: [CreditGate.Charge] = []
    var locked: Set<Datum> = []
}

/// How one datum ended.
enum DatumEnd {
    case charged
    case unbilled
    /// Its hold had ended, and no new one could be had.
    case locked
}

extension Books {
    /// Settles data of a request, or the whole of it (`RequestJournal.settle`).
    ///
    /// - Parameter found: what identifies the person, as it was found; made by the caller's thread, since reading an
    ///   address costs more than a row.
    func settle(_ settlement: Settlement, found: FoundKeys?) throws(JournalError) -> Settled {
        guard let book = try request(settlement.request.id) else {
            throw JournalError(.conflict, "request \(settlement.request.id) was not opened")
        }
        let screening = try screen(settlement, book)
        let settlement = screening.settlement
        let found = screening.hasWithheld ? settlement.foundKeys : found
        if book.isSettled { return try settledBefore(settlement, book, screening.screened) }
        try advance(book.team, plan: settlement.plan, to: settlement.settledAt)
        var state = try resolve(settlement, book, found: found)
        var uncalled = ""
        for attempt in settlement.attempts where try !settle(attempt, settlement.replies, of: book) {
            uncalled += UncalledAttempt.line(attempt)
        }
        for result in settlement.results {
            if book.settled.contains(result.datum) {
                state.charges += try charges(of: book, for: [result.datum])
                continue
            }
            switch result {
            case .email(let finding): try settleEmail(finding, settlement, &state)
            case .phones(let findings): try settlePhones(findings, settlement, &state)
            case .verification(let verdict, let isKnown):
                try settleVerification(verdict, isKnown: isKnown, settlement, &state)
            }
            book.settled.insert(result.datum)
        }
        if settlement.outcome != nil { try releaseRest(of: book, at: settlement.settledAt) }
        book.contact = state.contact.row
        try apply(screening, &state)
        try write(settlement, book, uncalled: uncalled)
        let settled = settled(settlement, state, screening.screened)
        if let kept = settlement.kept { try note([kept.row(settled)], of: kept.run, epoch: kept.epoch) }
        return settled
    }

    private func settled(_ settlement: Settlement, _ state: SettlingState, _ screened: Screened?) -> Settled {
        let book = state.book
        let isLimited = settlement.plan != nil || book.team.hasLots
        let available = Credits(millis: book.team.available(at: settlement.settledAt))
        return Settled(
            contact: state.contact.value, account: state.account?.value, charges: state.charges, locked: state.locked,
            screened: screened, captured: Credits(millis: book.captured), released: Credits(millis: book.released),
            available: isLimited ? available : nil)
    }

    /// The answer to a settlement that came before.
    private func settledBefore(
        _ settlement: Settlement, _ book: OpenRequestBook, _ screened: Screened?
    ) throws(JournalError) -> Settled {
        guard let row = book.contact, let contact = try connection.contact(row: row) else {
            throw .damaged("a settled request has no contact")
        }
        var state = SettlingState(book: book, contact: contact)
        if let row = contact.accountRow { state.account = try connection.account(row: row) }
        let data = Set(settlement.results.map(\.datum))
        state.charges = try charges(of: book, for: data)
        if data.contains(.email), contact.value.emails.contains(where: { $0.status == .locked }) {
            state.locked.insert(.email)
        }
        if isWithheld(settlement, contact.value, state.charges) { state.locked.insert(.verification) }
        return settled(settlement, state, screened)
    }

    private func charges(of book: OpenRequestBook, for data: Set<Datum>) throws(JournalError) -> [CreditGate.Charge] {
        guard let contact = book.contact else { return [] }
        if data.contains(.verification) { return try verificationCharge(of: book) }
        let select = try connection(
            """
            SELECT datum, amount FROM charge
            WHERE (contact = ?1 OR contact IN (SELECT id FROM contact WHERE merged_into = ?1)) AND request = ?2
                AND refunded_by IS NULL AND datum <> 'verification'
            """)
        select.bind(1, contact)
        select.bind(2, book.row)
        return try select.all { (row) throws(JournalError) in
            CreditGate.Charge(try row.word(0), Credits(millis: row.int64(1)))
        }.filter { data.contains($0.datum) }
    }

    private func releaseRest(of book: OpenRequestBook, at moment: Timestamp) throws(JournalError) {
        for hold in book.holds {
            try release(hold, for: book, at: moment)
            book.released += hold.amount
        }
        book.holds = []
    }

    private func write(_ settlement: Settlement, _ book: OpenRequestBook, uncalled: String) throws(JournalError) {
        let update = try connection(
            """
            UPDATE request SET contact = ?2, settled = ?3, captured = ?4, released = ?5, uncalled = uncalled || ?6,
                stopped = CASE WHEN ?7 = '' THEN stopped ELSE ?7 END, outcome = ?8, settled_at = ?9
            WHERE id = ?1
            """)
        update.bind(1, book.row)
        update.bind(2, book.contact)
        update.bind(3, Datum.text(of: book.settled))
        update.bind(4, book.captured)
        update.bind(5, book.released)
        update.bind(6, uncalled)
        update.bind(7, StoredStops.text(of: settlement.stopped))
        update.bind(8, settlement.outcome?.rawValue)
        update.bind(9, settlement.outcome == nil ? nil : settlement.settledAt)
        try update.run()
        guard settlement.outcome != nil else { return }
        book.isSettled = true
        openRequests[book.id] = nil
        limits[book.id] = nil
    }
}

extension Settlement.DatumResult {
    var datum: Datum {
        switch self {
        case .email: .email
        case .phones: .phone
        case .verification: .verification
        }
    }
}
