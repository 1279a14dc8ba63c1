// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Nanoseconds of a clock of the system, as whole numbers: what the loop computes with.
enum MonotonicTime {
    /// `CLOCK_MONOTONIC`.
    static var now: UInt64 { read(CLOCK_MONOTONIC) }
    /// `CLOCK_REALTIME`.
    static var wall: UInt64 { read(CLOCK_REALTIME) }

    /// The moment a duration from `start`; far ahead where the sum does not fit, `start` for a negative duration.
    static func after(_ duration: Duration, from start: UInt64) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return start }
        let (scaled, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = start.addingReportingOverflow(scaled)
        guard !overflow, !carry else { return .max }
        let (total, last) = sum.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return last ? .max : total
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
