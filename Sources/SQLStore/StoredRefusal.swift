// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

extension Refusal {
    /// How it is kept: of a cap on cost the unit stands behind the key, and the amounts are in millionths.
    init(stored bound: String, wouldCost: Int64, left: Int64, renewsAt: Timestamp?) {
        let parts = bound.split(separator: " ").map(String.init)
        if parts.count == 2 {
            let cost = Cost(
                wouldCost: Amount(micros: wouldCost, unit: parts[1]), left: Amount(micros: left, unit: parts[1]))
            self.init(cap: parts[0], cost: cost, renewsAt: renewsAt)
        } else {
            self.init(
                bound: Bound(stored: bound), wouldCost: Credits(millis: wouldCost),
                left: Credits(millis: left), renewsAt: renewsAt)
        }
    }

    var stored: (bound: String, wouldCost: Int64, left: Int64) {
        guard let cost else { return (bound.stored, wouldCost.millis, left.millis) }
        return ("\(bound.stored) \(cost.wouldCost.unit)", cost.wouldCost.micros, cost.left.micros)
    }
}

extension Refusal.Bound {
    /// The word in the store.
    fileprivate var stored: String {
        switch self {
        case .balance: "balance"
        case .suppression: "suppression"
        case .cap(let key): key
        }
    }

    fileprivate init(stored word: String) {
        switch word {
        case "balance": self = .balance
        case "suppression": self = .suppression
        default: self = .cap(word)
        }
    }
}
