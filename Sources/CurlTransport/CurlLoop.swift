// SPDX-License-Identifier: Apache-2.0

import CCurl
public import Enrichment
import Glibc
import Synchronization

/// A thread that carries HTTP exchanges by libcurl, and the tasks that ask for them.
///
/// A task that prefers it as its executor runs on the loop's thread between the sockets' turns, so that an
/// exchange costs no hop and no lock. It may be called from any other task as well; that costs two hops.
/// Nothing that blocks may run on it. It is the clock of those tasks too: a sleep is an entry in a heap.
///
/// An exchange sends its request at most once, whatever becomes of the connection. Only http and https are
/// spoken, only to public addresses (`TransportRequest.allowsPrivateAddresses`), and certificates are always
/// checked.
///
/// The thread lives until `stop`.
public final class CurlLoop: Sendable {
    /// What reaches the loop from other threads.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var cancellations: [LoopCore.Subject] = []
        /// True from the first entry on until the loop has looked: only the first entry signals.
        var isSignalled = false
        var isStopping = false
        /// True once the thread runs no more jobs; they go to the global pool then.
        var isOver = false
    }

    private let inbox = Mutex(Inbox())
    /// The loop's own thread; 0 before it runs and after.
    private let thread = Atomic<UInt>(0)
    private let joinable = Mutex<pthread_t?>(nil)
    /// Touched on the loop's thread alone, but for the descriptor of its wake-up, which never changes: every use
    /// follows `isOnLoop`, or is in `run`.
    private nonisolated(unsafe) let core: LoopCore
    private let wakeDescriptor: Int32
    private let name: String

    /// Starts the thread.
    ///
    /// - Parameter name: shown by tools that list threads; its first 15 bytes.
    public convenience init(name: String) { self.init(name: name, certificateAuthorities: nil) }

    /// Starts the thread.
    ///
    /// - Parameter certificateAuthorities: a file of PEM certificates to trust in place of the system's.
    package init(name: String, certificateAuthorities: String?) {
        _ = Self.libcurl
        self.name = name
        unsafe core = LoopCore(authorities: certificateAuthorities)
        wakeDescriptor = unsafe core.wakeDescriptor
        var made = pthread_t()
        // The thread owns the loop until it ends: a loop that is dropped without `stop` lives on.
        let loop = unsafe Unmanaged.passRetained(self).toOpaque()
        let result = unsafe pthread_create(
            &made, nil,
            { loop in
                guard let loop = unsafe loop else { return nil }
                unsafe Unmanaged<CurlLoop>.fromOpaque(loop).takeRetainedValue().run()
                return nil
            }, loop)
        precondition(result == 0, "no thread is left for a loop")
        joinable.withLock { $0 = made }
    }

    /// Ends what is under way as cancelled, lets the tasks of the loop run until none is ready, and joins the thread.
    ///
    /// Tasks that still prefer the loop run on the global pool afterwards, and what they send is cancelled. Not to be
    /// called on the loop itself. A second call returns at once.
    public func stop() {
        precondition(!isOnLoop, "a loop can't wait for its own end")
        guard let ending = joinable.withLock({ $0.take() }) else { return }
        post { $0.isStopping = true }
        pthread_join(ending, nil)
    }

    /// libcurl is set up once for the process.
    private static let libcurl = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    private var isOnLoop: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }
}

extension CurlLoop: TaskExecutor {
    public func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        if isOnLoop {
            unsafe core.jobs.append(unowned)
            return
        }
        let isOver = inbox.withLock { inbox in
            guard !inbox.isOver else { return true }
            inbox.jobs.append(unowned)
            signal(&inbox)
            return false
        }
        if isOver { globalConcurrentExecutor.enqueue(unowned) }
    }
}

extension CurlLoop: HTTPTransport {
    public func send(
        _ request: TransportRequest, deadline: Duration
    ) async throws(TransportError) -> ProviderReply {
        let end = MonotonicTime.after(deadline, from: MonotonicTime.now)
        if let objection = RequestRule.objection(to: request) {
            throw TransportError(.refused, requestLeft: false, objection)
        }
        let reply = try await hop(request, until: end).get()
        guard request.maximumRedirects > 0 else { return reply }
        return try await follow(reply, to: request, until: end)
    }

    private func follow(
        _ first: ProviderReply, to request: TransportRequest, until end: UInt64
    ) async throws(TransportError) -> ProviderReply {
        var (request, reply) = (request, first)
        while let next = try Redirect.next(after: reply, to: request) {
            if let objection = RequestRule.objection(to: next) {
                throw TransportError(.refused, requestLeft: true, objection)
            }
            switch await hop(next, until: end) {
            case .success(let further): reply = further
            // An earlier hop's request has left, whatever became of this one's.
            case .failure(let error): throw TransportError(afterRedirect: error)
            }
            request = next
        }
        return reply
    }

    private func hop(_ request: TransportRequest, until end: UInt64) async -> Result<ProviderReply, TransportError> {
        if isOnLoop { return await exchange(request, until: end) }
        return await withTaskExecutorPreference(self) { await exchangeOnLoop(request, until: end) }
    }

    /// Being `@concurrent`, it leaves its caller's actor for the preferred executor: the loop.
    @concurrent
    private func exchangeOnLoop(
        _ request: TransportRequest, until end: UInt64
    ) async -> Result<ProviderReply, TransportError> {
        await exchange(request, until: end)
    }

    /// Between beginning and starting nothing suspends, so that a cancellation finds either nothing or a transfer.
    private func exchange(
        _ request: TransportRequest, until end: UInt64
    ) async -> Result<ProviderReply, TransportError> {
        guard isOnLoop, !Task.isCancelled else { return .failure(TransportError(.cancelled, requestLeft: false)) }
        guard let ticket = unsafe core.beginTransfer() else {
            return unsafe core.transfers.isStopped
                ? .failure(TransportError(.cancelled, requestLeft: false, "the loop is stopped"))
                : .failure(TransportError(.refused, requestLeft: false, "too many exchanges at once"))
        }
        return await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                unsafe core.start(request, ticket: ticket, end: end, continuation)
            }
        } onCancel: {
            cancel(.transfer(ticket))
        }
    }
}

extension CurlLoop: EngineClock {
    public var uptime: Duration { .nanoseconds(Int64(MonotonicTime.now)) }

    public var now: Timestamp { Timestamp(microseconds: Int64(MonotonicTime.wall / 1_000)) }

    public func sleep(for duration: Duration) async {
        let due = MonotonicTime.after(duration, from: MonotonicTime.now)
        if isOnLoop { return await wait(until: due) }
        await withTaskExecutorPreference(self) { await waitOnLoop(until: due) }
    }

    @concurrent
    private func waitOnLoop(until due: UInt64) async { await wait(until: due) }

    private func wait(until due: UInt64) async {
        guard isOnLoop, !Task.isCancelled, let ticket = unsafe core.beginSleep() else { return }
        await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                unsafe core.sleep(until: due, ticket: ticket, continuation)
            }
        } onCancel: {
            cancel(.sleep(ticket))
        }
    }
}

extension CurlLoop {
    /// Idle transfers, to be asked on the loop: for tests that look for leaks.
    package var idleTransfers: Int {
        precondition(isOnLoop, "only the loop may count")
        return unsafe core.idleTransfers
    }

    /// Transfers under way, to be asked on the loop.
    package var transfersUnderWay: Int {
        precondition(isOnLoop, "only the loop may count")
        return unsafe core.transfers.count
    }

    /// Only says what is to be ended: the loop ends it, unless it has ended by itself.
    private func cancel(_ subject: LoopCore.Subject) {
        if isOnLoop {
            unsafe core.cancellations.append(subject)
        } else {
            post { $0.cancellations.append(subject) }
        }
    }

    private func post(_ change: (inout Inbox) -> Void) {
        inbox.withLock { inbox in
            guard !inbox.isOver else { return }
            change(&inbox)
            signal(&inbox)
        }
    }

    /// Called with the lock held: the thread can't be over, and its descriptor closed, while it is.
    private func signal(_ inbox: inout Inbox) {
        guard !inbox.isSignalled else { return }
        inbox.isSignalled = true
        weir_eventfd_signal(wakeDescriptor)
    }

    private func run() {
        unsafe weir_name_thread(name)
        blockBrokenPipes()
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        let executor = unsafe asUnownedTaskExecutor()
        while true {
            let isStopping = collectInbox()
            if isStopping {
                unsafe core.stop()
                if unsafe core.jobs.isEmpty, endIfIdle() { break }
            }
            unsafe core.turn(on: executor)
        }
        thread.store(0, ordering: .relaxed)
        unsafe core.close()
    }

    /// Takes what other threads left. Returns true where the loop is to end.
    private func collectInbox() -> Bool {
        inbox.withLock { inbox in
            if inbox.isSignalled {
                inbox.isSignalled = false
                unsafe core.jobs.append(contentsOf: inbox.jobs)
                inbox.jobs.removeAll(keepingCapacity: true)
                unsafe core.cancellations.append(contentsOf: inbox.cancellations)
                inbox.cancellations.removeAll(keepingCapacity: true)
            }
            return inbox.isStopping
        }
    }

    private func endIfIdle() -> Bool {
        inbox.withLock { inbox in
            inbox.isOver = inbox.jobs.isEmpty
            return inbox.isOver
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

extension TransportError {
    /// What a later hop of a redirect failed with.
    fileprivate init(afterRedirect error: TransportError) {
        self.init(error.kind, requestLeft: true, "after a redirect")
    }
}
