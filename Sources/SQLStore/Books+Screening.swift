// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A settlement without what may not be told or kept.
struct Screening {
    var settlement: Settlement
    /// Nil where nothing was withheld and no list says anything.
    var screened: Screened?
    /// True where some value was withheld: then no raw reply is kept, since it holds the value.
    var hasWithheld = false
    /// True where the person is on the suppression list, and not one value alone.
    var isPerson = false
    /// The do-not-call lists that numbers are on.
    var listings: [String: Int64] = [:]
}

/// Consulting the suppression list and the do-not-call lists (`semantics.md`, 4 and 9). Where there are no entries, no
/// statement is run.
extension Books {
    /// True where an entry names the person or the company.
    func isSuppressed(_ prospect: Prospect, team: Int64) throws(JournalError) -> Bool {
        guard try mayBeSuppressed() else { return false }
        return try isSuppressed(SuppressionValue.identifying(prospect), team: team)
    }

    /// True where an entry names one of the values.
    func isSuppressed(_ values: [SuppressionValue], team: Int64) throws(JournalError) -> Bool {
        guard try mayBeSuppressed() else { return false }
        let hash = try valueHash()
        for value in values {
            let select = try connection("SELECT 1 FROM suppression WHERE team = ?1 AND hash = ?2")
            select.bind(1, team)
            select.bind(2, hash.of(value))
            if try select.exists() { return true }
        }
        return false
    }

    func mayBeSuppressed() throws(JournalError) -> Bool {
        if let hasSuppressions { return hasSuppressions }
        let answer = try connection("SELECT 1 FROM suppression LIMIT 1").exists()
        hasSuppressions = answer
        return answer
    }

    /// Takes out of a settlement what the suppression list names, and says what the do-not-call lists say of numbers.
    func screen(_ settlement: Settlement, _ book: OpenRequestBook) throws(JournalError) -> Screening {
        var screening = Screening(settlement: settlement)
        let hasSuppressions = try mayBeSuppressed()
        let hasLists = try mayBeListed()
        guard hasSuppressions || hasLists else { return screening }
        var screened = Screened()
        if hasSuppressions { screening.isPerson = try isSuppressedPerson(settlement, book) }
        for index in settlement.results.indices {
            let result = settlement.results[index]
            let datum = result.datum
            let kept = try screen(result, of: book, &screening)
            screening.settlement.results[index] = kept
            if case .phones(let phones) = kept { screened.phones = phones }
            if !result.isEmpty, kept.isEmpty { screened.withheld.insert(datum) }
        }
        if let office = settlement.officePhones {
            let phones = try screen(office.phones, of: book, isPerson: false, &screening)
            screening.settlement.officePhones?.phones = phones
            screened.officePhones = phones
        }
        if screening.isPerson { screening.settlement.person = PersonFacts() }
        if screening.hasWithheld || screening.isPerson { screening.settlement.replies = [] }
        screening.withhold(&screened)
        screening.screened = screened
        return screening
    }

    private func isSuppressedPerson(_ settlement: Settlement, _ book: OpenRequestBook) throws(JournalError) -> Bool {
        var values = SuppressionValue.identifying(settlement.request.prospect)
        if let url = settlement.person.linkedInURL { values.append(.linkedIn(url)) }
        if try isSuppressed(values, team: book.team.row) { return true }
        guard let contact = book.contact else { return false }
        let select = try connection("SELECT 1 FROM contact WHERE id = ?1 AND is_suppressed = 1")
        select.bind(1, contact)
        return try select.exists()
    }

    private func screen(
        _ result: Settlement.DatumResult, of book: OpenRequestBook, _ screening: inout Screening
    ) throws(JournalError) -> Settlement.DatumResult {
        switch result {
        case .email(let finding?):
            let isNamed = try isSuppressed(SuppressionValue.mailbox(finding.address), team: book.team.row)
            guard screening.isPerson || isNamed else { return result }
            screening.hasWithheld = true
            return .email(nil)
        case .phones(let findings):
            return .phones(try screen(findings, of: book, isPerson: screening.isPerson, &screening))
        case .verification(.some, let isKnown) where screening.isPerson:
            screening.hasWithheld = true
            return .verification(nil, isKnown: isKnown)
        case .email, .verification: return result
        }
    }

    private func screen(
        _ findings: [PhoneFinding], of book: OpenRequestBook, isPerson: Bool, _ screening: inout Screening
    ) throws(JournalError) -> [PhoneFinding] {
        var kept: [PhoneFinding] = []
        for var finding in findings {
            let value = SuppressionValue.phone(finding.number, raw: finding.raw)
            let values = value.map { [$0] } ?? []
            let isNamed = try isSuppressed(values, team: book.team.row)
            if isPerson || isNamed {
                screening.hasWithheld = true
                continue
            }
            if let number = finding.number?.e164 {
                let (word, list) = try listing(of: number, vendorSays: finding.doNotCall, team: book.team.row)
                finding.doNotCall = word
                if let list { screening.listings[number] = list }
            }
            kept.append(finding)
        }
        return kept
    }

    /// Keeps no raw reply with a value that was withheld, and what the lists and the marks say.
    func apply(_ screening: Screening, _ state: inout SettlingState) throws(JournalError) {
        if screening.hasWithheld || screening.isPerson { try dropRecords(of: state.book) }
        if screening.isPerson, !state.contact.value.isSuppressed {
            let update = try connection("UPDATE contact SET is_suppressed = 1 WHERE id = ?1")
            update.bind(1, state.contact.row)
            try update.run()
            state.contact.value.isSuppressed = true
            (state.contact.value.emails, state.contact.value.phones) = ([], [])
            state.contact.value.linkedInURL = nil
        }
        for (number, list) in screening.listings {
            for update in [
                try connection("UPDATE contact_phone SET dnc_list = ?3 WHERE contact = ?1 AND e164 = ?2"),
                try connection("UPDATE account_phone SET dnc_list = ?3 WHERE account = ?1 AND e164 = ?2"),
            ].enumerated() {
                update.element.bind(1, update.offset == 0 ? state.contact.row : state.account?.row ?? 0)
                update.element.bind(2, number)
                update.element.bind(3, list)
                try update.element.run()
            }
        }
    }

    /// Forgets what came back for a request, and what its verifiers were asked; the facts of its attempts stay.
    func dropRecords(of book: OpenRequestBook) throws(JournalError) {
        let update = try connection(
            """
            UPDATE attempt SET records = NULL, subject_low = NULL, subject_high = NULL WHERE id BETWEEN ?1 AND ?2
            """)
        update.bind(1, AttemptRow.rows(ofRequest: book.row))
        try update.run()
        for index in book.attempts.indices { book.attempts[index].hasRecords = false }
    }
}

extension Screening {
    /// Corrects how the data and the request ended.
    fileprivate mutating func withhold(_ screened: inout Screened) {
        for datum in screened.withheld { settlement.stopped[datum] = .suppressed }
        guard !screened.withheld.isEmpty, settlement.outcome == .found || settlement.outcome == .partial else { return }
        let isSatisfied = settlement.request.access.contains { datum in
            switch settlement.stopped[datum] {
            case .had, .verified, .accepted: true
            default: false
            }
        }
        let hasMore = settlement.results.contains { !$0.isEmpty }
        settlement.outcome = isSatisfied || hasMore ? .partial : .notFound
        screened.outcome = settlement.outcome
    }
}

extension Settlement.DatumResult {
    fileprivate var isEmpty: Bool {
        switch self {
        case .email(let finding): finding == nil
        case .phones(let findings): findings.isEmpty
        case .verification(let verdict, _): verdict == nil
        }
    }
}
