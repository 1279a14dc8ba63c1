// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

extension Timestamp {
    /// `2026-11-22T10:15:30Z`, in UTC.
    var iso8601: String {
        let second = Int(((microseconds / 1_000_000) % 86_400 + 86_400) % 86_400)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(date)T\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }

    /// `2026-11-22`, in UTC.
    var date: String {
        let day = CivilDate(containing: self)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(day.year)-\(two(day.month))-\(two(day.day))"
    }
}

extension Duration {
    /// `212 ms`, `4.2 s`.
    var brief: String {
        let milliseconds = self.milliseconds
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let tenths = (milliseconds + 50) / 100
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}

extension Credits {
    /// `1 credit`, `8 credits`.
    var phrase: String { millis == 1_000 ? "1 credit" : "\(decimal) credits" }
}
