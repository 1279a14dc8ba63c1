// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// The hash chain over a team's transfers: each one's hash covers all that it says, the price list that it names, and
/// the hash before it. Whoever has noted a head finds out about any change of what came before.
///
/// The form of the bytes is part of the store's format and never changes.
final class TransferChain {
    /// What comes before the first transfer.
    static let start = [UInt8](repeating: 0, count: Digest.size)

    private let digest = Digest()
    private var priceDigests: [Int64: ArraySlice<UInt8>] = [:]
    /// Kept for its memory.
    private var frame = FrameWriter()

    /// Returns the hash of a transfer.
    ///
    /// - Parameters:
    ///   - team: the team's row.
    ///   - previous: the hash of the transfer before, or `start`.
    func hash(
        _ transfer: Transfer, sequence: Int64, cycle: Int64, team: Int64, after previous: [UInt8],
        on connection: Connection
    ) throws(JournalError) -> [UInt8] {
        frame.clear()
        frame.write(raw: previous)
        for number in [team, sequence, cycle, transfer.debit, transfer.credit, transfer.amount] {
            frame.write(short: UInt64(bitPattern: number))
        }
        for number in [transfer.pending, transfer.request, transfer.attempt, transfer.contact] {
            // Rows are above zero, which is left for none.
            frame.write(short: UInt64(bitPattern: number ?? 0))
        }
        frame.write(transfer.at.microseconds)
        frame.write(short: transfer.kind)
        frame.write(short: transfer.datum?.rawValue)
        frame.write(short: transfer.user)
        frame.write(short: transfer.note)
        if let version = transfer.priceVersion { frame.write(raw: try priceDigest(version, on: connection)) }
        return digest(frame.bytes)
    }

    /// What stands for a price list: half of its digest.
    private func priceDigest(_ version: Int64, on connection: Connection) throws(JournalError) -> ArraySlice<UInt8> {
        if let known = priceDigests[version] { return known }
        let select = try connection("SELECT rules FROM price_version WHERE id = ?1")
        select.bind(1, version)
        let rules = try select.first { (row) throws(JournalError) in row.text(0) } ?? ""
        let made = digest(Array(rules.utf8)).prefix(Digest.size / 2)
        priceDigests[version] = made
        return made
    }

    /// Copies the transfers of a store that had no chain and no cycles into the table that has.
    static func chainOldTransfers(on connection: Connection) throws(JournalError) {
        let chain = TransferChain()
        let teams = try connection("SELECT DISTINCT team FROM transfer").all { (row) throws(JournalError) in
            row.int64(0)
        }
        for team in teams { try chain.chainOldTransfers(of: team, on: connection) }
    }

    private func chainOldTransfers(of team: Int64, on connection: Connection) throws(JournalError) {
        let select = try connection(
            """
            SELECT seq, kind, debit, credit, amount, pending, request, attempt, contact, datum, price_version, at,
                (SELECT user FROM lot WHERE kind = 'grant' AND account = credit),
                (SELECT period_ends_at IS NOT NULL FROM lot WHERE kind = 'grant' AND account = credit)
            FROM transfer WHERE team = ?1 ORDER BY seq
            """)
        select.bind(1, team)
        let insert = try connection(
            """
            INSERT INTO new_transfer(
                team, seq, kind, debit, credit, amount, pending, request, attempt, contact, datum, price_version, at,
                cycle, user, note, hash)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """)
        var head = Self.start
        var cycle: Int64 = 1
        var hasPlan = false
        try select.forEach { (row) throws(JournalError) in
            let sequence = row.int64(0)
            var transfer = try row.transfer(from: 1)
            transfer.user = row.optionalText(12)
            // A plan's grant begins a cycle.
            if row.bool(13), hasPlan {
                try connection.closeCycle(cycle, of: team, at: sequence - 1, head: head)
                cycle += 1
            }
            hasPlan = hasPlan || row.bool(13)
            head = try hash(transfer, sequence: sequence, cycle: cycle, team: team, after: head, on: connection)
            insert.bind(transfer, sequence: sequence, cycle: cycle, team: team, hash: head)
            try insert.run()
        }
    }
}

extension Statement {
    /// The parameters of an insertion into the table of transfers, in the order of its columns.
    func bind(_ transfer: Transfer, sequence: Int64, cycle: Int64, team: Int64, hash: [UInt8]) {
        bind(1, team)
        bind(2, sequence)
        bind(3, transfer.kind)
        bind(4, transfer.debit)
        bind(5, transfer.credit)
        bind(6, transfer.amount)
        bind(7, transfer.pending)
        bind(8, transfer.request)
        bind(9, transfer.attempt)
        bind(10, transfer.contact)
        bind(11, transfer.datum?.rawValue)
        bind(12, transfer.priceVersion)
        bind(13, transfer.at)
        bind(14, cycle)
        bind(15, transfer.user)
        bind(16, transfer.note)
        bind(17, hash)
    }

    /// Reads a transfer's columns, from `kind` to `at`.
    func transfer(from first: CInt) throws(JournalError) -> Transfer {
        Transfer(
            kind: text(first), debit: int64(first + 1), credit: int64(first + 2), amount: int64(first + 3),
            pending: optionalInt64(first + 4), request: optionalInt64(first + 5), attempt: optionalInt64(first + 6),
            contact: optionalInt64(first + 7), datum: isNull(first + 8) ? nil : try word(first + 8),
            priceVersion: optionalInt64(first + 9), at: timestamp(first + 10))
    }
}
