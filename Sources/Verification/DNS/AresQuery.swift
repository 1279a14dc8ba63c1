// SPDX-License-Identifier: Apache-2.0

/// A question under way: which server's turn it is, over what, and what was said so far. Decides what comes next; the
/// thread does it.
final class AresQuery {
    enum Next: Sendable, Hashable {
        /// Ask as the query says now.
        case ask
        case answer(DNSReply)
    }

    let id: UInt64
    let type: DNSRecordType
    /// In normal form; changes where an alias has to be followed.
    private(set) var name: String
    /// Index of the server that is asked first.
    private(set) var server = 0
    private(set) var transport = AresChannel.Transport.udp
    /// While it is there, c-ares has the query.
    var channel: AresChannel?
    private var aliases = 0
    /// The shortest time to live of the aliases that were followed, in seconds.
    private var longest = UInt32.max
    /// What a server said that was of no use.
    private var said: DNSFailure?

    init(_ question: AresDesk.Question) {
        id = question.id
        type = question.type
        name = question.name
    }

    /// What c-ares says where no reply came.
    enum Silence: Sendable, Hashable {
        case timedOut
        case unreachable
        /// c-ares refuses names under `onion` (RFC 7686).
        case noSuchDomain
        case badName
        case closed
        case noMemory
    }

    /// Decides after a silence. All servers were asked already.
    func next(after silence: Silence) -> Next {
        switch silence {
        case .noSuchDomain: .answer(.noSuchDomain(timeToLive: .zero))
        case .timedOut: .answer(.failed(said ?? DNSFailure(.timedOut)))
        case .unreachable: .answer(.failed(said ?? DNSFailure(.unreachable)))
        case .badName: .answer(.failed(DNSFailure(.badName)))
        case .closed: .answer(.failed(DNSFailure(.closed)))
        case .noMemory: .answer(.failed(DNSFailure(.overloaded)))
        }
    }

    /// Decides after a reply.
    func next(after bytes: [UInt8], servers: Int) -> Next {
        guard let message = try? DNSMessage(parsing: bytes) else {
            return isCut(bytes) ? overTCP() : otherwise(DNSFailure(.malformed), servers)
        }
        switch message.meaning(for: name, type, aliases: aliases) {
        case .truncated: return transport == .udp ? overTCP() : otherwise(DNSFailure(.malformed), servers)
        case .alias(let target, let aliases, let time):
            guard let target = DNSName.normal(target) else { return .answer(.failed(DNSFailure(.badName))) }
            (name, self.aliases, longest) = (target, aliases, min(longest, time))
            (transport, said) = (.udp, nil)
            return .ask
        case .reply(.failed(let failure)):
            return failure.kind == .tooManyAliases ? .answer(.failed(failure)) : otherwise(failure, servers)
        case .reply(let reply):
            let time = min(reply.timeToLive ?? .zero, .seconds(longest))
            return .answer(reply.with(timeToLive: time))
        }
    }

    /// c-ares hands over 512 bytes of a longer reply over UDP.
    private func isCut(_ bytes: [UInt8]) -> Bool { transport == .udp && bytes.count >= 512 }

    private func overTCP() -> Next {
        transport = .tcp
        return .ask
    }

    /// The next server's turn, or the end.
    private func otherwise(_ failure: DNSFailure, _ servers: Int) -> Next {
        said = failure
        server += 1
        transport = .udp
        return server < servers ? .ask : .answer(.failed(failure))
    }
}
