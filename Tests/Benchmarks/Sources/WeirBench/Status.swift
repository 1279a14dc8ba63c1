// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The exit status, from the task that works to the thread that waits for it.
final class Status: Sendable {
    private let value = Atomic<Int32>(0)

    var code: Int32 {
        get { value.load(ordering: .sequentiallyConsistent) }
        set { value.store(newValue, ordering: .sequentiallyConsistent) }
    }
}
