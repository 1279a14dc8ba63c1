// SPDX-License-Identifier: Apache-2.0

internal import CAres
internal import Glibc
internal import Synchronization

/// Asks name servers through c-ares, on one thread of its own.
///
/// Names are absolute: no search domain is appended, neither `/etc/hosts` nor `HOSTALIASES` is looked at. A truncated
/// reply is asked for again over TCP. A server that fails, refuses or talks nonsense leaves the word to the next; the
/// last one's failure is the reply. One that is silent is asked again, then the next, `tries` times round.
///
/// Answers aren't kept: see `DNSCache`. `/etc/resolv.conf` is read once, at the start.
public final class AresResolver: DNSResolver {
    /// Whom to ask, and for how long.
    public struct Options: Sendable, Hashable {
        /// Whom to ask, the first one first; at most `maximumServers` are used. Nil: the system's.
        public var servers: [DNSServer]?
        /// How long a server's answer is waited for on the first round; each further one takes twice as long as the one
        /// before. 1 ms to 60 s.
        public var timeout: Duration
        /// Rounds through the servers; 1 to 10.
        public var tries: Int
        /// Questions that are asked at once; the rest wait. 1 to 4,096; what a socket's buffer holds is near 200.
        public var maximumInFlight: Int

        public init(
            servers: [DNSServer]? = nil, timeout: Duration = .seconds(2), tries: Int = 2, maximumInFlight: Int = 128
        ) {
            self.servers = servers
            self.timeout = timeout
            self.tries = tries
            self.maximumInFlight = maximumInFlight
        }
    }

    /// Servers that are used.
    public static let maximumServers = 4
    /// Questions that wait or are under way; further ones fail as `overloaded`.
    public static let maximumOpen = 65_536

    let desk: AresDesk
    private let joinable = Mutex<pthread_t?>(nil)

    /// Starts the thread.
    public init(_ options: Options = Options()) {
        precondition(
            options.timeout >= .milliseconds(1) && options.timeout <= .seconds(60), "a time-out is 1 ms to 60 s")
        precondition((1...10).contains(options.tries), "a server is tried 1 to 10 times")
        precondition((1...4_096).contains(options.maximumInFlight), "1 to 4,096 questions are asked at once")
        precondition(options.servers?.isEmpty != true, "a resolver needs a server")
        desk = AresDesk(options, maximumOpen: Self.maximumOpen)
        var made = pthread_t()
        let result = unsafe pthread_create(
            &made, nil,
            { desk in
                guard let desk = unsafe desk else { return nil }
                AresThread(unsafe Unmanaged<AresDesk>.fromOpaque(desk).takeRetainedValue()).run()
                return nil
            }, Unmanaged.passRetained(desk).toOpaque())
        precondition(result == 0, "no thread is left for the resolver")
        joinable.withLock { $0 = made }
    }

    deinit { close() }

    /// Answers all that is open as `closed`, and ends the thread. A second call returns at once.
    public func close() {
        guard let ending = joinable.withLock({ $0.take() }) else { return }
        desk.close()
        pthread_join(ending, nil)
    }

    public func lookUp(_ name: String, _ type: DNSRecordType) async -> DNSReply {
        guard let normal = DNSName.normal(name) else { return .failed(DNSFailure(.badName)) }
        let id = desk.newID()
        let reply = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                desk.ask(AresDesk.Question(id: id, name: normal, type: type), continuation)
            }
        } onCancel: {
            desk.cancel(id)
        }
        desk.forget(id)
        return reply
    }

    /// Questions that wait or are under way and have somebody waiting for them: for tests.
    package var openCount: Int { desk.openCount }
}
