// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Times as events have them (RFC 3339): "2026-01-27T14:59:38.237Z", to the second.
enum EventTime {
    static func timestamp(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A, bytes[16] == 0x3A else {
            return nil
        }
        func number(_ start: Int, _ count: Int) -> Int64? {
            guard start + count <= bytes.count else { return nil }
            return bytes[start..<(start + count)].reduce(Int64?(0)) { sum, byte in
                guard let sum, (0x30...0x39).contains(byte) else { return nil }
                return sum * 10 + Int64(byte - 0x30)
            }
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2), year >= 1970, (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var zone = 19
        while zone < bytes.count, bytes[zone] == 0x2E || (0x30...0x39).contains(bytes[zone]) { zone += 1 }
        var offset: Int64 = 0
        if zone < bytes.count, bytes[zone] == 0x2B || bytes[zone] == 0x2D, let hours = number(zone + 1, 2) {
            offset = (hours * 60 + (number(zone + 4, 2) ?? 0)) * 60 * (bytes[zone] == 0x2B ? 1 : -1)
        }
        let days = Int64(CivilDate(year: Int(year), month: Int(month), day: Int(day)).dayNumber)
        return Timestamp(seconds: days * 86_400 + hour * 3_600 + minute * 60 + second - offset)
    }
}
