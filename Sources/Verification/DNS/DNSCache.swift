// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization

/// Keeps a resolver's replies for as long as their zones allow, a day at most, and asks only once for what several
/// tasks want at the same time.
///
/// A failure is kept too, for at most 30 s, so that a dead server isn't asked for each address of a list. What is given
/// out has the time to live that is left.
public final class DNSCache: DNSResolver {
    /// What a task that wants a reply gets.
    private enum Turn: Sendable {
        case reply(DNSReply)
        /// It has to ask itself, for all that wait.
        case ask
    }

    private struct Waiting {
        let id: UInt64
        let continuation: CheckedContinuation<Turn, Never>
    }

    private struct State {
        var table: DNSCacheTable
        /// Who waits for what somebody else asks for; there from the question to the reply.
        var asked: [DNSCacheTable.Key: [Waiting]] = [:]
        /// Tasks that were cancelled and haven't gone on.
        var cancelled: Set<UInt64> = []
        var lastID: UInt64 = 0
    }

    private let resolver: any DNSResolver
    private let clock: any EngineClock
    private let state: Mutex<State>

    /// - Parameters:
    ///   - resolver: whom to ask.
    ///   - clock: its uptime is the measure of times to live.
    ///   - maximumEntries: what is kept at most; the least recently used goes first. An entry takes about 300 bytes,
    ///     and with 64 of the longest names some 70,000.
    public init(_ resolver: any DNSResolver, clock: any EngineClock, maximumEntries: Int = 16_384) {
        precondition(maximumEntries > 0, "a cache keeps something")
        self.resolver = resolver
        self.clock = clock
        state = Mutex(State(table: DNSCacheTable(maximumEntries: maximumEntries)))
    }

    public func lookUp(_ name: String, _ type: DNSRecordType) async -> DNSReply {
        guard let normal = DNSName.normal(name) else { return .failed(DNSFailure(.badName)) }
        let key = DNSCacheTable.Key(name: normal, type: type)
        if let reply = kept(key) { return reply }
        switch await turn(key) {
        case .reply(let reply): return reply
        case .ask: return await ask(key)
        }
    }

    public func known(_ name: String, _ type: DNSRecordType) -> DNSReply? {
        DNSName.normal(name).flatMap { kept(DNSCacheTable.Key(name: $0, type: type)) }
    }

    private func kept(_ key: DNSCacheTable.Key) -> DNSReply? {
        let now = clock.uptime
        return state.withLock { $0.table.reply(for: key, at: now) }
    }

    /// Replies that are kept, those included whose time is up: for tests.
    package var count: Int { state.withLock { $0.table.count } }

    /// Tasks that wait for what another one asks for: for tests.
    package var waitingCount: Int { state.withLock { $0.asked.values.reduce(0) { $0 + $1.count } } }

    private func ask(_ key: DNSCacheTable.Key) async -> DNSReply {
        let reply = await resolver.lookUp(key.name, key.type)
        let now = clock.uptime
        let turns = state.withLock { state in
            // One who is cancelled hands the question on: the others want the reply as before.
            if reply.failure?.kind == .cancelled, let first = state.asked[key]?.first {
                state.asked[key]?.removeFirst()
                return [(first.continuation, Turn.ask)]
            }
            state.table.keep(reply, for: key, at: now)
            return (state.asked.removeValue(forKey: key) ?? []).map { ($0.continuation, .reply(reply)) }
        }
        for (continuation, turn) in turns { continuation.resume(returning: turn) }
        return reply
    }

    /// Waits for what another task asks for, or returns that this one is to ask.
    private func turn(_ key: DNSCacheTable.Key) async -> Turn {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let turn = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = clock.uptime
                let turn: Turn? = state.withLock { state in
                    if state.cancelled.contains(id) { return .reply(.failed(DNSFailure(.cancelled))) }
                    // It may have come since.
                    if let reply = state.table.reply(for: key, at: now) { return .reply(reply) }
                    guard state.asked[key] != nil else {
                        state.asked[key] = []
                        return .ask
                    }
                    state.asked[key]?.append(Waiting(id: id, continuation: continuation))
                    return nil
                }
                if let turn { continuation.resume(returning: turn) }
            }
        } onCancel: {
            cancel(id, key)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        return turn
    }

    private func cancel(_ id: UInt64, _ key: DNSCacheTable.Key) {
        let waiting = state.withLock { state in
            guard let index = state.asked[key]?.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil as Waiting?
            }
            return state.asked[key]?.remove(at: index)
        }
        waiting?.continuation.resume(returning: .reply(.failed(DNSFailure(.cancelled))))
    }
}
