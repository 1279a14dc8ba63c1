// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import HTTPTypes

/// A `Retry-After` that is a date (RFC 9110, 10.2.3), turned into seconds by the engine's clock, so that a recorded
/// reply means the same whenever it is read.
enum RetryAfter {
    static func resolved(_ reply: ProviderReply, at now: Timestamp) -> ProviderReply {
        guard reply.status >= 400, let text = reply.headers[.retryAfter], Int64(text) == nil,
            let moment = httpDate(text)
        else { return reply }
        // Rounded up: nothing goes before the moment.
        let seconds = max(0, ((moment - now).microseconds + 999_999) / 1_000_000)
        var resolved = reply
        let others = reply.headers.pairs.filter { $0.name.lowercased() != "retry-after" }
        resolved.headers = ReplyHeaders(others + [("Retry-After", String(seconds))])
        return resolved
    }

    /// Reads an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`: the one form that may still be sent (RFC 9110, 5.6.7).
    static func httpDate(_ text: String) -> Timestamp? {
        let fields = text.split(whereSeparator: { " ,:".contains($0) })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard fields.count == 8, fields[7] == "GMT", let month = months.firstIndex(of: String(fields[2])),
            let day = Int64(fields[1]), let year = Int64(fields[3]), (1970...9999).contains(year),
            let hour = Int64(fields[4]), let minute = Int64(fields[5]), let second = Int64(fields[6]),
            (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = CivilDate(year: Int(year), month: month + 1, day: Int(day)).dayNumber
        return Timestamp(seconds: Int64(days) * 86_400 + hour * 3_600 + minute * 60 + second)
    }
}
