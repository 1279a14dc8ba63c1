// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// Plays an attempt's records to its provider: what came back is read again, and nothing is sent, except that where the
/// records end a job's result may be asked for, and a question asked again whose repeat is not billed.
final class RecordedExchange: ProviderExchange {
    private let replies: Mutex<ArraySlice<ProviderReply>>
    private let tickets: [PollTicket]
    private let next: AttemptExchange?
    private let mayAskAgain: Bool
    /// The replies on record.
    let replyCount: Int
    let lastStatus: Int?

    /// - Parameters:
    ///   - next: what goes on where the records end; nil sends nothing.
    ///   - mayAskAgain: true lets `next` send everything, not polls alone.
    init(_ records: [RecordedReply.Content], then next: AttemptExchange? = nil, mayAskAgain: Bool = false) {
        let replies = records.compactMap { content -> ProviderReply? in
            switch content {
            case .reply(let reply): reply
            case .ticket, .verdict: nil
            }
        }
        self.replies = Mutex(replies[...])
        tickets = records.compactMap { content -> PollTicket? in
            switch content {
            case .ticket(let ticket, _): ticket
            case .reply, .verdict: nil
            }
        }
        self.next = next
        self.mayAskAgain = mayAskAgain
        replyCount = replies.count
        lastStatus = replies.last?.status
    }

    /// True where every record was read.
    var isExhausted: Bool { replies.withLock { $0.isEmpty } }

    func send(_ request: ProviderRequest, repeatable: Bool) async throws(ProviderError) -> ProviderReply {
        if let reply = replies.withLock({ $0.popFirst() }) { return reply }
        guard let next, repeatable || mayAskAgain else {
            throw ProviderError(.answerLost, "no answer is on record")
        }
        return try await next.send(request, repeatable: repeatable)
    }

    func keep(_ ticket: PollTicket) async throws(ProviderError) {
        guard let next else { return }
        // The process may have ended between the reply with the job's id and the ticket that was read of it.
        if tickets.contains(ticket) { next.holdTicket() } else { try await next.keep(ticket) }
    }

    func wait(_ duration: Duration) async throws(ProviderError) {
        guard isExhausted, let next else { return }
        try await next.wait(duration)
    }

    /// What is on record takes no time.
    var timeLeft: Duration { next?.timeLeft ?? .zero }
}
