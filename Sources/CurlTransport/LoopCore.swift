// SPDX-License-Identifier: Apache-2.0

import CCurl
import Enrichment

/// What lives on the loop's thread: the pools, the sockets, who is under way, who sleeps, and the jobs that
/// were enqueued there. No lock, as nothing else touches it.
@safe final class LoopCore {
    /// Transfers under way on one loop.
    static let maximumTransfers = 65_536
    /// Sleeps under way on one loop.
    static let maximumSleeps = 1 << 20
    /// Pools on one loop: providers times credentials.
    static let maximumPools = 1_024
    /// Rounds of jobs before sockets are looked at again, so that a job which yields for ever starves nobody.
    private static let roundsOfJobs = 16
    /// The longest wait: 1 s. Nothing depends on it.
    private static let longestWait: UInt64 = 1_000_000_000

    /// Something under way that a cancellation names.
    enum Subject {
        case transfer(InFlight.Ticket)
        case sleep(InFlight.Ticket)
    }

    typealias Exchange = UnsafeContinuation<Result<ProviderReply, TransportError>, Never>
    typealias Sleep = UnsafeContinuation<Void, Never>

    let wakeDescriptor: Int32
    private(set) var transfers = InFlight(limit: LoopCore.maximumTransfers)
    private(set) var sleeps = InFlight(limit: LoopCore.maximumSleeps)
    var jobs: [UnownedJob] = []
    var cancellations: [Subject] = []
    private var running: [UnownedJob] = []
    private var transferOfSlot: [Transfer?] = []
    private var sleepOfSlot: [Sleep?] = unsafe []
    private var sleepers = TimerHeap<InFlight.Ticket>()
    /// When the time of each exchange over TLS is up. libcurl forgets the time of one that waits for a connection.
    private var deadlines = TimerHeap<InFlight.Ticket>()
    private var pools: [ConnectionPool] = []
    private var indexOfPool: [ConnectionPool.Key: Int] = [:]
    private let epoll: Int32
    private let sockets: SocketTable
    private let authorities: String?
    private let events = UnsafeMutablePointer<weir_event>.allocate(capacity: Int(WEIR_EVENTS))

    init(authorities: String?) {
        epoll = weir_epoll_create()
        wakeDescriptor = weir_eventfd_create()
        precondition(epoll >= 0 && wakeDescriptor >= 0, "no descriptor is left for a loop")
        sockets = SocketTable(epoll: epoll)
        self.authorities = authorities
        let data = UInt64(UInt32(bitPattern: wakeDescriptor)) | Self.wakeMark
        _ = weir_epoll_control(epoll, EPOLL_CTL_ADD, wakeDescriptor, EPOLLIN.rawValue, data)
    }

    /// No socket's generation reaches this: it would take four thousand million sockets of one number.
    private static let wakeMark = UInt64(UInt32.max) << 32

    deinit { unsafe events.deallocate() }

    /// Opens a ticket for a transfer; nil once the loop stops, and at `maximumTransfers`.
    func beginTransfer() -> InFlight.Ticket? { transfers.begin() }

    func beginSleep() -> InFlight.Ticket? { sleeps.begin() }

    /// Starts an exchange, or ends it at once with what is wrong.
    func start(_ request: TransportRequest, ticket: InFlight.Ticket, end: UInt64, _ continuation: Exchange) {
        func fail(_ error: TransportError) {
            _ = transfers.finish(ticket)
            unsafe continuation.resume(returning: .failure(error))
        }
        let now = MonotonicTime.now
        guard end > now else { return fail(TransportError(.timedOut, requestLeft: false)) }
        guard let pool = pool(for: request), let transfer = pool.take() else {
            return fail(TransportError(.refused, requestLeft: false, "too many pools of connections"))
        }
        // At least 1 ms, as 0 is libcurl's word for no limit, and at most a day.
        let timeout = Int(min(max((end - now + 999_999) / 1_000_000, 1), 86_400_000))
        if let objection = transfer.prepare(request, timeout: timeout) {
            pool.give(transfer)
            return fail(TransportError(.refused, requestLeft: false, objection))
        }
        transfer.ticket = ticket
        unsafe transfer.continuation = continuation
        while transferOfSlot.count <= ticket.slot { transferOfSlot.append(nil) }
        transferOfSlot[ticket.slot] = transfer
        guard pool.start(transfer) else {
            transferOfSlot[ticket.slot] = nil
            return fail(TransportError(.refused, requestLeft: false, "libcurl would not start it"))
        }
        if transfer.usesTLS {
            let mayBeStale = deadlines.count > 64 && deadlines.count > 2 * transfers.count
            if mayBeStale { deadlines.compact(keeping: transfers.isOpen) }
            deadlines.insert(ticket, due: end)
        }
    }

    /// Resumes the continuation when the moment comes.
    func sleep(until due: UInt64, ticket: InFlight.Ticket, _ continuation: Sleep) {
        while unsafe sleepOfSlot.count <= ticket.slot { unsafe sleepOfSlot.append(nil) }
        unsafe sleepOfSlot[ticket.slot] = continuation
        if sleepers.count > 64, sleepers.count > 2 * sleeps.count { sleepers.compact(keeping: sleeps.isOpen) }
        sleepers.insert(ticket, due: due)
    }

    /// Runs what was enqueued, and gives every timer and socket its turn; waits for one where nothing is to be done.
    func turn(on executor: UnownedTaskExecutor) {
        unsafe runJobs(on: executor)
        endCancelled()
        driveTimers()
        collect()
        wait()
        collect()
        endOverdue()
        wakeSleepers()
    }

    /// Ends everything under way as cancelled; from now on nothing begins.
    func stop() {
        for ticket in transfers.stop() { abandon(ticket, .cancelled) }
        for ticket in sleeps.stop() { wake(ticket) }
    }

    /// Lets go of libcurl's handles and the descriptors. Nothing may be under way.
    func close() {
        for pool in pools { pool.close() }
        pools.removeAll()
        indexOfPool.removeAll()
        _ = CCurl.close(epoll)
        _ = CCurl.close(wakeDescriptor)
    }

    /// Idle transfers over all pools, for tests.
    var idleTransfers: Int { pools.reduce(0) { $0 + $1.idleCount } }
}

extension LoopCore {
    private func pool(for request: TransportRequest) -> ConnectionPool? {
        let key = ConnectionPool.Key(id: request.pool, allowsPrivateAddresses: request.allowsPrivateAddresses)
        if let index = indexOfPool[key] { return pools[index] }
        guard pools.count < Self.maximumPools,
            let made = ConnectionPool(key: key, index: pools.count, sockets: sockets, authorities: authorities)
        else { return nil }
        indexOfPool[key] = pools.count
        pools.append(made)
        return made
    }

    private func runJobs(on executor: UnownedTaskExecutor) {
        for _ in 0..<Self.roundsOfJobs where !jobs.isEmpty {
            swap(&jobs, &running)
            for job in running { unsafe job.runSynchronously(on: executor) }
            running.removeAll(keepingCapacity: true)
        }
    }

    private func endCancelled() {
        guard !cancellations.isEmpty else { return }
        let all = cancellations
        cancellations.removeAll(keepingCapacity: true)
        for subject in all {
            switch subject {
            case .transfer(let ticket): if transfers.cancel(ticket) { abandon(ticket, .cancelled) }
            case .sleep(let ticket): if sleeps.cancel(ticket) { wake(ticket) }
            }
        }
    }

    /// Stops a transfer whose ticket has ended just now.
    private func abandon(_ ticket: InFlight.Ticket, _ kind: TransportError.Kind) {
        guard transferOfSlot.indices.contains(ticket.slot), let transfer = transferOfSlot[ticket.slot] else { return }
        unsafe transfer.pool.remove(transfer)
        let left = transfer.requestLeft
        deliver(.failure(TransportError(kind, requestLeft: left)), of: transfer)
    }

    private func deliver(_ result: Result<ProviderReply, TransportError>, of transfer: Transfer) {
        transferOfSlot[transfer.ticket.slot] = nil
        let continuation = unsafe transfer.continuation
        unsafe transfer.continuation = nil
        unsafe transfer.pool.give(transfer)
        unsafe continuation?.resume(returning: result)
    }

    private func wake(_ ticket: InFlight.Ticket) {
        guard unsafe sleepOfSlot.indices.contains(ticket.slot) else { return }
        let continuation = unsafe sleepOfSlot[ticket.slot]
        unsafe sleepOfSlot[ticket.slot] = nil
        unsafe continuation?.resume()
    }

    private func driveTimers() {
        guard pools.contains(where: { $0.wakeUp != .max }) else { return }
        let now = MonotonicTime.now
        for pool in pools { pool.driveTimer(at: now) }
    }

    private func wait() {
        let count = unsafe weir_epoll_wait(epoll, events, timeout)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = unsafe events[index]
            if event.data >= Self.wakeMark {
                weir_eventfd_clear(wakeDescriptor)
            } else if let (descriptor, pool, bits) = sockets.ready(event) {
                pools[pool].drive(descriptor, bits)
            }
        }
    }

    /// Milliseconds until the next moment that something waits for, rounded up.
    private var timeout: Int32 {
        guard jobs.isEmpty, cancellations.isEmpty, !transfers.isStopped else { return 0 }
        var due = min(sleepers.earliest ?? .max, deadlines.earliest ?? .max)
        for pool in pools { due = min(due, pool.wakeUp) }
        let now = MonotonicTime.now
        guard due > now else { return 0 }
        return Int32((min(due - now, Self.longestWait) + 999_999) / 1_000_000)
    }

    /// Hands out what is done. Waiting tasks are enqueued by that, and run in the next turn.
    private func collect() {
        for pool in pools where pool.wasDriven {
            while let (transfer, code) = pool.nextDone() {
                guard transfers.finish(transfer.ticket) else { continue }
                deliver(transfer.result(code), of: transfer)
            }
        }
    }

    /// Ends what libcurl has not ended in time.
    private func endOverdue() {
        guard let earliest = deadlines.earliest else { return }
        let now = MonotonicTime.now
        guard earliest <= now else { return }
        while let ticket = deadlines.popDue(at: now) {
            if transfers.finish(ticket) { abandon(ticket, .timedOut) }
        }
    }

    private func wakeSleepers() {
        guard let earliest = sleepers.earliest else { return }
        let now = MonotonicTime.now
        guard earliest <= now else { return }
        while let ticket = sleepers.popDue(at: now) {
            if sleeps.finish(ticket) { wake(ticket) }
        }
    }
}
