// SPDX-License-Identifier: Apache-2.0

import GRDB
import WaterfallEngine

/// A read-only connection with its prepared statements, confined to its queue. It never checkpoints: two connections
/// that write or checkpoint at one moment can corrupt the log in the SQLite of Debian 12 (fixed in 3.51.3).
///
/// Unchecked: `connection` is touched inside the queue's closures alone.
final class ReaderConnection: @unchecked Sendable {
    private let queue: DatabaseQueue
    private let connection: Connection

    init(path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "weir.store.reader"
        configuration.busyMode = .timeout(5)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        connection = try queue.read { try Connection($0) }
    }

    /// Reads one state of the database. Not cancelled with the task.
    func perform<T: Sendable>(
        _ body: @escaping @Sendable (Connection) throws(JournalError) -> T
    ) async throws(JournalError) -> T {
        let result: Result<T, JournalError> = unsafe await withUnsafeContinuation { continuation in
            queue.asyncRead { [self] database in
                guard case .success = database else {
                    return unsafe continuation.resume(
                        returning: .failure(JournalError(.failed, "the store can't be read")))
                }
                do throws(JournalError) {
                    unsafe continuation.resume(returning: .success(try body(connection)))
                } catch {
                    unsafe continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    func close() {
        // Closing what is closed is no failure, and there is nobody to tell.
        queue.inDatabase { _ in connection.close() }
        try? queue.close()
    }
}
