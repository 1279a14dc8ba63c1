// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@testable import Bounces

@Suite struct WebhookReaderTests {
    private func read(_ text: String) throws -> [BounceReport] {
        try WebhookReader.read(Array(text.utf8)).flatMap { try $0.get() }
    }

    private static let amazon = """
        {"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":\
        [{"emailAddress":"Jane <jane@example.net>","action":"failed","status":"5.1.1","diagnosticCode":\
        "smtp; 550 5.1.1 user unknown"},{"emailAddress":"bob@example.org","status":"5.2.2","diagnosticCode":\
        "smtp; 552 5.2.2 mailbox full"}],"timestamp":"2026-11-26T20:00:00.000Z","feedbackId":"fb-1"},"mail":\
        {"timestamp":"2026-11-26T19:59:00.000Z","source":"b+7f3a@example.com","messageId":"m-1","destination":\
        ["jane@example.net"],"headers":[{"name":"Message-ID","value":"<sent-1@example.com>"}]}}
        """

    @Test func `a bounce of Amazon SES is read for each recipient`() throws {
        let reports = try read(Self.amazon)
        #expect(reports.map(\.recipient) == ["jane@example.net", "bob@example.org"])
        #expect(reports.map(\.reason) == [.userUnknown, .mailboxFull])
        #expect(reports.map(\.status) == ["5.1.1", "5.2.2"])
        #expect(reports.map(\.code) == [550, 552])
        #expect(reports.allSatisfy { $0.originalMessageID == "sent-1@example.com" && $0.reportID == "ses:fb-1" })
        #expect(reports[0].arrivedAt == Timestamp(seconds: 1_795_723_200))
        #expect(reports[0].returnPath == "b+7f3a@example.com")
    }

    @Test func `the same in a message of Amazon SNS, and in a mail, is the same`() throws {
        let wrapped = JSONValue.object(compacting: [
            "Type": .string("Notification"), "MessageId": .string("sns-1"),
            "TopicArn": .string("arn:aws:sns:us-east-1:1:t"), "Message": .string(Self.amazon),
        ])
        #expect(try WebhookReader.read(wrapped.serialized()).flatMap { try $0.get() } == read(Self.amazon))
        let mail =
            "From: no-reply@example.com\nSubject: Notification\n\n\(Self.amazon)\n\n--\nUnsubscribe\n"
        #expect(try BounceReader.read(Array(mail.utf8)) == read(Self.amazon))
    }

    @Test func `a word about the subscription is no bounce`() throws {
        let text =
            #"{"Type":"SubscriptionConfirmation","MessageId":"1","TopicArn":"arn:t","Message":"You have chosen"}"#
        #expect(try read(text).map(\.reason) == [.notABounce])
    }

    /// Lines of a reason's case, a tab, and an event that is read as it, of the form in the service's documents.
    private static let events = BounceCorpus.text("webhook-events.tsv").split(separator: "\n").map(String.init)

    @Test(arguments: events)
    func `the events of each service are told apart`(line: String) throws {
        let cells = line.split(separator: "\t", maxSplits: 1)
        let reports = try read(String(cells[1]))
        #expect(reports.map { "\($0.reason)" } == [String(cells[0])])
        if reports.first?.reason != .notABounce { #expect(reports.map(\.recipient) == ["a@b.example"]) }
    }

    @Test func `there are events of every service`() { #expect(Self.events.count == 18) }

    @Test func `lines are read one by one, and a bad one doesn't stop the rest`() {
        let line = #"{"email":"a@b.example","event":"delivered","sg_event_id":"1"}"#
        let results = WebhookReader.read(Array("\(line)\n{\n\(line)\n\n[1]\n".utf8))
        #expect(results.map { (try? $0.get())?.first?.reason } == [.delivered, nil, .delivered, nil])
        #expect(results[1] == .failure(.malformedEvent))
    }

    @Test(arguments: ["", " \n"])
    func `an empty file is one`(text: String) { #expect(WebhookReader.read(Array(text.utf8)) == [.failure(.empty)]) }

    @Test(
        arguments: [
            ("2026-11-26T20:00:00Z", 1_795_723_200), ("2026-11-26T20:00:00.5+01:00", 1_795_719_600),
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T12:00:00-05:30", 1_709_227_800), ("2026-13-01T00:00:00Z", nil), ("yesterday", nil),
        ] as [(String, Int64?)])
    func `times are read`(text: String, seconds: Int64?) {
        #expect(EventTime.timestamp(text) == seconds.map { Timestamp(seconds: $0) })
    }
}
