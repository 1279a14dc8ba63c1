// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CurlMail

@Suite struct IMAPResponseTests {
    private func responses(_ text: String, step: Int, maximumLiteral: Int = 1_000) -> ([IMAPResponse], StaticString?) {
        var reader = IMAPResponseReader(maximumLiteral: maximumLiteral)
        let bytes = Array(text.utf8)
        var found: [IMAPResponse] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            reader.append(bytes[start..<min(start + step, bytes.count)])
            while let response = reader.next() { found.append(response) }
        }
        return (found, reader.violation)
    }

    @Test(arguments: [1, 2, 3, 7, 1_000])
    func `nothing in a message is the server's word, however it is cut`(step: Int) throws {
        let message = "Subject: x\r\n\r\n* 9 FETCH (UID 9)\r\nw1 OK\r\n{5}\r\n)\r\n"
        let text =
            "* 2 FETCH (FLAGS (\\Seen (x)) UID 7 BODY[]<0> {\(message.utf8.count)}\r\n\(message))\r\nw1 OK done\r\n"
        let (found, violation) = responses(text, step: step)
        #expect(violation.map { "\($0)" } == nil)
        #expect(found.count == 2)
        let body = try #require(found.first?.body)
        #expect(body.uid == 7)
        #expect(body.bytes == Array(message.utf8))
        #expect(found.last?.tag == "w1")
        #expect(found.last?.status == "OK")
    }

    @Test(
        arguments: [
            ("* 2 FETCH (UID 7 RFC822.SIZE 10)", 7, 10), ("* 2 fetch (rfc822.size 10 uid 7)", 7, 10),
            ("* 2 FETCH (UID 7 FLAGS () RFC822.SIZE 10 X \"a ) \\\" b\")", 7, 10), ("* 2 FETCH (UID 7)", nil, nil),
            ("* 2 FETCH (UID 7 RFC822.SIZE", nil, nil), ("* 2 EXISTS", nil, nil),
            ("* 2 FETCH (UID x RFC822.SIZE 1)", nil, nil),
            ("* 2 FETCH (UID 4294967296 RFC822.SIZE 1)", nil, nil), ("* 2 FETCH (UID 7 RFC822.SIZE -1)", nil, nil),
        ] as [(String, UInt32?, Int?)])
    func `attributes are read by name`(line: String, uid: UInt32?, size: Int?) {
        let entry = IMAPResponse(line: Array(line.utf8), literals: []).entry
        #expect(entry?.uid == uid)
        #expect(entry?.size == size)
    }

    @Test func `a short message may come in quotes`() throws {
        let line = #"* 2 FETCH (UID 7 BODY[] "a\"b\\")"#
        #expect(IMAPResponse(line: Array(line.utf8), literals: []).body?.bytes == Array(#"a"b\"#.utf8))
        #expect(IMAPResponse(line: Array("* 2 FETCH (UID 7 BODY[] NIL)".utf8), literals: []).body == nil)
        #expect(
            IMAPResponse(
                line: Array("* 2 FETCH (UID 7 BODY[HEADER.FIELDS (DATE)] \"\" RFC822.SIZE 1)".utf8), literals: []
            ).entry?.size == 1)
    }

    @Test func `response codes are read by name`() {
        let response = IMAPResponse(line: Array("* OK [UIDVALIDITY 3857529045] UIDs valid".utf8), literals: [])
        #expect(response.code("UIDVALIDITY") == 3_857_529_045)
        #expect(response.code("UIDNEXT") == nil)
        #expect(IMAPResponse(line: Array("* NO [UIDNEXT 5] x".utf8), literals: []).code("UIDNEXT") == nil)
    }

    @Test func `what is too long is not read on`() {
        #expect(responses("* 1 FETCH (BODY[] {1001}\r\n", step: 5).1 != nil)
        #expect(responses("* 1 FETCH (A {600}\r\n\(String(repeating: "x", count: 600)) B {600}\r\n", step: 50).1 != nil)
        #expect(responses("* \(String(repeating: "x", count: 70_000))", step: 1_000).1 != nil)
        #expect(responses("* 1 FETCH (BODY[] {99999999999999999999}\r\n* OK\r\n", step: 5).1 != nil)
    }

    @Test func `lists deeper than any server's are not followed`() {
        let line = "* 1 FETCH (FLAGS \(String(repeating: "(", count: 10_000)) UID 1)"
        #expect(IMAPResponse(line: Array(line.utf8), literals: []).attributes == nil)
    }

    @Test func `of many messages the lowest are kept`() {
        var entries = LowestEntries(limit: 3, after: 10, uidValidity: 1)
        for uid in [30, 10, 12, 25, 11, 40, 9, 13, 14] {
            entries.take(IMAPResponse(line: Array("* 1 FETCH (UID \(uid) RFC822.SIZE 1)".utf8), literals: []))
        }
        entries.finish()
        #expect(entries.entries.map(\.position.uid) == [11, 12, 13])
        #expect(entries.hasMore)
    }

    @Test func `a mailbox's name is quoted or refused`() {
        #expect(MailboxReader.quoted("INBOX") == "\"INBOX\"")
        #expect(MailboxReader.quoted(#"a"b\c"#) == #""a\"b\\c""#)
        for name in ["", "a\r\nb", "é", "a\0"] { #expect(MailboxReader.quoted(name) == nil) }
    }
}
