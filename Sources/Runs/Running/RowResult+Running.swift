// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

extension RowResult {
    /// What a row came to whose request went on after a restart: what was told before it, and what came since.
    func following(_ earlier: RowResult?) -> RowResult {
        guard let earlier else { return self }
        var result = self
        if result.email == nil, result.emailStatus == nil {
            result.email = earlier.email
            result.emailStatus = earlier.emailStatus
            result.emailReason = earlier.emailReason
            result.emailProvider = earlier.emailProvider
            result.emailVerifiedBy = earlier.emailVerifiedBy
        }
        if result.officePhone == nil {
            result.officePhone = earlier.officePhone
            result.officePhoneDoNotCall = earlier.officePhoneDoNotCall
        }
        result.attempts = earlier.attempts + attempts
        result.cost = (earlier.cost + cost).totals
        return result
    }
}

extension [Amount] {
    /// Added up, one entry a unit, in the order of the units' names.
    var totals: [Amount] {
        var totals: [String: Int64] = [:]
        for amount in self { totals[amount.unit, default: 0] += amount.micros }
        return totals.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { Amount(micros: $0.value, unit: $0.key) }
    }
}

/// What was settled of an open row, as it is on record: how far it is, and what may be told of it.
struct OpenRowText {
    var progress: RequestProgress = []
    var result: RowResult?

    init(_ text: String?) {
        guard let text, let end = text.firstIndex(of: "\n"), let raw = UInt8(text[..<end]) else { return }
        progress = RequestProgress(rawValue: raw)
        result = RowResult(encoded: String(text[text.index(after: end)...]))
    }
}
