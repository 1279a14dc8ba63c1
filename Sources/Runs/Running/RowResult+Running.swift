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
