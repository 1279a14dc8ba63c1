// SPDX-License-Identifier: Apache-2.0

import Enrichment

/// A date as messages have it (RFC 5322 3.3), in UTC.
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// Until the end of 9999.
    private static let lastSecond = 253_402_300_799

    /// `Thu, 26 Nov 2026 20:44:31 +0000`; nil before 1970 and after 9999.
    static func text(_ date: Timestamp) -> String? {
        guard date.microseconds >= 0 else { return nil }
        let seconds = Int(date.microseconds / 1_000_000)
        guard seconds <= lastSecond else { return nil }
        let (day, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
        // Days from March 1st of the year 0 on: a leap day is a year's last.
        let shifted = day + 719_468
        let (era, ofEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let month = (shiftedMonth + 2) % 12
        let year = yearOfEra + era * 400 + (month < 2 ? 1 : 0)
        let ofMonth = ofYear - (153 * shiftedMonth + 2) / 5 + 1
        let clock = [time / 3_600, time / 60 % 60, time % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(days[day % 7]), \(ofMonth) \(months[month]) \(year) \(clock.joined(separator: ":")) +0000"
    }
}
