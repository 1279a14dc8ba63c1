// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore: HistoryStore {
    /// Requests that are counted in one transaction.
    private static let requestsAtOnce: Int64 = 2_000

    public func orderHistory(
        of team: String, since: Timestamp?, country: String?
    ) async throws(JournalError) -> OrderHistory {
        try await countHistory()
        return try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return OrderHistory() }
            return try connection.history(of: team, since: since, country: country)
        }
    }

    public func countriesOnRecord(of team: String) async throws(JournalError) -> [CountryOnRecord] {
        try await countHistory()
        return try await read(isReport: true) { (connection) throws(JournalError) in
            guard let team = try connection.findTeam(team) else { return [] }
            let select = try connection(
                """
                SELECT country, SUM(asked) AS answers FROM chain_tally WHERE team = ?1
                GROUP BY country ORDER BY answers DESC, country
                """)
            select.bind(1, team)
            return try select.all { (row) throws(JournalError) in
                CountryOnRecord(country: row.text(0), answers: Int(row.int64(1)))
            }
        }
    }

    /// Counts the requests that were settled since the last look; each once, whatever happens on the way.
    private func countHistory() async throws(JournalError) {
        while try await writer.perform({ (books) throws(JournalError) in
            try books.countHistory(limit: Self.requestsAtOnce)
        }) {}
    }
}

/// A settled request that is not counted yet.
private struct Uncounted {
    var row: Int64
    var team: Int64
    var country: String
    var month: Int64
    var stopped: [Datum: StopReason]
    var uncalled: [Attempt]
}

/// Where a request's calls are counted.
private struct HistoryKey: Hashable {
    var team: Int64
    var country: String
    var month: Int64
}

extension Books {
    /// Counts the next requests. An open one holds up those behind it: none is counted twice, and none is left out.
    ///
    /// - Returns: true where there may be more.
    fileprivate func countHistory(limit: Int64) throws(JournalError) -> Bool {
        let known = try connection("SELECT value FROM care WHERE name = 'history_counted_until'")
        let start = try known.first { (row) throws(JournalError) in row.int64(0) } ?? 0
        let requests = try uncounted(after: start, limit: limit)
        guard let first = requests.first, let last = requests.last else { return false }
        var called = try calledAttempts(first.row...last.row)[...]
        var histories: [HistoryKey: OrderHistory] = [:]
        for request in requests {
            var attempts: [Attempt] = []
            while let next = called.first, next.request <= request.row {
                attempts.append(next.attempt)
                called.removeFirst()
            }
            let key = HistoryKey(team: request.team, country: request.country, month: request.month)
            histories[key, default: OrderHistory()].add(
                RequestTrace(Self.inOrder(attempts, request.uncalled), stopped: request.stopped))
        }
        for (key, history) in histories {
            for (capability, chain) in history.chains { try add(chain, capability, key) }
        }
        let keep = try connection(
            """
            INSERT INTO care(name, value) VALUES ('history_counted_until', ?1)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
        keep.bind(1, last.row)
        try keep.run()
        return Int64(requests.count) == limit
    }

    private func uncounted(after start: Int64, limit: Int64) throws(JournalError) -> [Uncounted] {
        let select = try connection(
            """
            SELECT id, team, uid, body, created_at, stopped, uncalled, outcome IS NULL FROM request
            WHERE id > ?1 ORDER BY id LIMIT ?2
            """)
        select.bind(1, start)
        select.bind(2, limit)
        var requests: [Uncounted] = []
        var isHeldUp = false
        try select.forEach { (row) throws(JournalError) in
            if isHeldUp || row.bool(7) {
                isHeldUp = true
                return
            }
            let body = row.bytes(3)
            let id: RequestID = try row.identifier(2)
            let isErased = body == StoredRequest.erased
            let country = isErased ? nil : try StoredRequest.decode(body, id: id).request.prospect.country
            let date = CivilDate(containing: row.timestamp(4))
            requests.append(
                Uncounted(
                    row: row.int64(0), team: row.int64(1), country: country ?? "",
                    month: Int64(date.year * 12 + date.month), stopped: try StoredStops.stops(of: row.text(5)),
                    uncalled: try UncalledAttempt.attempts(of: row.text(6))))
        }
        return requests
    }

    private func calledAttempts(
        _ requests: ClosedRange<Int64>
    ) throws(JournalError) -> [(request: Int64, attempt: Attempt)] {
        let select = try connection(
            """
            SELECT id, uid, capability, provider, outcome, reason, cost_micros, cost_unit, is_suspected, started_at
            FROM attempt WHERE id BETWEEN ?1 AND ?2 AND outcome IS NOT NULL ORDER BY id
            """)
        let first = AttemptRow.rows(ofRequest: requests.lowerBound).lowerBound
        select.bind(1, first...AttemptRow.rows(ofRequest: requests.upperBound).upperBound)
        return try select.all { (row) throws(JournalError) in
            guard let outcome = AttemptOutcome(word: row.text(4), reason: row.optionalText(5)) else {
                throw .damaged("an attempt's outcome is unknown")
            }
            let cost = AttemptCost(Amount(micros: row.int64(6), unit: row.text(7)), isSuspected: row.bool(8))
            return (
                row.int64(0) >> AttemptRow.numberBits,
                Attempt(
                    id: try row.identifier(1), capability: try row.word(2), provider: ProviderID(rawValue: row.text(3)),
                    outcome: outcome, cost: cost, startedAt: row.timestamp(9))
            )
        }
    }

    /// The attempts that called somebody, and those that called nobody, in the order of time. In the same microsecond a
    /// finder that is asked nothing goes before a call, and a verdict after what it is on.
    private static func inOrder(_ called: [Attempt], _ uncalled: [Attempt]) -> [Attempt] {
        guard !uncalled.isEmpty else { return called }
        var attempts: [Attempt] = []
        var rest = called[...]
        for attempt in uncalled {
            while let next = rest.first,
                next.startedAt < attempt.startedAt
                    || (next.startedAt == attempt.startedAt && attempt.capability.isVerification)
            {
                attempts.append(next)
                rest.removeFirst()
            }
            attempts.append(attempt)
        }
        return attempts + rest
    }

    private func add(_ chain: ChainHistory, _ capability: Capability, _ key: HistoryKey) throws(JournalError) {
        for (place, tally) in chain.tallies {
            let insert = try connection(
                """
                INSERT INTO chain_tally(team, capability, month, country, provider, missed, asked, found, hits, failed)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                ON CONFLICT DO UPDATE SET asked = asked + excluded.asked, found = found + excluded.found,
                    hits = hits + excluded.hits, failed = failed + excluded.failed
                """)
            bind(insert, key, capability)
            insert.bind(5, place.provider.rawValue)
            insert.bind(6, place.missed.map(\.rawValue).sorted().joined(separator: " "))
            insert.bind(7, tally.asked)
            insert.bind(8, tally.found)
            insert.bind(9, tally.hits)
            insert.bind(10, tally.failed)
            try insert.run()
        }
        for (account, bill) in chain.bills {
            let insert = try connection(
                """
                INSERT INTO chain_bill(
                    team, capability, month, country, provider, biller, unit, found, missed, failed, verification)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                ON CONFLICT DO UPDATE SET found = found + excluded.found, missed = missed + excluded.missed,
                    failed = failed + excluded.failed, verification = verification + excluded.verification
                """)
            bind(insert, key, capability)
            insert.bind(5, account.provider.rawValue)
            insert.bind(6, account.biller.rawValue)
            insert.bind(7, account.unit)
            insert.bind(8, bill.found)
            insert.bind(9, bill.missed)
            insert.bind(10, bill.failed)
            insert.bind(11, bill.verification)
            try insert.run()
        }
    }

    private func bind(_ insert: Statement, _ key: HistoryKey, _ capability: Capability) {
        insert.bind(1, key.team)
        insert.bind(2, capability.rawValue)
        insert.bind(3, key.month)
        insert.bind(4, key.country)
    }
}

extension Connection {
    fileprivate func history(
        of team: Int64, since: Timestamp?, country: String?
    ) throws(JournalError) -> OrderHistory {
        let month = since.map { CivilDate(containing: $0) }.map { Int64($0.year * 12 + $0.month) } ?? .min
        var history = OrderHistory()
        let tallies = try self(
            """
            SELECT capability, provider, missed, SUM(asked), SUM(found), SUM(hits), SUM(failed) FROM chain_tally
            WHERE team = ?1 AND month >= ?2 AND (?3 IS NULL OR country = ?3) GROUP BY capability, provider, missed
            """)
        bind(tallies, team, month, country)
        try tallies.forEach { (row) throws(JournalError) in
            let missed = row.text(2).split(separator: " ").map { ProviderID(rawValue: String($0)) }
            history.chains[try row.word(0), default: ChainHistory()].add(
                ChainHistory.Tally(
                    asked: Int(row.int64(3)), found: Int(row.int64(4)), hits: Int(row.int64(5)),
                    failed: Int(row.int64(6))),
                at: ChainHistory.Place(ProviderID(rawValue: row.text(1)), after: Set(missed)))
        }
        let bills = try self(
            """
            SELECT capability, provider, biller, unit, SUM(found), SUM(missed), SUM(failed), SUM(verification)
            FROM chain_bill WHERE team = ?1 AND month >= ?2 AND (?3 IS NULL OR country = ?3)
            GROUP BY capability, provider, biller, unit
            """)
        bind(bills, team, month, country)
        try bills.forEach { (row) throws(JournalError) in
            history.chains[try row.word(0), default: ChainHistory()].add(
                ChainHistory.Bill(
                    found: row.int64(4), missed: row.int64(5), failed: row.int64(6), verification: row.int64(7)),
                to: ChainHistory.Account(
                    ProviderID(rawValue: row.text(1)), by: ProviderID(rawValue: row.text(2)), unit: row.text(3)))
        }
        return history
    }

    private func bind(_ select: Statement, _ team: Int64, _ month: Int64, _ country: String?) {
        select.bind(1, team)
        select.bind(2, month)
        select.bind(3, country)
    }
}
