// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Foundation
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
        let count = Mutex(0)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let times = count.withLock { times in
                    times += 1
                    return times
                }
                if times == 1 {
                    console.say("stopping: what is paid for may finish (Ctrl-C again stops it now)")
                    task.cancel()
                } else {
                    engine.stopNow()
                }
            }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            signal(SIGINT, SIG_DFL)
            signal(SIGTERM, SIG_DFL)
        }
        let value = try await task.value
        return (value, count.withLock { $0 > 0 })
    }
}
