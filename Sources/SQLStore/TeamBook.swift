// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A team's lots and its place in the ledger, on the writing thread.
final class TeamBook {
    let row: Int64
    let issue: Int64
    let earned: Int64
    let expired: Int64
    /// The number of the next transfer; gapless.
    var nextSequence: Int64
    /// Lots that are not closed, or on which something is held still.
    var lots: [Lot]
    /// True where there ever was a lot: then the balance limits, also without a plan.
    var hasLots: Bool
    /// When the latest cycle that was granted ends.
    var periodEndsAt: Timestamp?

    init(
        row: Int64, issue: Int64, earned: Int64, expired: Int64, nextSequence: Int64, lots: [Lot], hasLots: Bool,
        periodEndsAt: Timestamp?
    ) {
        self.row = row
        self.issue = issue
        self.earned = earned
        self.expired = expired
        self.nextSequence = nextSequence
        self.lots = lots
        self.hasLots = hasLots
        self.periodEndsAt = periodEndsAt
    }

    var hasChanged: Bool { lots.contains(where: \.hasChanged) }

    /// Credits that can be held at a moment.
    func available(at moment: Timestamp) -> Int64 {
        lots.reduce(0) { $1.isUsable(at: moment) ? $0 + $1.free : $0 }
    }

    var held: Int64 { lots.reduce(0) { $0 + $1.held } }

    func index(ofLot account: Int64) -> Int? { lots.firstIndex { $0.account == account } }
}

/// A grant and what has become of it, in thousandths of a credit.
struct Lot {
    var account: Int64
    var effectiveAt: Timestamp
    var expiresAt: Timestamp?
    var granted: Int64
    var captured: Int64 = 0
    var held: Int64 = 0
    var expired: Int64 = 0
    /// True once what was free at its expiry has expired.
    var isClosed = false
    var hasChanged = false

    var free: Int64 { granted - captured - held - expired }

    func isUsable(at moment: Timestamp) -> Bool {
        !isClosed && effectiveAt <= moment && expiresAt.map { moment < $0 } ?? true
    }

    /// What expires first is spent first, then what is oldest.
    static func isSpentBefore(_ left: Lot, _ right: Lot) -> Bool {
        let ends = (left.expiresAt?.microseconds ?? .max, right.expiresAt?.microseconds ?? .max)
        if ends.0 != ends.1 { return ends.0 < ends.1 }
        if left.effectiveAt != right.effectiveAt { return left.effectiveAt < right.effectiveAt }
        return left.account < right.account
    }
}
