// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import WaterfallEngine

/// The machine's clock, for commands that run no engine.
struct SystemClock: EngineClock {
    var uptime: Duration { .nanoseconds(Int64(DispatchTime.now().uptimeNanoseconds)) }
    var now: Timestamp { .current }
    func sleep(for duration: Duration) async { try? await Task.sleep(for: duration) }
}

extension Timestamp {
    /// Now, by the machine's clock.
    static var current: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}

/// Durations as users write them: `250ms`, `4s`, `2m`, `1h`, `14d`.
enum DurationText {
    static func parse(_ text: String) -> Duration? {
        guard let match = text.wholeMatch(of: /([0-9]{1,9})(ms|s|m|h|d)/), let count = Int(match.1) else { return nil }
        switch match.2 {
        case "ms": return .milliseconds(count)
        case "s": return .seconds(count)
        case "m": return .seconds(count * 60)
        case "h": return .seconds(count * 3_600)
        default: return .days(count)
        }
    }
}
