// SPDX-License-Identifier: Apache-2.0

/// A day of the Gregorian calendar, UTC.
public struct CivilDate: Sendable, Hashable {
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Finds the day that a moment falls into, by Howard Hinnant's `civil_from_days`.
    public init(containing moment: Timestamp) {
        let days = Self.floorDivide(Int(moment.microseconds), Self.dayInMicroseconds) + 719_468
        let era = Self.floorDivide(days, 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    public var dayNumber: Int {
        let year = month <= 2 ? self.year - 1 : self.year
        let era = Self.floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// 00:00 UTC of the day.
    public var startsAt: Timestamp { Self.start(ofDay: dayNumber) }

    /// 00:00 UTC of the day that the moment falls into.
    public static func startOfDay(_ moment: Timestamp) -> Timestamp {
        start(ofDay: floorDivide(Int(moment.microseconds), dayInMicroseconds))
    }

    /// 00:00 UTC of the Monday of the week that the moment falls into.
    public static func startOfWeek(_ moment: Timestamp) -> Timestamp {
        let day = floorDivide(Int(moment.microseconds), dayInMicroseconds)
        // 1970-01-01 was a Thursday.
        return start(ofDay: day - modulo(day + 3, 7))
    }

    package static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func modulo(_ value: Int, _ divisor: Int) -> Int { value - floorDivide(value, divisor) * divisor }

    private static let dayInMicroseconds = 86_400_000_000

    private static func start(ofDay day: Int) -> Timestamp {
        Timestamp(microseconds: Int64(day * dayInMicroseconds))
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
