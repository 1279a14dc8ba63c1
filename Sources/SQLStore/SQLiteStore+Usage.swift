// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

extension SQLiteStore: UsageReports {
    public func usage(of team: String, _ query: UsageQuery) async throws(JournalError) -> UsageReport {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let row = try connection.findTeam(team) else { return UsageAggregation(query, cycles: []).report }
            var aggregation = UsageAggregation(query, cycles: try connection.cycles(of: row, named: team))
            let reader = UsageReader(connection: connection, team: row, query: query)
            try reader.readCaptures { aggregation.add($0) }
            try reader.readRefunds { aggregation.add($0) }
            try reader.readCharges { aggregation.add($0) }
            try reader.readAttempts { aggregation.add($0) }
            try reader.readBounces { aggregation.add($0) }
            return aggregation.report
        }
    }

    public func caps(
        of team: String, user: String, _ caps: Caps, plan: CreditPlan?, at moment: Timestamp
    ) async throws(JournalError) -> [CapState] {
        try await writer.perform { (books) throws(JournalError) in
            let team = try books.team(team)
            try books.advance(team, plan: plan, to: moment)
            try books.expireHolds(at: moment)
            return try books.capStates(caps, of: Spender(team: team, user: user, plan: plan), at: moment)
        }
    }
}

/// Reads what was used, a row at a time.
private struct UsageReader {
    var connection: Connection
    var team: Int64
    var query: UsageQuery

    private func select(_ sql: StaticString) throws(JournalError) -> Statement {
        let select = try connection(sql)
        select.bind(1, team)
        select.bind(2, query.since?.microseconds ?? .min)
        select.bind(3, query.until?.microseconds ?? .max)
        return select
    }

    func readCaptures(_ body: (UsageAggregation.Fact) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT entry.datum, entry.amount, entry.at, entry.cycle, request.user, request.origin, attempt.provider
            FROM transfer AS entry JOIN request ON request.id = entry.request
                LEFT JOIN attempt ON attempt.id = entry.attempt
            WHERE entry.team = ?1 AND entry.kind = 'capture' AND entry.at >= ?2 AND entry.at < ?3
            """)
        try select.forEach { (row) throws(JournalError) in
            let origin = row.origin(5)
            body(
                UsageAggregation.Fact(
                    .captured(Credits(millis: row.int64(1))), kind: UsageKind(try row.word(0), origin: origin),
                    at: row.timestamp(2), cycle: row.int64(3), user: row.text(4), origin: origin,
                    provider: row.provider(6)))
        }
    }

    /// A refund counts for whoever had paid, on the day that it was accepted.
    func readRefunds(_ body: (UsageAggregation.Fact) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT refund_claim.amount, accrued.at, accrued.cycle, request.user, request.origin, attempt.provider
            FROM refund_claim JOIN transfer AS accrued
                    ON accrued.team = refund_claim.team AND accrued.seq = refund_claim.accrued
                JOIN charge ON charge.id = refund_claim.charge JOIN request ON request.id = charge.request
                LEFT JOIN attempt ON attempt.id = charge.attempt
            WHERE refund_claim.team = ?1 AND accrued.at >= ?2 AND accrued.at < ?3
            """)
        try select.forEach { (row) throws(JournalError) in
            let origin = row.origin(4)
            body(
                UsageAggregation.Fact(
                    .refunded(Credits(millis: row.int64(0))), kind: UsageKind(.email, origin: origin),
                    at: row.timestamp(1), cycle: row.int64(2), user: row.text(3), origin: origin,
                    provider: row.provider(5)))
        }
    }

    func readCharges(_ body: (UsageAggregation.Fact) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT charge.datum, charged_at, request.user, request.origin, attempt.provider
            FROM charge JOIN request ON request.id = charge.request LEFT JOIN attempt ON attempt.id = charge.attempt
            WHERE charge.team = ?1 AND charged_at >= ?2 AND charged_at < ?3
            """)
        try select.forEach { (row) throws(JournalError) in
            let (datum, origin) = (try row.word(0, as: Datum.self), row.origin(3))
            body(
                UsageAggregation.Fact(
                    .hit(datum), kind: UsageKind(datum, origin: origin), at: row.timestamp(1), user: row.text(2),
                    origin: origin, provider: row.provider(4)))
        }
    }

    /// The second byte of a request's form is what it asks for; 4 is a verification.
    func readAttempts(_ body: (UsageAggregation.Fact) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT attempt.provider, capability, started_at, cost_micros, cost_unit, is_suspected, request.user,
                request.origin, substr(request.body, 2, 1) = x'04'
            FROM attempt JOIN request ON request.id = attempt.id >> 16
            WHERE request.team = ?1 AND started_at >= ?2 AND started_at < ?3 AND attempt.outcome IS NOT NULL
                AND attempt.outcome <> 'skipped' AND attempt.outcome <> 'not_run'
            """)
        try select.forEach { (row) throws(JournalError) in
            let origin = row.origin(7)
            body(
                UsageAggregation.Fact(
                    .call(Amount(micros: row.int64(3), unit: row.text(4)), isSuspected: row.bool(5)),
                    kind: UsageKind(try row.word(1), isVerification: row.bool(8), origin: origin),
                    at: row.timestamp(2), user: row.text(6), origin: origin, provider: row.provider(0)))
        }
    }

    /// An address that bounced several times counts once, by its first report; for whoever had paid for it, else for
    /// whoever reported it.
    func readBounces(_ body: (UsageAggregation.Fact) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT bounced_at, COALESCE(request.user, bounce.user), request.origin, bounce.provider
            FROM bounce LEFT JOIN refund_claim ON refund_claim.bounce = bounce.id
                LEFT JOIN charge ON charge.id = refund_claim.charge LEFT JOIN request ON request.id = charge.request
            WHERE bounce.team = ?1 AND bounced_at >= ?2 AND bounced_at < ?3 AND class = 'hard'
                AND bounce.provider IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM bounce AS earlier WHERE earlier.address_hash = bounce.address_hash
                        AND earlier.team = bounce.team AND earlier.class = 'hard' AND earlier.id < bounce.id)
            """)
        try select.forEach { (row) throws(JournalError) in
            let origin = row.origin(2)
            body(
                UsageAggregation.Fact(
                    .bounce, kind: UsageKind(.email, origin: origin), at: row.timestamp(0), user: row.text(1),
                    origin: origin, provider: row.provider(3)))
        }
    }
}

extension Statement {
    fileprivate func origin(_ index: CInt) -> RequestOrigin? {
        optionalText(index).flatMap { RequestOrigin(rawValue: $0) }
    }

    fileprivate func provider(_ index: CInt) -> ProviderID? { optionalText(index).map { ProviderID(rawValue: $0) } }
}
