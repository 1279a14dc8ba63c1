// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CurlMail

@Suite struct SubmissionTranscriptTests {
    @Test(
        arguments: [
            (["250 2.0.0 Ok: queued as 4XYZ"], 250, "2.0.0", "Ok: queued as 4XYZ"), (["250 Ok"], 250, nil, "Ok"),
            (["550-5.1.1 No such", "550 5.1.1 mailbox"], 550, "5.1.1", "No such mailbox"),
            (["550 2.1.1 odd"], 550, nil, "2.1.1 odd"), (["452"], 452, nil, ""), (["550 5.1 x"], 550, nil, "5.1 x"),
            (["550 5.7.1 a\u{1b}[2Jb"], 550, "5.7.1", "a [2Jb"), (["554 5.7.1234 x"], 554, nil, "5.7.1234 x"),
        ] as [([String], Int, String?, String)])
    func `a reply is code, enhanced status and text`(lines: [String], code: Int, status: String?, text: String) {
        #expect(SubmissionReply(lines: lines) == SubmissionReply(code: code, enhancedStatus: status, text: text))
    }

    /// Lines of the server begin with a digit; others are the client's.
    private func transcript(_ lines: [String]) -> SubmissionTranscript {
        var transcript = SubmissionTranscript()
        for line in lines {
            if line.first?.isNumber == true {
                transcript.received("\(line)\r\n".utf8)
            } else {
                transcript.sent("\(line)\r\n".utf8)
            }
        }
        return transcript
    }

    private static let login = [
        "220 mail.example.com", "EHLO example.com", "250-mail.example.com", "250 STARTTLS", "STARTTLS", "220 go",
        "EHLO example.com", "250-mail.example.com", "250-AUTH PLAIN LOGIN", "250 DSN", "AUTH PLAIN", "334 ",
        "AHgAeQ==", "235 2.7.0 ok",
    ]

    @Test func `a step is that of the last command`() {
        #expect(transcript([]).step == .connection)
        #expect(transcript(Array(Self.login.prefix(2))).step == .hello)
        #expect(transcript(Array(Self.login.prefix(5))).step == .startTLS)
        #expect(transcript(Array(Self.login.prefix(5))).reply == nil)
        #expect(transcript(Self.login).step == .login)
        #expect(transcript(Self.login).isLoggedIn)
        let refused = transcript(
            Self.login + [
                "MAIL FROM:<a@example.com>", "250 ok", "RCPT TO:<b@example.com>", "550 5.1.1 no", "QUIT", "221 bye",
            ])
        #expect(refused.step == .recipient)
        #expect(refused.reply?.code == 550)
        #expect(refused.hasQuit)
    }

    @Test func `what was offered before TLS doesn't count`() {
        let lines = ["220 x", "EHLO x", "250-x", "250 AUTH PLAIN", "STARTTLS", "220 go", "EHLO x", "250 x"]
        #expect(transcript(Array(lines.prefix(4))).offersLogin)
        #expect(!transcript(lines).offersLogin)
        #expect(!transcript(["220 x", "EHLO x", "250 AUTH GSSAPI NTLM"]).offersLogin)
        #expect(transcript(["220 x", "EHLO x", "250 auth=LOGIN"]).offersLogin)
    }

    @Test func `a password that looks like a command is none`() {
        let transcript = transcript(Array(Self.login.prefix(12)) + ["DATA"])
        #expect(transcript.step == .login)
    }
}
