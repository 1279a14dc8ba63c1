// SPDX-License-Identifier: Apache-2.0

/// The one seam of time: wall time, monotonic time, sleeping. Its manual twin is `ManualClock` (`EnrichmentTesting`).
public protocol EngineClock: Sendable {
    /// Monotonic time since an arbitrary start, for deadlines and latencies.
    var uptime: Duration { get }
    /// Wall time, for what is stored.
    var now: Timestamp { get }
    /// Returns when the time has passed, or at once when the task is cancelled.
    func sleep(for duration: Duration) async
}

/// A moment in UTC: microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable {
    public let microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Whole seconds since 1970.
    public init(seconds: Int64) { self.init(microseconds: seconds * 1_000_000) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    public static func + (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds + right.microseconds)
    }

    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}

extension Duration {
    /// Whole microseconds, rounded towards zero.
    public var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// Whole milliseconds, rounded towards zero.
    public var milliseconds: Int64 { microseconds / 1_000 }
}
