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

extension Timestamp {
    /// Reads `2026-11-22T10:15:30Z`, with or without a fraction of the second; nil for any other form.
    init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            let digits = bytes[range]
            guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[4] == UInt8(ascii: "-"),
            bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let year = number(0..<4), let month = number(5..<7),
            let day = number(8..<10), let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19), hour < 24, minute < 60, second < 60
        else { return nil }
        let fraction = bytes[19..<(bytes.count - 1)]
        guard fraction.isEmpty || fraction.first == UInt8(ascii: ".") && (2...7).contains(fraction.count),
            let digits = number(19 + min(1, fraction.count)..<(bytes.count - 1))
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard (1...12).contains(month), CivilDate(containing: date.startsAt) == date else { return nil }
        let scale = (0..<max(0, 7 - fraction.count)).reduce(1) { scale, _ in scale * 10 }
        self = date.startsAt + .seconds(hour * 3_600 + minute * 60 + second)
        if !fraction.isEmpty { self = self + .microseconds(digits * scale) }
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
