// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// A vendor's server on 127.0.0.1 that does wrong what the request's path asks for: `/reset_mid_body` resets in the
/// body, `/ok` answers well; one that it doesn't know closes the connection. The names are those of
/// `Fixtures/misbehaviours.json` and of `Misbehaviour`.
///
/// Plain HTTP/1.1, a thread for each connection. It waits for nothing but its peer: a server that is silent is
/// so until the client closes or `stop` is called.
public final class MisbehavingServer: Sendable {
    /// A request as the server read it.
    public struct Request: Sendable, Hashable {
        /// Which connection brought it, counted from 0.
        public let connection: Int
        /// Which of its connection's requests it is, counted from 0.
        public let number: Int
        public let method: String
        public let target: String
        /// Header lines as they came.
        public let headers: [String]
        public let body: [UInt8]
    }

    /// The server could not be started: no socket, or no port.
    public struct Unavailable: Error {}

    /// The port that the system chose.
    public let port: Int

    private struct State {
        var open: Set<Int32> = []
        var accepted = 0
        var threads = 0
        var requests: [Request] = []
        var isStopped = false
    }

    private let listener: Int32
    private let state = Mutex(State())
    /// The most requests that are kept for `requests`.
    private static let maximumKept = 20_000

    /// Binds 127.0.0.1 and starts to accept.
    public init(port: Int = 0) throws(Unavailable) {
        guard let (listener, chosen) = ServerSocket.listen(port: port, backlog: 1_024) else { throw Unavailable() }
        self.listener = listener
        self.port = chosen
        guard Self.startThread({ self.accept() }) else { throw Unavailable() }
    }

    /// `http://127.0.0.1:<port>`.
    public var origin: String { "http://127.0.0.1:\(port)" }

    /// What was asked so far, in order, the first twenty thousand.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// Connections accepted so far.
    public var connections: Int { state.withLock { $0.accepted } }

    /// Connections that are open now.
    public var openConnections: Int { state.withLock { $0.open.count } }

    /// Closes every connection, and goes on accepting.
    public func closeConnections() {
        state.withLock { state in
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Closes every connection and the port. Threads end by themselves soon after.
    public func stop() {
        let first = state.withLock { state in
            let first = !state.isStopped
            state.isStopped = true
            return first
        }
        guard first else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        closeConnections()
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            let number = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.open.insert(descriptor)
                state.accepted += 1
                return state.accepted - 1
            }
            guard let number, Self.startThread({ self.serve(descriptor, number: number) }) else {
                forget(descriptor)
                continue
            }
        }
        close(listener)
    }

    private func serve(_ descriptor: Int32, number: Int) {
        let socket = ServerSocket(descriptor: descriptor)
        defer { forget(descriptor) }
        var left: [UInt8] = []
        var count = 0
        while let (request, rest) = socket.readRequest(after: left, connection: number, number: count) {
            left = rest
            state.withLock { state in
                if state.requests.count < Self.maximumKept { state.requests.append(request) }
            }
            let name = request.target.split(whereSeparator: { $0 == "/" || $0 == "?" }).first.map(String.init) ?? "ok"
            guard let misbehaviour = Misbehaviour.named[name], misbehaviour.act(socket, request) else { return }
            count += 1
        }
    }

    private func forget(_ descriptor: Int32) {
        state.withLock { state in
            state.open.remove(descriptor)
            close(descriptor)
        }
    }

    /// Runs the body on a thread of its own, of 256 KiB of stack.
    private static func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, 256 << 10)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { unsafe pthread_attr_destroy(&attributes) }
        let box = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, &attributes,
            { box in
                guard let box = unsafe box else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run()
                return nil
            }, box)
        if result != 0 { unsafe Unmanaged<Body>.fromOpaque(box).release() }
        return result == 0
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
