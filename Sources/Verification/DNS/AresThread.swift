// SPDX-License-Identifier: Apache-2.0

internal import CAres
internal import Glibc

/// What the resolver's thread does: takes questions from the desk, gives c-ares' sockets their turn, answers in
/// batches.
final class AresThread {
    private let desk: AresDesk
    /// One for each transport and each server that goes first, made when it is needed.
    private var channels: [Key: AresChannel] = [:]
    private var servers: [DNSServer] = []
    private var underWay = 0
    private var polls: [pollfd] = []
    private var owners: [AresChannel] = []

    private struct Key: Hashable {
        var transport: AresChannel.Transport
        var first: Int
    }

    init(_ desk: AresDesk) { self.desk = desk }

    /// Returns at the end.
    func run() {
        unsafe weir_ares_name_thread("weir-dns")
        blockBrokenPipes()
        chooseServers()
        while true {
            let (questions, isClosing) = desk.take(upTo: desk.options.maximumInFlight - underWay)
            guard !isClosing else { break }
            var replies: [(id: UInt64, reply: DNSReply)] = []
            for question in questions {
                underWay += 1
                if let reply = ask(AresQuery(question)) { replies.append((question.id, reply)) }
            }
            harvest(&replies)
            underWay -= replies.count
            desk.answer(replies)
            // What was answered has made room for what waits.
            if replies.isEmpty { wait() }
        }
        for channel in channels.values { channel.close() }
        channels.removeAll()
        desk.end()
    }

    private func chooseServers() {
        if let given = desk.options.servers {
            servers = Array(given.prefix(AresResolver.maximumServers))
        } else if let system = AresChannel(.udp, servers: nil, options: desk.options) {
            servers = Array(system.servers.prefix(AresResolver.maximumServers))
        }
    }

    /// Asks; returns a reply where that isn't possible.
    private func ask(_ query: AresQuery) -> DNSReply? {
        let key = Key(transport: query.transport, first: query.server)
        guard let channel = channels[key] ?? makeChannel(key) else { return .failed(DNSFailure(.unreachable)) }
        channel.ask(query)
        return nil
    }

    private func makeChannel(_ key: Key) -> AresChannel? {
        guard !servers.isEmpty else { return nil }
        let turned = Array(servers[key.first...] + servers[..<key.first])
        channels[key] = AresChannel(key.transport, servers: turned, options: desk.options)
        return channels[key]
    }

    /// Takes what has ended, and asks on where that is needed. An outcome that is there at once is taken as well; each
    /// query has an end, as it is asked over each transport of each server once, for at most `maximumAliases` names.
    private func harvest(_ replies: inout [(id: UInt64, reply: DNSReply)]) {
        var isDone = false
        while !isDone {
            isDone = true
            for outcome in channels.values.flatMap({ $0.harvest() }) {
                isDone = false
                let next =
                    outcome.bytes.map { outcome.query.next(after: $0, servers: servers.count) }
                    ?? outcome.query.next(after: Self.silence(outcome.status))
                switch next {
                case .answer(let reply): replies.append((outcome.query.id, reply))
                case .ask:
                    if let reply = ask(outcome.query) { replies.append((outcome.query.id, reply)) }
                }
            }
        }
    }

    private static func silence(_ status: Int32) -> AresQuery.Silence {
        switch status {
        case ARES_ETIMEOUT: .timedOut
        case ARES_ENOTFOUND: .noSuchDomain
        case ARES_EBADNAME, ARES_EBADQUERY: .badName
        case ARES_EDESTRUCTION, ARES_ECANCELLED: .closed
        case ARES_ENOMEM: .noMemory
        default: .unreachable
        }
    }

    /// Waits for a question, a socket or a time-out, and gives each its turn.
    private func wait() {
        polls = [pollfd(fd: desk.wakeDescriptor, events: Int16(POLLIN), revents: 0)]
        owners.removeAll(keepingCapacity: true)
        var longest: Int32 = -1
        for channel in channels.values {
            for (descriptor, events) in channel.sockets {
                polls.append(pollfd(fd: descriptor, events: events, revents: 0))
                owners.append(channel)
            }
            if let wait = channel.wait { longest = longest < 0 ? wait : min(longest, wait) }
        }
        if unsafe poll(&polls, nfds_t(polls.count), longest) > 0 {
            if polls[0].revents != 0 { weir_ares_event_clear(desk.wakeDescriptor) }
            // A descriptor that a turn before closed, and that came back for another socket, has nothing to read: every
            // socket of c-ares is non-blocking.
            for (poll, channel) in zip(polls.dropFirst(), owners) where poll.revents != 0 {
                channel.process(poll.fd, poll.revents)
            }
        }
        for channel in channels.values where channel.underWay > 0 { channel.processTimeouts() }
    }

    /// Writing to a connection that the server has closed must not end the process.
    private func blockBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe _ = pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
