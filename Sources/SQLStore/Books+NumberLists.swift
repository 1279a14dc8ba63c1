// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

extension Books {
    func mayBeListed() throws(JournalError) -> Bool {
        if let hasNumberLists { return hasNumberLists }
        let answer = try connection("SELECT 1 FROM dnc_list WHERE is_whole = 1 LIMIT 1").exists()
        hasNumberLists = answer
        return answer
    }

    /// What is known of a number: on a list, on none of those that cover its country, or what the vendor says.
    ///
    /// - Returns: the word, and the list that it is on.
    func listing(
        of number: String, vendorSays word: DoNotCall, team: Int64
    ) throws(JournalError) -> (DoNotCall, Int64?) {
        guard try mayBeListed() else { return (word, nil) }
        let select = try connection(
            """
            SELECT dnc_list.id FROM dnc_number JOIN dnc_list ON dnc_list.id = dnc_number.list
            WHERE hash = ?1 AND team = ?2 AND is_whole = 1 LIMIT 1
            """)
        select.bind(1, try valueHash().number(number))
        select.bind(2, team)
        if let list = try select.first({ (row) throws(JournalError) in row.int64(0) }) { return (.listed, list) }
        if word == .listed { return (word, nil) }
        let covering = try connection(
            "SELECT 1 FROM dnc_list WHERE team = ?1 AND is_whole = 1 AND instr(codes, ?2) > 0")
        covering.bind(1, team)
        covering.bind(2, ",\(CallingCode.of(number)),")
        return (try covering.exists() ? .notListed : word, nil)
    }

    /// Makes the row that a list's numbers go to; it counts once it is whole.
    func beginList(_ list: NumberList, team: String, user: String) throws(JournalError) -> Int64 {
        let insert = try connection(
            """
            INSERT INTO dnc_list(team, name, country, dated, user, imported_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """)
        insert.bind(1, try self.team(team).row)
        insert.bind(2, list.name)
        insert.bind(3, list.country)
        insert.bind(4, list.dated)
        insert.bind(5, user)
        insert.bind(6, list.importedAt)
        try insert.run()
        return connection.lastInsertedRow
    }

    func addNumbers(_ numbers: ArraySlice<String>, to list: Int64) throws(JournalError) {
        let hash = try valueHash()
        // In the order of the index, so that a page is written once.
        let hashes = numbers.map { hash.number($0) }.sorted { $0.lexicographicallyPrecedes($1) }
        for hash in hashes {
            let insert = try connection("INSERT INTO dnc_number(hash, list) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            insert.bind(1, hash)
            insert.bind(2, list)
            try insert.run()
        }
    }

    /// Puts a list in the place of the one of its name, and flags the numbers that are saved.
    func finishList(
        _ row: Int64, codes: Set<String>, _ list: NumberList, team name: String, user: String
    ) throws(JournalError) -> Int {
        let team = try team(name)
        try dropLists(named: list.name, team: team.row)
        let update = try connection("UPDATE dnc_list SET is_whole = 1, codes = ?2 WHERE id = ?1")
        update.bind(1, row)
        update.bind(2, codes.sorted().map { ",\($0)," }.joined())
        try update.run()
        hasNumberLists = true
        try flagNumbers(of: team.row)
        try note("dnc_import", list.name, team: name, user: user, at: list.importedAt)
        let count = try connection("SELECT COUNT(*) FROM dnc_number WHERE list = ?1")
        count.bind(1, row)
        return Int(try count.first { (row) throws(JournalError) in row.int64(0) } ?? 0)
    }

    func removeList(_ name: String, team: String, user: String, at moment: Timestamp) throws(JournalError) -> Bool {
        let row = try self.team(team).row
        guard try dropLists(named: name, team: row) else { return false }
        hasNumberLists = nil
        try flagNumbers(of: row)
        try note("dnc_remove", name, team: team, user: user, at: moment)
        return true
    }

    @discardableResult
    private func dropLists(named name: String, team: Int64) throws(JournalError) -> Bool {
        let select = try connection("SELECT id FROM dnc_list WHERE team = ?1 AND name = ?2 AND is_whole = 1")
        select.bind(1, team)
        select.bind(2, name)
        let old = try select.all { (row) throws(JournalError) in row.int64(0) }
        for row in old {
            let numbers = try connection("DELETE FROM dnc_number WHERE list = ?1")
            numbers.bind(1, row)
            try numbers.run()
            let list = try connection("DELETE FROM dnc_list WHERE id = ?1")
            list.bind(1, row)
            try list.run()
        }
        return !old.isEmpty
    }

    /// Forgets imports that were broken off.
    func dropBrokenLists() throws(JournalError) {
        try connection(
            "DELETE FROM dnc_number WHERE list IN (SELECT id FROM dnc_list WHERE is_whole = 0)"
        ).run()
        try connection("DELETE FROM dnc_list WHERE is_whole = 0").run()
    }

    /// Looks every saved number up again. What a vendor said stays where no list says more.
    private func flagNumbers(of team: Int64) throws(JournalError) {
        let contacts = try connection(
            """
            SELECT contact, key, e164, do_not_call, dnc_list FROM contact_phone
            JOIN contact ON contact.id = contact_phone.contact WHERE contact.team = ?1 AND e164 IS NOT NULL
            """)
        let setContact = try connection(
            "UPDATE contact_phone SET do_not_call = ?3, dnc_list = ?4 WHERE contact = ?1 AND key = ?2")
        try flagNumbers(contacts, setContact, team: team)
        let accounts = try connection(
            """
            SELECT account, key, e164, do_not_call, dnc_list FROM account_phone
            JOIN account ON account.id = account_phone.account WHERE account.team = ?1 AND e164 IS NOT NULL
            """)
        let setAccount = try connection(
            "UPDATE account_phone SET do_not_call = ?3, dnc_list = ?4 WHERE account = ?1 AND key = ?2")
        try flagNumbers(accounts, setAccount, team: team)
    }

    private func flagNumbers(_ select: Statement, _ update: Statement, team: Int64) throws(JournalError) {
        select.bind(1, team)
        typealias Row = (owner: Int64, key: String, number: String, word: DoNotCall, list: Int64?)
        let rows = try select.all { (row) throws(JournalError) -> Row in
            (row.int64(0), row.text(1), row.text(2), try row.word(3), row.optionalInt64(4))
        }
        for row in rows {
            // What a list said that is gone is no vendor's word.
            let said: DoNotCall = row.list == nil && row.word == .listed ? .listed : .unknown
            let (word, list) = try listing(of: row.number, vendorSays: said, team: team)
            guard word != row.word || list != row.list else { continue }
            update.bind(1, row.owner)
            update.bind(2, row.key)
            update.bind(3, word.rawValue)
            update.bind(4, list)
            try update.run()
        }
    }
}

/// How numbers are grouped: lists cover calling codes.
enum CallingCode {
    /// The country calling code of a number in E.164 (ITU-T E.164, list of assigned codes): no code begins another.
    static func of(_ number: String) -> String {
        let digits = number.drop { $0 == "+" }
        guard let first = digits.first else { return "" }
        if first == "1" || first == "7" { return String(first) }
        let two = String(digits.prefix(2))
        return twoDigits.contains(two) ? two : String(digits.prefix(3))
    }

    private static let twoDigits: Set<String> = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ]
}
