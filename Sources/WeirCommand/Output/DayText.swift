// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine
internal import WeirConfiguration

/// Days and durations on the command line.
enum DayText {
    /// A day's first moment, or a moment so long ago.
    static func start(_ text: String, option: String, at now: Timestamp) throws -> Timestamp {
        if let day = day(text) { return day }
        if let duration = DurationText.parse(text) { return now + .microseconds(-duration.microseconds) }
        throw CommandFailure(.usage, "\(option) takes a day such as 2026-11-01, or a duration such as 30d")
    }

    /// The first moment after a day, or a moment so long ago.
    static func end(_ text: String, option: String, at now: Timestamp) throws -> Timestamp {
        if let day = day(text) { return day + .days(1) }
        return try start(text, option: option, at: now)
    }

    /// A day's first moment, or a moment that much later.
    static func later(_ text: String, option: String, at now: Timestamp) throws -> Timestamp {
        if let day = day(text) { return day }
        if let duration = DurationText.parse(text) { return now + duration }
        throw CommandFailure(.usage, "\(option) takes a day such as 2026-12-31, or a duration such as 90d")
    }

    /// 00:00 UTC of a day that there is, written `YYYY-MM-DD`.
    static func day(_ text: String) -> Timestamp? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return CivilDate(containing: date.startsAt) == date ? date.startsAt : nil
    }
}
