// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Returns how long this thread computed for `body`. What other threads and processes do meanwhile is not in it, so
/// that what takes minutes where it should take none is told from a busy machine.
public func processorTime(of body: () throws -> Void) rethrows -> Duration {
    let start = threadTime()
    try body()
    return threadTime() - start
}

private func threadTime() -> Duration {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return .zero }
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
