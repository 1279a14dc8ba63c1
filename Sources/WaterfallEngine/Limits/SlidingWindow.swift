// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// So many calls in any stretch of a window: exact, by remembering when the last `count` calls went.
///
/// A call may go when the call `count` before it is a whole window ago. Unlike a bucket, this never lets a burst and a
/// refill add up to twice the limit inside one window.
struct SlidingWindow: Sendable {
    /// Calls that are remembered at most; a larger limit is taken as this many in a shorter time.
    static let maximumCount = 65_536

    private let count: Int
    private let window: Duration
    private var moments: [Duration] = []
    private var oldest = 0

    init(_ limit: RateLimit) {
        precondition(limit.count > 0 && limit.window > .zero, "a limit is of at least one call in some time")
        count = min(limit.count, Self.maximumCount)
        window = limit.count > Self.maximumCount ? limit.window * Self.maximumCount / limit.count : limit.window
    }

    /// Returns the earliest moment, not before `now`, at which another call may go.
    func earliest(from now: Duration) -> Duration {
        guard moments.count == count else { return now }
        return max(now, moments[oldest] + window)
    }

    /// Counts a call. Moments are given in ascending order.
    mutating func count(at moment: Duration) {
        if moments.count < count {
            moments.append(moment)
        } else {
            moments[oldest] = moment
            oldest = (oldest + 1) % count
        }
    }
}
