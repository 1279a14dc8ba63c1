// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// Notices that this machine can't reach mail hosts at all, which many networks see to (port 25): then every further
/// look would cost its time-out and say nothing.
final class PortWatch: Sendable {
    /// Hosts of different operators without a connection, and none with one, after which the port counts as closed.
    static let threshold = 3
    /// After this long one more is tried.
    static let retryAfter = Duration.seconds(600)

    private struct State {
        var failed: Set<String> = []
        var hasConnected = false
        var closedAt: Duration?
    }

    private let clock: any EngineClock
    private let state = Mutex(State())

    init(clock: any EngineClock) { self.clock = clock }

    /// True where nothing is worth trying now.
    var isClosed: Bool {
        let now = clock.uptime
        return state.withLock { state in state.closedAt.map { now - $0 < Self.retryAfter } ?? false }
    }

    /// Says whether an operator's host could be connected to.
    func note(connected: Bool, to name: String) {
        let now = clock.uptime
        state.withLock { state in
            if connected {
                state = State(hasConnected: true)
            } else if !state.hasConnected {
                if state.failed.count < Self.threshold { state.failed.insert(name) }
                if state.failed.count >= Self.threshold { state.closedAt = now }
            }
        }
    }
}
