// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Synchronization

/// The system's time.
struct TestSystemClock: EngineClock {
    private let start = ContinuousClock.now

    var uptime: Duration { ContinuousClock.now - start }
    var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }

    func sleep(for duration: Duration) async { try? await Task.sleep(for: duration) }
}

/// The system's time, except that who sleeps wakes up at once, with the time gone by.
final class HastyClock: EngineClock {
    private let clock = TestSystemClock()
    private let state = Mutex<[Duration]>([])

    /// How long was slept, each time.
    var sleeps: [Duration] { state.withLock { $0 } }
    var uptime: Duration { clock.uptime + sleeps.reduce(.zero, +) }
    var now: Timestamp { clock.now + sleeps.reduce(.zero, +) }

    func sleep(for duration: Duration) async { state.withLock { $0.append(duration) } }
}
