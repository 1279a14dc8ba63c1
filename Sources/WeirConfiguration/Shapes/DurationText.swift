// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Durations as users write them, in the configuration and on the command line: `250ms`, `4s`, `2m`, `1h`, `14d`.
package enum DurationText {
    /// Ten years, about: more is a mistake, and would overflow what it is added to.
    static let longest: Int64 = 3_650 * 86_400_000

    /// Reads more than nothing and at most 3,650 days; nil for anything else.
    package static func parse(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count > 0, digits.utf8.count <= 12 else { return nil }
        let milliseconds: Int64? =
            switch text.dropFirst(digits.count) {
            case "ms": count
            case "s": count * 1_000
            case "m": count * 60_000
            case "h": count * 3_600_000
            case "d": digits.utf8.count <= 4 ? count * 86_400_000 : nil
            default: nil
            }
        guard let milliseconds, milliseconds <= longest else { return nil }
        return .milliseconds(milliseconds)
    }

    /// The shortest spelling: `14d`, `2m`, `250ms`.
    static func of(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] as [(String, Int64)]
        where milliseconds >= length && milliseconds % length == 0 {
            return "\(milliseconds / length)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}
