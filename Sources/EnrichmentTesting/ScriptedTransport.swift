// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization

/// A transport that answers as it was told to, after waits on a clock, and remembers what was sent.
public final class ScriptedTransport: HTTPTransport {
    /// What comes of one request.
    public struct Step: Sendable {
        /// A reply, or why there is none.
        public enum Result: Sendable {
            case reply(ProviderReply)
            case failure(TransportError)
        }

        public var result: Result
        /// How long it takes; ends earlier with the deadline, or when the task is cancelled.
        public var delay: Duration

        public init(_ result: Result, after delay: Duration = .zero) {
            self.result = result
            self.delay = delay
        }

        /// Returns a reply with a JSON body.
        public static func json(_ body: String, status: Int = 200, headers: [(String, String)] = []) -> Step {
            Step(.reply(ProviderReply(status: status, headers: ReplyHeaders(headers), body: Array(body.utf8))))
        }

        /// Returns a reply without a body.
        public static func status(_ status: Int, headers: [(String, String)] = []) -> Step {
            Step(.reply(ProviderReply(status: status, headers: ReplyHeaders(headers))))
        }

        public static func fails(_ kind: TransportError.Kind, requestLeft: Bool) -> Step {
            Step(.failure(TransportError(kind, requestLeft: requestLeft)))
        }

        /// The same step after a wait.
        public func after(_ delay: Duration) -> Step { Step(result, after: delay) }
    }

    /// One request that was sent.
    public struct Sent: Sendable {
        public let provider: ProviderID
        public let request: TransportRequest
        /// The clock's uptime then.
        public let at: Duration
    }

    private struct State {
        var sent: [Sent] = []
        var counts: [ProviderID: Int] = [:]
        var inFlight: [ProviderID: Int] = [:]
        var mostInFlight: [ProviderID: Int] = [:]
    }

    private let clock: any EngineClock
    private let respond: @Sendable (TransportRequest, Int) -> Step
    private let state = Mutex(State())

    /// - Parameter respond: says what comes of a request, given how many its provider was sent before.
    public init(clock: any EngineClock, respond: @escaping @Sendable (TransportRequest, Int) -> Step) {
        self.clock = clock
        self.respond = respond
    }

    /// Answers each provider's requests by its list, and further ones with an empty object.
    public convenience init(clock: any EngineClock, _ script: [ProviderID: [Step]]) {
        self.init(clock: clock) { request, count in
            let steps = script[request.pool.provider] ?? []
            return count < steps.count ? steps[count] : .json("{}")
        }
    }

    /// What was sent, in order.
    public var sent: [Sent] { state.withLock { $0.sent } }

    /// How many requests a provider was sent.
    public func count(of provider: ProviderID) -> Int {
        state.withLock { $0.counts[provider] ?? 0 }
    }

    /// The most requests that a provider had in flight at once.
    public func mostInFlight(of provider: ProviderID) -> Int {
        state.withLock { $0.mostInFlight[provider] ?? 0 }
    }

    public func send(
        _ request: TransportRequest, deadline: Duration
    ) async throws(TransportError) -> ProviderReply {
        let provider = request.pool.provider
        let step = state.withLock { state in
            let count = state.counts[provider, default: 0]
            state.counts[provider] = count + 1
            state.sent.append(Sent(provider: provider, request: request, at: clock.uptime))
            let inFlight = state.inFlight[provider, default: 0] + 1
            state.inFlight[provider] = inFlight
            state.mostInFlight[provider] = max(inFlight, state.mostInFlight[provider] ?? 0)
            return respond(request, count)
        }
        defer { state.withLock { $0.inFlight[provider, default: 1] -= 1 } }
        await clock.sleep(for: min(step.delay, deadline))
        if Task.isCancelled { throw TransportError(.cancelled, requestLeft: true) }
        guard step.delay < deadline else { throw TransportError(.timedOut, requestLeft: true) }
        switch step.result {
        case .reply(let reply): return reply
        case .failure(let error): throw error
        }
    }
}
