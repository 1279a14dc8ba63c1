// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes
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

    public init(_ exchanges: [ProviderCase.Exchange]) { state = Mutex(State(remaining: exchanges)) }

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
            state.problems += exchange.request.differences(from: request).map { "request \(number): \($0)" }
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
}

extension ProviderCase.ExpectedRequest {
    /// Returns what differs in a request, in words; empty where it is as expected.
    public func differences(from request: ProviderRequest) -> [String] {
        var found: [String] = []
        func compare(_ what: String, _ expected: String?, _ actual: String?) {
            guard expected != actual else { return }
            found.append("\(what) is \(actual.map { "'\($0)'" } ?? "absent"), not \(expected ?? "absent")")
        }
        compare("the method", method, request.method.rawValue)
        switch request.target {
        case .path(let path):
            compare("the host", host, nil)
            compare("the path", self.path, path)
        case .page(let host, let path):
            compare("the host", self.host, host)
            compare("the path", self.path, path)
        }
        let items = Dictionary(grouping: request.query, by: \.name)
        for name in Set(items.keys).union(query.keys).sorted() {
            compare("the query's \(name)", query[name], items[name].map { $0.map(\.value).joined(separator: ",") })
        }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            let actual = request.headers.first { $0.name.canonicalName == name.lowercased() }?.value
            compare("the header \(name)", value, actual)
        }
        compare(
            "the body", json.map { String(decoding: $0.serialized, as: UTF8.self) },
            request.body.isEmpty
                ? nil
                : String(decoding: JSONDocument(request.body)?.serialized ?? request.body, as: UTF8.self))
        return found
    }
}
