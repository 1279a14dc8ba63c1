// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Enrichment
import Foundation
import GRDB
import Synchronization
import WaterfallEngine

/// The one thread that writes and checkpoints. Operations come from any task and wait; the thread takes all that are
/// queued, runs them in one transaction, commits once, and then resumes them all: a sync serves a whole batch.
///
/// An operation that breaks a rule fails alone: the batch is rolled back and run again with a savepoint around each.
/// So an operation must do the same when it runs twice, which one that depends on its input and the database does.
/// There is no cancellation: what was queued is written.
final class GroupCommitWriter: Sendable {
    /// Operations in one transaction.
    static let maximumBatch = 1_024
    /// Pages in the write-ahead log after which it is moved into the database: 16 MiB of pages of 4 KiB. A page that
    /// was written a hundred times is moved once.
    static let checkpointPages = 4_096
    /// How long without work makes the thread idle: then the log is moved into the database, whatever its size.
    static let idleAfter = Duration.milliseconds(500)

    private struct State {
        var queue: [Operation] = []
        /// Those that run outside of a transaction, one at a time.
        var alone: [Operation] = []
        /// True while the thread waits for the signal.
        var isWaiting = false
        var failure: JournalError?
        var isClosing = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isLogged: Bool
    private let idleAfter: Duration

    /// Starts the thread, which keeps the connection until the writer is closed.
    ///
    /// - Parameter isLogged: true where the database has a write-ahead log; false in memory.
    init(_ database: DatabaseQueue, isLogged: Bool, idleAfter: Duration = idleAfter) {
        self.isLogged = isLogged
        self.idleAfter = idleAfter
        let thread = Thread { [self] in
            do {
                // The thread enters the connection once and for good: one batch is no dispatch.
                try database.writeWithoutTransaction { try run(Books(Connection($0))) }
            } catch {
                fail(JournalError(.failed, "the writing thread ended"))
            }
            ended.signal()
        }
        thread.name = "weir.store.writer"
        thread.start()
    }

    /// Runs an operation in the next transaction and returns when it is on disk.
    ///
    /// - Throws: what the operation throws; `failed`, for good, once a write or a sync has failed.
    func perform<T: Sendable>(
        _ body: @escaping @Sendable (Books) throws(JournalError) -> T
    ) async throws(JournalError) -> T {
        let result: Result<T, JournalError> = unsafe await withUnsafeContinuation { continuation in
            enqueue(TypedOperation(body) { unsafe continuation.resume(returning: $0) })
        }
        return try result.get()
    }

    /// Runs an operation outside of a transaction, between two batches: for what SQLite does in none.
    ///
    /// - Throws: what the operation throws.
    func performAlone<T: Sendable>(
        _ body: @escaping @Sendable (Books) throws(JournalError) -> T
    ) async throws(JournalError) -> T {
        let result: Result<T, JournalError> = unsafe await withUnsafeContinuation { continuation in
            enqueue(TypedOperation(body) { unsafe continuation.resume(returning: $0) }, isAlone: true)
        }
        return try result.get()
    }

    /// Ends the thread after what is queued, with the log moved into the database. Later operations fail.
    func close() {
        let isFirst = state.withLock { state in
            defer { state.isClosing = true }
            return !state.isClosing
        }
        signal.signal()
        guard isFirst else { return }
        ended.wait()
    }

    private func enqueue(_ operation: Operation, isAlone: Bool = false) {
        let (refusal, wakes) = state.withLock { state -> (JournalError?, Bool) in
            if let failure = state.failure { return (failure, false) }
            if state.isClosing { return (JournalError(.failed, "the store is closed"), false) }
            if isAlone { state.alone.append(operation) } else { state.queue.append(operation) }
            defer { state.isWaiting = false }
            return (nil, state.isWaiting)
        }
        if let refusal { return operation.finish(refusal) }
        if wakes { signal.signal() }
    }

    private func fail(_ error: JournalError) {
        let queued = state.withLock { state in
            state.failure = state.failure ?? error
            defer { (state.queue, state.alone) = ([], []) }
            return state.queue + state.alone
        }
        for operation in queued { operation.finish(error) }
    }
}

// MARK: - The thread

extension GroupCommitWriter {
    private func run(_ books: Books) throws {
        var hasWritten = false
        if isLogged { books.connection.watchLog() }
        while true {
            guard let work = next(isIdle: !hasWritten) else { break }
            let batch: [Operation]
            switch work {
            case .batch(let operations): batch = operations
            case .idle:
                try checkpoint(books, truncating: true)
                hasWritten = false
                continue
            case .alone(let operation):
                run(operation, books)
                hasWritten = true
                continue
            }
            if let failure = write(batch, books) {
                fail(failure)
                break
            }
            hasWritten = true
            try checkpoint(books, truncating: false)
        }
        if state.withLock({ $0.failure == nil }) { try checkpoint(books, truncating: true) }
        books.connection.close()
    }

    private enum Work {
        case batch([Operation])
        case alone(Operation)
        /// The thread has had nothing to do for a while.
        case idle
    }

    private func run(_ operation: Operation, _ books: Books) {
        do throws(JournalError) {
            try operation.run(books)
            operation.finish(nil)
        } catch {
            operation.finish(error)
        }
        // It may have changed what memory is a copy of.
        books.forget()
    }

    /// Waits for operations. Nil: closing, with nothing left.
    private func next(isIdle: Bool) -> Work? {
        while true {
            let taken = state.withLock { state -> Work? in
                state.isWaiting = false
                if !state.alone.isEmpty { return .alone(state.alone.removeFirst()) }
                guard !state.queue.isEmpty else {
                    state.isWaiting = !state.isClosing
                    return state.isClosing ? nil : .idle
                }
                guard state.queue.count > Self.maximumBatch else {
                    defer { state.queue.removeAll(keepingCapacity: true) }
                    return .batch(state.queue)
                }
                defer { state.queue.removeFirst(Self.maximumBatch) }
                return .batch(Array(state.queue.prefix(Self.maximumBatch)))
            }
            guard let taken else { return nil }
            guard case .idle = taken else { return taken }
            if isIdle {
                signal.wait()
            } else if signal.wait(timeout: .now() + .microseconds(Int(idleAfter.microseconds))) == .timedOut {
                return .idle
            }
        }
    }

    /// Writes a batch and resumes its operations.
    ///
    /// - Returns: why nothing can be written any more; nil where all is well.
    private func write(_ batch: [Operation], _ books: Books) -> JournalError? {
        do {
            do {
                try books.begin()
                for operation in batch { try operation.run(books) }
                try books.commit()
            } catch  where !error.kind.isFatal {
                books.rollBack()
                try writeOneByOne(batch, books)
            }
        } catch {
            books.rollBack()
            for operation in batch { operation.finish(error) }
            return error
        }
        for operation in batch { operation.finish(nil) }
        return nil
    }

    private func writeOneByOne(_ batch: [Operation], _ books: Books) throws(JournalError) {
        try books.begin()
        for operation in batch {
            try books.connection("SAVEPOINT operation").run()
            do {
                try operation.run(books)
                try books.flush()
            } catch  where !error.kind.isFatal {
                operation.refuse(error)
                try books.connection("ROLLBACK TO operation").run()
                books.forget()
            }
            try books.connection("RELEASE operation").run()
        }
        try books.commit()
    }

    private func checkpoint(_ books: Books, truncating: Bool) throws {
        guard isLogged, truncating || books.connection.logPages >= Self.checkpointPages else { return }
        do {
            try books.connection.checkpoint(truncating: truncating)
        } catch {
            fail(error)
            throw error
        }
    }
}

// MARK: - Operations

/// One queued operation.
///
/// Unchecked: the queue hands it from the task that made it to the writing thread, and only that thread touches it from
/// then on; the continuation carries the result back.
private class Operation: @unchecked Sendable {
    func run(_ books: Books) throws(JournalError) {}
    func refuse(_ error: JournalError) {}
    func finish(_ error: JournalError?) {}
}

/// Unchecked, as every operation is: handed over, and touched by one thread at a time.
private final class TypedOperation<T: Sendable>: Operation, @unchecked Sendable {
    private let body: @Sendable (Books) throws(JournalError) -> T
    private let resume: (Result<T, JournalError>) -> Void
    private var result: Result<T, JournalError>?

    init(
        _ body: @escaping @Sendable (Books) throws(JournalError) -> T,
        resume: @escaping (Result<T, JournalError>) -> Void
    ) {
        self.body = body
        self.resume = resume
    }

    override func run(_ books: Books) throws(JournalError) { result = .success(try body(books)) }

    override func refuse(_ error: JournalError) { result = .failure(error) }

    override func finish(_ error: JournalError?) {
        if let error { return resume(.failure(error)) }
        resume(result ?? .failure(JournalError(.failed, "the operation was not run")))
    }
}
