// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Bounces

/// What comes to the same mailbox and is no bounce.
@Suite struct OrdinaryMailTests {
    @Test(arguments: [20_261_126, 1, 2, 3] as [UInt64])
    func `a hundred answers, notes and newsletters are no bounces`(seed: UInt64) {
        var generator = ReplyGenerator(seed: seed)
        for _ in 0..<100 {
            let mail = generator.mail()
            let reports = BounceReader.read(Array(mail.utf8))
            #expect(reports.count == 1)
            #expect(reports.first?.bounceClass == BounceClass.none, "\(reports)\n\(mail)")
        }
    }

    @Test func `the mails are the same for the same seed, and not all of a kind`() {
        var (left, right, other) = (ReplyGenerator(seed: 1), ReplyGenerator(seed: 1), ReplyGenerator(seed: 2))
        let mails = (0..<100).map { _ in left.mail() }
        #expect(mails == (0..<100).map { _ in right.mail() })
        #expect(mails != (0..<100).map { _ in other.mail() })
        let reasons = Set(mails.flatMap { BounceReader.read(Array($0.utf8)).map(\.reason) })
        #expect(reasons == [.autoReply, .notABounce])
    }

    @Test func `the same words from a mail system are a bounce`() {
        let mail = """
            From: Mail Delivery System <MAILER-DAEMON@example.org>
            To: joe@example.com
            Subject: Undelivered Mail Returned to Sender

            <nobody@example.net>: host mx.example.net[192.0.2.1] said: 550 5.1.1
            <nobody@example.net>: User unknown
            """
        let reports = BounceReader.read(Array(mail.utf8))
        #expect(reports.map(\.reason) == [.userUnknown])
        #expect(reports.map(\.recipient) == ["nobody@example.net"])
    }
}
