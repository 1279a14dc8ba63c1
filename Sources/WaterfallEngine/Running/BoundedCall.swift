// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// A call that no transport bounds: it ends at its deadline or with its request's task, whatever the provider does. One
/// that goes on nevertheless is told to stop, and what comes of it is dropped.
final class BoundedCall<Answer: Sendable>: Sendable {
    private typealias End = Result<Answer, ProviderError>

    private struct State {
        var end: End?
        var waiter: CheckedContinuation<End, Never>?
    }

    private let state = Mutex(State())

    private init() {}

    /// Makes a call on a lane.
    ///
    /// - Parameter deadline: on the uptime of the lane's clock.
    /// - Throws: what the call throws; `timedOut`, `cancelled`.
    static func run(
        before deadline: Duration, on lane: Lane,
        _ call: @escaping @Sendable () async throws(ProviderError) -> Answer
    ) async throws(ProviderError) -> Answer {
        let bounded = BoundedCall()
        let work = Task(executorPreference: lane.executor) {
            do throws(ProviderError) {
                bounded.end(.success(try await call()))
            } catch {
                bounded.end(.failure(error))
            }
        }
        let alarm = Task(executorPreference: lane.executor) {
            await lane.clock.sleep(for: deadline - lane.clock.uptime)
            bounded.end(.failure(ProviderError(.timedOut)))
        }
        let end = await withTaskCancellationHandler {
            await bounded.wait()
        } onCancel: {
            bounded.end(.failure(ProviderError(.cancelled)))
        }
        work.cancel()
        alarm.cancel()
        return try end.get()
    }

    /// The first end is the one that counts.
    private func end(_ end: End) {
        let waiter = state.withLock { state -> CheckedContinuation<End, Never>? in
            guard state.end == nil else { return nil }
            state.end = end
            return state.waiter.take()
        }
        waiter?.resume(returning: end)
    }

    private func wait() async -> End {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state -> End? in
                if state.end == nil { state.waiter = continuation }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }
}
