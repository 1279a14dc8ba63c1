// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// One entry of the double-entry book, before it has a number.
struct Transfer {
    var kind: String
    var debit: Int64
    var credit: Int64
    var amount: Int64
    /// The hold that this resolves.
    var pending: Int64?
    var request: Int64?
    var attempt: Int64?
    var contact: Int64?
    var datum: Datum?
    var priceVersion: Int64?
    var at: Timestamp
    /// Who it is for, where no request says so.
    var user: String?
    var note: String?
}

/// A hold on one lot for one datum of a request.
struct Hold {
    var sequence: Int64
    var datum: Datum
    var amount: Int64
    /// The lot's account; the issuing account where nothing limits.
    var account: Int64
    var takenAt: Timestamp
}

extension Books {
    /// Appends a transfer under the team's next number.
    func post(_ transfer: Transfer, for team: TeamBook) throws(JournalError) -> Int64 {
        let sequence = team.nextSequence
        let cycle = try openCycle(of: team, at: transfer.at).number
        let hash = try chain.hash(
            transfer, sequence: sequence, cycle: cycle, team: team.row, after: team.head, on: connection)
        let insert = try connection(
            """
            INSERT INTO transfer(
                team, seq, kind, debit, credit, amount, pending, request, attempt, contact, datum, price_version, at,
                cycle, user, note, hash)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """)
        insert.bind(transfer, sequence: sequence, cycle: cycle, team: team.row, hash: hash)
        try insert.run()
        team.head = hash
        team.nextSequence += 1
        return sequence
    }

    /// Holds an amount for one datum over the lots, what expires first first. The caller has seen that it is there.
    func hold(
        _ amount: Int64, for datum: Datum, request: Int64, priceVersion: Int64, team: TeamBook, isLimited: Bool,
        at moment: Timestamp
    ) throws(JournalError) -> [Hold] {
        var holds: [Hold] = []
        var rest = amount
        func place(_ part: Int64, on account: Int64) throws(JournalError) {
            let transfer = Transfer(
                kind: "hold", debit: account, credit: team.earned, amount: part, request: request, datum: datum,
                priceVersion: priceVersion, at: moment)
            let sequence = try post(transfer, for: team)
            holds.append(
                Hold(sequence: sequence, datum: datum, amount: part, account: account, takenAt: moment))
            rest -= part
        }
        guard isLimited else {
            try place(amount, on: team.issue)
            return holds
        }
        for index in team.lots.indices where rest > 0 && team.lots[index].isUsable(at: moment) {
            let part = min(rest, team.lots[index].free)
            guard part > 0 else { continue }
            team.lots[index].held += part
            team.lots[index].hasChanged = true
            try place(part, on: team.lots[index].account)
        }
        guard rest == 0 else { throw .damaged("a hold passed the balance") }
        return holds
    }

    /// Captures part of a hold, or all of it; the rest is free again, or expires with its lot.
    func capture(
        _ amount: Int64, of hold: Hold, for request: OpenRequestBook, contact: Int64, attempt: Int64?,
        at moment: Timestamp
    ) throws(JournalError) {
        let team = request.team
        let transfer = Transfer(
            kind: "capture", debit: hold.account, credit: team.earned, amount: amount, pending: hold.sequence,
            request: request.row, attempt: attempt, contact: contact, datum: hold.datum,
            priceVersion: request.priceVersion, at: moment)
        _ = try post(transfer, for: team)
        try settleLot(of: hold, captured: amount, team: team, at: moment)
        noteUsage(captured: amount, of: hold, for: request, at: moment)
    }

    /// Resolves a hold without taking anything of it.
    func release(
        _ hold: Hold, for request: OpenRequestBook, isExpiry: Bool = false, at moment: Timestamp
    ) throws(JournalError) {
        let team = request.team
        let transfer = Transfer(
            kind: isExpiry ? "expire_hold" : "release", debit: team.earned, credit: hold.account, amount: hold.amount,
            pending: hold.sequence, request: request.row, datum: hold.datum, at: moment)
        _ = try post(transfer, for: team)
        try settleLot(of: hold, captured: 0, team: team, at: moment)
        noteUsage(captured: 0, of: hold, for: request, at: moment)
    }

    private func settleLot(
        of hold: Hold, captured: Int64, team: TeamBook, at moment: Timestamp
    ) throws(JournalError) {
        guard hold.account != team.issue else { return }
        guard let index = team.index(ofLot: hold.account) else { throw .damaged("a hold's lot is missing") }
        team.lots[index].held -= hold.amount
        team.lots[index].captured += captured
        team.lots[index].hasChanged = true
        // What an expired lot gets back expires in the same transaction, what a voided one gets back is taken off it
        // (`semantics.md`, 6).
        if team.lots[index].isVoided {
            try takeFree(ofLot: index, of: team, at: moment)
        } else if team.lots[index].isClosed {
            try expireFree(ofLot: index, of: team, at: moment)
        }
    }
}
