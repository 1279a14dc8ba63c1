// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// A clock for which waiting takes no time: whoever sleeps moves it. For one request at a time.
final class CaseClock: EngineClock {
    /// 2026-01-01T00:00:00Z: a case comes out the same on every day.
    static let start = Timestamp(seconds: 1_767_225_600)

    private let passed = Mutex(Duration.zero)

    var uptime: Duration { passed.withLock { $0 } }
    var now: Timestamp { Self.start + uptime }

    func sleep(for duration: Duration) async {
        guard duration > .zero, !Task.isCancelled else { return }
        passed.withLock { $0 += duration }
    }
}
