// SPDX-License-Identifier: Apache-2.0

/// What a provider is given instead of a transport: it carries the credential, the limits, the deadline and the clock
/// of one attempt. A provider can't leak a key that it never sees.
public struct ProviderClient: Sendable {
    private let exchange: any ProviderExchange

    public init(_ exchange: any ProviderExchange) { self.exchange = exchange }

    /// Sends one request by the rules: within the limits, with the credential, recorded, tried again where that is
    /// safe.
    ///
    /// - Parameter repeatable: true where the vendor never bills this request twice (a poll, a free look-up).
    /// - Returns: the reply, whatever its status.
    /// - Throws: `timedOut`, `unavailable`, `answerLost`, `cancelled` or `malformedReply`.
    public func send(
        _ request: ProviderRequest, repeatable: Bool = false
    ) async throws(ProviderError) -> ProviderReply {
        try await exchange.send(request, repeatable: repeatable)
    }

    /// Makes the id of a job durable. Nothing is polled before.
    public func keep(_ ticket: PollTicket) async throws(ProviderError) { try await exchange.keep(ticket) }

    /// Waits on the engine's clock.
    ///
    /// - Throws: `timedOut` where the attempt's deadline comes first; `cancelled`.
    public func wait(_ duration: Duration) async throws(ProviderError) { try await exchange.wait(duration) }

    /// What is left of the attempt's time. Whoever talks to the network without `send` ends before it is over.
    public var timeLeft: Duration { exchange.timeLeft }
}

/// The engine's side of a `ProviderClient`; implemented by the engine, and by the replays of tests.
public protocol ProviderExchange: Sendable {
    func send(_ request: ProviderRequest, repeatable: Bool) async throws(ProviderError) -> ProviderReply
    func keep(_ ticket: PollTicket) async throws(ProviderError)
    func wait(_ duration: Duration) async throws(ProviderError)
    /// What is left of the attempt's time, zero where it is over.
    var timeLeft: Duration { get }
}
