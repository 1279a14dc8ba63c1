// SPDX-License-Identifier: Apache-2.0

extension Misbehaviour {
    /// Bodies whose encoding is not what they say.
    static let encodings = [
        Misbehaviour("gzip_bomb", sending: encoded("gzip", Gzip.bomb(mebibytes: 200))),
        Misbehaviour("gzip_bomb_in_chunks") { socket, _ in
            var parts = [Gzip.bomb(mebibytes: 1)]
            parts += Array(repeating: Array(parts[0].dropFirst(Gzip.header.count)), count: 199)
            guard socket.send(HTTP1.head(200, headers: ["Content-Encoding: gzip", "Transfer-Encoding: chunked"]))
            else { return false }
            return parts.allSatisfy { part in
                socket.send(Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10])
            }
        },
        Misbehaviour("gzip_broken", sending: encoded("gzip", Gzip.header + [UInt8](repeating: 0xff, count: 40))),
        Misbehaviour("gzip_of_nothing", sending: encoded("gzip", Array(#"{"found":false}"#.utf8))),
        Misbehaviour("gzip_cut_off", sending: encoded("gzip", Array(Gzip.notFound.dropLast(14)))),
        Misbehaviour(
            "gzip_wrong_checksum", sending: encoded("gzip", Gzip.notFound.dropLast(8) + [1, 2, 3, 4, 15, 0, 0, 0])),
        Misbehaviour("encoding_unknown", sending: encoded("zebra", Array(#"{"found":false}"#.utf8))),
        Misbehaviour(
            "encodings_stacked",
            sending: encoded(Array(repeating: "gzip", count: 100).joined(separator: ", "), Gzip.notFound)),
    ]

    /// Bodies that are not the document they should be.
    static let documents = [
        Misbehaviour("empty_body", sending: json([])),
        Misbehaviour("html", sending: HTTP1.reply(200, headers: ["Content-Type: text/html"], bytes: Array(page.utf8))),
        Misbehaviour("json_cut_off", sending: json(Array(#"{"found":fal"#.utf8))),
        Misbehaviour("json_and_more", sending: json(Array(#"{"found":false} {"found":true}"#.utf8))),
        Misbehaviour("json_too_deep", sending: json(deep)),
        Misbehaviour("json_huge", sending: json(huge)),
        Misbehaviour("json_in_utf_16", sending: json(Array(#"{"found":false}"#.utf16).flatMap { [UInt8($0), 0] })),
        Misbehaviour("bad_utf_8", sending: json(Array(#"{"found":false,"name":""#.utf8) + [0xc3, 0x28, 0x22, 0x7d])),
        Misbehaviour("json_of_another_shape", sending: json(Array("[1,2,3]".utf8))),
        Misbehaviour("zero_bytes", sending: json([UInt8](repeating: 0, count: 4_096))),
    ]

    private static let page = "<!doctype html><title>Please sign in</title><p>Jane Doe"

    private static let deep = [UInt8](repeating: 0x5b, count: 100_000) + [UInt8](repeating: 0x5d, count: 100_000)

    private static let huge =
        Array(#"{"found":false,"notes":""#.utf8) + [UInt8](repeating: 0x78, count: 9 << 20) + Array(#""}"#.utf8)

    private static func json(_ bytes: [UInt8]) -> [UInt8] {
        HTTP1.reply(200, headers: ["Content-Type: application/json"], bytes: bytes)
    }

    private static func encoded(_ encoding: String, _ bytes: [UInt8]) -> [UInt8] {
        HTTP1.reply(200, headers: ["Content-Encoding: \(encoding)"], bytes: bytes)
    }
}
