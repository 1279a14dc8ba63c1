// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How a run is told from outside to stop: no further row is begun, and those in flight may end.
public final class RunControl: Sendable {
    private let stopped = Mutex(false)

    public init() {}

    public func stop() { stopped.withLock { $0 = true } }

    public var isStopped: Bool { stopped.withLock { $0 } }
}
