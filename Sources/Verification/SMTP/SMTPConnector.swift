// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import NIOCore
internal import NIOPosix
internal import NIOSOCKS
internal import NIOSSL
internal import Synchronization

/// Makes connections to mail hosts, through a proxy where one is set, and holds conversations over them.
final class SMTPConnector: Sendable {
    /// Replies are short; what comes in TLS's handshake isn't.
    private static let buffers = AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 16_384)

    private let settings: SMTPSettings
    private let group: any EventLoopGroup
    private let tls: NIOSSLContext

    /// - Parameter group: the event loops that connections live on; the caller shuts it down.
    init(_ settings: SMTPSettings, group: any EventLoopGroup) {
        self.settings = settings
        self.group = group
        // Opportunistic (RFC 7435): a host whose certificate proves nothing is no worse than one in the clear, which
        // would be asked too. Nothing secret is said.
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.minimumTLSVersion = .tlsv1
        do { tls = try NIOSSLContext(configuration: configuration) } catch {
            preconditionFailure("a TLS context without certificates is always to be had")
        }
    }

    /// Holds one conversation with the host of an address and returns how it went. Cancelling the task closes the
    /// connection.
    ///
    /// - Parameters:
    ///   - address: IPv4 or IPv6, as text.
    ///   - name: the host's name, for TLS.
    ///   - timeLeft: for all of it.
    func converse(
        with address: String, named name: String, _ script: SMTPDialogue.Script, within timeLeft: Duration
    ) async -> SMTPDialogue {
        let loop = group.next()
        let promise = loop.makePromise(of: SMTPDialogue.self)
        let handle = ConnectionHandle()
        return await withTaskCancellationHandler {
            connect(to: address, named: name, script, within: timeLeft, on: loop, promise, handle)
            do { return try await promise.futureResult.get() } catch {
                preconditionFailure("a conversation ends in its record, never in an error")
            }
        } onCancel: {
            handle.close()
        }
    }

    private func connect(
        to address: String, named name: String, _ script: SMTPDialogue.Script, within timeLeft: Duration,
        on loop: any EventLoop, _ promise: EventLoopPromise<SMTPDialogue>, _ handle: ConnectionHandle
    ) {
        let (settings, tls) = (settings, tls)
        let deadline = NIODeadline.now() + timeLeft.timeAmount
        let conversation = Conversation.Setup(
            script: script, tls: tls, hostName: name, replyTimeout: settings.replyTimeout.timeAmount,
            deadline: deadline, startsAtOnce: settings.proxy == nil)
        do {
            let target = try SocketAddress(ipAddress: address, port: settings.port)
            var bootstrap = ClientBootstrap(group: loop)
                .connectTimeout(min(settings.connectTimeout, timeLeft).timeAmount)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.prepare(channel, conversation, settings, target, deadline, promise)
                    }
                }
            if let local = settings.bindAddress {
                bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: local, port: 0))
            }
            let connected =
                switch settings.proxy {
                case .socks5(let host, let port), .http(let host, let port, _):
                    bootstrap.connect(host: host, port: port)
                case nil: bootstrap.connect(to: target)
                }
            connected.whenComplete { result in
                switch result {
                case .success(let channel): handle.adopt(channel)
                case .failure(let error): promise.succeed(Self.record(of: error, script, settings))
                }
            }
        } catch {
            promise.succeed(Self.record(of: error, script, settings))
        }
    }

    /// What a conversation that never began leaves.
    private static func record(
        of error: any Error, _ script: SMTPDialogue.Script, _ settings: SMTPSettings
    ) -> SMTPDialogue {
        var dialogue = SMTPDialogue(script)
        var failure = SMTPDialogue.Failure.connectRefused
        if case ChannelError.connectTimeout = error { failure = .connectTimedOut }
        if settings.proxy != nil { failure = .proxy }
        _ = dialogue.handle(.failed(failure))
        return dialogue
    }

    private static func prepare(
        _ channel: any Channel, _ setup: Conversation.Setup, _ settings: SMTPSettings, _ target: SocketAddress,
        _ deadline: NIODeadline, _ promise: EventLoopPromise<SMTPDialogue>
    ) throws {
        try channel.syncOptions?.setOption(.recvAllocator, value: buffers)
        let pipeline = channel.pipeline.syncOperations
        let conversation = Conversation(setup, promise)
        switch settings.proxy {
        case nil:
            try pipeline.addHandler(conversation)
        case .socks5:
            try pipeline.addHandlers(SOCKSClientHandler(targetAddress: .address(target)), conversation)
        case .http(_, _, let credentials):
            let address = target.ipAddress ?? ""
            let host = address.contains(":") ? "[\(address)]" : address
            let tunnel = TunnelHandler(to: "\(host):\(settings.port)", credentials: credentials)
            try pipeline.addHandlers(tunnel, conversation)
        }
    }
}

/// What a cancelled task has of its connection.
private final class ConnectionHandle: Sendable {
    private let state = Mutex<(channel: (any Channel)?, isClosed: Bool)>((nil, false))

    func adopt(_ channel: any Channel) {
        let isClosed = state.withLock { state in
            state.channel = channel
            return state.isClosed
        }
        if isClosed { channel.close(promise: nil) }
    }

    func close() {
        let channel = state.withLock { state in
            state.isClosed = true
            return state.channel
        }
        channel?.close(promise: nil)
    }
}

extension Duration {
    var timeAmount: TimeAmount { .microseconds(max(microseconds, 0)) }
}
