// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// One chain's order of today, and another beside it.
struct OrderProposal {
    /// What history says of the other order.
    enum Verdict: String {
        /// Its costs can't be compared.
        case incomparable
        /// Too few answers for any order but the one written.
        case notEnough = "not_enough"
        /// Today's order is as cheap as any.
        case cheapest
        /// Cheaper, by more than chance.
        case clear
        /// Perhaps cheaper: more answers would tell.
        case unclear
    }

    let outlook: ChainOutlook
    /// The other order, every step of the chain in it: the cheapest, or the one that was asked about.
    let order: [ProviderID]
    let today: OrderForecast
    let other: OrderForecast
    let saving: OrderSaving?
    /// True where the user named the order.
    let isAsked: Bool
    var isApplied = false

    init(_ outlook: ChainOutlook, asked: [ProviderID]?, seed: UInt64) {
        self.outlook = outlook
        isAsked = asked != nil
        order = asked ?? (outlook.incomparable.isEmpty ? outlook.cheapest() : outlook.written)
        let (now, then) = (outlook.places(of: outlook.written), outlook.places(of: order))
        today = outlook.model.forecast(now)
        other = outlook.model.forecast(then)
        saving = now == then ? nil : outlook.model.saving(of: then, over: now, seed: seed)
    }

    var verdict: Verdict {
        guard outlook.incomparable.isEmpty else { return .incomparable }
        guard let saving, saving.mean > today.costPerProspect * 1e-9 || isAsked else { return .cheapest }
        guard outlook.answers >= ChainOutlook.neededAnswers else { return .notEnough }
        return saving.isClear ? .clear : .unclear
    }

    /// True where `--apply` writes it: what the user named, or what is clearly cheaper.
    var isWorthApplying: Bool { order != outlook.written && (isAsked || verdict == .clear) }

    /// About how many more answers would tell whether it is cheaper: an interval narrows with the root of them. Nil
    /// where no number would, since the providers were never asked so.
    var answersToTell: Int? {
        guard verdict == .unclear, gaps.isEmpty, let saving, saving.mean > 0 else { return nil }
        let ratio = (saving.high - saving.low) / 2 / saving.mean
        let more = Double(outlook.answers) * (max(ratio * ratio, 1.2) - 1)
        return more < 10_000_000 ? Int((more / 10).rounded(.up)) * 10 : nil
    }

    /// What an estimate leans on that was never seen.
    var gaps: [String] {
        guard saving != nil, verdict != .incomparable else { return [] }
        return other.steps.enumerated().compactMap { place, step in
            if step.asked == 0 { return "\(step.provider) was never asked: its rate is its vendor's own" }
            guard step.askedHere == 0 else { return nil }
            let others = other.steps[..<place].map(\.provider.rawValue).joined(separator: ", ")
            return place == 0
                ? "\(step.provider) was never asked first: its rate there is estimated from what it found after others"
                : "\(step.provider) was never asked after just \(others): its rate there is estimated"
        }
    }
}
