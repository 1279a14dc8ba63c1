// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Events of Amazon SES: notifications (`notificationType`) and published events (`eventType`).
/// Source: docs.aws.amazon.com/ses/latest/dg/notification-contents.html and event-publishing-retrieving-sns-contents.
enum AmazonEvent {
    /// - Parameter id: of the message of Amazon SNS that carried the event.
    static func reports(_ event: JSONReader, id: String?) -> [BounceReport] {
        let mail = event["mail"]
        switch (event["notificationType"].text ?? event["eventType"].text ?? "").lowercased() {
        case "bounce":
            let bounce = event["bounce"]
            let type = (bounce["bounceType"].text ?? "", bounce["bounceSubType"].text ?? "")
            return bounce["bouncedRecipients"].elements.map { recipient in
                let judge = self.judge(recipient, type)
                return report(
                    mail, bounce, recipient["emailAddress"].text, judge.reason, id: id, status: judge.status,
                    code: judge.code)
            }
        case "complaint":
            return event["complaint"]["complainedRecipients"].elements.map {
                report(mail, event["complaint"], $0["emailAddress"].text, .feedback, id: id)
            }
        case "delivery":
            let delivery = event["delivery"]
            let reply = delivery["smtpResponse"].text ?? ""
            let status = RefusalText(reply).status
            return delivery["recipients"].elements.map {
                report(
                    mail, delivery, $0.text, .delivered, id: id, status: status,
                    code: Int(reply.prefix { $0.isNumber }))
            }
        case "deliverydelay":
            let delay = event["deliveryDelay"]
            return delay["delayedRecipients"].elements.map {
                let judge = judge($0, ("", ""))
                return report(
                    mail, delay, $0["emailAddress"].text, .delayed, id: id, status: judge.status, code: judge.code)
            }
        case "reject":
            return mail["destination"].elements.map { report(mail, event["reject"], $0.text, .virus, id: id) }
        default:
            return [report(mail, event, nil, .notABounce, id: id)]
        }
    }

    private static func judge(_ recipient: JSONReader, _ type: (String, String)) -> BounceJudge {
        let texts = [recipient["diagnosticCode"].text ?? ""].filter { !$0.isEmpty }.map(RefusalText.init)
        var judge = BounceJudge(texts: texts, field: recipient["status"].text)
        let said: BounceReason? =
            switch type {
            case ("Permanent", "NoEmail"): .userUnknown
            case (_, "Suppressed"), (_, "OnAccountSuppressionList"), (_, "UnsubscribedRecipient"): .policy
            case (_, "MailboxFull"): .mailboxFull
            case (_, "MessageTooLarge"): .size
            case (_, "ContentRejected"), (_, "AttachmentRejected"): .content
            default: nil
            }
        if let said { judge.reason = said }
        return judge
    }

    private static func report(
        _ mail: JSONReader, _ part: JSONReader, _ recipient: String?, _ reason: BounceReason, id: String?,
        status: String? = nil, code: Int? = nil
    ) -> BounceReport {
        let header = mail["headers"].elements.first { $0["name"].text?.lowercased() == "message-id" }
        let own = mail["commonHeaders"]["messageId"].text ?? header?["value"].text ?? mail["messageId"].text
        let name = part["feedbackId"].text ?? id ?? mail["messageId"].text ?? ""
        return BounceReport(
            recipient: recipient.map { AddressText.first(in: $0) ?? $0 }, reason: reason, status: status, code: code,
            originalMessageID: own.flatMap(BounceMail.messageID), returnPath: mail["source"].text,
            arrivedAt: (part["timestamp"].text ?? mail["timestamp"].text).flatMap(EventTime.timestamp),
            reportID: "ses:\(name)")
    }
}
