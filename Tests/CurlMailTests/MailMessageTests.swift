// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Testing

@testable import CurlMail

@Suite struct MailMessageTests {
    static func message(
        subject: String = "Hello", body: String = "Hello.\n", name: String? = nil, headers: [MailMessage.Header] = []
    ) -> MailMessage {
        MailMessage(
            from: .init("sender@example.com", name: name), to: [.init("jane@example.com")], subject: subject,
            date: Timestamp(seconds: 1_795_725_871), messageID: "<t1@example.com>", body: body, headers: headers)
    }

    @Test func `a plain message is its lines`() throws {
        var message = Self.message(headers: [
            .init(name: "Reply-To", value: "jane@example.com"),
            .init(name: "List-Unsubscribe", value: "<https://example.com/unsubscribe?t=1>"),
        ])
        message.to = [.init("jane@example.com", name: "Jane Doe"), .init("jo@example.org", name: "Doe, Jo \"J\"")]
        let text = String(decoding: try message.bytes(), as: UTF8.self)
        let expected = """
            From: sender@example.com
            To: Jane Doe <jane@example.com>, "Doe, Jo \\"J\\"" <jo@example.org>
            Subject: Hello
            Date: Thu, 26 Nov 2026 20:44:31 +0000
            Message-ID: <t1@example.com>
            Reply-To: jane@example.com
            List-Unsubscribe: <https://example.com/unsubscribe?t=1>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 7bit

            Hello.

            """
        #expect(text == expected.replacing("\n", with: "\r\n"))
    }

    @Test(
        arguments: [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 +0000"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 +0000"),
            (4_107_542_400, "Mon, 1 Mar 2100 00:00:00 +0000"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 +0000"),
            (253_402_300_800, nil), (-1, nil),
        ] as [(Int64, String?)])
    func `dates are in UTC`(seconds: Int64, text: String?) {
        #expect(MailDate.text(Timestamp(seconds: seconds)) == text)
    }

    @Test(arguments: [
        ("Hello", "Hello"), ("", ""), ("Grüße", "=?utf-8?B?R3LDvMOfZQ==?="), ("a =?b", "=?utf-8?B?YSA9P2I=?="),
        (" edge", "=?utf-8?B?IGVkZ2U=?="), ("two  blanks", "=?utf-8?B?dHdvICBibGFua3M=?="),
        (
            String(repeating: "é", count: 25),
            "=?utf-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6k=?=\r\n =?utf-8?B?w6nDqcOpw6nDqcOp?="
        ),
    ])
    func `a subject is written as it is or as encoded words`(subject: String, written: String) throws {
        let text = String(decoding: try Self.message(subject: subject).bytes(), as: UTF8.self)
        #expect(text.contains("\r\nSubject: \(written)\r\nDate:"), "\(text)")
    }

    @Test(arguments: ["word ", "wörd ", "x", "long-" + String(repeating: "y", count: 200) + " "])
    func `no line of a header is long`(word: String) throws {
        let subject = String(repeating: word, count: 60).trimmingCharacters(in: .whitespaces)
        let text = String(decoding: try Self.message(subject: subject).bytes(), as: UTF8.self)
        for line in text.components(separatedBy: "\r\n") {
            #expect(line.utf8.count <= (line.contains("=?") ? 76 : 78), "\(line)")
        }
    }

    @Test(arguments: [
        ("Jane Doe", "Jane Doe <"), ("Doe, Jane", "\"Doe, Jane\" <"), ("Zoë", "=?utf-8?B?Wm/Dqw==?= <"),
        ("a \\ b", "\"a \\\\ b\" <"), ("", "sender@"),
    ])
    func `a name stands as a phrase`(name: String, written: String) throws {
        let text = String(decoding: try Self.message(name: name).bytes(), as: UTF8.self)
        #expect(text.hasPrefix("From: \(written)"))
    }

    @Test(arguments: ["\r\n", "\n", "\r", "\0", "\u{7f}", "\u{85}", "\u{2028}"])
    func `nothing can be put in between`(control: String) {
        let text = "x\(control)Bcc: jane@example.org"
        #expect(throws: MailMessage.Refusal.subject) { try Self.message(subject: text).bytes() }
        #expect(throws: MailMessage.Refusal.name) { try Self.message(name: text).bytes() }
        #expect(throws: MailMessage.Refusal.header("X-A")) {
            try Self.message(headers: [.init(name: "X-A", value: text)]).bytes()
        }
        #expect(throws: MailMessage.Refusal.header("")) {
            try Self.message(headers: [.init(name: text, value: "x")]).bytes()
        }
        var message = Self.message()
        message.messageID = "<a\(control)@example.com>"
        #expect(throws: MailMessage.Refusal.messageID) { try message.bytes() }
        message = Self.message()
        message.to = [.init("jane@example.com\(control)")]
        #expect(throws: MailMessage.Refusal.address) { try message.bytes() }
        message.to = []
        #expect(throws: MailMessage.Refusal.address) { try message.bytes() }
    }

    @Test(arguments: ["From", "subject", "Bcc", "Content-Type", "Return-Path", "MIME-Version"])
    func `a header that the message writes itself is refused`(name: String) {
        #expect(throws: MailMessage.Refusal.header(name)) {
            try Self.message(headers: [.init(name: name, value: "x")]).bytes()
        }
    }

    @Test func `a header of one word that is too long is refused`() {
        let value = String(repeating: "x", count: 998)
        #expect(throws: MailMessage.Refusal.header("X-A")) {
            try Self.message(headers: [.init(name: "X-A", value: value)]).bytes()
        }
    }

    @Test(arguments: [
        ("", "7bit", ""), ("a", "7bit", "a\r\n"), ("a\rb\nc\r\n\n", "7bit", "a\r\nb\r\nc\r\n\r\n"),
        (".dot\n..two\n.\n", "7bit", ".dot\r\n..two\r\n.\r\n"), ("end \n", "quoted-printable", "end=20\r\n"),
        ("From here\n", "quoted-printable", "=46rom here\r\n"), ("1 = é\n", "quoted-printable", "1 =3D =C3=A9\r\n"),
        ("é", "quoted-printable", "=C3=A9\r\n"), ("a\u{0}b", "quoted-printable", "a=00b\r\n"),
        (
            String(repeating: "x", count: 79), "quoted-printable",
            String(repeating: "x", count: 75) + "=\r\nxxxx\r\n"
        ),
        ("日本語", "base64", "5pel5pys6KqeDQo=\r\n"),
    ])
    func `a body has the encoding that fits`(text: String, encoding: String, bytes: String) {
        let body = MailBody(text)
        #expect(body.encoding.rawValue == encoding)
        #expect(String(decoding: body.bytes, as: UTF8.self) == bytes)
    }

    @Test func `an encoded body has short lines, and is the text again`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let scalars: [Unicode.Scalar] = ["a", "=", " ", ".", "é", "語", "\n", "\t", "F"]
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...400)).map { _ in scalars.randomElement(using: &random) ?? "a" }))
            let body = MailBody(text)
            let lines = String(decoding: body.bytes, as: UTF8.self).components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= (body.encoding == .sevenBit ? 78 : 76) })
            var expected = text.replacing("\n", with: "\r\n")
            if !expected.isEmpty, !text.hasSuffix("\n") { expected += "\r\n" }
            #expect(ReceivedMail.decoded(body.bytes, body.encoding.rawValue) == Array(expected.utf8))
        }
    }
}

@Suite struct ReturnPathTests {
    @Test(arguments: [
        ("bounces@example.com", "T1", "bounces+T1@example.com"),
        ("b+eu@example.com", "a-b_c=", "b+eu+a-b_c=@example.com"),
    ])
    func `a token goes into an address and comes back`(base: String, token: String, address: String) throws {
        let path = try ReturnPath(base: base)
        #expect(try path.address(for: token) == address)
        #expect(path.token(in: address) == token)
        #expect(path.token(in: address.uppercased()) == token.uppercased())
    }

    @Test(arguments: [
        "bounces@example.com", "bounces+@example.com", "bounces+T1@example.org", "other+T1@example.com", "bounces+T1",
        "bounces+a+b@example.com", "bounces+a.b@example.com", "xbounces+T1@example.com", "",
    ])
    func `other addresses have no token`(address: String) throws {
        #expect(try ReturnPath(base: "bounces@example.com").token(in: address) == nil)
    }

    @Test func `what makes no address is refused`() throws {
        for base in [
            "", "example.com", "@example.com", "a b@example.com", "a@b@c d", "<a@example.com>", "a\r\n@example.com",
        ] {
            #expect(throws: ReturnPath.Refusal.base) { try ReturnPath(base: base) }
        }
        let path = try ReturnPath(base: "bounces@example.com")
        for token in ["", "a+b", "a@b", "a b", "a\r\nb", "é"] {
            #expect(throws: ReturnPath.Refusal.token) { try path.address(for: token) }
        }
        #expect(throws: ReturnPath.Refusal.length) { try path.address(for: String(repeating: "x", count: 57)) }
        #expect(try path.address(for: String(repeating: "x", count: 56)).utf8.count == 76)
    }
}
