// SPDX-License-Identifier: Apache-2.0

internal import CAres
internal import Glibc
internal import Synchronization

/// Where tasks leave their questions and the resolver's thread its answers.
///
/// Each question is answered once: by the thread, by its task's cancellation, or by the end. A question whose task was
/// cancelled runs on in c-ares, which can't take back a single one, and its answer is dropped.
final class AresDesk: Sendable {
    struct Question: Sendable {
        let id: UInt64
        /// In normal form.
        let name: String
        let type: DNSRecordType
    }

    typealias Continuation = CheckedContinuation<DNSReply, Never>

    private struct State {
        var open: [UInt64: Continuation] = [:]
        /// Cancelled before it was asked, or after it was answered, and not yet forgotten.
        var cancelled: Set<UInt64> = []
        var waiting: [Question] = []
        /// Where the queue begins in `waiting`.
        var head = 0
        /// True from the first question on until the thread has looked: only the first one signals.
        var isSignalled = false
        var isClosing = false
        /// True once the thread doesn't look any more, and its descriptor is closed.
        var isOver = false
    }

    let options: AresResolver.Options
    /// Readable where there is something for the thread.
    let wakeDescriptor: Int32
    private let state = Mutex(State())
    private let lastID = Atomic<UInt64>(0)
    private let maximumOpen: Int

    init(_ options: AresResolver.Options, maximumOpen: Int) {
        self.options = options
        self.maximumOpen = maximumOpen
        wakeDescriptor = weir_ares_event_create()
        precondition(wakeDescriptor >= 0, "no descriptor is left for the resolver")
    }

    var openCount: Int { state.withLock { $0.open.count } }

    func newID() -> UInt64 { lastID.add(1, ordering: .relaxed).newValue }

    func ask(_ question: Question, _ continuation: Continuation) {
        let refusal: DNSFailure.Kind? = state.withLock { state in
            if state.isClosing { return .closed }
            if state.cancelled.contains(question.id) { return .cancelled }
            if state.open.count >= maximumOpen { return .overloaded }
            state.open[question.id] = continuation
            state.waiting.append(question)
            signal(&state)
            return nil
        }
        if let refusal { continuation.resume(returning: .failed(DNSFailure(refusal))) }
    }

    func cancel(_ id: UInt64) {
        let continuation = state.withLock { state in
            let continuation = state.open.removeValue(forKey: id)
            if continuation == nil { state.cancelled.insert(id) }
            return continuation
        }
        continuation?.resume(returning: .failed(DNSFailure(.cancelled)))
    }

    /// To be called when a question's task goes on.
    func forget(_ id: UInt64) { state.withLock { _ = $0.cancelled.remove(id) } }

    func close() {
        state.withLock { state in
            guard !state.isClosing else { return }
            state.isClosing = true
            signal(&state)
        }
    }

    // The thread's side.

    /// Takes up to `count` questions, leaving out those that nobody waits for. `isClosing` where the thread is to end.
    func take(upTo count: Int) -> (questions: [Question], isClosing: Bool) {
        state.withLock { state in
            state.isSignalled = false
            var taken: [Question] = []
            while taken.count < count, state.head < state.waiting.count {
                let question = state.waiting[state.head]
                state.head += 1
                if state.open[question.id] != nil { taken.append(question) }
            }
            if state.head == state.waiting.count || state.head >= 1_024 {
                state.waiting.removeFirst(state.head)
                state.head = 0
            }
            return (taken, state.isClosing)
        }
    }

    /// Answers a batch.
    func answer(_ replies: [(id: UInt64, reply: DNSReply)]) {
        guard !replies.isEmpty else { return }
        let answered = state.withLock { state in
            replies.compactMap { id, reply in state.open.removeValue(forKey: id).map { ($0, reply) } }
        }
        for (continuation, reply) in answered { continuation.resume(returning: reply) }
    }

    /// Answers what is still open as closed. Nothing may be asked of the thread after this.
    func end() {
        let open = state.withLock { state in
            state.isOver = true
            _ = Glibc.close(wakeDescriptor)
            state.waiting.removeAll()
            state.head = 0
            defer { state.open.removeAll() }
            return Array(state.open.values)
        }
        for continuation in open { continuation.resume(returning: .failed(DNSFailure(.closed))) }
    }

    /// Called with the lock held: the descriptor can't be closed while it is.
    private func signal(_ state: inout State) {
        guard !state.isSignalled, !state.isOver else { return }
        state.isSignalled = true
        weir_ares_event_signal(wakeDescriptor)
    }
}
