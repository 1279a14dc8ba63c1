// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Identity
import WaterfallEngine

/// What a settlement found that identifies a person.
struct FoundKeys {
    /// The identifying form of the address that was found; nil for a role mailbox, which identifies no one, and for
    /// what nobody verified.
    var email: String?
    /// True where the mailbox is known to be there: a catch-all one shows nothing about whose it is.
    var isVerified = false
    /// The profile that a provider named, in normal form.
    var linkedIn: String?
}

extension Settlement {
    /// What was found that identifies; nil where nothing was.
    var foundKeys: FoundKeys? {
        var keys = FoundKeys()
        for case .email(let finding?) in results where finding.status == .verified || finding.status == .catchAll {
            keys.email = EmailAddress(finding.address).flatMap { $0.isRole ? nil : $0.identity }
            keys.isVerified = finding.status == .verified
        }
        if request.prospect.linkedInURL == nil, let url = person.linkedInURL {
            keys.linkedIn = LinkedInURL(url)?.absoluteString
        }
        return keys.email == nil && keys.linkedIn == nil ? nil : keys
    }
}

/// Contacts that turn out to be one person (`semantics.md`, 8). Nothing moves: a merged contact keeps its rows and its
/// charges, and is read together with the one that it was merged into.
extension Books {
    /// Merges the contact of a settlement with another one that has the same mailbox or profile, unless two profiles
    /// say that they are two people, or a user took such a merge back. The older contact stands for both.
    func mergeWhere(
        _ found: FoundKeys?, showsThat contact: inout SavedContact, _ settlement: Settlement, _ book: OpenRequestBook
    ) throws(JournalError) {
        let prospect = settlement.request.prospect.keys
        let team = book.team.row
        // Verified, or the user's own word.
        if let key = (found?.isVerified == true ? found?.email : nil) ?? prospect.email {
            if contact.emailKey != key, case .one(let row) = try connection.match(ProspectKeys(email: key), team: team)
            {
                try merge(&contact, with: row, because: .email, settlement, book)
            }
            let isOwnKey =
                prospect.linkedIn.map { $0 == contact.linkedInKey } ?? false
                || prospect.nameAtDomain.map { $0 == contact.nameAtDomainKey } ?? false
            // The mailbox led here: then whom the prospect itself names is the same person.
            if book.contact == nil, !isOwnKey, prospect.linkedIn != nil || prospect.nameAtDomain != nil {
                let own = ProspectKeys(linkedIn: prospect.linkedIn, nameAtDomain: prospect.nameAtDomain)
                if case .one(let row) = try connection.match(own, team: team), row != contact.row {
                    if try wasParted(contact.row, row), let named = try connection.contact(row: row) {
                        contact = named
                    } else {
                        try merge(&contact, with: row, because: .email, settlement, book)
                    }
                }
            }
        }
        if let key = found?.linkedIn, contact.linkedInKey == nil,
            case .one(let row) = try connection.match(ProspectKeys(linkedIn: key), team: team)
        {
            try merge(&contact, with: row, because: .linkedIn, settlement, book)
        }
    }

    /// The contact of a profile that a provider named, for a prospect that nothing else identifies; nil where its name
    /// is another.
    func contact(ofProfileIn found: FoundKeys, named name: String?, team: Int64) throws(JournalError) -> Int64? {
        guard let key = found.linkedIn, let name,
            case .one(let row) = try connection.match(ProspectKeys(linkedIn: key), team: team),
            let contact = try connection.contact(row: row), let known = contact.value.fullName,
            NameFolding.folded(known) == NameFolding.folded(name)
        else { return nil }
        return row
    }

    private func merge(
        _ contact: inout SavedContact, with other: Int64, because reason: ContactMerge.Reason,
        _ settlement: Settlement, _ book: OpenRequestBook
    ) throws(JournalError) {
        guard other != contact.row, let found = try connection.contact(row: other), found.row != contact.row,
            !contact.isAnother(than: found, because: reason), try !wasParted(contact.row, found.row)
        else { return }
        let (winner, loser) = contact.row < found.row ? (contact, found) : (found, contact)
        try join(
            winner.row, loser.row,
            ContactMerge(
                id: book.id.derived(4 | UInt64(loser.row & 0xFFFF_FFFF) << 8), team: settlement.request.team,
                user: settlement.request.user, winner: winner.value.id, loser: loser.value.id, reason: reason,
                at: settlement.settledAt),
            team: book.team.row)
        guard let whole = try connection.contact(row: winner.row) else { throw .damaged("a merged contact is missing") }
        contact = whole
    }

    /// Merges two contacts because a user says so.
    func merge(_ merge: ContactMerge) throws(JournalError) {
        let team = try team(merge.team).row
        func find(_ id: ContactID) throws(JournalError) -> SavedContact {
            guard let row = try connection.row(of: id, team: team), let contact = try connection.contact(row: row)
            else { throw JournalError(.conflict, "no contact has the id \(id)") }
            return contact
        }
        let known = try connection("SELECT 1 FROM contact_merge WHERE uid = ?1")
        known.bind(1, merge.id)
        if try known.exists() { return }
        let (winner, loser) = (try find(merge.winner), try find(merge.loser))
        guard winner.row != loser.row else { throw JournalError(.conflict, "both are one contact already") }
        guard !winner.isVetoed(by: loser) else {
            throw JournalError(
                .conflict, "their LinkedIn profiles differ, so they are two people: mend the wrong profile first")
        }
        try join(winner.row, loser.row, merge, team: team)
    }

    private func join(
        _ winner: Int64, _ loser: Int64, _ merge: ContactMerge, team: Int64
    ) throws(JournalError) {
        let insert = try connection(
            """
            INSERT INTO contact_merge(uid, team, winner, loser, reason, user, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        insert.bind(1, merge.id)
        insert.bind(2, team)
        insert.bind(3, winner)
        insert.bind(4, loser)
        insert.bind(5, merge.reason.rawValue)
        insert.bind(6, merge.user)
        insert.bind(7, merge.at)
        try insert.run()
        let update = try connection("UPDATE contact SET merged_into = ?2 WHERE id = ?1 OR merged_into = ?1")
        update.bind(1, loser)
        update.bind(2, winner)
        try update.run()
        try countMerges(of: [winner, loser])
    }

    /// Takes a merge back: the loser, and what was merged into it, stands for itself again.
    func undo(
        _ id: Identifier<ContactMerge>, team name: String, user: String, at moment: Timestamp
    ) throws(JournalError) -> Bool {
        let select = try connection(
            """
            SELECT contact_merge.id, loser, merged_into FROM contact_merge JOIN contact ON contact.id = loser
            WHERE contact_merge.uid = ?1 AND contact_merge.team = ?2 AND undone_at IS NULL
            """)
        select.bind(1, id)
        select.bind(2, try team(name).row)
        let found = try select.first { (row) throws(JournalError) in (row.int64(0), row.int64(1), row.int64(2)) }
        guard let (merge, loser, winner) = found else { return false }
        let update = try connection("UPDATE contact_merge SET undone_by = ?2, undone_at = ?3 WHERE id = ?1")
        update.bind(1, merge)
        update.bind(2, user)
        update.bind(3, moment)
        try update.run()
        let free = try connection("UPDATE contact SET merged_into = NULL WHERE id = ?1")
        free.bind(1, loser)
        try free.run()
        let follow = try connection(
            """
            WITH RECURSIVE lower(id) AS (
                SELECT loser FROM contact_merge WHERE winner = ?1 AND undone_at IS NULL
                UNION SELECT loser FROM lower JOIN contact_merge ON winner = lower.id WHERE undone_at IS NULL)
            UPDATE contact SET merged_into = ?1 WHERE id IN (SELECT id FROM lower)
            """)
        follow.bind(1, loser)
        try follow.run()
        try countMerges(of: [winner, loser])
        return true
    }

    private func countMerges(of rows: [Int64]) throws(JournalError) {
        for row in rows {
            let update = try connection(
                """
                UPDATE contact SET merges = (SELECT COUNT(*) FROM contact AS one WHERE one.merged_into = ?1)
                WHERE id = ?1
                """)
            update.bind(1, row)
            try update.run()
        }
    }

    /// True where a user took a merge of the two back, or of what was merged into them.
    private func wasParted(_ one: Int64, _ other: Int64) throws(JournalError) -> Bool {
        let others = try connection.family(of: other)
        for left in try connection.family(of: one) {
            for right in others {
                let select = try connection(
                    """
                    SELECT 1 FROM contact_merge
                    WHERE (winner = ?1 AND loser = ?2 OR winner = ?2 AND loser = ?1) AND undone_at IS NOT NULL
                    """)
                select.bind(1, left)
                select.bind(2, right)
                if try select.exists() { return true }
            }
        }
        return false
    }

    // MARK: What other books need of merges

    /// Copies a merged contact's row of an address to the contact that stands for it, so that what comes to be known of
    /// the address is kept there.
    func takeOver(_ address: String, to contact: Int64) throws(JournalError) {
        let insert = try connection(
            """
            INSERT INTO contact_email(contact, address, status, reason, provider, verified_by, confidence, was_charged,
                found_at, verdict, verdict_reason, verdict_suggestion, verdict_by, judged_at, holds_until,
                supplied_status)
            SELECT ?1, address, status, reason, provider, verified_by, confidence, was_charged, found_at, verdict,
                verdict_reason, verdict_suggestion, verdict_by, judged_at, holds_until, supplied_status
            FROM contact_email
            WHERE address = ?2 AND contact IN (SELECT id FROM contact WHERE merged_into = ?1) LIMIT 1
            ON CONFLICT DO NOTHING
            """)
        insert.bind(1, contact)
        insert.bind(2, address)
        try insert.run()
    }

    /// Contacts together with all that they are one with.
    func withMerged(_ rows: [Int64]) throws(JournalError) -> [Int64] {
        var all = rows
        for row in rows {
            for other in try connection.family(of: row) where !all.contains(other) { all.append(other) }
        }
        return all
    }
}

extension SavedContact {
    /// True where two LinkedIn profiles say that two contacts are two people. A member id and a public handle can be
    /// one person's.
    func isVetoed(by other: SavedContact) -> Bool {
        guard let mine = linkedInKey, let theirs = other.linkedInKey, mine != theirs else { return false }
        guard let one = LinkedInURL(mine), let two = LinkedInURL(theirs) else { return true }
        return one.isMemberID == two.isMemberID
    }

    /// True where a merge would not be safe without a user's word: profiles differ, or a provider named one profile for
    /// two names.
    fileprivate func isAnother(than other: SavedContact, because reason: ContactMerge.Reason) -> Bool {
        if isVetoed(by: other) { return true }
        guard reason == .linkedIn, let mine = value.fullName, let theirs = other.value.fullName else { return false }
        return NameFolding.folded(mine) != NameFolding.folded(theirs)
    }
}
