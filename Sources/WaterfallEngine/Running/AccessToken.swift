// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// The access token of a provider with client credentials (RFC 6749, 4.4): asked for once by one of those who need it,
/// kept in memory while it holds, and on record nowhere.
final class AccessToken: Sendable {
    /// How long a token holds where its vendor doesn't say.
    private static let standardLifetime = Duration.seconds(3_600)
    /// A token this close to its end isn't used any more.
    private static let margin = Duration.seconds(60)
    /// How long asking for a token may take: those who wait for it have deadlines of their own.
    private static let patience = Duration.seconds(10)

    private struct State {
        var token: Secret?
        /// Uptime of the engine's clock.
        var holdsUntil = Duration.zero
        var isAsking = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let endpoint: ProviderEndpoint
    private let request: ProviderDescriptor.TokenRequest
    private let state = Mutex(State())

    init(_ request: ProviderDescriptor.TokenRequest, at endpoint: ProviderEndpoint) {
        self.request = request
        self.endpoint = endpoint
    }

    /// What one who needs a token does.
    private enum Turn: Sendable {
        case has(Secret)
        case asks
        case waits
    }

    /// Returns a token that holds, asking for one where there is none.
    ///
    /// - Throws: `unauthorized` where the credentials are wrong; `timedOut`; what kept the vendor from answering.
    func token(on lane: Lane, within time: Duration) async throws(ProviderError) -> Secret {
        let deadline = lane.clock.uptime + time
        while true {
            switch turn(at: lane.clock.uptime) {
            case .has(let token): return token
            case .asks: return try await ask(on: lane, within: min(deadline - lane.clock.uptime, Self.patience))
            case .waits:
                try await BoundedCall.run(before: deadline, on: lane) { [self] () async throws(ProviderError) in
                    await waitForAnswer()
                }
            }
        }
    }

    private func turn(at now: Duration) -> Turn {
        state.withLock { state in
            if let token = state.token, now < state.holdsUntil { return .has(token) }
            guard !state.isAsking else { return .waits }
            state.isAsking = true
            return .asks
        }
    }

    /// Forgets a token that the vendor refused. Another that came meanwhile stays.
    func forget(_ token: Secret) {
        state.withLock { if $0.token == token { $0.token = nil } }
    }

    private func ask(on lane: Lane, within time: Duration) async throws(ProviderError) -> Secret {
        defer {
            let waiters = state.withLock { state in
                defer { state.waiters = [] }
                state.isAsking = false
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }
        let reply: ProviderReply
        do throws(TransportError) {
            reply = try await lane.transport.send(endpoint.bind(request), deadline: time)
        } catch {
            throw error.providerError(repeatable: true)
        }
        let granted = try Self.grant(in: reply)
        state.withLock { state in
            state.token = granted.token
            state.holdsUntil = lane.clock.uptime + granted.lifetime - Self.margin
        }
        return granted.token
    }

    /// Reads the vendor's answer (RFC 6749, 5.1 and 5.2).
    private static func grant(in reply: ProviderReply) throws(ProviderError) -> (token: Secret, lifetime: Duration) {
        // A client that is not known is 400 or 401, by the RFC.
        if reply.status == 400 { throw ProviderError(.unauthorized, "no token is given for these credentials") }
        if let failure = reply.failure { throw failure }
        return try reply.json { json throws(ProviderError) in
            guard let token = json["access_token"].text else {
                throw ProviderError(.malformedReply, "a token answer without a token")
            }
            let seconds = json["expires_in"].integer ?? json["expires_in"].text.flatMap { Int64($0) }
            let lifetime = seconds.map { Duration.seconds(min(max($0, 0), 86_400)) } ?? standardLifetime
            // One that is shorter than the margin serves at least those who ask now.
            return (Secret(token), max(lifetime, margin + .seconds(1)))
        }
    }

    private func waitForAnswer() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.isAsking else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
