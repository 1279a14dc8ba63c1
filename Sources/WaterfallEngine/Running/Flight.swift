// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// What makes two requests in flight the same work (`semantics.md`, 7.8).
final class FlightKey: Sendable, Hashable {
    private let team: String
    private let user: String
    private let access: Set<Datum>
    private let isFresh: Bool
    private let maximumCredits: Credits?
    private let keys: ProspectKeys
    private let fingerprint: QueryFingerprint?
    /// Of the person alone, made once: requests for one person that differ in the rest are few.
    let digest: Int

    init(_ request: DataRequest) {
        team = request.team
        user = request.user
        access = request.access
        isFresh = request.isFresh
        maximumCredits = request.maximumCredits
        keys = request.prospect.keys
        // Two addresses of one mailbox have one key, and a verdict each.
        fingerprint = keys.identifies && !request.isVerification ? nil : QueryFingerprint(request)
        var hasher = Hasher()
        hasher.combine(keys)
        hasher.combine(fingerprint)
        digest = hasher.finalize()
    }

    static func == (left: FlightKey, right: FlightKey) -> Bool {
        left === right
            || left.digest == right.digest && left.keys == right.keys && left.fingerprint == right.fingerprint
                && left.team == right.team && left.user == right.user && left.access == right.access
                && left.isFresh == right.isFresh && left.maximumCredits == right.maximumCredits
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// One piece of work and everybody who waits for it. The first is charged; one who leaves is detached; when the last
/// leaves, the work is cancelled, and still settled.
final class Flight: Sendable {
    typealias Answer = Result<EnrichmentResult, EngineError>

    /// The place of the one whose request is run.
    static let firstPlace = 1

    let request: DataRequest
    let key: FlightKey
    let lane: Lane
    /// What is kept of the first one's result.
    let keeping: ResultKeeping?
    let signal = CancelSignal()
    /// Comes when the work is over.
    let ended = CancelSignal()

    private struct State {
        var waiters: [Int: CheckedContinuation<Answer, Never>] = [:]
        var leavers: Set<Int> = []
        var next = 0
        var answer: Answer?
        var work = RunningTask()
    }

    /// The task that does the work. Used under the flight's lock alone, and cleared by the task itself before it ends,
    /// which is what `UnsafeCurrentTask` asks for.
    @safe private struct RunningTask: @unchecked Sendable {
        var task: UnsafeCurrentTask?
    }

    private let state = Mutex(State())

    init(_ request: DataRequest, _ key: FlightKey, lane: Lane, keeping: ResultKeeping? = nil) {
        self.request = request
        self.key = key
        self.lane = lane
        self.keeping = keeping
    }

    /// Takes a place among those who wait; nil where the work is over, or is being cancelled because all have left.
    func join() -> Int? {
        state.withLock { state in
            guard state.answer == nil, !signal.isCancelled else { return nil }
            state.next += 1
            return state.next
        }
    }

    /// Waits for the answer. A place that was left meanwhile gets a cancelled one.
    func answer(at place: Int) async -> Answer {
        await withCheckedContinuation { continuation in
            let ready: Answer? = state.withLock { state in
                if let answer = state.answer { return answer }
                if state.leavers.contains(place) { return .success(.cancelled(request)) }
                state.waiters[place] = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Leaves: at once where others remain; else the work is told to stop, and its end is waited for. Returns true for
    /// the last one.
    func leave(_ place: Int) -> Bool {
        let (continuation, isLast) = state.withLock { state -> (CheckedContinuation<Answer, Never>?, Bool) in
            guard state.answer == nil else { return (nil, false) }
            let others = state.next - state.leavers.subtracting([place]).count - 1
            guard others > 0 else {
                // Under the lock, so that nobody joins work that is about to stop.
                signal.cancel()
                return (nil, true)
            }
            state.leavers.insert(place)
            return (state.waiters.removeValue(forKey: place), false)
        }
        continuation?.resume(returning: .success(.cancelled(request)))
        return isLast
    }

    /// True for the oldest of those who stayed: the charge is theirs (`semantics.md`, 7.8).
    func isOldest(_ place: Int) -> Bool {
        state.withLock { state in !(1..<place).contains { !state.leavers.contains($0) } }
    }

    /// Does the work and answers everybody.
    func run(_ work: () async -> Answer) async {
        unsafe withUnsafeCurrentTask { task in
            state.withLock { unsafe $0.work.task = task }
        }
        let answer = await work()
        let waiters = state.withLock { state in
            unsafe state.work.task = nil
            state.answer = answer
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        ended.cancel()
        for waiter in waiters { waiter.resume(returning: answer) }
    }

    /// Stops what is on the wire: at the end of the grace period, or when the user insists.
    func stopTransfers() {
        signal.cancel()
        state.withLock { unsafe $0.work.task?.cancel() }
    }
}

extension EnrichmentResult {
    /// What one who left early is told.
    static func cancelled(_ request: DataRequest) -> EnrichmentResult {
        EnrichmentResult(
            request, outcome: .cancelled,
            stopped: Dictionary(uniqueKeysWithValues: request.access.map { ($0, .cancelled) }))
    }

    /// The same answer for one who joined: nothing of it is charged again, unless those before have left.
    func shared(with request: DataRequest, isCharged: Bool) -> EnrichmentResult {
        var shared = self
        shared.request = request.id
        if isCharged { return shared }
        (shared.held, shared.captured, shared.released) = (.zero, .zero, .zero)
        shared.verdict?.isNetNew = false
        shared.verdict?.credits = .zero
        shared.email?.isNetNew = false
        shared.email?.credits = .zero
        for index in shared.phones.indices {
            shared.phones[index].isNetNew = false
            shared.phones[index].credits = .zero
        }
        for index in shared.officePhones.indices { shared.officePhones[index].isNetNew = false }
        return shared
    }
}
