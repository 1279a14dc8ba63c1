// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Answers that one fingerprint can bring back at most.
private let maximumRemembered: Int64 = 64

extension Books {
    /// Admits a request or refuses it (`RequestJournal.open`).
    func open(_ opening: RequestOpening) throws(JournalError) -> RequestOpened {
        let request = opening.request
        let body = StoredRequest.encode(request, opening.fingerprint)
        let team = try team(request.team)
        if try isSuppressed(request.prospect, team: team.row) { return try refuseSuppressed(request, body: body) }
        if let answer = try repeated(opening, body: body, team: team) { return answer }
        try advance(team, plan: opening.plan, to: request.createdAt)
        try expireHolds(at: request.createdAt)

        var found = try facts(of: opening, team: team)
        if found.contact?.value.isSuppressed == true { return try refuseSuppressed(request, body: body) }
        let ceiling = opening.gate.ceiling(
            for: request.access, known: found.contact?.value, hasVerdict: found.hasVerdict)
        let wouldCost = ceiling.reduce(0) { $0 + $1.credits.millis }
        let isLimited = opening.plan != nil || team.hasLots
        var refusal = try refusal(for: wouldCost, opening: opening, team: team, isLimited: isLimited)
        if refusal == nil, !opening.bids.isEmpty, found.remembered.isEmpty || request.isFresh {
            refusal = try costRefusal(opening, needed: found.needed(of: request), team: team)
        }
        if let refusal {
            try deny(request, body: body, refusal)
            return found.refused(refusal, available: available(opening, team: team))
        }
        let book = try insert(opening, body: body, ceiling: ceiling, team: team, isLimited: isLimited)
        found.held = wouldCost
        if let intent = opening.firstIntent, isWorthAsking(intent, opening, found) {
            found.isIntentDurable = try intend(intent, for: book) == .admitted
        }
        return found.opened
    }

    /// What the store knows of a request's prospect.
    private struct Facts {
        var contact: SavedContact?
        var account: SavedAccount?
        var remembered: [RememberedAttempt] = []
        var hasVerdict = false
        var held: Int64 = 0
        var isIntentDurable = false

        var opened: RequestOpened {
            RequestOpened(
                decision: .admitted(held: Credits(millis: held)), contact: contact?.value, account: account?.value,
                remembered: remembered, firstIntentIsDurable: isIntentDurable, hasVerdict: hasVerdict)
        }

        /// What somebody has to be asked for.
        func needed(of request: DataRequest) -> Set<Datum> {
            if request.isFresh { return request.access }
            return request.access.filter { datum in
                datum == .verification ? !hasVerdict : !(contact?.value.has(datum) ?? false)
            }
        }

        func refused(_ refusal: Refusal, available: Credits?) -> RequestOpened {
            RequestOpened(
                decision: .refused(refusal), contact: contact?.value, account: account?.value, available: available)
        }
    }

    private func facts(of opening: RequestOpening, team: TeamBook) throws(JournalError) -> Facts {
        var facts = Facts()
        let prospect = opening.request.prospect
        if opening.request.isVerification {
            let wasPaid = try isPaid(opening.fingerprint, team: team, at: opening.request.createdAt)
            facts.hasVerdict = opening.hasVerdict || wasPaid
        }
        let match = try connection.match(opening.request, opening.fingerprint, prospect.keys, team: team.row)
        if case .one(let row) = match {
            facts.contact = try connection.contact(row: row)
        }
        if let domain = prospect.domain {
            facts.account = try connection.account(domain: domain, team: team.row)
        } else if let row = facts.contact?.accountRow {
            facts.account = try connection.account(row: row)
        }
        facts.remembered = try connection.recall(
            question: opening.fingerprint, team: team.row, since: opening.rememberSince)
        return facts
    }

    /// The answer to a request that came before; nil for a new one.
    private func repeated(
        _ opening: RequestOpening, body: [UInt8], team: TeamBook
    ) throws(JournalError) -> RequestOpened? {
        let id = opening.request.id
        let select = try connection("SELECT body FROM request WHERE uid = ?1")
        select.bind(1, id)
        if let stored = try select.first({ (row) throws(JournalError) in row.bytes(0) }) {
            // Nothing is asked again for somebody who was erased.
            if stored == StoredRequest.erased { return RequestOpened(decision: .refused(.suppression)) }
            guard stored == body else { throw JournalError(.conflict, "request \(id) came with another body") }
            return try answerAgain(opening, team: team)
        }
        guard try mayBeDenied() else { return nil }
        let denied = try connection(
            "SELECT body, bound, would_cost, left_over, renews_at FROM denied WHERE uid = ?1")
        denied.bind(1, id)
        let hash = try valueHash().bytes(body)
        let refusal = try denied.first { (row) throws(JournalError) -> Refusal in
            guard row.bytes(0) == hash else { throw JournalError(.conflict, "request \(id) came with another body") }
            return Refusal(
                stored: row.text(1), wouldCost: row.int64(2), left: row.int64(3), renewsAt: row.optionalTimestamp(4))
        }
        guard let refusal else { return nil }
        if refusal.bound == .suppression { return RequestOpened(decision: .refused(refusal)) }
        return try facts(of: opening, team: team).refused(refusal, available: available(opening, team: team))
    }

    /// What can be held; nil where nothing limits.
    private func available(_ opening: RequestOpening, team: TeamBook) -> Credits? {
        guard opening.plan != nil || team.hasLots else { return nil }
        return Credits(millis: team.available(at: opening.request.createdAt))
    }

    private func mayBeDenied() throws(JournalError) -> Bool {
        if let hasDenied { return hasDenied }
        let answer = try connection("SELECT 1 FROM denied LIMIT 1").exists()
        hasDenied = answer
        return answer
    }

    private func answerAgain(_ opening: RequestOpening, team: TeamBook) throws(JournalError) -> RequestOpened {
        var found = try facts(of: opening, team: team)
        let held = try connection(
            """
            SELECT COALESCE(SUM(transfer.amount), 0) FROM request JOIN transfer ON transfer.team = request.team
                AND transfer.seq >= first_hold AND transfer.seq < first_hold + holds
            WHERE request.uid = ?1
            """)
        held.bind(1, opening.request.id)
        found.held = try held.first { (row) throws(JournalError) in row.int64(0) } ?? 0
        if let intent = opening.firstIntent, let book = try request(opening.request.id) {
            found.isIntentDurable = book.attempt(intent.id) != nil
        }
        if !opening.request.isFresh, limits[opening.request.id] == nil {
            limits[opening.request.id] = RequestLimits(caps: opening.caps, plan: opening.plan)
        }
        return found.opened
    }

    private func refusal(
        for wouldCost: Int64, opening: RequestOpening, team: TeamBook, isLimited: Bool
    ) throws(JournalError) -> Refusal? {
        guard wouldCost > 0 else { return nil }
        let request = opening.request
        let capped = try refusal(
            for: wouldCost, caps: opening.caps, request: request, team: team, plan: opening.plan,
            at: request.createdAt)
        if let capped { return capped }
        guard isLimited else { return nil }
        let available = team.available(at: request.createdAt)
        guard available < wouldCost else { return nil }
        return Refusal(
            bound: .balance, wouldCost: Credits(millis: wouldCost), left: Credits(millis: available),
            renewsAt: opening.plan == nil ? nil : team.cycle?.endsAt)
    }

    /// Keeps a refused id, so that it never succeeds later.
    private func deny(_ request: DataRequest, body: [UInt8], _ refusal: Refusal) throws(JournalError) {
        let insert = try connection(
            """
            INSERT INTO denied(uid, body, bound, would_cost, left_over, renews_at, at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM request WHERE uid = ?1)
            ON CONFLICT (uid) DO NOTHING
            """)
        insert.bind(1, request.id)
        insert.bind(2, try valueHash().bytes(body))
        let stored = refusal.stored
        insert.bind(3, stored.bound)
        insert.bind(4, stored.wouldCost)
        insert.bind(5, stored.left)
        insert.bind(6, refusal.renewsAt)
        insert.bind(7, request.createdAt)
        try insert.run()
        hasDenied = true
    }

    /// Refuses to ask for somebody on the suppression list; nothing of them is kept.
    private func refuseSuppressed(_ request: DataRequest, body: [UInt8]) throws(JournalError) -> RequestOpened {
        try deny(request, body: body, .suppression)
        return RequestOpened(decision: .refused(.suppression))
    }

    private func insert(
        _ opening: RequestOpening, body: [UInt8], ceiling: [CreditGate.HoldRequest], team: TeamBook, isLimited: Bool
    ) throws(JournalError) -> OpenRequestBook {
        let request = opening.request
        let version = try priceVersion(of: opening.gate)
        let charged = ceiling.filter { $0.credits > .zero }
        let insert = try connection(
            """
            INSERT INTO request(
                uid, team, user, origin, body, price_version, first_hold, holds, holds_expire_at, created_at,
                question_high, question_low, run)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """)
        let firstHold = team.nextSequence
        insert.bind(1, request.id)
        insert.bind(2, team.row)
        insert.bind(3, request.user)
        insert.bind(4, request.origin.rawValue)
        insert.bind(5, body)
        insert.bind(6, version)
        insert.bind(7, firstHold)
        // At most one hold a lot and datum; the exact number is written below where it is more than one a datum.
        insert.bind(8, charged.count)
        insert.bind(9, charged.isEmpty ? nil : opening.holdsExpireAt)
        insert.bind(10, request.createdAt)
        insert.bind(11, Int64(bitPattern: opening.fingerprint.high))
        insert.bind(12, Int64(bitPattern: opening.fingerprint.low))
        if let run = request.run { insert.bind(13, run) } else { insert.bindNull(13) }
        try insert.run()
        let book = OpenRequestBook(
            row: connection.lastInsertedRow, id: request.id, team: team, user: request.user,
            run: request.run, createdAt: request.createdAt, priceVersion: version, question: opening.fingerprint)
        for hold in charged {
            book.holds += try self.hold(
                hold.credits.millis, for: hold.datum, request: book.row, priceVersion: version, team: team,
                isLimited: isLimited, at: request.createdAt)
            noteUsage(held: hold.credits.millis, for: book, at: request.createdAt)
        }
        if book.holds.count != charged.count {
            let update = try connection("UPDATE request SET holds = ?2 WHERE id = ?1")
            update.bind(1, book.row)
            update.bind(2, book.holds.count)
            try update.run()
        }
        if !charged.isEmpty, let next = nextHoldExpiry, opening.holdsExpireAt < next {
            nextHoldExpiry = opening.holdsExpireAt
        }
        openRequests[request.id] = book
        limits[request.id] = RequestLimits(caps: opening.caps, plan: opening.plan)
        return book
    }

    /// True where the first provider would be asked: its datum is not had and its answer not remembered, or the request
    /// is fresh.
    private func isWorthAsking(_ intent: AttemptIntent, _ opening: RequestOpening, _ facts: Facts) -> Bool {
        if opening.request.isFresh { return true }
        let datum: Datum? =
            switch intent.capability {
            case .email: .email
            case .mobile: .phone
            case .officePhone, .verifyEmail, .verifyPhone, .person, .company: nil
            }
        if facts.hasVerdict { return false }
        if let datum, facts.contact?.value.has(datum) == true { return false }
        return !facts.remembered.contains {
            $0.provider == intent.provider && $0.capability == intent.capability
        }
    }
}

extension Connection {
    /// Answers that the team paid for to what was asked about a prospect, newest first. The order is that of the index,
    /// so that finding nothing, as for most prospects, costs one look.
    func recall(
        question: QueryFingerprint, team: Int64, since: Timestamp
    ) throws(JournalError) -> [RememberedAttempt] {
        let select = try self(
            """
            SELECT attempt.uid, capability, provider, attempt.outcome, http_status, started_at, records
            FROM request JOIN attempt ON attempt.id BETWEEN request.id << 16 AND (request.id << 16) + 65535
            WHERE question_low = ?1 AND question_high = ?2 AND request.team = ?3 AND subject_low IS NULL
                AND started_at >= ?4 AND records IS NOT NULL AND attempt.outcome IS NOT NULL
                AND attempt.outcome <> 'failed' AND attempt.outcome <> 'skipped' AND attempt.outcome <> 'not_run'
            ORDER BY request.id DESC, attempt.id DESC LIMIT ?5
            """)
        return try recall(select, question, isOwnQuestion: true, team: team, since: since)
    }

    /// The same for what verifiers were asked about a candidate.
    func recall(
        subject: QueryFingerprint, team: Int64, since: Timestamp
    ) throws(JournalError) -> [RememberedAttempt] {
        let select = try self(
            """
            SELECT attempt.uid, capability, provider, attempt.outcome, http_status, started_at, records
            FROM attempt JOIN request ON request.id = attempt.id >> 16
            WHERE subject_low = ?1 AND subject_high = ?2 AND request.team = ?3
                AND started_at >= ?4 AND records IS NOT NULL AND attempt.outcome IS NOT NULL
                AND attempt.outcome <> 'failed' AND attempt.outcome <> 'skipped' AND attempt.outcome <> 'not_run'
            ORDER BY attempt.id DESC LIMIT ?5
            """)
        return try recall(select, subject, isOwnQuestion: false, team: team, since: since)
    }

    private func recall(
        _ select: Statement, _ fingerprint: QueryFingerprint, isOwnQuestion: Bool, team: Int64, since: Timestamp
    ) throws(JournalError) -> [RememberedAttempt] {
        select.bind(1, Int64(bitPattern: fingerprint.low))
        select.bind(2, Int64(bitPattern: fingerprint.high))
        select.bind(3, team)
        select.bind(4, since)
        select.bind(5, maximumRemembered)
        return try select.all { (row) throws(JournalError) in
            guard let outcome = AttemptOutcome(word: row.text(3), reason: nil) else {
                throw .damaged("an attempt's outcome is unknown")
            }
            return RememberedAttempt(
                id: try row.identifier(0), capability: try row.word(1), provider: ProviderID(rawValue: row.text(2)),
                outcome: outcome, httpStatus: row.optionalInt64(4).map { Int($0) }, startedAt: row.timestamp(5),
                records: try StoredRecords.decode(row.bytes(6)), isOwnQuestion: isOwnQuestion)
        }
    }
}
