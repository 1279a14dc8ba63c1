// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import WaterfallEngine

/// The file that keeps a second writer out. The kernel gives the lock up with the process, however it ends.
final class LockFile: Sendable {
    /// Nil once it was released.
    private let descriptor: Mutex<CInt?>

    /// - Throws: `locked` where another holder has it, `failed` where the file can't be made.
    init(path: String) throws(JournalError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError(.failed, "the lock file beside the store can't be opened (errno \(errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            guard code == EWOULDBLOCK else {
                throw JournalError(.failed, "the store can't be locked (errno \(code))")
            }
            throw JournalError(.locked, "another process has the store open for writing; `weir backup` works beside it")
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Lets the next writer in.
    func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor { Glibc.close(open) }
            descriptor = nil
        }
    }
}
