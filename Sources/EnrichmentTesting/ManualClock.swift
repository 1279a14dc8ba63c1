// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization

/// A clock that moves only when it is told to, so that no test waits for real time.
///
/// Sleepers are resumed in the order of their wake-up times, and of falling asleep where those are equal. Resuming
/// makes a task runnable, it doesn't run it: `sleepers(atLeast:)` waits until tasks have come to rest again.
public final class ManualClock: EngineClock {
    private let state: Mutex<State>

    /// - Parameter now: the wall time at the start; uptime starts at zero.
    public init(now: Timestamp = Timestamp(seconds: 1_767_225_600)) { state = Mutex(State(start: now)) }

    public var uptime: Duration { state.withLock { $0.uptime } }

    public var now: Timestamp { state.withLock { $0.start + $0.uptime } }

    /// The number of tasks asleep.
    public var sleeperCount: Int { state.withLock { $0.sleeping.count } }

    /// How long from now the next sleeper wakes up; nil where nobody sleeps.
    public var untilNextSleeper: Duration? {
        state.withLock { state in state.sleeping.lazy.map(\.wakeUp).min().map { $0 - state.uptime } }
    }

    public func sleep(for duration: Duration) async {
        guard duration > .zero else { return }
        let id = state.withLock { $0.newID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let sleeper = { (state: State) in
                    State.Sleeper(id: id, wakeUp: state.uptime + duration, continuation: continuation)
                }
                let (mayReturn, observers) = state.withLock { state in state.fallAsleep(sleeper(state)) }
                if mayReturn { continuation.resume() }
                for observer in observers { observer.resume() }
            }
        } onCancel: {
            state.withLock { $0.cancel(id) }?.resume()
        }
        state.withLock { $0.forget(id) }
    }

    /// Moves the time forward and resumes every sleeper whose time has come. Negative durations are a programmer's
    /// error.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "a clock never goes back")
        for continuation in state.withLock({ $0.advance(by: duration) }) { continuation.resume() }
    }

    /// Moves the time to the next sleeper's wake-up.
    ///
    /// - Returns: how far it moved; nil, and nothing moved, where nobody sleeps.
    @discardableResult public func advanceToNextSleeper() -> Duration? {
        guard let step = untilNextSleeper else { return nil }
        advance(by: step)
        return step
    }

    /// Returns when at least so many tasks are asleep.
    public func sleepers(atLeast count: Int) async {
        await withCheckedContinuation { continuation in
            if state.withLock({ $0.observe(count, continuation) }) { continuation.resume() }
        }
    }
}

/// What the clock knows; the caller resumes what it hands out, outside the lock.
private struct State {
    struct Sleeper {
        let id: UInt64
        let wakeUp: Duration
        let continuation: CheckedContinuation<Void, Never>
    }

    let start: Timestamp
    var uptime: Duration = .zero
    var sleeping: [Sleeper] = []
    private var lastID: UInt64 = 0
    /// Sleeps that have begun and not returned: true once cancelled.
    private var begun: [UInt64: Bool] = [:]
    private var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    init(start: Timestamp) { self.start = start }

    mutating func newID() -> UInt64 {
        lastID += 1
        begun[lastID] = false
        return lastID
    }

    /// Returns true where the sleep is over already, and the observers that waited for this sleeper.
    mutating func fallAsleep(_ sleeper: Sleeper) -> (Bool, [CheckedContinuation<Void, Never>]) {
        if begun[sleeper.id] == true { return (true, []) }
        sleeping.append(sleeper)
        let content = observers.filter { $0.count <= sleeping.count }.map(\.continuation)
        observers.removeAll { $0.count <= sleeping.count }
        return (false, content)
    }

    mutating func cancel(_ id: UInt64) -> CheckedContinuation<Void, Never>? {
        guard begun[id] != nil else { return nil }
        begun[id] = true
        guard let index = sleeping.firstIndex(where: { $0.id == id }) else { return nil }
        return sleeping.remove(at: index).continuation
    }

    mutating func forget(_ id: UInt64) { begun[id] = nil }

    mutating func advance(by duration: Duration) -> [CheckedContinuation<Void, Never>] {
        uptime += duration
        let due = sleeping.filter { $0.wakeUp <= uptime }.sorted { ($0.wakeUp, $0.id) < ($1.wakeUp, $1.id) }
        sleeping.removeAll { $0.wakeUp <= uptime }
        return due.map(\.continuation)
    }

    /// Returns true where so many sleep already.
    mutating func observe(_ count: Int, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
        if sleeping.count >= count { return true }
        observers.append((count, continuation))
        return false
    }
}
