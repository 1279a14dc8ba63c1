// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization

/// The engine's side of a client, replaying a case: each request is compared with the one expected and gets the reply
/// that the case has for it. Waiting takes no time.
public final class ReplayExchange: ProviderExchange {
    private let state: Mutex<State>

    private struct State {
        var remaining: [ProviderCase.Exchange]
        var problems: [String] = []
        var sent: [ProviderRequest] = []
        var kept: [PollTicket] = []
        var waited: [Duration] = []
    }

    private let literals: [String]

    /// - Parameter literals: texts that problems show as `••••` where the case doesn't have them itself.
    public init(_ exchanges: [ProviderCase.Exchange], hiding literals: [String] = []) {
        self.literals = literals
        state = Mutex(State(remaining: exchanges))
    }

    /// What didn't go as the case has it, in order; requests that were never sent are not in it.
    public var problems: [String] { state.withLock { $0.problems } }

    /// What was sent, in order.
    public var sent: [ProviderRequest] { state.withLock { $0.sent } }

    /// The tickets that were made durable, in order.
    public var kept: [PollTicket] { state.withLock { $0.kept } }

    /// How long was waited for, in order.
    public var waited: [Duration] { state.withLock { $0.waited } }

    /// The exchanges of the case that were not asked for.
    public var remainingCount: Int { state.withLock { $0.remaining.count } }

    public func send(
        _ request: ProviderRequest, repeatable: Bool
    ) async throws(ProviderError) -> ProviderReply {
        let reply: ProviderReply? = state.withLock { state in
            state.sent.append(request)
            guard !state.remaining.isEmpty else {
                state.problems.append("one request more than the case has")
                return nil
            }
            let exchange = state.remaining.removeFirst()
            let number = state.sent.count
            state.problems += exchange.request.differences(from: request, hiding: literals)
                .map { "request \(number): \($0)" }
            return exchange.reply
        }
        guard let reply else { throw ProviderError(.unavailable, "the case has no such exchange") }
        return reply
    }

    public func keep(_ ticket: PollTicket) async throws(ProviderError) {
        state.withLock { $0.kept.append(ticket) }
    }

    public func wait(_ duration: Duration) async throws(ProviderError) {
        state.withLock { $0.waited.append(duration) }
    }

    /// As if no time had passed.
    public var timeLeft: Duration { .seconds(30) }
}

extension ProviderCase.ExpectedRequest {
    /// Returns what differs in a request, in words; empty where it is as expected.
    ///
    /// - Parameter literals: texts that show as `••••` where the case doesn't have them itself.
    public func differences(from request: ProviderRequest, hiding literals: [String] = []) -> [String] {
        RequestDifferences(request, from: self, hiding: literals).found
    }
}
