// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Recomputes the ledger's invariants (`reliability.md`, A: I1 to I12) from the transfers.
struct LedgerCheck {
    /// Violations that are reported at most.
    static let maximumViolations = 100

    private struct Lot: Equatable {
        var granted: Int64 = 0
        var captured: Int64 = 0
        var held: Int64 = 0
        var expired: Int64 = 0

        var free: Int64 { granted - captured - held - expired }
    }

    private struct OpenHold {
        var debit: Int64
        var credit: Int64
        var amount: Int64
        var request: Int64?
        var datum: String?
    }

    private struct Entry {
        var sequence: Int64
        var kind: String
        var debit: Int64
        var credit: Int64
        var amount: Int64
        var pending: Int64?
        var request: Int64?
        var datum: String?
    }

    private var violations: [String] = []
    private var accounts: [Int64: (team: Int64, kind: String)] = [:]
    private var lots: [Int64: Lot] = [:]
    private var holds: [Int64: OpenHold] = [:]

    static func run(on connection: Connection) throws(JournalError) -> LedgerReport {
        var check = LedgerCheck()
        let teams = try connection("SELECT id FROM team ORDER BY id").all { (row) throws(JournalError) in row.int64(0) }
        let select = try connection("SELECT id, team, kind FROM ledger_account")
        try select.forEach { (row) throws(JournalError) in
            check.accounts[row.int64(0)] = (row.int64(1), row.text(2))
        }
        for team in teams { try check.fold(team, on: connection) }
        try check.compareLots(on: connection)
        for (rule, sql) in rules { try check.report(rule, sql, on: connection) }
        try check.comparePrices(on: connection)
        func count(_ sql: StaticString) throws(JournalError) -> Int {
            Int(try connection(sql).first { (row) throws(JournalError) in row.int64(0) } ?? 0)
        }
        return LedgerReport(
            transfers: try count("SELECT COUNT(*) FROM transfer"), charges: try count("SELECT COUNT(*) FROM charge"),
            attempts: try count("SELECT COUNT(*) FROM attempt"),
            openRequests: try count("SELECT COUNT(*) FROM request WHERE outcome IS NULL"), violations: check.violations)
    }

    private mutating func violated(_ invariant: String, _ what: String) {
        if violations.count < Self.maximumViolations { violations.append("\(invariant): \(what)") }
    }

    /// Reads a team's transfers in order, and follows every account.
    private mutating func fold(_ team: Int64, on connection: Connection) throws(JournalError) {
        holds = [:]
        var next: Int64 = 1
        let select = try connection(
            """
            SELECT seq, kind, debit, credit, amount, pending, request, datum FROM transfer WHERE team = ?1 ORDER BY seq
            """)
        select.bind(1, team)
        try select.forEach { (row) throws(JournalError) in
            let entry = Entry(
                sequence: row.int64(0), kind: row.text(1), debit: row.int64(2), credit: row.int64(3),
                amount: row.int64(4), pending: row.optionalInt64(5), request: row.optionalInt64(6),
                datum: row.optionalText(7))
            if entry.sequence != next { violated("I10", "transfer \(next) of team \(team) is missing") }
            next = entry.sequence + 1
            follow(entry, of: team)
        }
        try compareOpenHolds(of: team, on: connection)
    }

    private mutating func follow(_ entry: Entry, of team: Int64) {
        guard let debit = accounts[entry.debit], let credit = accounts[entry.credit], debit.team == team,
            credit.team == team, entry.debit != entry.credit, entry.amount > 0
        else { return violated("I1", "transfer \(entry.sequence) is not between two accounts of team \(team)") }
        let isProper =
            switch entry.kind {
            case "grant": debit.kind == "issue" && credit.kind == "lot"
            case "hold", "capture": (debit.kind == "lot" || debit.kind == "issue") && credit.kind == "earned"
            case "release", "expire_hold": debit.kind == "earned" && (credit.kind == "lot" || credit.kind == "issue")
            case "expire_lot": debit.kind == "lot" && credit.kind == "expired"
            default: false
            }
        guard isProper else { return violated("I1", "transfer \(entry.sequence) is between the wrong accounts") }
        switch entry.kind {
        case "grant": lots[entry.credit, default: Lot()].granted += entry.amount
        case "expire_lot": lots[entry.debit, default: Lot()].expired += entry.amount
        case "hold":
            holds[entry.sequence] = OpenHold(
                debit: entry.debit, credit: entry.credit, amount: entry.amount, request: entry.request,
                datum: entry.datum)
            if debit.kind == "lot" { lots[entry.debit, default: Lot()].held += entry.amount }
        default: resolve(entry)
        }
        for account in [entry.debit, entry.credit] where (lots[account]?.free ?? 0) < 0 {
            violated("I4", "lot \(account) is below zero after transfer \(entry.sequence)")
        }
    }

    private mutating func resolve(_ entry: Entry) {
        guard let pending = entry.pending, let hold = holds.removeValue(forKey: pending) else {
            return violated("I5", "transfer \(entry.sequence) resolves no open hold")
        }
        let isCapture = entry.kind == "capture"
        let isMirrored =
            isCapture
            ? entry.debit == hold.debit && entry.credit == hold.credit && entry.amount <= hold.amount
            : entry.credit == hold.debit && entry.debit == hold.credit && entry.amount == hold.amount
        if !isMirrored || entry.request != hold.request || entry.datum != hold.datum {
            violated("I5", "transfer \(entry.sequence) does not match the hold that it resolves")
        }
        guard accounts[hold.debit]?.kind == "lot" else { return }
        lots[hold.debit, default: Lot()].held -= hold.amount
        if isCapture { lots[hold.debit, default: Lot()].captured += entry.amount }
    }

    /// An open hold belongs to an open request.
    private mutating func compareOpenHolds(of team: Int64, on connection: Connection) throws(JournalError) {
        for (sequence, hold) in holds {
            let select = try connection("SELECT 1 FROM request WHERE id = ?1 AND outcome IS NULL")
            select.bind(1, hold.request)
            guard try !select.exists() else { continue }
            violated("I6", "hold \(sequence) of team \(team) is open, and its request is not")
        }
    }

    private mutating func compareLots(on connection: Connection) throws(JournalError) {
        let select = try connection("SELECT account, granted, captured, held, expired, is_closed FROM lot")
        try select.forEach { (row) throws(JournalError) in
            let account = row.int64(0)
            let stored = Lot(
                granted: row.int64(1), captured: row.int64(2), held: row.int64(3), expired: row.int64(4))
            let folded = lots.removeValue(forKey: account) ?? Lot()
            if stored != folded { violated("I2", "lot \(account) is not the sum of its transfers") }
            if row.bool(5), stored.free != 0 { violated("I3", "lot \(account) is closed, and not empty") }
        }
        for account in lots.keys { violated("I2", "lot \(account) is missing") }
    }

    /// Every amount is one of its price version's prices.
    private mutating func comparePrices(on connection: Connection) throws(JournalError) {
        let versions = try connection("SELECT id, rules FROM price_version").all { (row) throws(JournalError) in
            (row.int64(0), row.text(1))
        }
        var prices: [Int64: PriceList] = [:]
        for (id, rules) in versions { prices[id] = try PriceVersion.gate(of: rules).prices }
        let select = try connection("SELECT DISTINCT datum, amount, price_version FROM charge")
        try select.forEach { (row) throws(JournalError) in
            let list = prices[row.int64(2)]
            let amount = Credits(millis: row.int64(1))
            let isPrice =
                switch Datum(rawValue: row.text(0)) {
                case .email: amount == list?.email || amount == list?.catchAll
                case .phone: amount == list?.phone
                case .verification: amount == list?.verification
                case nil: false
                }
            if !isPrice { violated("I8", "a charge of \(amount) for \(row.text(0)) is not a price of its version") }
        }
    }

    private mutating func report(
        _ invariant: String, _ sql: StaticString, on connection: Connection
    ) throws(JournalError) {
        let found = try connection(sql).all { (row) throws(JournalError) in row.text(0) }
        for text in found { violated(invariant, text) }
    }

    /// What SQL says best: each statement returns a sentence a violation.
    private static let rules: [(String, StaticString)] = [
        (
            "I7",
            """
            SELECT 'contact ' || contact || ' has ' || COUNT(*) || ' live charges for ' || datum FROM charge
            WHERE refunded_by IS NULL AND datum <> 'verification'
            GROUP BY team, contact, datum HAVING COUNT(*) > 1 LIMIT 100
            """
        ),
        (
            "I7",
            """
            SELECT 'charge ' || later.id || ' is for an address whose verdict charge ' || earlier.id || ' paid for'
            FROM charge AS earlier JOIN charge AS later ON later.subject_low = earlier.subject_low
                AND later.subject_high = earlier.subject_high AND later.team = earlier.team AND later.id > earlier.id
                AND later.request_created_at < earlier.holds_until
            WHERE earlier.datum = 'verification' AND later.datum = 'verification' LIMIT 100
            """
        ),
        (
            "I8",
            """
            SELECT 'charge ' || charge.id || ' for a verification has no verdict of a verifier' FROM charge
            LEFT JOIN attempt ON attempt.id = charge.attempt
            WHERE charge.datum = 'verification' AND (attempt.id IS NULL OR attempt.capability <> 'verify_email'
                OR attempt.outcome IS NULL OR attempt.outcome <> 'matched') LIMIT 100
            """
        ),
        (
            "I8",
            """
            SELECT 'what was captured for ' || datum || ' of request ' || request || ' is not what was charged' FROM (
                SELECT request, datum, SUM(amount) AS amount FROM (
                    SELECT request, datum, amount FROM transfer WHERE kind = 'capture'
                    UNION ALL SELECT request, datum, -amount FROM charge)
                GROUP BY request, datum)
            WHERE amount <> 0 LIMIT 100
            """
        ),
        (
            "I8",
            """
            SELECT 'charge ' || charge.id || ' names a missing request, attempt or contact' FROM charge
            LEFT JOIN request ON request.id = charge.request
            LEFT JOIN contact ON contact.id = charge.contact AND contact.team = charge.team
            LEFT JOIN attempt ON attempt.id = charge.attempt
            WHERE request.id IS NULL OR contact.id IS NULL OR charge.attempt IS NOT NULL AND attempt.id IS NULL
            LIMIT 100
            """
        ),
        (
            "I2",
            """
            SELECT 'request ' || request.id || ' does not sum up its captures' FROM request LEFT JOIN (
                SELECT request, SUM(amount) AS amount FROM transfer WHERE kind = 'capture' GROUP BY request) AS captured
                ON captured.request = request.id
            WHERE request.captured <> COALESCE(captured.amount, 0) LIMIT 100
            """
        ),
        (
            "I12",
            """
            SELECT 'a denied request was admitted as request ' || request.id
            FROM denied JOIN request ON request.uid = denied.uid LIMIT 100
            """
        ),
        (
            "B",
            """
            SELECT 'attempt ' || attempt.id || ' has no request' FROM attempt
            LEFT JOIN request ON request.id = attempt.id >> 16 WHERE request.id IS NULL LIMIT 100
            """
        ),
        (
            "B",
            """
            SELECT 'attempt ' || attempt.id || ' of a settled request has no outcome' FROM attempt
            JOIN request ON request.id = attempt.id >> 16
            WHERE attempt.outcome IS NULL AND request.outcome IS NOT NULL LIMIT 100
            """
        ),
    ]
}
