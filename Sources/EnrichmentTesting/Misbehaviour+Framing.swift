// SPDX-License-Identifier: Apache-2.0

extension Misbehaviour {
    /// Lengths and chunks that are not true.
    static let framings = [
        Misbehaviour("length_too_great", closingAfter: body("Content-Length: 500")),
        Misbehaviour("length_too_small", sending: body("Content-Length: 5")),
        Misbehaviour("length_negative", closingAfter: body("Content-Length: -5")),
        Misbehaviour("length_not_a_number", closingAfter: body("Content-Length: many")),
        Misbehaviour("length_overflowing", closingAfter: body("Content-Length: 99999999999999999999")),
        Misbehaviour("lengths_in_conflict", closingAfter: body("Content-Length: 5", "Content-Length: 15")),
        Misbehaviour("no_length", closingAfter: body("X-Example: 1")),
        Misbehaviour("chunk_size_not_hex", closingAfter: chunked("zz\r\nabc\r\n0\r\n\r\n")),
        Misbehaviour("chunk_size_overflowing", closingAfter: chunked("ffffffffffffffffff\r\nabc\r\n0\r\n\r\n")),
        Misbehaviour("chunk_without_end", closingAfter: chunked("f\r\n{\"found\":false}XX0\r\n\r\n")),
        Misbehaviour("close_mid_chunk", closingAfter: chunked("ff\r\n{\"found\"")),
        Misbehaviour("close_before_last_chunk", closingAfter: chunked("f\r\n{\"found\":false}\r\n")),
        Misbehaviour("endless_chunks") { socket, _ in
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65_536) + [13, 10]
            guard socket.send(chunked("")) else { return false }
            while socket.send(chunk) {}
            return false
        },
        Misbehaviour("endless_body") { socket, _ in
            guard socket.send(HTTP1.head(200, headers: [])) else { return false }
            while socket.send([UInt8](repeating: 0x20, count: 65_536)) {}
            return false
        },
        Misbehaviour(
            "body_over_limit",
            sending: HTTP1.reply(200, headers: [], bytes: [UInt8](repeating: 0x20, count: (8 << 20) + 1))),
        Misbehaviour("second_reply_unasked", sending: HTTP1.reply(200) + HTTP1.reply(200, body: #"{"found":true}"#)),
    ]

    /// Status lines and headers that are not right.
    static let heads = [
        Misbehaviour("not_http", closingAfter: Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8)),
        Misbehaviour("http_0_9", closingAfter: Array(#"{"found":false}"#.utf8)),
        Misbehaviour("version_unknown", closingAfter: raw("HTTP/9.9 200 OK\r\n")),
        Misbehaviour("status_not_a_number", closingAfter: raw("HTTP/1.1 good OK\r\n")),
        Misbehaviour("status_of_two_digits", closingAfter: raw("HTTP/1.1 20 OK\r\n")),
        Misbehaviour(
            "megabyte_header",
            sending: HTTP1.reply(200, headers: ["X-Example: " + String(repeating: "x", count: 1 << 20)])),
        Misbehaviour(
            "ten_thousand_headers",
            sending: HTTP1.reply(200, headers: (0..<10_000).map { "X-Example-\($0): some value of it" })),
        Misbehaviour("endless_headers") { socket, _ in
            let line = Array("X-Example: some value of it\r\n".utf8)
            guard socket.send("HTTP/1.1 200 OK\r\n") else { return false }
            while socket.send(line) {}
            return false
        },
        Misbehaviour("endless_interim_replies") { socket, _ in
            while socket.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") {}
            return false
        },
        Misbehaviour("nul_in_header", closingAfter: raw("HTTP/1.1 200 OK\r\nX-Example: a\0b\r\n")),
        Misbehaviour(
            "bare_line_feeds", closingAfter: Array("HTTP/1.1 200 OK\nContent-Length: 15\n\n{\"found\":false}".utf8)),
        Misbehaviour("header_without_colon", sending: body("Content-Length: 15", "nothing to see")),
        Misbehaviour("header_in_two_lines", sending: body("Content-Length: 15", "X-Example: a", "  b")),
        Misbehaviour(
            "upgrade_unasked", closingAfter: HTTP1.head(101, headers: ["Upgrade: websocket", "Connection: Upgrade"])),
    ]

    private static func body(_ headers: String...) -> [UInt8] {
        HTTP1.head(200, headers: headers) + Array(#"{"found":false}"#.utf8)
    }

    private static func chunked(_ text: String) -> [UInt8] {
        HTTP1.head(200, headers: ["Transfer-Encoding: chunked"]) + Array(text.utf8)
    }

    private static func raw(_ head: String) -> [UInt8] {
        Array((head + "Content-Length: 15\r\n\r\n{\"found\":false}").utf8)
    }
}
