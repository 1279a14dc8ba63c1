// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation

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
