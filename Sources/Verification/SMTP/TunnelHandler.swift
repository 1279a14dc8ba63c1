// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOCore

/// Asks an HTTP proxy for a tunnel (CONNECT; RFC 9110, 9.3.6), says by an event when it is there, and leaves.
///
/// NIO's own handler is for protocols in which the client speaks first: a mail host's banner in the same read as the
/// proxy's answer is lost to its HTTP decoder.
final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The target is at the other end now.
    struct Established: Sendable {}

    /// The proxy refused, or what came is no answer of a proxy.
    struct Refused: Error {}

    /// Octets of an answer at most.
    static let maximumHead = 16_384

    private let request: String
    private var head: [UInt8] = []
    private var hasAsked = false

    /// - Parameters:
    ///   - target: address and port, as a URL has them.
    ///   - credentials: `user:password`.
    init(to target: String, credentials: String?) {
        let login = credentials.map { "Proxy-Authorization: Basic \(Data($0.utf8).base64EncodedString())\r\n" } ?? ""
        request = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\(login)\r\n"
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { ask(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        ask(context)
        context.fireChannelActive()
    }

    private func ask(_ context: ChannelHandlerContext) {
        guard !hasAsked else { return }
        hasAsked = true
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += unwrapInboundIn(data).readableBytesView
        guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else {
            if head.count > Self.maximumHead { refuse(context) }
            return
        }
        guard Self.isAcceptance(head[..<end.lowerBound]) else { return refuse(context) }
        let rest = head[end.upperBound...]
        head = []
        context.fireUserInboundEventTriggered(Established())
        if !rest.isEmpty { context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: rest))) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    private func refuse(_ context: ChannelHandlerContext) {
        context.fireErrorCaught(Refused())
        context.close(promise: nil)
    }

    /// True for a status line of 2xx: `HTTP/1.1 200 Connection established`.
    private static func isAcceptance(_ head: ArraySlice<UInt8>) -> Bool {
        let line = String(decoding: head.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        let words = line.split(separator: " ")
        return words.count >= 2 && words[0].hasPrefix("HTTP/1.") && words[1].count == 3 && words[1].hasPrefix("2")
    }
}
