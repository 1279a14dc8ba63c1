// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@testable import Bounces

/// Made mails: what is read of each.
@Suite struct BounceReaderTests {
    private static let report = """
        Return-Path: <>
        Delivered-To: b+7f3a@example.com
        From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
        To: joe@example.com
        Subject: Undelivered Mail Returned to Sender
        Date: Thu, 26 Nov 2026 21:00:00 +0100
        Message-ID: <report-1@mx.example.org>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        <jane@example.net>: host mx.example.net said: TEXT (in reply to RCPT TO command)

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; jane@example.net
        Action: ACTION
        Status: STATUS
        Diagnostic-Code: smtp; TEXT

        --b
        Content-Type: message/rfc822

        From: joe@example.com
        To: jane@example.net
        Message-ID: <sent-1@example.com>
        Subject: Hello

        Hello Jane.

        --b--

        """

    private func read(_ text: String, status: String, action: String = "failed") -> BounceReport? {
        let mail = Self.report.replacing("TEXT", with: text).replacing("STATUS", with: status)
            .replacing("ACTION", with: action)
        let reports = BounceReader.read(Array(mail.utf8))
        return reports.count == 1 ? reports[0] : nil
    }

    @Test func `all that a report names is read`() throws {
        let report = try #require(read("550 5.1.1 User unknown", status: "5.1.1"))
        #expect(
            report
                == BounceReport(
                    recipient: "jane@example.net", reason: .userUnknown, status: "5.1.1", code: 550,
                    originalMessageID: "sent-1@example.com", returnPath: "b+7f3a@example.com",
                    arrivedAt: Timestamp(seconds: 1_795_723_200), reportID: "report-1@mx.example.org"))
        #expect(report.bounceClass == .hard)
    }

    @Test(arguments: [
        ("550 5.1.1 User unknown", "5.1.1", BounceReason.userUnknown),
        ("550 unknown user", "5.0.0", .userUnknown),
        ("550 5.1.1 mailbox is over quota", "5.1.1", .mailboxFull),
        ("550 5.2.1 The account is disabled", "5.2.1", .suspended),
        ("550 5.1.1 Sender address rejected: does not exist", "5.1.1", .policy),
        ("550 5.7.26 Unauthenticated email is not accepted due to DMARC policy", "5.7.26", .authentication),
        ("554 5.7.1 blocked using zen.spamhaus.example", "5.7.1", .blocked),
        ("552 5.3.4 message size exceeds fixed limit", "5.3.4", .size),
        ("554 5.7.1 this message looks like spam", "5.7.1", .spam),
        ("550 5.1.2 Host unknown", "5.1.2", .hostUnknown),
        ("556 5.1.10 recipient domain has a null MX", "5.1.10", .domainNoMail),
        ("551 5.1.6 the user has moved", "5.1.6", .hasMoved),
        ("421 4.7.0 too many connections", "4.7.0", .rateLimited),
        ("550 5.4.1 Recipient address rejected: Access denied", "5.4.1", .userUnknown),
        ("554 5.7.1 Recipient address rejected: Access denied", "5.7.1", .policy),
        ("451 4.4.1 connection timed out", "4.4.7", .expired),
        ("550 5.1.1 l'utilisateur n'existe pas", "5.1.1", .userUnknown),
        ("550 Benutzer unbekannt", "5.0.0", .userUnknown),
        ("550 (no words)", "5.1.1", .userUnknown),
        ("550 (no words)", "5.0.0", .unspecified),
    ])
    func `the words decide, then the status`(text: String, status: String, reason: BounceReason) {
        #expect(read(text, status: status)?.reason == reason)
    }

    @Test(arguments: ["delayed", "delivered", "relayed", "expanded"])
    func `only what has failed is a bounce`(action: String) {
        #expect(read("450 4.1.1 user unknown", status: "4.1.1", action: action)?.bounceClass == BounceClass.none)
    }

    @Test func `user unknown after the message was seen is a filter's word`() {
        let mail = Self.report.replacing(
            "TEXT (in reply to RCPT TO command)", with: "550 unknown user (in reply to end of DATA command)"
        )
        .replacing("TEXT", with: "550 unknown user").replacing("STATUS", with: "5.0.0")
        .replacing("ACTION", with: "failed")
        #expect(BounceReader.read(Array(mail.utf8)).map(\.reason) == [.filtered])
    }

    @Test func `each recipient of a mail in words is judged by its own`() {
        let mail = """
            From: Mail Delivery System <Mailer-Daemon@mx.example.org>
            To: joe@example.com
            Subject: Mail delivery failed: returning message to sender

            A message that you sent could not be delivered to one or more of its
            recipients. This is a permanent error. The following address(es) failed:

              jane@example.net
                Unrouteable address
              bob@example.org
                retry timeout exceeded
              tim@example.org
                all relevant MX records point to non-existent hosts
              ann@example.org
                SMTP error from remote mail server after end of data:
                host mx.example.org [192.0.2.1]: 550 5.7.1 rejected as spam

            ------ This is a copy of the message, including all the headers. ------

            Message-ID: <sent-2@example.com>
            To: jane@example.net, other@example.net
            """
        let reports = BounceReader.read(Array(mail.utf8))
        let names = ["jane@example.net", "bob@example.org", "tim@example.org", "ann@example.org"]
        #expect(reports.map(\.recipient) == names)
        #expect(reports.map(\.reason) == [.userUnknown, .expired, .domainNoMail, .spam])
        #expect(reports.allSatisfy { $0.originalMessageID == "sent-2@example.com" })
        #expect(Set(reports.map(\.reportID)).count == 1)
    }

    @Test func `a warning in words is a delay`() {
        let mail = """
            From: Mail Delivery System <Mailer-Daemon@mx.example.org>
            To: joe@example.com
            Subject: Warning: message 1ABC delayed 24 hours

            A message that you sent has not yet been delivered to one or more of its
            recipients after more than 24 hours on the queue on mx.example.org.

              jane@example.net

            No action is required on your part.
            """
        #expect(BounceReader.read(Array(mail.utf8)).map(\.reason) == [.delayed])
    }

    @Test func `a report without a name is named by its bytes`() {
        let (left, right) = (BounceReader.read(Array("a: b\n\nc".utf8)), BounceReader.read(Array("a: b\n\nd".utf8)))
        #expect(left[0].reportID.hasPrefix("sha256:") && left[0].reportID.utf8.count == 71)
        #expect(left != right)
    }

    @Test func `every reason has a class`() {
        let hard = BounceReason.allCases.filter { $0.bounceClass == .hard }
        #expect(hard == [.userUnknown, .hostUnknown, .hasMoved, .domainNoMail])
        let none = BounceReason.allCases.filter { $0.bounceClass == .none }
        #expect(none == [.feedback, .delayed, .delivered, .autoReply, .notABounce])
    }
}
