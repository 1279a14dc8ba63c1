// SPDX-License-Identifier: Apache-2.0

import Synchronization
import WaterfallEngine

/// What the callers count together, and which prospect is next.
final class Tally: Sendable {
    private let next = Atomic<Int>(0)
    private let done = Atomic<Int>(0)
    private let calls = Atomic<Int>(0)
    private let found = Atomic<Int>(0)
    private let errors = Atomic<Int>(0)
    private let events = Atomic<Int>(0)
    private let count: Int

    init(prospects count: Int) { self.count = count }

    /// The number of the next prospect; nil after the last.
    func takeNext() -> Int? {
        let number = next.add(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }

    func countProspect(calls made: Int, isFound: Bool, errors failed: Int) {
        done.add(1, ordering: .relaxed)
        calls.add(made, ordering: .relaxed)
        if isFound { found.add(1, ordering: .relaxed) }
        if failed > 0 { errors.add(failed, ordering: .relaxed) }
    }

    func report(_ usage: ProcessUsage) -> Report {
        Report(
            prospects: done.load(ordering: .relaxed), calls: calls.load(ordering: .relaxed),
            found: found.load(ordering: .relaxed), errors: errors.load(ordering: .relaxed), usage: usage,
            events: events.load(ordering: .relaxed))
    }
}

extension Tally: RunObserver {
    func record(_ event: RunEvent) { events.add(1, ordering: .relaxed) }
}
