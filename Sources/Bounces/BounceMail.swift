// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// One mail as a report: its parts found, its recipients named, each judged.
struct BounceMail {
    private let mail: MailPart
    private let leaves: [MailPart]
    private let text: BounceText
    private let original: [MailField]
    private let identifier: String

    init(_ mail: MailPart, bytes: [UInt8]) {
        self.mail = mail
        leaves = mail.leaves
        let words = Self.words(of: leaves)
        // A multipart whose boundary is wrong has no parts: what stands in it is read as it is.
        text = BounceText(words.isEmpty ? Self.body(of: bytes) : words)
        original = Self.original(among: leaves) ?? text.original
        identifier = mail.field("message-id").flatMap(Self.messageID) ?? BounceReader.identifier(of: bytes)
    }

    var reports: [BounceReport] {
        if let event = event { return event }
        if let complaint { return complaint }
        if mail.reportType == "disposition-notification" { return [report(nil, .autoReply)] }
        var status = DeliveryStatus(leaves.filter { Self.isStatus($0.type) }.map(\.text).joined(separator: "\n\n"))
        if status.recipients.isEmpty, isReport || isBounceByWords { status = DeliveryStatus(text.text) }
        if !status.recipients.isEmpty { return status.recipients.map { report($0, among: status.recipients) } }
        guard isReport || isBounceByWords else {
            return [report(nil, OrdinaryMail.isAutomatic(mail) ? .autoReply : .notABounce)]
        }
        return reportsByWords
    }

    private var isReport: Bool {
        mail.reportType == "delivery-status" || leaves.contains { Self.isStatus($0.type) }
    }

    private var isBounceByWords: Bool {
        let heads: Set<String> = ["message-id", "received", "return-path"]
        return OrdinaryMail.isBounce(
            mail, text: text.text.lowercased(), hasOriginal: original.contains { heads.contains($0.name) })
    }

    private var subject: String { (mail.field("subject") ?? "").lowercased() }

    // MARK: Kinds of reports

    /// A vendor's event that came by mail: Amazon's notifications do.
    private var event: [BounceReport]? {
        guard let first = leaves.first?.text.drop(while: \.isWhitespace), first.first == "{" else { return nil }
        let events = try? WebhookReader.read(mailed: String(first))
        return events.map { events in
            events.map { event in
                var event = event
                event.returnPath = event.returnPath ?? returnPath
                return event
            }
        }
    }

    /// What mailbox providers send on when somebody calls a mail spam (RFC 5965).
    private var complaint: [BounceReport]? {
        let reports = leaves.filter { $0.type == "message/feedback-report" }
        guard mail.reportType == "feedback-report" || !reports.isEmpty else { return nil }
        let fields = reports.flatMap { BounceText.head($0.text) }
        let names = ["original-rcpt-to", "removal-recipient", "original-recipient"]
        let named = names.lazy.map { name in
            fields.filter { $0.name == name }.compactMap { AddressText.first(in: $0.value) }
        }.first { !$0.isEmpty }
        guard let named else { return [report(originalRecipient, .feedback)] }
        return named.prefix(DeliveryStatus.maximumRecipients).map { report($0, .feedback) }
    }

    private func report(_ recipient: DeliveryStatus.Recipient, among all: [DeliveryStatus.Recipient]) -> BounceReport {
        let names = all.compactMap(\.address)
        let about = recipient.address.map { text.texts(about: $0, among: names) } ?? []
        let texts = [recipient.diagnostic, recipient.comment].filter { !$0.isEmpty }.map(RefusalText.init)
        let field = RefusalText.mostTelling(RefusalText.statuses(in: Array(recipient.status.utf8)).map(\.text))
        let judge = BounceJudge(texts: texts, others: about.filter { !$0.isEmpty }.map(RefusalText.init), field: field)
        let reason: BounceReason =
            switch recipient.action {
            case "delivered", "deliverable", "relayed", "expanded": .delivered
            case "delayed": .delayed
            case "failed": judge.reason
            default: field?.hasPrefix("2") == true ? .delivered : isDelay ? .delayed : judge.reason
            }
        var code = judge.code
        if reason == .delivered { code = Int(recipient.diagnostic.prefix { $0.isNumber }) }
        return report(recipient.address, reason, status: reason == .delivered ? field : judge.status, code: code)
    }

    private var isDelay: Bool { OrdinaryMail.isDelay(subject: subject, text: text.text.lowercased()) }

    private var reportsByWords: [BounceReport] {
        let failed = (mail.field("x-failed-recipients") ?? "").split(separator: ",").prefix(
            DeliveryStatus.maximumRecipients
        ).compactMap {
            AddressText.first(in: String($0))
        }
        var names = failed.isEmpty ? text.recipients(besides: others) : failed
        if names.isEmpty, let name = originalRecipient { names = [name] }
        // Somebody who wrote to themself.
        if names.isEmpty { names = text.recipients(besides: []) }
        let isDelay = isDelay
        if names.isEmpty {
            let judge = BounceJudge(texts: [RefusalText(text.text)], field: nil)
            return [report(nil, isDelay ? .delayed : judge.reason, status: judge.status, code: judge.code)]
        }
        return names.map { name in
            let texts = text.texts(about: name, among: names).map(RefusalText.init)
            let judge = BounceJudge(texts: texts, field: nil)
            return report(name, isDelay ? .delayed : judge.reason, status: judge.status, code: judge.code)
        }
    }

    // MARK: What is common to all reports

    private func report(
        _ recipient: String?, _ reason: BounceReason, status: String? = nil, code: Int? = nil
    ) -> BounceReport {
        BounceReport(
            recipient: recipient, reason: reason, status: status, code: code,
            originalMessageID: originalField("message-id").flatMap(Self.messageID), returnPath: returnPath,
            arrivedAt: mail.field("date").flatMap(MIMEReader.seconds).map { Timestamp(seconds: $0) },
            reportID: identifier)
    }

    private var returnPath: String? {
        ["x-original-to", "delivered-to", "to"].lazy.compactMap { mail.field($0).flatMap(AddressText.first) }.first
    }

    /// Addresses that stand in a report and are not whom it is about.
    private var others: Set<String> {
        let fields = mail.fields.filter { ["to", "delivered-to", "x-original-to", "from"].contains($0.name) }
        let senders = original.filter { ["from", "return-path", "sender", "reply-to"].contains($0.name) }
        return Set(
            (fields + senders).flatMap { AddressText.all(in: $0.value, limit: 20).map { $0.address.lowercased() } })
    }

    private var originalRecipient: String? { originalField("to").flatMap(AddressText.first) }

    private func originalField(_ name: String) -> String? {
        original.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// A `Message-ID` without its angle brackets; nil for what is none.
    static func messageID(_ text: String) -> String? {
        let inner = text.split { $0 == "<" || $0 == ">" || $0.isWhitespace }.first.map(String.init) ?? ""
        return inner.isEmpty || inner.utf8.count > 998 ? nil : inner
    }

    private static func isStatus(_ type: String) -> Bool {
        ["message/delivery-status", "message/global-delivery-status"].contains(type)
    }

    private static func original(among leaves: [MailPart]) -> [MailField]? {
        for leaf in leaves {
            if leaf.isMessage, let inner = leaf.parts.first, !isStatus(leaf.type) { return inner.fields }
            if ["text/rfc822-headers", "message/rfc822-headers", "message/global-headers"].contains(leaf.type) {
                return BounceText.head(leaf.text)
            }
        }
        return nil
    }

    /// What people are to read: the first plain text, or the first page without its tags.
    private static func words(of leaves: [MailPart]) -> String {
        for leaf in leaves where leaf.type == "text/plain" && !leaf.text.allSatisfy(\.isWhitespace) { return leaf.text }
        for leaf in leaves where leaf.type == "text/html" { return PageText.plain(leaf.text) }
        return ""
    }

    private static func body(of bytes: [UInt8]) -> String {
        let ends = ["\n\n", "\r\n\r\n"].compactMap { ByteSearch.first($0, in: bytes, from: 0) }
        guard let start = ends.min() else { return "" }
        return String(decoding: bytes[start...].prefix(MailPart.maximumText), as: UTF8.self)
    }
}
