// SPDX-License-Identifier: Apache-2.0

import CCurl
import Dispatch
import Glibc
import Synchronization

/// The thread on which mail is sent and read: one job after the other, each of which blocks.
///
/// The thread lives until `stop`.
public final class MailThread: Sendable {
    private struct Queue {
        var jobs: [@Sendable () -> Void] = []
        var current: MailCancellation?
        var isStopping = false
    }

    private let queue = Mutex(Queue())
    private let arrivals = DispatchSemaphore(value: 0)
    private let joinable = Mutex<pthread_t?>(nil)
    private let name: String

    /// Starts the thread.
    ///
    /// - Parameter name: shown by tools that list threads; its first 15 bytes.
    public init(name: String) {
        _ = Self.libcurl
        self.name = name
        var made = pthread_t()
        let thread = unsafe Unmanaged.passRetained(self).toOpaque()
        let result = unsafe pthread_create(
            &made, nil,
            { thread in
                guard let thread = unsafe thread else { return nil }
                unsafe Unmanaged<MailThread>.fromOpaque(thread).takeRetainedValue().run()
                return nil
            }, thread)
        precondition(result == 0, "no thread is left for mail")
        joinable.withLock { $0 = made }
    }

    /// Ends what is under way as cancelled, and what waits too, and joins the thread. A second call returns at once.
    public func stop() {
        guard let ending = joinable.withLock({ $0.take() }) else { return }
        queue.withLock { queue in
            queue.isStopping = true
            queue.current?.cancel()
        }
        arrivals.signal()
        pthread_join(ending, nil)
    }

    /// Does something on the thread. It is asked to end early where the task is cancelled or the thread stops, and is
    /// called in any case: what is cancelled before its turn has a cancelled `MailCancellation` from the beginning.
    func run<Value: Sendable>(_ body: @escaping @Sendable (MailCancellation) -> Value) async -> Value {
        let cancellation = MailCancellation()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job: @Sendable () -> Void = { [self] in
                    begin(cancellation)
                    let value = body(cancellation)
                    queue.withLock { $0.current = nil }
                    continuation.resume(returning: value)
                }
                let isOver = queue.withLock { queue in
                    if !queue.isStopping { queue.jobs.append(job) }
                    return queue.isStopping
                }
                if isOver {
                    cancellation.cancel()
                    continuation.resume(returning: body(cancellation))
                } else {
                    arrivals.signal()
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// libcurl is set up once for the process.
    private static let libcurl = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    private func begin(_ cancellation: MailCancellation) {
        queue.withLock { queue in
            queue.current = cancellation
            if queue.isStopping { cancellation.cancel() }
        }
    }

    private func run() {
        unsafe weir_name_thread(name)
        blockBrokenPipes()
        while true {
            arrivals.wait()
            let job = queue.withLock { queue in queue.jobs.isEmpty ? nil : queue.jobs.removeFirst() }
            if let job {
                job()
            } else if queue.withLock({ $0.isStopping && $0.jobs.isEmpty }) {
                return
            }
        }
    }

    /// A TLS library that writes to a closed socket must not end the process.
    private func blockBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe _ = pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

/// Whether a job is to end early.
final class MailCancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() { flag.store(true, ordering: .relaxed) }
}
