// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What a vendor bills the team for an answer (`semantics.md`, 1, vendor cost): another book than the team's credits.
extension VendorPrice {
    /// What an answer says that it cost; else this price, where the basis has the vendor bill such an answer.
    func billed(for answer: ProviderAnswer, _ capability: Capability) -> Amount? {
        if let charged = answer.charged { return charged }
        return switch basis {
        case .found, .known: answer.isMiss(for: capability) ? nil : amount
        case .attempt: amount
        }
    }

    func billed(for verdict: Verdict) -> Amount? {
        if let charged = verdict.charged { return charged }
        return switch basis {
        case .found: verdict.isDefinite ? amount : nil
        case .known: verdict.isUnknown ? nil : amount
        case .attempt: amount
        }
    }
}
