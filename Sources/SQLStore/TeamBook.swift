// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A team's lots and its place in the ledger, on the writing thread.
final class TeamBook {
    let row: Int64
    let issue: Int64
    let earned: Int64
    let expired: Int64
    let refundDue: Int64
    let adjust: Int64
    /// The number of the next transfer; gapless.
    var nextSequence: Int64
    /// The hash of the last transfer.
    var head: [UInt8]
    /// The cycle that is open; nil before the first entry.
    var cycle: OpenCycle?
    /// Lots that are not closed, or on which something is held still.
    var lots: [Lot]
    /// True where there ever was a lot: then the balance limits, also without a plan.
    var hasLots: Bool

    init(row: Int64, accounts: Accounts, nextSequence: Int64, head: [UInt8], lots: [Lot], hasLots: Bool) {
        self.row = row
        issue = accounts.issue
        earned = accounts.earned
        expired = accounts.expired
        refundDue = accounts.refundDue
        adjust = accounts.adjust
        self.nextSequence = nextSequence
        self.head = head
        self.lots = lots
        self.hasLots = hasLots
    }

    /// The accounts of a team beside its lots'.
    struct Accounts {
        var issue: Int64
        var earned: Int64
        var expired: Int64
        var refundDue: Int64
        var adjust: Int64

        /// One account of each kind.
        static let kinds = ["issue", "earned", "expired", "refund_due", "adjust"]
    }

    var hasChanged: Bool { lots.contains(where: \.hasChanged) }

    /// Credits that can be held at a moment.
    func available(at moment: Timestamp) -> Int64 {
        lots.reduce(0) { $1.isUsable(at: moment) ? $0 + $1.free : $0 }
    }

    var held: Int64 { lots.reduce(0) { $0 + $1.held } }

    /// When the last of the lots ends that something is held on; nil where one never does, or nothing limits.
    func lastEnd(of holds: [Hold]) -> Timestamp? {
        var last: Timestamp?
        for hold in holds {
            guard let index = index(ofLot: hold.account), let end = lots[index].expiresAt else { return nil }
            last = max(last ?? end, end)
        }
        return last
    }

    func index(ofLot account: Int64) -> Int? { lots.firstIndex { $0.account == account } }
}

/// The billing cycle that entries are posted in.
struct OpenCycle {
    var number: Int64
    var startsAt: Timestamp
    var endsAt: Timestamp
    /// True where a plan has granted its credits for it.
    var isPlanned: Bool
}

/// A grant and what has become of it, in thousandths of a credit.
struct Lot {
    var account: Int64
    /// What is spent first has the lowest.
    var priority: Int64 = 100
    var effectiveAt: Timestamp
    var expiresAt: Timestamp?
    var granted: Int64
    var captured: Int64 = 0
    var held: Int64 = 0
    var expired: Int64 = 0
    /// What was taken off it.
    var adjusted: Int64 = 0
    /// True once what was free at its expiry has expired, or it was voided.
    var isClosed = false
    var isVoided = false
    var hasChanged = false

    var free: Int64 { granted - captured - held - expired - adjusted }

    func isUsable(at moment: Timestamp) -> Bool {
        !isClosed && effectiveAt <= moment && expiresAt.map { moment < $0 } ?? true
    }

    /// What has the lowest priority is spent first, then what expires first, then what is oldest.
    static func isSpentBefore(_ left: Lot, _ right: Lot) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        let ends = (left.expiresAt?.microseconds ?? .max, right.expiresAt?.microseconds ?? .max)
        if ends.0 != ends.1 { return ends.0 < ends.1 }
        if left.effectiveAt != right.effectiveAt { return left.effectiveAt < right.effectiveAt }
        return left.account < right.account
    }
}
