// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import ServersTesting
import Testing

@testable import Verification

/// A reply of a mail host, and what it means: a row of `Resources/smtp-replies.json`.
struct SMTPReplyCase: Decodable, Sendable, CustomTestStringConvertible {
    let reply: String
    let stage: String
    let reason: String

    var testDescription: String { "\(stage): \(reply)" }

    static let all: [SMTPReplyCase] = {
        let file = URL(filePath: TestServers.resource("smtp-replies.json"))
        return (try? JSONDecoder().decode([SMTPReplyCase].self, from: Data(contentsOf: file))) ?? []
    }()
}

extension SMTPReply {
    /// Reads one reply from its lines, in pieces of a size.
    static func read(_ text: String, piece: Int = .max) throws -> SMTPReply {
        let bytes = Array((text + "\r\n").utf8)
        var reader = SMTPReplyReader()
        var replies: [SMTPReply] = []
        for start in stride(from: 0, to: bytes.count, by: min(piece, bytes.count)) {
            replies += try reader.read(bytes[start..<min(bytes.count, start + min(piece, bytes.count))])
        }
        try #require(replies.count == 1)
        return replies[0]
    }
}
