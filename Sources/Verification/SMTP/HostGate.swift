// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// Lets few conversations at once go to the hosts of one operator, and none right after another, so that nobody is put
/// on a block list.
final class HostGate: Sendable {
    /// Operators that are kept in mind at most; idle ones go first.
    static let maximumOperators = 10_000

    private struct Operator {
        var running = 0
        var nextStart = Duration.zero
        var waiting: [UInt64] = []

        func isIdle(at now: Duration) -> Bool { running == 0 && waiting.isEmpty && nextStart <= now }
    }

    private struct State {
        var operators: [String: Operator] = [:]
        var continuations: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        /// Those who were called or gave up before they began to wait, with what they are told.
        var early: [UInt64: Bool] = [:]
        var lastTicket: UInt64 = 0
    }

    private let concurrency: Int
    private let pause: Duration
    private let clock: any EngineClock
    private let state = Mutex(State())

    init(concurrency: Int, pause: Duration, clock: any EngineClock) {
        precondition(concurrency > 0, "nobody could ever go")
        self.concurrency = concurrency
        self.pause = pause
        self.clock = clock
    }

    /// Waits for a turn with an operator's hosts. Whoever gets one calls `leave` afterwards.
    ///
    /// - Returns: false where the task was cancelled meanwhile: then there is nothing to leave.
    func enter(_ name: String) async -> Bool {
        guard await takePlace(name) else { return false }
        let now = clock.uptime
        let start = state.withLock { state in
            let start = max(now, state.operators[name]?.nextStart ?? now)
            state.operators[name]?.nextStart = start + pause
            return start
        }
        if start > now { await clock.sleep(for: start - now) }
        guard !Task.isCancelled else {
            leave(name)
            return false
        }
        return true
    }

    func leave(_ name: String) {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard var entry = state.operators[name] else { return nil }
            defer { state.operators[name] = entry }
            guard !entry.waiting.isEmpty else {
                entry.running -= 1
                return nil
            }
            let ticket = entry.waiting.removeFirst()
            guard let continuation = state.continuations.removeValue(forKey: ticket) else {
                state.early[ticket] = true
                return nil
            }
            return continuation
        }
        next?.resume(returning: true)
    }

    private func takePlace(_ name: String) async -> Bool {
        let now = clock.uptime
        let ticket = state.withLock { state -> UInt64? in
            if state.operators.count >= Self.maximumOperators, state.operators[name] == nil {
                state.operators = state.operators.filter { !$0.value.isIdle(at: now) }
            }
            guard state.operators[name, default: Operator()].running >= concurrency else {
                state.operators[name, default: Operator()].running += 1
                return nil
            }
            state.lastTicket += 1
            state.operators[name]?.waiting.append(state.lastTicket)
            return state.lastTicket
        }
        guard let ticket else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Bool? in
                    if let known = state.early.removeValue(forKey: ticket) { return known }
                    state.continuations[ticket] = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            giveUp(ticket, name)
        }
    }

    private func giveUp(_ ticket: UInt64, _ name: String) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.operators[name]?.waiting.firstIndex(of: ticket) else { return nil }
            state.operators[name]?.waiting.remove(at: index)
            guard let continuation = state.continuations.removeValue(forKey: ticket) else {
                state.early[ticket] = false
                return nil
            }
            return continuation
        }
        waiter?.resume(returning: false)
    }
}
