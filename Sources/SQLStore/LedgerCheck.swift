// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// Recomputes the ledger's invariants (`reliability.md`, A: I1 to I13) from the transfers.
struct LedgerCheck {
    /// Violations that are reported at most.
    static let maximumViolations = 100

    private struct Lot: Equatable {
        var granted: Int64 = 0
        var captured: Int64 = 0
        var held: Int64 = 0
        var expired: Int64 = 0
        var adjusted: Int64 = 0

        var free: Int64 { granted - captured - held - expired - adjusted }
    }

    private struct OpenHold {
        var debit: Int64
        var credit: Int64
        var amount: Int64
        var request: Int64?
        var datum: String?
    }

    private var violations: [String] = []
    private var accounts: [Int64: (team: Int64, kind: String)] = [:]
    private var lots: [Int64: Lot] = [:]
    private var holds: [Int64: OpenHold] = [:]

    private var chain = TransferChain()
    private var heads: [LedgerHead] = []

    /// Checks the whole book, once through.
    ///
    /// - Parameter anchor: a head that was noted before, which the chain has to pass through.
    static func run(on connection: Connection, anchor: LedgerHead? = nil) throws(JournalError) -> LedgerReport {
        var check = LedgerCheck()
        let teams = try connection("SELECT id, name FROM team ORDER BY id").all { (row) throws(JournalError) in
            (row.int64(0), row.text(1))
        }
        let select = try connection("SELECT id, team, kind FROM ledger_account")
        try select.forEach { (row) throws(JournalError) in
            check.accounts[row.int64(0)] = (row.int64(1), row.text(2))
        }
        for (team, name) in teams {
            try check.fold(team, named: name, anchor: anchor.flatMap { $0.team == name ? $0 : nil }, on: connection)
        }
        if let anchor, !teams.contains(where: { $0.1 == anchor.team }) {
            check.violated("I10", "there is no team `\(anchor.team)`")
        }
        try check.compareLots(on: connection)
        for (rule, sql) in rules { try check.report(rule, sql, on: connection) }
        try check.comparePrices(on: connection)
        func count(_ sql: StaticString) throws(JournalError) -> Int {
            Int(try connection(sql).first { (row) throws(JournalError) in row.int64(0) } ?? 0)
        }
        return LedgerReport(
            transfers: try count("SELECT COUNT(*) FROM transfer"), charges: try count("SELECT COUNT(*) FROM charge"),
            attempts: try count("SELECT COUNT(*) FROM attempt"),
            openRequests: try count("SELECT COUNT(*) FROM request WHERE outcome IS NULL"), heads: check.heads,
            violations: check.violations)
    }

    private mutating func violated(_ invariant: String, _ what: String) {
        if violations.count < Self.maximumViolations { violations.append("\(invariant): \(what)") }
    }

    /// Reads a team's transfers in order, follows every account, and makes the chain again.
    private mutating func fold(
        _ team: Int64, named name: String, anchor: LedgerHead?, on connection: Connection
    ) throws(JournalError) {
        holds = [:]
        var next: Int64 = 1
        var head = TransferChain.start
        var (cycle, isWhole, hasAnchor) = (1 as Int64, true, anchor == nil)
        var closed = try closedCycles(of: team, on: connection)
        let select = try connection(
            """
            SELECT seq, kind, debit, credit, amount, pending, request, attempt, contact, datum, price_version, at,
                cycle, user, note, hash FROM transfer WHERE team = ?1 ORDER BY seq
            """)
        select.bind(1, team)
        try select.forEach { (row) throws(JournalError) in
            let sequence = row.int64(0)
            var transfer = try row.transfer(from: 1)
            transfer.user = row.optionalText(13)
            transfer.note = row.optionalText(14)
            if sequence != next { violated("I10", "transfer \(next) of team \(team) is missing") }
            next = sequence + 1
            if row.int64(12) < cycle { violated("I13", "transfer \(sequence) of team \(team) is in a closed cycle") }
            cycle = max(cycle, row.int64(12))
            let hash = try chain.hash(
                transfer, sequence: sequence, cycle: row.int64(12), team: team, after: head, on: connection)
            if row.isEqual(15, hash) {
                head = hash
            } else {
                head = row.bytes(15)
                if isWhole { violated("I10", "transfer \(sequence) of team \(team) does not fit the chain") }
                isWhole = false
            }
            if let close = closed.first, close.sequence == sequence {
                if close.head != head || cycle > close.cycle {
                    violated("I13", "cycle \(close.cycle) of team \(team) was changed after its close")
                }
                closed.removeFirst()
            }
            if let anchor, anchor.sequence == sequence { hasAnchor = anchor.hash == head }
            follow(transfer, sequence, of: team)
        }
        if !closed.isEmpty { violated("I13", "team \(team) has a closed cycle without its entries") }
        if !hasAnchor { violated("I10", "the chain of team `\(name)` does not pass through the head that was noted") }
        heads.append(LedgerHead(team: name, sequence: next - 1, hash: head))
        try compareOpenHolds(of: team, on: connection)
    }

    /// The closes of cycles that have entries, in order. One that is closed where the one before was has none.
    private mutating func closedCycles(
        of team: Int64, on connection: Connection
    ) throws(JournalError) -> [(cycle: Int64, sequence: Int64, head: [UInt8])] {
        let select = try connection(
            "SELECT n, head_seq, head_hash, ends_at, starts_at FROM billing_cycle WHERE team = ?1 ORDER BY n")
        select.bind(1, team)
        var (closed, number, end) = ([] as [(cycle: Int64, sequence: Int64, head: [UInt8])], 1 as Int64, nil as Int64?)
        var gaps: [Int64] = []
        try select.forEach { (row) throws(JournalError) in
            if row.int64(0) != number || end.map({ $0 != row.int64(4) }) ?? false { gaps.append(number) }
            (number, end) = (number + 1, row.int64(3))
            guard !row.isNull(1), row.int64(1) > closed.last?.sequence ?? 0 else { return }
            closed.append((row.int64(0), row.int64(1), row.bytes(2)))
        }
        for gap in gaps { violated("I13", "cycle \(gap) of team \(team) is missing") }
        return closed
    }

    private mutating func follow(_ entry: Transfer, _ sequence: Int64, of team: Int64) {
        guard let debit = accounts[entry.debit], let credit = accounts[entry.credit], debit.team == team,
            credit.team == team, entry.debit != entry.credit, entry.amount > 0
        else { return violated("I1", "transfer \(sequence) is not between two accounts of team \(team)") }
        let isProper =
            switch entry.kind {
            case "grant": debit.kind == "issue" && credit.kind == "lot"
            case "hold", "capture": (debit.kind == "lot" || debit.kind == "issue") && credit.kind == "earned"
            case "release", "expire_hold": debit.kind == "earned" && (credit.kind == "lot" || credit.kind == "issue")
            case "expire_lot": debit.kind == "lot" && credit.kind == "expired"
            case "adjust": debit.kind == "lot" && credit.kind == "adjust"
            case "refund_accrue": debit.kind == "earned" && credit.kind == "refund_due"
            case "refund_post": debit.kind == "refund_due" && credit.kind == "lot"
            default: false
            }
        guard isProper else { return violated("I1", "transfer \(sequence) is between the wrong accounts") }
        switch entry.kind {
        case "grant", "refund_post": lots[entry.credit, default: Lot()].granted += entry.amount
        case "expire_lot": lots[entry.debit, default: Lot()].expired += entry.amount
        case "adjust": lots[entry.debit, default: Lot()].adjusted += entry.amount
        case "hold":
            holds[sequence] = OpenHold(
                debit: entry.debit, credit: entry.credit, amount: entry.amount, request: entry.request,
                datum: entry.datum?.rawValue)
            if debit.kind == "lot" { lots[entry.debit, default: Lot()].held += entry.amount }
        case "refund_accrue": break
        default: resolve(entry, sequence)
        }
        if debit.kind == "lot" { checkLot(entry.debit, after: sequence) }
        if credit.kind == "lot" { checkLot(entry.credit, after: sequence) }
    }

    private mutating func checkLot(_ account: Int64, after sequence: Int64) {
        if (lots[account]?.free ?? 0) < 0 { violated("I4", "lot \(account) is below zero after transfer \(sequence)") }
    }

    private mutating func resolve(_ entry: Transfer, _ sequence: Int64) {
        guard let pending = entry.pending, let hold = holds.removeValue(forKey: pending) else {
            return violated("I5", "transfer \(sequence) resolves no open hold")
        }
        let isCapture = entry.kind == "capture"
        let isMirrored =
            isCapture
            ? entry.debit == hold.debit && entry.credit == hold.credit && entry.amount <= hold.amount
            : entry.credit == hold.debit && entry.debit == hold.credit && entry.amount == hold.amount
        if !isMirrored || entry.request != hold.request || entry.datum?.rawValue != hold.datum {
            violated("I5", "transfer \(sequence) does not match the hold that it resolves")
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
        let select = try connection("SELECT account, granted, captured, held, expired, is_closed, adjusted FROM lot")
        try select.forEach { (row) throws(JournalError) in
            let account = row.int64(0)
            let stored = Lot(
                granted: row.int64(1), captured: row.int64(2), held: row.int64(3), expired: row.int64(4),
                adjusted: row.int64(6))
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
}
