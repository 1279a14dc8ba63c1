// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What a reply says, before it is read as an answer. What it may say otherwise is a `ProviderError`.
enum Standing: Sendable, Hashable {
    /// There may be an answer in it.
    case answer
    /// The vendor has nothing on this person.
    case nothing
    /// The job isn't done. On the reply to the request that submits it, its ticket; nil on others, and where none is
    /// given.
    case pending(PollTicket?)
}

/// Tells what a reply says: by the table of statuses, then by what its status commonly means. Of a 2xx, and of a 4xx
/// that commonly means no more than a refusal or a path that isn't there, the programs `failure`, `id` and `pending`
/// come before that.
struct StandingReader: Sendable {
    /// Members of what the program gives.
    enum Member: String, Sendable {
        case failure, id, pending
    }

    /// Bytes of an id that stands in no path.
    private static let maximumTicket = 512

    let statuses: [Int: DeclarativeDefinition.StatusMeaning]
    /// Nil where there is no such program.
    let program: JQProgram?
    /// An id that stands in a path must need no escaping there.
    let hasJobInPath: Bool

    func standing(of reply: ProviderReply, isSubmission: Bool) throws(ProviderError) -> Standing {
        switch statuses[reply.status] {
        case .noMatch?: return .nothing
        case .failure(let kind)?: throw ProviderError(kind, retryAfter: reply.retryAfter)
        case .pending?: return .pending(isSubmission ? try ticket(of: reply) : nil)
        case nil: break
        }
        let common = reply.failure
        // A bad key or too many calls is never anything else, whatever a program finds in their bodies.
        if let common, common.kind != .rejectedQuery, reply.status != 404 { throw common }
        guard let program else {
            if let common { throw common }
            return .answer
        }
        guard let output = try output(of: reply, by: program) else {
            throw common ?? ProviderError(.malformedReply, "the programs of the configuration failed on it")
        }
        return try JSONReader.read(output) { said throws(ProviderError) in
            if let meaning = try failure(said) {
                guard case .failure(let kind) = meaning else { return .nothing }
                throw ProviderError(kind, retryAfter: reply.retryAfter)
            }
            let isPending = isTrue(said[Member.pending.rawValue])
            let ticket = isSubmission && (isPending || common == nil) ? try ticket(said[Member.id.rawValue]) : nil
            if isPending || ticket != nil { return .pending(ticket) }
            if let common { throw common }
            return .answer
        }
    }

    /// Returns what the program gives; nil where it fails, or on a reply that fails anyhow and is not JSON.
    private func output(of reply: ProviderReply, by program: JQProgram) throws(ProviderError) -> [UInt8]? {
        do {
            return try program.run(reply.body)
        } catch {
            guard error.kind == .malformedReply, reply.failure != nil else { throw error }
            return nil
        }
    }

    private func failure(_ said: JSONReader) throws(ProviderError) -> DeclarativeDefinition.StatusMeaning? {
        let word = said[Member.failure.rawValue]
        guard isTrue(word) else { return nil }
        guard let meaning = word.text.flatMap(DeclarativeDefinition.StatusMeaning.init), meaning != .pending else {
            throw ProviderError(.malformedReply, "`failure` gave no word that is known")
        }
        return meaning
    }

    /// As jq has it: everything but false and null.
    private func isTrue(_ value: JSONReader) -> Bool { value.exists && value.bool != false }

    private func ticket(of reply: ProviderReply) throws(ProviderError) -> PollTicket? {
        guard let output = try program?.run(reply.body) else { return nil }
        return try JSONReader.read(output) { said throws(ProviderError) in try ticket(said[Member.id.rawValue]) }
    }

    private func ticket(_ id: JSONReader) throws(ProviderError) -> PollTicket? {
        guard isTrue(id), id.string != "" else { return nil }
        guard !hasJobInPath else { return try PollTicket(id) }
        guard let text = id.text ?? id.integer.map({ String($0) }), Self.isTicket(text) else {
            throw ProviderError(.malformedReply, "a job's id of another form")
        }
        return PollTicket(rawValue: text)
    }

    private static func isTicket(_ text: String) -> Bool {
        text.utf8.count <= maximumTicket && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }
}
