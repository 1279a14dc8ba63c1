// SPDX-License-Identifier: Apache-2.0
import Hummingbird

/// Leads a request to its vendor, through the faults that the settings ask for.
struct Responder: HTTPResponder {
    /// Carries the one thing that is needed of a connection: a way to break it.
    struct Context: InitializableFromSource {
        let close: @Sendable () -> Void

        init(source: ApplicationRequestContextSource) {
            let channel = source.channel
            close = { channel.close(mode: .all, promise: nil) }
        }
    }

    let core: Core

    func respond(to request: Request, context: Context) async throws -> Response {
        guard let body = try await body(of: request) else {
            return response(Reply(413, .rejected, ["error": "Payload Too Large"]))
        }
        let path = request.uri.path
        let id = String(path.dropFirst().prefix { $0 != "/" })
        let call = Call(
            method: request.method.rawValue,
            path: String(path.dropFirst(id.count + 1)),
            rawQuery: request.uri.query,
            fields: request.headers,
            body: body)
        guard let (vendor, desk) = core[id] else {
            return response(Control(core: core).answer(call, first: id))
        }
        let (milliseconds, fault) = desk.draw(for: call.identity)
        if milliseconds > 0 { try await Task.sleep(for: .milliseconds(milliseconds)) }
        if fault == .error || fault == .reset { return refuse(fault, by: vendor, desk, context) }
        let reply = core.reply(to: call, by: vendor, at: desk)
        return try await deliver(reply, fault, desk, context)
    }

    // MARK: - Faults

    private func refuse(
        _ fault: Desk.Fault, by vendor: any Vendor, _ desk: Desk, _ context: Context
    ) -> Response {
        desk.countFault()
        if fault == .reset {
            context.close()
            return Response(status: .internalServerError)
        }
        return response(vendor.broken())
    }

    private func deliver(
        _ reply: Reply, _ fault: Desk.Fault, _ desk: Desk, _ context: Context
    ) async throws -> Response {
        guard fault != .none else { return response(reply) }
        desk.countFault()
        var reply = reply
        if fault == .malformed {
            reply.body = Array(reply.body.prefix(reply.body.count / 2))
            return response(reply)
        }
        if fault == .hang { try await Task.sleep(for: .milliseconds(desk.settings.hangMilliseconds)) }
        context.close()
        return Response(status: .internalServerError)
    }

    // MARK: - HTTP

    /// Returns the whole body, or `nil` where it is too large.
    private func body(of request: Request) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= Call.bodyBytesMax else { return nil }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }

    private func response(_ reply: Reply) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = reply.contentType
        for header in reply.headers {
            if let name = HTTPFields.Element.Name(header.name) { fields[name] = header.value }
        }
        return Response(
            status: .init(code: reply.status),
            headers: fields,
            body: .init(byteBuffer: ByteBuffer(bytes: reply.body)))
    }
}
