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
        let date = CivilDate(containing: date)
        let clock = [time / 3_600, time / 60 % 60, time % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let words = [days[day % 7] + ",", "\(date.day)", months[date.month - 1], "\(date.year)"]
        return (words + [clock.joined(separator: ":"), "+0000"]).joined(separator: " ")
    }
}
