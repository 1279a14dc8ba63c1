// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import Synchronization

/// One thread that runs tasks in the order in which they can go on, and moves a manual clock on when none can: hours of
/// waiting take no time, and what happens doesn't depend on how many cores there are.
///
/// Work on other threads that tasks wait for is announced (`busy`), so that the clock stands still meanwhile.
public final class SimulationLoop: TaskExecutor {
    /// The clock that the loop moves.
    public let clock: ManualClock

    private struct State {
        var jobs: [UnownedJob] = []
        var busy = 0
        /// The number of the thread that works; the one before it ends when it sees another's.
        var thread = 0
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    public init(clock: ManualClock = ManualClock()) { self.clock = clock }

    /// Runs a body, and the tasks that it starts, on a thread of their own, which ends with the body.
    public func run<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        let number = next()
        let thread = Thread { self.work(as: number) }
        thread.stackSize = 8 << 20
        thread.start()
        defer { _ = next() }
        return try await withThrowingTaskGroup(of: T.self) { group in
            group.addTask(executorPreference: self) { try await body() }
            guard let value = try await group.next() else { preconditionFailure("a task has a result") }
            return value
        }
    }

    /// Keeps the clock still until the work is done.
    public func busy<T, E: Error>(_ work: () async throws(E) -> T) async throws(E) -> T {
        state.withLock { $0.busy += 1 }
        defer { state.withLock { $0.busy -= 1 } }
        return try await work()
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        wake.signal()
    }

    private func next() -> Int {
        defer { wake.signal() }
        return state.withLock { state in
            state.thread += 1
            return state.thread
        }
    }

    private func work(as number: Int) {
        let executor = unsafe asUnownedTaskExecutor()
        while true {
            let (jobs, mayAdvance, isOver) = state.withLock { state -> ([UnownedJob], Bool, Bool) in
                guard state.thread == number else { return ([], false, true) }
                defer { state.jobs.removeAll(keepingCapacity: true) }
                return (state.jobs, state.busy == 0, false)
            }
            // The signal may have been meant for the thread that came after.
            if isOver {
                wake.signal()
                return
            }
            for job in jobs { unsafe job.runSynchronously(on: executor) }
            if !jobs.isEmpty { continue }
            if mayAdvance, clock.advanceToNextSleeper() != nil { continue }
            wake.wait()
        }
    }
}
