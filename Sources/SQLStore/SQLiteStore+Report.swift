// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
public import WaterfallEngine

extension SQLiteStore: ReportStore {
    public func figures(of team: String, _ query: ReportQuery) async throws(JournalError) -> ReportFigures {
        try await read(isReport: true) { (connection) throws(JournalError) in
            guard let row = try connection.findTeam(team) else { return ReportFigures() }
            let reader = ReportReader(connection: connection, team: row, query: query)
            var tally = ReportTally()
            try reader.readRequests { tally.add($0) }
            try reader.readCharges { tally.add($0) }
            try reader.readRefusedClaims { tally.addRefusedClaims($0, reason: $1) }
            try reader.readProspects { tally.addProspects($0, email: $1, hasPhone: $2) }
            try reader.readNumbers { tally.add($0) }
            try reader.readRefusals { tally.addRefusals($0, by: $1) }
            return tally.report
        }
    }
}

/// Reads what a report is made of, a row at a time. Parameters 1 to 7 of each statement say which requests are meant.
private struct ReportReader {
    var connection: Connection
    var team: Int64
    var query: ReportQuery

    private func select(_ sql: StaticString) throws(JournalError) -> Statement {
        let select = try connection(sql)
        select.bind(1, team)
        select.bind(2, query.since?.microseconds ?? .min)
        select.bind(3, query.until?.microseconds ?? .max)
        select.bind(4, query.user)
        select.bind(5, query.origin?.rawValue)
        if let run = query.run { select.bind(6, run) } else { select.bindNull(6) }
        select.bind(7, query.list)
        return select
    }

    // MARK: Requests

    /// An attempt's id begins with its request's: each look at the attempts is a look at rows side by side. The second
    /// byte of a request's form is what it asks for; 4 is a verification.
    func readRequests(_ body: (ReportTally.Request) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT request.id, created_at, stopped, request.outcome, uncalled, captured,
                substr(request.body, 2, 1) = x'04', capability, provider, attempt.outcome, reason, started_at,
                latency_us, cost_micros, cost_unit, is_suspected
            FROM request LEFT JOIN attempt ON attempt.id BETWEEN request.id << 16 AND request.id << 16 | 65535
                AND attempt.outcome IS NOT NULL
            WHERE request.team = ?1 AND created_at >= ?2 AND created_at < ?3 AND (?4 IS NULL OR user = ?4)
                AND (?5 IS NULL OR origin = ?5) AND (?6 IS NULL OR run = ?6)
                AND (?7 IS NULL OR EXISTS (
                    SELECT 1 FROM contact JOIN list_contact
                        ON list_contact.contact = COALESCE(contact.merged_into, contact.id)
                    WHERE contact.id = request.contact
                        AND list = (SELECT id FROM list WHERE team = ?1 AND name = ?7)))
            ORDER BY request.id
            """)
        var current: (row: Int64, request: ReportTally.Request, uncalled: String)?
        try select.forEach { (row) throws(JournalError) in
            if current?.row != row.int64(0) {
                if let current { body(try Self.whole(current.request, current.uncalled)) }
                current = (row.int64(0), try Self.request(row), row.text(4))
            }
            if !row.isNull(7) { current?.request.turns.append(try Self.call(row)) }
        }
        if let current { body(try Self.whole(current.request, current.uncalled)) }
    }

    private static func request(_ row: Statement) throws(JournalError) -> ReportTally.Request {
        ReportTally.Request(
            createdAt: row.timestamp(1), isVerification: row.bool(6),
            outcome: row.isNull(3) ? nil : try row.word(3), stopped: try StoredStops.stops(of: row.text(2)),
            captured: Credits(millis: row.int64(5)))
    }

    private static func call(_ row: Statement) throws(JournalError) -> ReportTally.Turn {
        guard let outcome = AttemptOutcome(word: row.text(9), reason: row.optionalText(10)) else {
            throw .damaged("an attempt's outcome is of an unknown form")
        }
        return ReportTally.Turn(
            try row.word(7), ProviderID(rawValue: row.text(8)), outcome, isCall: outcome.isCall,
            startedAt: row.timestamp(11), latency: row.optionalInt64(12).map { .microseconds($0) },
            cost: AttemptCost(Amount(micros: row.int64(13), unit: row.text(14)), isSuspected: row.bool(15)))
    }

    /// With the turns for which nobody was called, in the order in which they were taken.
    private static func whole(
        _ request: ReportTally.Request, _ uncalled: String
    ) throws(JournalError) -> ReportTally.Request {
        guard !uncalled.isEmpty else { return request }
        var request = request
        let others = try UncalledAttempt.attempts(of: uncalled).map { attempt in
            ReportTally.Turn(
                attempt.capability, attempt.provider, attempt.outcome, isCall: false, startedAt: attempt.startedAt)
        }
        // Sorting keeps the order of those of one moment: who was passed over came before the call after it.
        request.turns = (others + request.turns).sorted { $0.startedAt < $1.startedAt }
        return request
    }

    // MARK: Charges

    func readCharges(_ body: (ReportTally.Charge) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT charge.datum, charge.request_created_at, attempt.capability, attempt.provider, refund_claim.amount,
                refund_claim.state = 'accepted', EXISTS (
                    SELECT 1 FROM bounce WHERE bounce.address_hash = charge.value_hash AND bounce.team = charge.team
                        AND class = 'hard')
            FROM charge JOIN request ON request.id = charge.request LEFT JOIN attempt ON attempt.id = charge.attempt
                LEFT JOIN refund_claim ON refund_claim.charge = charge.id AND refund_claim.state <> 'refused'
            WHERE charge.team = ?1 AND request.created_at >= ?2 AND request.created_at < ?3
                AND (?4 IS NULL OR user = ?4) AND (?5 IS NULL OR origin = ?5) AND (?6 IS NULL OR run = ?6)
                AND (?7 IS NULL OR EXISTS (
                    SELECT 1 FROM contact JOIN list_contact
                        ON list_contact.contact = COALESCE(contact.merged_into, contact.id)
                    WHERE contact.id = request.contact
                        AND list = (SELECT id FROM list WHERE team = ?1 AND name = ?7)))
            """)
        try select.forEach { (row) throws(JournalError) in
            body(
                ReportTally.Charge(
                    try row.word(0), requestedAt: row.timestamp(1), capability: row.isNull(2) ? nil : try row.word(2),
                    provider: row.optionalText(3).map { ProviderID(rawValue: $0) },
                    refund: row.optionalInt64(4).map { Credits(millis: $0) }, isDue: row.bool(5),
                    hasBounced: row.bool(6)))
        }
    }

    /// Of addresses that were charged: what bounced without ever being bought was never claimed.
    func readRefusedClaims(_ body: (Int, String) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT COUNT(DISTINCT refund_claim.id), refund_claim.reason
            FROM refund_claim JOIN bounce ON bounce.id = refund_claim.bounce
                JOIN charge ON charge.value_hash = bounce.address_hash AND charge.team = bounce.team
                JOIN request ON request.id = charge.request
            WHERE refund_claim.team = ?1 AND refund_claim.state = 'refused' AND request.created_at >= ?2
                AND request.created_at < ?3 AND (?4 IS NULL OR request.user = ?4) AND (?5 IS NULL OR origin = ?5)
                AND (?6 IS NULL OR run = ?6) AND (?7 IS NULL OR EXISTS (
                    SELECT 1 FROM contact JOIN list_contact
                        ON list_contact.contact = COALESCE(contact.merged_into, contact.id)
                    WHERE contact.id = request.contact
                        AND list = (SELECT id FROM list WHERE team = ?1 AND name = ?7)))
            GROUP BY refund_claim.reason
            """)
        try select.forEach { (row) throws(JournalError) in body(Int(row.int64(0)), row.text(1)) }
    }

    // MARK: Contacts

    /// Statuses, best first: a contact counts by the best of its addresses.
    private static let ranks: [EmailStatus] = [
        .verified, .catchAll, .unverified, .guessed, .locked, .bounced, .invalid, .userManaged, .unavailable,
    ]

    func readProspects(_ body: (Int, EmailStatus?, Bool?) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT COUNT(*), wants_email, wants_phone, COALESCE(
                    (SELECT MIN(CASE status WHEN 'verified' THEN 0 WHEN 'catch_all' THEN 1 WHEN 'unverified' THEN 2
                        WHEN 'guessed' THEN 3 WHEN 'locked' THEN 4 WHEN 'bounced' THEN 5 WHEN 'invalid' THEN 6
                        WHEN 'user_managed' THEN 7 ELSE 8 END)
                    FROM contact_email WHERE contact_email.contact = asked.contact), 8) AS rank,
                EXISTS (SELECT 1 FROM contact_phone WHERE contact_phone.contact = asked.contact
                    AND was_accessed = 1 AND is_locked = 0 AND status <> 'invalid_number') AS has_phone
            FROM (
                SELECT contact, MAX(stopped LIKE '%email=%') AS wants_email, MAX(stopped LIKE '%phone=%') AS wants_phone
                FROM request INDEXED BY request_contact
                WHERE contact IS NOT NULL AND team = ?1 AND created_at >= ?2 AND created_at < ?3
                    AND substr(body, 2, 1) <> x'04' AND (?4 IS NULL OR user = ?4) AND (?5 IS NULL OR origin = ?5)
                    AND (?6 IS NULL OR run = ?6) AND (?7 IS NULL OR EXISTS (
                        SELECT 1 FROM contact AS saved JOIN list_contact
                            ON list_contact.contact = COALESCE(saved.merged_into, saved.id)
                        WHERE saved.id = request.contact
                            AND list = (SELECT id FROM list WHERE team = ?1 AND name = ?7)))
                GROUP BY contact
            ) AS asked
            GROUP BY wants_email, wants_phone, rank, has_phone
            """)
        try select.forEach { (row) throws(JournalError) in
            let status = Self.ranks[Int(row.int64(3))]
            body(Int(row.int64(0)), row.bool(1) ? status : nil, row.bool(2) ? row.bool(4) : nil)
        }
    }

    func readNumbers(_ body: (ProspectFigures.Numbers) -> Void) throws(JournalError) {
        let select = try select(
            """
            SELECT type, status, do_not_call, COUNT(*) FROM contact_phone
            WHERE was_accessed = 1 AND is_locked = 0 AND EXISTS (
                SELECT 1 FROM request WHERE request.contact = contact_phone.contact AND team = ?1
                    AND created_at >= ?2 AND created_at < ?3 AND stopped LIKE '%phone=%'
                    AND (?4 IS NULL OR user = ?4) AND (?5 IS NULL OR origin = ?5) AND (?6 IS NULL OR run = ?6)
                    AND (?7 IS NULL OR EXISTS (
                        SELECT 1 FROM contact AS saved JOIN list_contact
                            ON list_contact.contact = COALESCE(saved.merged_into, saved.id)
                        WHERE saved.id = request.contact
                            AND list = (SELECT id FROM list WHERE team = ?1 AND name = ?7))))
            GROUP BY type, status, do_not_call ORDER BY type, status, do_not_call
            """)
        try select.forEach { (row) throws(JournalError) in
            body(
                ProspectFigures.Numbers(
                    type: try row.word(0), status: try row.word(1), doNotCall: try row.word(2),
                    count: Int(row.int64(3))))
        }
    }

    // MARK: Refusals

    /// Of a refused request nothing is kept that says whose it was: they are told where there is one team and all of
    /// its requests are meant.
    func readRefusals(_ body: (Int, String) -> Void) throws(JournalError) {
        guard query.user == nil, query.origin == nil, query.run == nil, query.list == nil,
            try connection.number("SELECT COUNT(*) FROM team") == 1
        else { return }
        let select = try connection(
            "SELECT COUNT(*), bound FROM denied WHERE at >= ?1 AND at < ?2 GROUP BY bound")
        select.bind(1, query.since?.microseconds ?? .min)
        select.bind(2, query.until?.microseconds ?? .max)
        // A cap on cost has the unit behind its key.
        try select.forEach { (row) throws(JournalError) in
            body(Int(row.int64(0)), row.text(1).split(separator: " ").first.map(String.init) ?? "")
        }
    }
}
