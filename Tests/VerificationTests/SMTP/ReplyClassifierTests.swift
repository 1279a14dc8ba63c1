// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@testable import Verification

@Suite struct ReplyClassifierTests {
    private let classifier = ReplyClassifier.standard

    @Test func `there are replies to be classified`() {
        #expect(SMTPReplyCase.all.count >= 360)
        #expect(Set(SMTPReplyCase.all.map(\.stage)) == ["banner", "ehlo", "mail", "rcpt"])
    }

    @Test(arguments: SMTPReplyCase.all)
    func `a reply that is known means what it is known to mean`(row: SMTPReplyCase) throws {
        let stage = try #require(SMTPStage(rawValue: row.stage))
        let reason = try #require(VerdictReason(rawValue: row.reason))
        let whole = try SMTPReply.read(row.reply)
        let trickled = try SMTPReply.read(row.reply, piece: 1)
        #expect(whole == trickled)
        #expect(classifier.reason(for: whole, at: stage) == reason)
        if stage == .rcpt { #expect(classifier.reason(for: whole, at: .stranger) == reason) }
    }

    @Test func `a host that says it gets that verdict`() async throws {
        for row in SMTPReplyCase.all {
            let stage = try #require(SMTPStage(rawValue: row.stage))
            let said = row.reply.split(whereSeparator: \.isNewline).joined(separator: "\r\n")
            let host = try ScriptedMailHost { command in
                switch command.prefix(4) {
                case "": stage == .banner ? said : "220 mx.d.example"
                case "EHLO", "HELO": stage == .ehlo ? said : "250 mx.d.example"
                case "MAIL": stage == .mail ? said : "250 2.1.0 Ok"
                case "RCPT": command.contains("jane@") ? said : "550 5.1.1 No such user"
                default: "221 2.0.0 Bye"
                }
            }
            let found = try await host.examine("jane@d.example")
            let reason = try #require(VerdictReason(rawValue: row.reason))
            let evidence = MailboxEvidence(
                route: .hosts, recipient: Self.answer(try SMTPReply.read(row.reply), at: stage, reason),
                stranger: .refused(.mailboxNotFound))
            #expect(found.verdict == evidence.verdict, "\(row.stage): \(row.reply): \(found.steps)")
        }
    }

    private static func answer(
        _ reply: SMTPReply, at stage: SMTPStage, _ reason: VerdictReason
    ) -> MailboxEvidence.Answer {
        guard stage == .rcpt else { return .unheard(reason) }
        switch reply.severity {
        case 2: return reply.code == 252 ? .unheard(reason) : .accepted
        case 5: return .refused(reason)
        default: return .deferred(reason)
        }
    }

    @Test(
        arguments: [
            ("550 5.1.1 Unknown", "unknown", [5, 1, 1]), ("550-5.1.1 No\r\n550 5.1.1 user", "no user", [5, 1, 1]),
            ("550 #5.1.1 Unknown", "#5.1.1 unknown", nil), ("550 5.1.1.2 Unknown", "5.1.1.2 unknown", nil),
            ("550 5.1.1: Unknown", "unknown", [5, 1, 1]), ("550 5.1.1- Unknown", "unknown", [5, 1, 1]),
            ("550 5.1.1", "", [5, 1, 1]), ("550 4.1.1 No", "no", nil), ("550 5.1.1x No", "5.1.1x no", nil),
            ("550 User 5.1.1 unknown", "user 5.1.1 unknown", nil), ("550 5.1234.1 No", "5.1234.1 no", nil),
            ("550-5.7.1 No,\r\n550 5.1.1 no", "no, no", [5, 1, 1]), ("550 3.1.1 No", "3.1.1 no", nil),
            ("550 192.0.2.1 is listed", "192.0.2.1 is listed", nil), ("550 5..1 No", "5..1 no", nil),
            ("550 <greylisted@a.example>: GONE   away", "gone away", nil), ("550", "", nil),
            ("550-One\r\n550-\r\n550 two", "one two", nil), ("550 A\tB", "a b", nil),
        ] as [(String, String, [Int]?)])
    func `words and enhanced codes are told apart`(text: String, words: String, numbers: [Int]?) throws {
        let reply = try SMTPReply.read(text)
        #expect(String(decoding: ReplyClassifier.normal(reply), as: UTF8.self) == words)
        #expect(reply.enhanced.map { [$0.kind, $0.subject, $0.detail] } == numbers)
    }

    @Test func `what an address says decides nothing`() throws {
        let plain = try SMTPReply.read("550 5.7.1 <greylisted-spamhaus-full@a.example> rejected")
        #expect(classifier.reason(for: plain, at: .rcpt) == .policyRefused)
    }

    @Test func `the first rule that fits decides`() throws {
        let rules = """
            {"rules": [
                {"reason": "greylisted", "codes": ["450"], "enhanced": ["4.7.x"], "stage": ["rcpt"]},
                {"reason": "timeout", "codes": ["4xx"], "all": ["One", "two"]},
                {"reason": "no_ptr", "codes": ["4xx"], "text": ["one", "two"]},
                {"reason": "unspecified"}
            ]}
            """
        let classifier = try #require(ReplyClassifier(Array(rules.utf8)))
        func reason(_ text: String, _ stage: SMTPStage = .rcpt) throws -> VerdictReason {
            classifier.reason(for: try SMTPReply.read(text), at: stage)
        }
        #expect(try reason("450 4.7.9 one two") == .greylisted)
        #expect(try reason("450 4.7.9 one two", .stranger) == .greylisted)
        #expect(try reason("450 4.7.9 one two", .mail) == .timeout)
        #expect(try reason("451 4.7.9 two ONE") == .timeout)
        #expect(try reason("451 two") == .noPTR)
        #expect(try reason("551 one two") == .unspecified)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"rules": []}"#, #"{"rules": [{"reason": "nonsense"}]}"#, #"{"rules": [{}]}"#,
        #"{"rules": [{"reason": "timeout", "codes": ["five"]}]}"#,
        #"{"rules": [{"reason": "timeout", "enhanced": ["5.1"]}]}"#,
        #"{"rules": [{"reason": "timeout", "enhanced": ["5.y.1"]}]}"#,
        #"{"rules": [{"reason": "timeout", "stage": ["data"]}]}"#,
    ])
    func `rules that are damaged are none`(text: String) {
        #expect(ReplyClassifier(Array(text.utf8)) == nil)
    }
}
