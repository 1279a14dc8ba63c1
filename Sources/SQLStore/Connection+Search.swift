// SPDX-License-Identifier: Apache-2.0

import Identity
import WaterfallEngine

/// Rows that one look at the table takes at most: so many are in memory at once, however many there are.
private let rowsAtOnce: Int64 = 512

/// Words that are looked for in folded text: case and accents make no difference.
struct SearchWords {
    private let words: [[UInt8]]

    /// - Parameter text: nil finds everything.
    init(_ text: String?) {
        words = NameFolding.folded(text ?? "").split(separator: " ").map { Array($0.utf8) }
    }

    var isEmpty: Bool { words.isEmpty }

    /// True where each word is part of the text.
    func areIn(_ text: String) -> Bool {
        let text = Array(NameFolding.folded(text).utf8)
        return words.allSatisfy { Self.contains(text, $0) }
    }

    private static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
        guard let first = word.first, text.count >= word.count else { return false }
        var start = 0
        while start <= text.count - word.count {
            if text[start] == first, text[start..<start + word.count].elementsEqual(word) { return true }
            start += 1
        }
        return false
    }
}

extension Connection {
    /// The contacts that a filter lets through, newest first. SQL leaves out what certainly does not fit; what shows
    /// data of merged contacts is decided by its card.
    func cards(
        where filter: ContactFilter, team: Int64, before row: Int64?, limit: Int
    ) throws(JournalError) -> [ContactCard] {
        let words = SearchWords(filter.query)
        var list: Int64?
        if let name = filter.list {
            list = try self.list(name, team: team)
            guard list != nil else { return [] }
        }
        var cards: [ContactCard] = []
        var last = row ?? .max
        while cards.count < limit {
            let rows = try candidates(filter, list: list, words: words, team: team, before: last)
            for candidate in rows.fitting {
                guard let card = try card(row: candidate, isWhole: false), filter.fits(card) else { continue }
                cards.append(card)
                if cards.count == limit { return cards }
            }
            guard let next = rows.last else { break }
            last = next
        }
        return cards
    }

    /// The next rows that may fit, and the last that was looked at; nil at the end of the table.
    private func candidates(
        _ filter: ContactFilter, list: Int64?, words: SearchWords, team: Int64, before last: Int64
    ) throws(JournalError) -> (fitting: [Int64], last: Int64?) {
        let select = try self(
            """
            SELECT contact.id, merges, COALESCE(full_name, '') || ' ' || COALESCE(first_name, '') || ' '
                || COALESCE(last_name, '') || ' ' || COALESCE(account.name, '') || ' ' || COALESCE(account.domain, ''),
                CASE WHEN ?7 THEN (SELECT group_concat(address, ' ') FROM contact_email WHERE contact = contact.id) END
            FROM contact LEFT JOIN account ON account.id = contact.account
            WHERE contact.team = ?1 AND contact.id < ?2 AND merged_into IS NULL AND (merges > 0
                OR (?3 IS NULL OR contact.owner = ?3) AND (?4 IS NULL OR contact.stage = ?4)
                    AND (?5 IS NULL OR account.domain = ?5)
                    AND (?6 IS NULL OR EXISTS (SELECT 1 FROM list_contact WHERE contact = contact.id AND list = ?6)))
            ORDER BY contact.id DESC LIMIT ?8
            """)
        select.bind(1, team)
        select.bind(2, last)
        select.bind(3, filter.owner)
        select.bind(4, filter.stage)
        select.bind(5, filter.domain)
        select.bind(6, list)
        select.bind(7, !words.isEmpty)
        select.bind(8, rowsAtOnce)
        var (fitting, count, end) = ([] as [Int64], 0 as Int64, nil as Int64?)
        var merged: [Int64] = []
        try select.forEach { (row) throws(JournalError) in
            count += 1
            end = row.int64(0)
            if words.isEmpty || words.areIn("\(row.text(2)) \(row.text(3))") {
                fitting.append(row.int64(0))
            } else if row.int64(1) > 0 {
                merged.append(row.int64(0))
            }
        }
        for row in merged where words.areIn(try text(ofMerged: row)) { fitting.append(row) }
        if !merged.isEmpty { fitting.sort(by: >) }
        return (fitting, count == rowsAtOnce ? end : nil)
    }

    /// What is looked through of a contact together with those that were merged into it.
    private func text(ofMerged row: Int64) throws(JournalError) -> String {
        guard let card = try card(row: row, isWhole: false) else { return "" }
        var texts = [card.contact.fullName, card.account?.name, card.account?.domain].compactMap(\.self)
        texts += card.contact.emails.map(\.address)
        for other in try family(of: row) {
            guard let contact = try ownContact(row: other)?.contact.value else { continue }
            texts += [contact.fullName, contact.firstName, contact.lastName].compactMap(\.self)
        }
        return texts.joined(separator: " ")
    }

    private func list(_ name: String, team: Int64) throws(JournalError) -> Int64? {
        let select = try self("SELECT id FROM list WHERE team = ?1 AND name = ?2")
        select.bind(1, team)
        select.bind(2, name)
        return try select.first { (row) throws(JournalError) in row.int64(0) }
    }

    /// The accounts that a filter lets through, newest first.
    func accountCards(
        where filter: AccountFilter, team: Int64, before row: Int64?, limit: Int
    ) throws(JournalError) -> [AccountCard] {
        let words = SearchWords(filter.query)
        var cards: [AccountCard] = []
        var last = row ?? .max
        while cards.count < limit {
            let select = try self(
                """
                SELECT id, COALESCE(name, '') || ' ' || COALESCE(domain, '') FROM account
                WHERE team = ?1 AND id < ?2 AND (?3 IS NULL OR owner = ?3) AND (?4 IS NULL OR stage = ?4)
                    AND (?5 IS NULL OR domain = ?5)
                ORDER BY id DESC LIMIT ?6
                """)
            select.bind(1, team)
            select.bind(2, last)
            select.bind(3, filter.owner)
            select.bind(4, filter.stage)
            select.bind(5, filter.domain)
            select.bind(6, rowsAtOnce)
            let rows = try select.all { (row) throws(JournalError) in (row.int64(0), row.text(1)) }
            for (row, text) in rows where words.isEmpty || words.areIn(text) {
                guard let card = try accountCard(row: row, isWhole: false), filter.fits(card) else { continue }
                cards.append(card)
                if cards.count == limit { return cards }
            }
            guard rows.count == Int(rowsAtOnce), let end = rows.last?.0 else { break }
            last = end
        }
        return cards
    }
}
