// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Foundation
internal import Runs
internal import Synchronization
internal import WaterfallEngine

/// Ctrl-C: once stops new attempts, lets paid ones in flight finish, and settles; twice stops those too.
enum Interruption {
    /// Runs work that can be interrupted, and says whether it was.
    static func running<T: Sendable>(
        _ engine: Engine, on console: Console, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> (value: T, wasInterrupted: Bool) {
        // An unstructured task, because a signal handler needs something that it can cancel; awaited right below.
        let task = Task { try await work() }
        return try await running(
            first: {
                console.say("stopping: what is paid for may finish (Ctrl-C again stops it now)")
                task.cancel()
            }, again: { engine.stopNow() }
        ) { try await task.value }
    }

    /// How long rows of a file may go on once their run is told to stop; what has not ended by then stays open.
    private static let drain = DispatchTimeInterval.seconds(10)

    /// Runs work over a file: once begins no further row, and lets those in flight end for a while; twice leaves them
    /// as they are, for `--resume` to go on with.
    static func running<T: Sendable>(
        _ engine: Engine, _ control: RunControl, on console: Console, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await running(
            first: {
                console.say("stopping: rows in flight may end (Ctrl-C again leaves them as they are)")
                control.stop()
                DispatchQueue.global().asyncAfter(deadline: .now() + drain) { engine.suspend() }
            },
            again: {
                engine.suspend()
                engine.stopNow()
            }, work
        ).value
    }

    private static func running<T: Sendable>(
        first: @escaping @Sendable () -> Void, again: @escaping @Sendable () -> Void,
        _ work: () async throws -> T
    ) async throws -> (value: T, wasInterrupted: Bool) {
        let count = Mutex(0)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let times = count.withLock { times in
                    times += 1
                    return times
                }
                if times == 1 { first() } else { again() }
            }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            signal(SIGINT, SIG_DFL)
            signal(SIGTERM, SIG_DFL)
        }
        let value = try await work()
        return (value, count.withLock { $0 > 0 })
    }
}
