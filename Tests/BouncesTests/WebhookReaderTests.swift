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
        let mail = "From: no-reply@example.com\nSubject: Notification\n\n\(Self.amazon)\n\n--\nUnsubscribe: https://example.com\n"
        #expect(try BounceReader.read(Array(mail.utf8)) == read(Self.amazon))
    }

    @Test func `a word about the subscription is no bounce`() throws {
        let text = #"{"Type":"SubscriptionConfirmation","MessageId":"1","TopicArn":"arn:t","Message":"You have chosen"}"#
        #expect(try read(text).map(\.reason) == [.notABounce])
    }

    @Test(arguments: [
        (#"{"eventType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"a@b.example"}]},"mail":{}}"#, BounceReason.feedback),
        (#"{"eventType":"Delivery","delivery":{"recipients":["a@b.example"],"smtpResponse":"250 2.6.0 ok"},"mail":{}}"#, .delivered),
        (#"{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"OnAccountSuppressionList","bouncedRecipients":[{"emailAddress":"a@b.example"}]},"mail":{}}"#, .policy),
        (#"{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"NoEmail","bouncedRecipients":[{"emailAddress":"a@b.example"}]},"mail":{}}"#, .userUnknown),
        (#"{"eventType":"Open","open":{},"mail":{}}"#, .notABounce),
        (#"[{"email":"a@b.example","event":"bounce","type":"bounce","status":"5.1.1","reason":"550 5.1.1 no such user","sg_event_id":"1"}]"#, .userUnknown),
        (#"[{"email":"a@b.example","event":"bounce","type":"blocked","status":"","reason":"refused","sg_event_id":"1"}]"#, .blocked),
        (#"[{"email":"a@b.example","event":"dropped","reason":"Bounced Address","sg_event_id":"1"}]"#, .policy),
        (#"[{"email":"a@b.example","event":"deferred","response":"450 4.2.2 full","sg_event_id":"1"}]"#, .delayed),
        (#"[{"email":"a@b.example","event":"open","sg_event_id":"1"}]"#, .notABounce),
        (#"{"RecordType":"Bounce","ID":42,"Type":"HardBounce","Email":"a@b.example","Details":"smtp;550 5.1.1 unknown user"}"#, .userUnknown),
        (#"{"RecordType":"Bounce","ID":42,"Type":"HardBounce","Email":"a@b.example","Details":"smtp;552 5.2.2 mailbox full"}"#, .mailboxFull),
        (#"{"RecordType":"Bounce","ID":42,"Type":"SoftBounce","Email":"a@b.example","Details":"user unknown"}"#, .unspecified),
        (#"{"RecordType":"SpamComplaint","ID":42,"Email":"a@b.example"}"#, .feedback),
        (#"{"signature":{},"event-data":{"id":"e","event":"failed","severity":"permanent","recipient":"a@b.example","delivery-status":{"code":550,"message":"5.1.1 The email account does not exist"}}}"#, .userUnknown),
        (#"{"signature":{},"event-data":{"id":"e","event":"failed","severity":"temporary","recipient":"a@b.example","delivery-status":{"code":450}}}"#, .delayed),
        (#"{"event-data":{"id":"e","event":"failed","reason":"suppress-bounce","severity":"permanent","recipient":"a@b.example","delivery-status":{"code":605}}}"#, .policy),
        (#"{"event-data":{"id":"e","event":"complained","recipient":"a@b.example"}}"#, .feedback),
    ])
    func `the events of each service are told apart`(text: String, reason: BounceReason) throws {
        let reports = try read(text)
        #expect(reports.map(\.reason) == [reason])
        if reason != .notABounce { #expect(reports.map(\.recipient) == ["a@b.example"]) }
    }

    @Test func `lines are read one by one, and a bad one doesn't stop the rest`() {
        let line = #"{"email":"a@b.example","event":"delivered","sg_event_id":"1"}"#
        let results = WebhookReader.read(Array("\(line)\n{\n\(line)\n\n[1]\n".utf8))
        #expect(results.map { (try? $0.get())?.first?.reason } == [.delivered, nil, .delivered, nil])
        #expect(results[1] == .failure(.malformedEvent))
    }

    @Test(arguments: ["", " \n"])
    func `an empty file is one`(text: String) { #expect(WebhookReader.read(Array(text.utf8)) == [.failure(.empty)]) }

    @Test(arguments: [
        ("2026-11-26T20:00:00Z", 1_795_723_200), ("2026-11-26T20:00:00.5+01:00", 1_795_719_600), ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T12:00:00-05:30", 1_709_227_800), ("2026-13-01T00:00:00Z", nil), ("yesterday", nil),
    ] as [(String, Int64?)])
    func `times are read`(text: String, seconds: Int64?) {
        #expect(EventTime.timestamp(text) == seconds.map { Timestamp(seconds: $0) })
    }
}
