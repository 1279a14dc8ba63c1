// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Testing

@testable import Verification

@Suite struct SMTPReplyReaderTests {
    private static func read(_ text: String) throws -> [SMTPReply] {
        var reader = SMTPReplyReader()
        return try reader.read(text.utf8)
    }

    @Test(arguments: [
        ("220 mx.example\r\n", [SMTPReply(code: 220, lines: ["mx.example"])]),
        ("250-a\r\n250-b\r\n250 c\r\n", [SMTPReply(code: 250, lines: ["a", "b", "c"])]),
        ("250-a\n250 b\n", [SMTPReply(code: 250, lines: ["a", "b"])]),
        ("250\r\n", [SMTPReply(code: 250, lines: [""])]),
        ("250 \r\n", [SMTPReply(code: 250, lines: [""])]),
        ("250-one\r\n550 two\r\n", [SMTPReply(code: 550, lines: ["one", "two"])]),
        ("250 a\r\n221 b\r\n", [SMTPReply(code: 250, lines: ["a"]), SMTPReply(code: 221, lines: ["b"])]),
        ("250 a\tb\u{1B}[2Jc\r\n", [SMTPReply(code: 250, lines: ["a b\u{FFFD}[2Jc"])]),
        ("250 grüß\r\n", [SMTPReply(code: 250, lines: ["grüß"])]),
        ("250 a", []), ("250-a\r\n", []), ("", []),
    ])
    func `a reply is read line by line`(text: String, replies: [SMTPReply]) throws {
        #expect(try Self.read(text) == replies)
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n", "\r\n", "25\r\n", "2x0 a\r\n", "250a\r\n",
        "150 a\r\n", "000 a\r\n", "600 a\r\n", "250-a\r\nb\r\n", " 250 a\r\n", "\u{0}\u{0}\u{0}\n",
    ])
    func `what is no SMTP is told`(text: String) {
        #expect(throws: SMTPReplyReader.Failure.notSMTP) { try Self.read(text) }
    }

    @Test func `a reply before what is no SMTP is read, whether or not they come together`() throws {
        var reader = SMTPReplyReader()
        #expect(try reader.read("550 5.1.1 a\r\n\r\n250 b\r\n".utf8) == [SMTPReply(code: 550, lines: ["5.1.1 a"])])
        #expect(throws: SMTPReplyReader.Failure.notSMTP) { try reader.read("250 c\r\n".utf8) }
        #expect(throws: SMTPReplyReader.Failure.notSMTP) { try reader.read([]) }
    }

    @Test func `the middle of a reply is known as such`() throws {
        var reader = SMTPReplyReader()
        #expect(!reader.isPartial)
        #expect(try reader.read("250-a\r\n".utf8) == [])
        #expect(reader.isPartial)
        #expect(try reader.read("250 b\r\n".utf8).count == 1)
        #expect(!reader.isPartial)
    }

    @Test func `bytes that are no UTF-8 are replaced`() throws {
        var reader = SMTPReplyReader()
        let replies = try reader.read(Array("550 a".utf8) + [0xFF, 0x0D, 0x0A])
        #expect(replies == [SMTPReply(code: 550, lines: ["a\u{FFFD}"])])
    }

    @Test func `a long line is cut, and one without end is refused`() throws {
        let long = String(repeating: "a", count: SMTPReplyReader.maximumLine)
        let replies = try Self.read("250 \(long)\r\n250 b\r\n")
        #expect(replies.map { $0.lines[0].count } == [SMTPReplyReader.maximumLine - 4, 1])
        let most = String(repeating: "a", count: SMTPReplyReader.maximumLine + SMTPReplyReader.maximumDiscarded - 4)
        #expect(try Self.read("250 \(most)\n").count == 1)
        #expect(throws: SMTPReplyReader.Failure.tooLong) { try Self.read("250 \(most)a") }
    }

    @Test func `a reply has a number of lines at most`() throws {
        let lines = String(repeating: "250-a\r\n", count: SMTPReplyReader.maximumLines - 1)
        #expect(try Self.read(lines + "250 a\r\n").first?.lines.count == SMTPReplyReader.maximumLines)
        #expect(throws: SMTPReplyReader.Failure.tooLong) { try Self.read(lines + "250-a\r\n250 a\r\n") }
    }

    @Test func `what a host offers is the first word of each line but the first`() throws {
        let reply = try SMTPReply.read("250-mx STARTTLS\r\n250-size 1000\r\n250-starttls\r\n250 SMTPUTF8")
        #expect(reply.extensions == ["SIZE", "STARTTLS", "SMTPUTF8"])
    }

    @Test func `a description holds no text`() throws {
        #expect("\(try SMTPReply.read("550 jane@a.example"))" == "a reply with code 550")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `random bytes end in replies or in a refusal, whatever their pieces`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("2345 0-.\r\n\na@\u{0}".utf8) + [0x80, 0xFF]
        let bytes = (0..<400).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        let text = Array("250-a\r\n".utf8) + bytes
        let (replies, failure) = Self.trickle(text)
        var reader = SMTPReplyReader()
        do { #expect(try reader.read(text) == replies, "seed \(seed)") } catch {
            #expect(error == failure, "seed \(seed)")
        }
        for reply in replies {
            #expect((200..<600).contains(reply.code) && !reply.lines.isEmpty, "seed \(seed)")
            for stage in SMTPStage.allCases { _ = ReplyClassifier.standard.reason(for: reply, at: stage) }
        }
    }

    private static func trickle(_ bytes: [UInt8]) -> ([SMTPReply], SMTPReplyReader.Failure?) {
        var reader = SMTPReplyReader()
        var replies: [SMTPReply] = []
        for byte in bytes {
            do { replies += try reader.read([byte]) } catch { return (replies, error) }
        }
        return (replies, nil)
    }
}
