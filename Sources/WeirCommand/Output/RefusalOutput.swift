// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

extension Refusal {
    /// `balance`, `suppression`, or the cap's key in the configuration.
    var boundName: String {
        switch bound {
        case .balance: "balance"
        case .suppression: "suppression"
        case .cap(let key): key
        }
    }

    /// Which bound, what it would have cost, what is left, and when it renews.
    var phrase: String {
        if bound == .suppression {
            return "refused by the suppression list: nobody was asked, and nothing was held or saved"
        }
        let words = bound == .balance ? "the balance" : "the cap \(boundName)"
        let renewal = renewsAt.map { "; it renews on \($0.date)" } ?? ""
        guard let cost else {
            return "refused by \(words): it could cost \(wouldCost.phrase), \(left.decimal) left\(renewal)"
        }
        return "refused by \(words): no provider that could be asked fits, the cheapest could bill \(cost.wouldCost), "
            + "\(cost.left) left\(renewal)"
    }

    /// `unit` is `credits`, or that of the cap on what vendors bill.
    var json: JSONValue {
        .object([
            .init("bound", .string(boundName)),
            .init("would_cost", .string(cost?.wouldCost.decimal ?? wouldCost.decimal)),
            .init("left", .string(cost?.left.decimal ?? left.decimal)),
            .init("unit", .string(cost?.wouldCost.unit ?? "credits")),
            .init("renews_at", .text(renewsAt?.iso8601)),
        ])
    }
}
