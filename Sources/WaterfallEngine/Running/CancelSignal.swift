// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// The user's "stop" for one request: ends every wait at once, and lets what is on the wire finish. Never a task's
/// cancellation, which would stop transfers that are already paid for.
final class CancelSignal: Sendable {
    private struct State {
        var isCancelled = false
        var isSuspended = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// True where the request is to be left open, for a restart to go on with.
    var isSuspended: Bool { state.withLock { $0.isSuspended } }

    func cancel(suspending: Bool = false) {
        let waiters = state.withLock { state in
            state.isCancelled = true
            state.isSuspended = state.isSuspended || suspending
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits on the clock. Returns false where the signal came first, or the task was cancelled.
    func pause(for duration: Duration, on clock: any EngineClock) async -> Bool {
        guard duration > .zero else { return !isCancelled && !Task.isCancelled }
        return await race { await clock.sleep(for: duration) }
    }

    /// Runs work that ends when its task is cancelled. Returns false where the signal came first, or this task was
    /// cancelled.
    func race(_ work: @escaping @Sendable () async -> Void) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await work()
                return true
            }
            group.addTask {
                await self.wait()
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first && !isCancelled && !Task.isCancelled
        }
    }

    /// Returns when the signal comes, or the task is cancelled.
    private func wait() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    guard !state.isCancelled, !Task.isCancelled else { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
