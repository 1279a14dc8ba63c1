// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Events of the services whose every event is about one recipient.
enum VendorEvents {
    /// Source: docs.sendgrid.com, "Event Webhook Reference".
    static func sendGrid(_ event: JSONReader) -> BounceReport {
        let kind = (event["event"].text ?? "").lowercased()
        let type = (event["type"].text ?? "").lowercased()
        var judge = judge(event["reason"].text ?? event["response"].text, status: event["status"].text)
        if judge.isUndecided, event["bounce_classification"].text?.lowercased() == "invalid address" {
            judge.reason = .userUnknown
        }
        if type == "blocked", judge.reason == .unspecified { judge.reason = .blocked }
        let reason: BounceReason =
            switch kind {
            case "bounce", "blocked": judge.reason
            // Not sent at all, because of what was known before.
            case "dropped": .policy
            case "deferred": .delayed
            case "delivered": .delivered
            case "spamreport": .feedback
            default: .notABounce
            }
        return report(
            event["email"].text, reason, judge, original: event["smtp-id"].text ?? event["sg_message_id"].text,
            at: event["timestamp"].number, id: "sendgrid:\(event["sg_event_id"].text ?? "")")
    }

    /// Source: documentation.mailgun.com, "Events" and "Webhooks".
    static func mailgun(_ event: JSONReader) -> BounceReport {
        let status = event["delivery-status"]
        let texts = [status["message"].text, status["description"].text].compactMap { $0 }
        var judge = judge(texts.joined(separator: "\n"), status: status["enhanced-code"].text)
        if let code = status["code"].integer, (400...599).contains(code) { judge.code = Int(code) }
        let isHeldBack = event["reason"].text?.hasPrefix("suppress-") == true
        let reason: BounceReason =
            switch (event["event"].text ?? "").lowercased() {
            case "failed", "bounced", "dropped":
                event["severity"].text == "temporary" ? .delayed : isHeldBack ? .policy : judge.reason
            case "rejected": .policy
            case "complained": .feedback
            case "delivered": .delivered
            default: .notABounce
            }
        return report(
            event["recipient"].text, reason, judge, original: event["message"]["headers"]["message-id"].text,
            at: event["timestamp"].number, id: "mailgun:\(event["id"].text ?? "")")
    }

    /// Source: postmarkapp.com/developer/webhooks/bounce-webhook, and "Bounce types" of its API.
    static func postmark(_ event: JSONReader) -> BounceReport? {
        let record = event["RecordType"].text ?? "Bounce"
        var judge = judge(event["Details"].text ?? event["Description"].text, status: nil)
        let reason: BounceReason
        switch record {
        case "Bounce": reason = postmarkReason(event["Type"].text ?? "", &judge)
        case "SpamComplaint": reason = .feedback
        case "Delivery": reason = .delivered
        case "Open", "Click", "SubscriptionChange": reason = .notABounce
        default: return nil
        }
        let id = event["ID"].integer.map { "\($0)" } ?? event["MessageID"].text ?? ""
        let recipient = event["Email"].text ?? event["Recipient"].text
        let at = event["BouncedAt"].text ?? event["DeliveredAt"].text ?? event["ReceivedAt"].text
        var report = report(
            recipient, reason, judge, original: event["MessageID"].text, at: nil,
            id: "postmark:\(record.lowercased()):\(id)")
        report.arrivedAt = at.flatMap(EventTime.timestamp)
        return report
    }

    private static func postmarkReason(_ type: String, _ judge: inout BounceJudge) -> BounceReason {
        switch type {
        case "HardBounce":
            // "Unable to deliver your message (ex: unknown user, mailbox not found)".
            return judge.isUndecided ? .userUnknown : judge.reason
        case "BadEmailAddress": return .userUnknown
        case "AddressChange": return judge.isUndecided ? .hasMoved : judge.reason
        case "Transient": return .delayed
        case "AutoResponder", "OpenRelayTest", "ChallengeVerification": return .autoReply
        case "Subscribe", "Unsubscribe": return .notABounce
        case "SpamComplaint": return .feedback
        case "SpamNotification": return .spam
        case "VirusNotification": return .virus
        case "Blocked": return .blocked
        case "DMARCPolicy": return .authentication
        case "ManuallyDeactivated", "Unconfirmed", "SMTPApiError", "InboundError", "TemplateRenderingFailed":
            return .policy
        default: return judge.reason.bounceClass == .hard ? .unspecified : judge.reason
        }
    }

    private static func judge(_ text: String?, status: String?) -> BounceJudge {
        let field = status.flatMap { RefusalText.mostTelling(RefusalText.statuses(in: Array($0.utf8)).map(\.text)) }
        return BounceJudge(texts: [text ?? ""].filter { !$0.isEmpty }.map(RefusalText.init), field: field)
    }

    private static func report(
        _ recipient: String?, _ reason: BounceReason, _ judge: BounceJudge, original: String?, at seconds: Double?,
        id: String
    ) -> BounceReport {
        let isSoftOrHard = reason.bounceClass != .none || reason == .delayed
        let time = seconds.flatMap { (0...253_402_300_799).contains($0) ? Timestamp(seconds: Int64($0)) : nil }
        return BounceReport(
            recipient: recipient.map { AddressText.first(in: $0) ?? $0 }, reason: reason,
            status: isSoftOrHard ? judge.status : nil, code: isSoftOrHard ? judge.code : nil,
            originalMessageID: original.flatMap(BounceMail.messageID), arrivedAt: time, reportID: id)
    }
}

extension BounceJudge {
    /// True where neither words nor codes say why.
    fileprivate var isUndecided: Bool { reason == .unspecified || reason == .filtered }
}
