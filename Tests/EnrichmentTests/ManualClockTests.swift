// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Synchronization
import Testing

@Suite struct ManualClockTests {
    /// Notes in the order of their arrival.
    final class Notes: Sendable {
        private let notes = Mutex<[String]>([])
        func add(_ note: String) { notes.withLock { $0.append(note) } }
        var all: [String] { notes.withLock { $0 } }
    }

    @Test func `time stands still until it is moved`() {
        let clock = ManualClock(now: Timestamp(seconds: 100))
        #expect(clock.uptime == .zero)
        clock.advance(by: .milliseconds(1_500))
        #expect(clock.uptime == .milliseconds(1_500))
        #expect(clock.now == Timestamp(microseconds: 101_500_000))
    }

    @Test func `sleepers wake up in the order of their time`() async {
        let clock = ManualClock()
        let notes = Notes()
        await withTaskGroup(of: Void.self) { group in
            for (asleep, (name, seconds)) in [("third", 3), ("first", 1), ("second", 2)].enumerated() {
                group.addTask {
                    await clock.sleep(for: .seconds(seconds))
                    notes.add(name)
                }
                await clock.sleepers(atLeast: asleep + 1)
            }
            #expect(clock.untilNextSleeper == .seconds(1))
            for expected in 1...3 {
                #expect(clock.advanceToNextSleeper() == .seconds(1))
                await group.next()
                #expect(notes.all.count == expected)
            }
        }
        #expect(notes.all == ["first", "second", "third"])
        #expect(clock.advanceToNextSleeper() == nil)
    }

    @Test func `a sleeper is not woken before its time`() async {
        let clock = ManualClock()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await clock.sleep(for: .seconds(10)) }
            await clock.sleepers(atLeast: 1)
            clock.advance(by: .milliseconds(9_999))
            #expect(clock.sleeperCount == 1)
            clock.advance(by: .milliseconds(1))
            #expect(clock.sleeperCount == 0)
        }
    }

    @Test func `a cancelled sleeper returns at once`() async {
        let clock = ManualClock()
        let task = Task { await clock.sleep(for: .seconds(10)) }
        await clock.sleepers(atLeast: 1)
        task.cancel()
        await task.value
        #expect(clock.sleeperCount == 0)
        #expect(clock.uptime == .zero)
    }

    @Test func `a task that is cancelled already doesn't sleep`() async {
        let clock = ManualClock()
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask { await clock.sleep(for: .seconds(10)) }
        }
        #expect(clock.sleeperCount == 0)
    }
}
