// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import NIOCore
internal import NIOSOCKS
internal import NIOSSL
internal import NIOTLS

/// Carries out what an `SMTPDialogue` decides, on a connection's event loop. Ends in the dialogue's record, whatever
/// happens.
final class Conversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Setup: Sendable {
        var script: SMTPDialogue.Script
        var tls: NIOSSLContext
        var hostName: String
        /// How long one reply may take.
        var replyTimeout: TimeAmount
        var deadline: NIODeadline
        /// False: a proxy is asked first, and `begin` tells when the host is at the other end.
        var startsAtOnce: Bool
    }

    /// How long a host is listened to after QUIT.
    private static let farewell = TimeAmount.seconds(1)

    private let setup: Setup
    private let promise: EventLoopPromise<SMTPDialogue>
    private var dialogue: SMTPDialogue
    private var reader = SMTPReplyReader()
    private var context: ChannelHandlerContext?
    /// When what is waited for must have come.
    private var limit = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?
    /// When the timer goes off: at the limit, or before it, and then it is set again.
    private var alarm: NIODeadline?
    private var hasBegun = false
    /// True once the host is at the other end.
    private var isThrough = false
    private var hasEnded = false

    init(_ setup: Setup, _ promise: EventLoopPromise<SMTPDialogue>) {
        self.setup = setup
        self.promise = promise
        dialogue = SMTPDialogue(setup.script)
    }

    // MARK: The channel's events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        hasBegun = true
        wait(setup.replyTimeout)
        if setup.startsAtOnce { begin() }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        do {
            for reply in try reader.read(bytes.readableBytesView) {
                let action = dialogue.handle(.replied(reply))
                carryOut(action)
                // What came in the clear behind the go-ahead for TLS is nobody's word.
                if action == .secure || hasEnded { break }
            }
        } catch {
            fail(.notSMTP)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is SOCKSProxyEstablishedEvent || event is TunnelHandler.Established { begin() }
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            carryOut(dialogue.handle(.secured))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A host that doesn't close TLS properly has still said what it said.
        if let error = error as? NIOSSLError, case .uncleanShutdown = error { return fail(.closed) }
        fail(dialogue.stage == .startTLS ? .tls : .closed)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(dialogue.stage == .startTLS ? .tls : .closed)
        context.fireChannelInactive()
    }

    // MARK: The conversation

    /// Listens for the banner: the host is at the other end.
    func begin() {
        guard !hasEnded, let context else { return }
        isThrough = true
        if setup.script.helo.isEmpty {
            var script = setup.script
            script.helo = Self.literal(context.channel.localAddress)
            dialogue = SMTPDialogue(script)
        }
        wait(setup.replyTimeout)
    }

    private func carryOut(_ action: SMTPDialogue.Action) {
        guard let context, !hasEnded else { return }
        switch action {
        case .send(let command):
            wait(dialogue.stage == .quit ? Self.farewell : setup.replyTimeout)
            var buffer = context.channel.allocator.buffer(capacity: command.utf8.count + 2)
            buffer.writeString(command)
            buffer.writeString("\r\n")
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        case .secure:
            reader = SMTPReplyReader()
            wait(setup.replyTimeout)
            do {
                // A name that TLS can't name, such as an address, is left out.
                let named = try? NIOSSLClientHandler(context: setup.tls, serverHostname: setup.hostName)
                let handler = try named ?? NIOSSLClientHandler(context: setup.tls, serverHostname: nil)
                try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
            } catch {
                fail(.tls)
            }
        case .close:
            end()
        }
    }

    /// Replies come long before their limit: a timer that is set stays, as setting one costs more than reading a reply.
    private func wait(_ time: TimeAmount) {
        limit = min(NIODeadline.now() + time, setup.deadline)
        if let alarm, alarm <= limit { return }
        timer?.cancel()
        setTimer()
    }

    private func setTimer() {
        guard let context else { return }
        alarm = limit
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: limit) { [self] in
            alarm = nil
            if limit > .now() { setTimer() } else { fail(.timedOut) }
        }
    }

    private func fail(_ failure: SMTPDialogue.Failure) {
        guard hasBegun, !hasEnded else { return }
        _ = dialogue.handle(.failed(isThrough ? failure : .proxy))
        end()
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        timer?.cancel()
        timer = nil
        context?.close(promise: nil)
        promise.succeed(dialogue)
    }

    /// The address literal of the connection's own end (RFC 5321, 4.1.3).
    private static func literal(_ address: SocketAddress?) -> String {
        switch address {
        case .v4: "[\(address?.ipAddress ?? "127.0.0.1")]"
        case .v6: "[IPv6:\(address?.ipAddress ?? "::1")]"
        default: "localhost"
        }
    }
}
