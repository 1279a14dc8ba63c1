// SPDX-License-Identifier: Apache-2.0

/// Whether a mail without a delivery report is one by its words, and what it is if not.
///
/// People quote bounces, forward them and write about them; so the words count only where a mail system sent them.
enum OrdinaryMail {
    /// True for a mail that a mail system sent to say that a message did not arrive.
    ///
    /// - Parameters:
    ///   - text: in lower case.
    ///   - hasOriginal: true where the message that came back, or its head, stands in the mail.
    static func isBounce(_ mail: MailPart, text: String, hasOriginal: Bool) -> Bool {
        let subject = (mail.field("subject") ?? "").lowercased()
        let hasSubject = subjects.contains { subject.contains($0) }
        if mail.field("x-failed-recipients") != nil { return true }
        let hasWords = { failures.contains { text.contains($0) } || RefusalText(text).code != nil }
        if isFromSystem(mail) { return hasSubject || (!isAnswer(mail) && hasWords()) || isSystemError(mail, text) }
        guard !isAnswer(mail), hasSubject else { return false }
        guard !isAutomatic(mail) || hasOriginal, mail.field("list-unsubscribe") == nil, mail.field("list-id") == nil
        else {
            return false
        }
        let hasTemplate = templates.contains { text.contains($0) }
        // Parcels come back too: only a mail has a head and codes.
        return hasNullReturnPath(mail) && hasWords() || hasTemplate && (hasOriginal || RefusalText(text).status != nil)
    }

    /// True for what a program answers by itself.
    static func isAutomatic(_ mail: MailPart) -> Bool {
        if let submitted = mail.field("auto-submitted")?.lowercased(), !submitted.hasPrefix("no") { return true }
        if ["x-autoreply", "x-autorespond", "x-auto-response-suppress"].contains(where: { mail.field($0) != nil }) {
            return true
        }
        let precedence = (mail.field("precedence") ?? "").lowercased()
        if precedence.contains("auto_reply") || precedence.contains("auto-reply") { return true }
        let subject = (mail.field("subject") ?? "").lowercased()
        return answers.contains { subject.contains($0) }
    }

    /// True where the words say that it is still being tried.
    static func isDelay(subject: String, text: String) -> Bool {
        let words = subject + "\n" + text
        return delays.contains { words.contains($0) }
    }

    private static func isFromSystem(_ mail: MailPart) -> Bool {
        let from = (mail.field("from") ?? "").lowercased()
        guard let address = AddressText.first(in: from) else {
            return from.isEmpty || from.contains("<>") || (senders + names).contains { from.contains($0) }
        }
        let local = address.prefix { $0 != "@" }
        return senders.contains { local.hasPrefix($0) } || names.contains { from.contains($0) }
    }

    /// Systems that answer from an address of their own, and write a code beside their words.
    private static func isSystemError(_ mail: MailPart, _ text: String) -> Bool {
        text.contains("error message below") || text.contains("error: ") && RefusalText(text).code != nil
    }

    private static func isAnswer(_ mail: MailPart) -> Bool {
        let subject = (mail.field("subject") ?? "").lowercased()
        let marks = ["re:", "aw:", "sv:", "antw:", "fwd:", "fw:", "wg:", "tr:", "rv:", "res:", "odp:", "vs:"]
        return mail.field("in-reply-to") != nil || marks.contains { subject.hasPrefix($0) }
    }

    private static func hasNullReturnPath(_ mail: MailPart) -> Bool {
        mail.field("return-path").map { $0.filter { !$0.isWhitespace } == "<>" } ?? false
    }

    private static let senders = [
        "mailer-daemon", "mailer_daemon", "mailerdaemon", "postmaster", "post_master", "post-master", "mail-daemon",
        "maildaemon",
        "mdaemon", "mail.delivery.system", "mail-delivery", "maildelivery", "mail_daemon",
    ]
    private static let names = [
        "mailer-daemon", "mail delivery s", "delivery subsystem", "delivery system", "mailer daemon",
        "content-filter", "system administrator", "mail administrator", "mail system", "microsoft exchange",
        "microsoft outlook", "mail router",
    ]
    private static let subjects = [
        "undeliver", "delivery fail", "failure notice", "returned mail", "mail return", "returned to sender",
        "delivery status", "mail delivery", "delivery problem", "delivery error", "delivery failure",
        "failure delivery", "delivery notification", "delivery has failed", "delivery report", "delivery warning",
        "could not be delivered", "could not send message", "couldn't be delivered", "not be delivered", "not deliver",
        "error sending", "mail system error", "message you sent blocked", "non-delivery", "nondeliverable",
        "nondelivery", "non delivery", "unable to deliver", "message status", "mail failure", "failed mail",
        "rejected mail", "mail rejected",
        "message rejected", "non remis", "échec de la remise", "non distribu", "unzustellbar",
        "zustellung fehlgeschlagen",
        "nicht zugestellt", "unzustellbarkeit", "no se puede entregar", "no entregado", "no se pudo entregar",
        "mancato recapito",
        "não entregue", "falha na entrega", "onbestelbaar", "недостав", "не доставлен", "olevererbar",
        "nie dostarczono",
        "niedostarczon", "配信", "配送", "エラー", "不達", "退信", "投递", "returned message", "sending your mail", "delivery was",
        "not sent",
        "permanent error", "fatal error", "considered unsolicited", "delivery attempt", "delivery of your",
    ]
    private static let failures = [
        "deliver", "undeliver", "rejected", "returned", "could not be", "failed", "failure", "unknown", "not exist",
        "unable to", "over quota", "mailbox", "送信できませんでした", "not a member", "not member",
    ]
    private static let templates = [
        "did not reach the following recipient", "could not be delivered to one or more",
        "could not be delivered to the following", "not delivered to the following", "the following address failed",
        "following address(es) failed", "following addresses had", "delivery to the following recipient",
        "was not delivered to", "unable to deliver your message", "unable to deliver message to",
        "unable to deliver to",
        "could not be delivered to:", "cannot be delivered to the following", "failed to send to identified host",
        "message could not be sent", "recipients did not receive", "message was not delivered", "couldn't be delivered",
        "undeliverable to the following", "wasn't delivered to", "recipient cannot be reached",
        "recipients cannot be reached",
    ]
    private static let answers = [
        "out of office", "out of the office", "automatic reply", "auto reply", "auto-reply", "autoreply",
        "auto response", "auto-response", "vacation", "away from", "automatische antwort", "abwesen",
        "réponse automatique",
        "absence", "respuesta automática", "fuera de la oficina", "risposta automatica", "fuori sede",
        "resposta automática", "ausência", "automatisch antwoord", "afwezig", "автоответ", "自動応答", "自動返信", "自动回复", "不在",
    ]
    private static let delays = [
        "warning message only", "has been delayed", "will be retried", "is delayed", "been delayed",
        "still undelivered",
        "will keep trying", "continue to try", "delivery status notification (delay)", "not been delivered yet",
        "not yet been delivered", "do not need to resend", "delivery delayed", "delivery is delayed",
        "delivery attempts will continue", "no action is required on your part",
    ]
}
