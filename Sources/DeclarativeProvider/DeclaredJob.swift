// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// A declared provider that takes a job and is asked for its result.
///
/// - The reply to the request that submits is a job where it has an id, or says that it isn't done; otherwise it must
///   have something of an answer, since a reply with neither is no miss.
/// - On later replies ids are not looked at: the job is the one that was kept.
struct DeclaredJob: PollingProvider {
    let provider: DeclarativeProvider
    let template: RequestTemplate
    let pause: Duration

    var descriptor: ProviderDescriptor { provider.descriptor }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest { try provider.request(for: query) }

    func request(for ticket: PollTicket) -> ProviderRequest {
        func filled(_ id: String) -> ProviderRequest? { try? template.filled { $0 == .job ? id : nil } }
        // One that can't stand there was kept by another configuration; no vendor has the job `0`.
        return filled(ticket.rawValue) ?? filled("0") ?? .get("/")
    }

    func submission(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        let standing = try provider.standing(of: reply, isSubmission: true)
        let progress = try progress(of: query, from: reply, standing)
        if standing == .answer, progress == .answered(.miss) {
            throw ProviderError(.malformedReply, "neither a job nor its result")
        }
        return progress
    }

    func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
        try progress(of: query, from: reply, try provider.standing(of: reply))
    }

    private func progress(
        of query: ContactQuery, from reply: ProviderReply, _ standing: Standing
    ) throws(ProviderError) -> Progress {
        guard case .pending(let ticket) = standing else {
            return .answered(try provider.answer(to: query, from: reply, standing: standing))
        }
        return .pending(ticket, after: max(pause, reply.retryAfter ?? .zero))
    }
}
