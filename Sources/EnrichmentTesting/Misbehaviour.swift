// SPDX-License-Identifier: Apache-2.0

/// One thing that `MisbehavingServer` can do to a client, by the name that it has in `Fixtures/misbehaviours.json`.
public struct Misbehaviour: Sendable {
    /// False where the connection is over.
    typealias Act = @Sendable (ServerSocket, MisbehavingServer.Request) -> Bool

    public let name: String
    let act: Act

    init(_ name: String, _ act: @escaping Act) {
        self.name = name
        self.act = act
    }

    /// A reply that is sent whole and leaves the connection open.
    init(_ name: String, sending bytes: [UInt8]) {
        self.init(name) { socket, _ in socket.send(bytes) }
    }

    /// A reply after which the connection closes.
    init(_ name: String, closingAfter bytes: [UInt8]) {
        self.init(name) { socket, _ in
            _ = socket.send(bytes)
            return false
        }
    }

    /// Everything that the server does wrong over plain HTTP/1.1.
    public static let all = connections + statuses + redirects + framings + heads + encodings + documents

    /// What the server does well: `/ok` finds nobody, `/gzip` says so compressed, `/echo` sends the request's
    /// body back, `/found_page` redirects to `/ok`, `/redirect?to=...` to any URL.
    public static let wellBehaved = [
        Misbehaviour("ok", sending: HTTP1.reply(200)),
        Misbehaviour("gzip", sending: HTTP1.reply(200, headers: ["Content-Encoding: gzip"], bytes: Gzip.notFound)),
        Misbehaviour("echo") { socket, request in
            socket.send(HTTP1.reply(200, headers: ["X-Method: \(request.method)"], bytes: request.body))
        },
        Misbehaviour("found_page", sending: HTTP1.reply(302, headers: ["Location: /ok"])),
        Misbehaviour("redirect") { socket, request in
            let location = request.target.split(separator: "=", maxSplits: 1).last.map(String.init) ?? "/ok"
            return socket.send(HTTP1.reply(302, headers: ["Location: \(location)"]))
        },
        // One good reply, and another that nobody asked for, a moment later.
        Misbehaviour("ok_and_more") { socket, _ in
            socket.send(HTTP1.reply(200)) && socket.waitForPeer(20)
                && socket.send(HTTP1.reply(200, body: #"{"found":true}"#))
        },
        // Reads the request and closes without a byte, but for the first request of a connection.
        Misbehaviour("close_when_reused") { socket, request in
            request.number > 0 ? false : socket.send(HTTP1.reply(200))
        },
        Misbehaviour("slow") { socket, _ in socket.waitForPeer(2) && socket.send(HTTP1.reply(200)) },
    ]

    /// By name.
    static let named = Dictionary(uniqueKeysWithValues: (all + wellBehaved).map { ($0.name, $0) })

    private static let connections = [
        Misbehaviour("close_before_reply") { _, _ in false },
        Misbehaviour("reset_before_reply") { socket, _ in
            socket.reset()
            return false
        },
        Misbehaviour("silence") { socket, _ in
            socket.staySilent()
            return false
        },
        Misbehaviour("close_mid_head", closingAfter: Array("HTTP/1.1 200 OK\r\nContent-Ty".utf8)),
        Misbehaviour("reset_mid_head", resettingAfter: Array("HTTP/1.1 200 OK\r\nContent-Ty".utf8)),
        Misbehaviour("reset_after_head", resettingAfter: HTTP1.head(200, headers: ["Content-Length: 15"])),
        Misbehaviour("reset_mid_body", resettingAfter: HTTP1.head(200, headers: ["Content-Length: 15"]) + [0x7b]),
        Misbehaviour("silence_after_head") { socket, _ in
            if socket.send(HTTP1.head(200, headers: ["Content-Length: 15"])) { socket.staySilent() }
            return false
        },
        Misbehaviour("silence_mid_body") { socket, _ in
            if socket.send(HTTP1.head(200, headers: ["Content-Length: 15"]) + [0x7b]) { socket.staySilent() }
            return false
        },
        Misbehaviour("trickled_head") { socket, _ in socket.trickle(HTTP1.reply(200), every: 50) },
        Misbehaviour("trickled_body") { socket, _ in
            socket.send(HTTP1.head(200, headers: ["Content-Length: 15"]))
                && socket.trickle(Array(#"{"found":false}"#.utf8), every: 100)
        },
    ]

    private static let statuses =
        [
            204, 205, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 414, 415, 418, 421, 422, 423, 425, 426, 431,
            451, 500,
            501, 502, 503, 504, 507, 511, 520, 529, 599, 600, 999,
        ]
        .map { Misbehaviour("status_\($0)", sending: status($0)) } + [
            Misbehaviour("throttled_seconds", sending: throttled("7")),
            Misbehaviour("throttled_date", sending: throttled("Wed, 21 Oct 2026 07:28:00 GMT")),
            Misbehaviour("throttled_garbage", sending: throttled("soon")),
            Misbehaviour("throttled_negative", sending: throttled("-1")),
            Misbehaviour("throttled_for_decades", sending: throttled("1000000000")),
            Misbehaviour("throttled_without_end", sending: throttled("99999999999999999999999999")),
        ]

    private static let redirects = [
        Misbehaviour("redirect_loop", sending: HTTP1.reply(302, headers: ["Location: /redirect_loop"])),
        Misbehaviour("redirect_elsewhere", sending: HTTP1.reply(307, headers: ["Location: https://example.com/"])),
        Misbehaviour("redirect_nowhere", sending: HTTP1.reply(302)),
        Misbehaviour("not_modified", closingAfter: HTTP1.head(304, headers: [])),
        Misbehaviour("multiple_choices", sending: HTTP1.reply(300)),
    ]

    private static func status(_ code: Int) -> [UInt8] {
        code == 204 ? HTTP1.head(204, headers: []) : HTTP1.reply(code, body: code == 205 ? "" : #"{"error":"no"}"#)
    }

    private static func throttled(_ wait: String) -> [UInt8] {
        HTTP1.reply(429, headers: ["Retry-After: \(wait)"], body: #"{"error":"slow down"}"#)
    }

    /// A reply cut off by a reset. The pause lets the client read what came before: a reset discards it.
    init(_ name: String, resettingAfter bytes: [UInt8]) {
        self.init(name) { socket, _ in
            _ = socket.send(bytes) && socket.waitForPeer(20)
            socket.reset()
            return false
        }
    }
}
