// SPDX-License-Identifier: Apache-2.0

/// Moments to come, the nearest first: a binary heap. Moments are nanoseconds of the monotonic clock.
///
/// Who stops waiting is not searched for: its entry stays until its moment, or until stale entries are the
/// greater part and `compact` drops them, so that memory follows the number that wait.
struct TimerHeap<Element> {
    private var entries: [(due: UInt64, element: Element)] = []

    var count: Int { entries.count }
    var earliest: UInt64? { entries.first?.due }

    mutating func insert(_ element: Element, due: UInt64) {
        entries.append((due, element))
        rise(from: entries.count - 1)
    }

    /// Removes and gives the nearest where it is due.
    mutating func popDue(at now: UInt64) -> Element? {
        guard let first = entries.first, first.due <= now, let last = entries.popLast() else { return nil }
        if !entries.isEmpty {
            entries[0] = last
            sink(from: 0)
        }
        return first.element
    }

    /// Keeps only the entries that still matter.
    mutating func compact(keeping matters: (Element) -> Bool) {
        entries = entries.filter { matters($0.element) }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(from: index) }
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard entries[index].due < entries[parent].due else { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func sink(from start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child].due < entries[least].due {
                least = child
            }
            guard least != index else { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
