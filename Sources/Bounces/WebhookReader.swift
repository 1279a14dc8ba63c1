// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Reads the events that mailing services send: Amazon SES (alone, or in a message of Amazon SNS), SendGrid,
/// Postmark and Mailgun, told apart by their members.
///
/// What the recipient's server said is judged by the same rules as in a bounce mail. Where a service gives its own
/// judgement alone, "hard" is believed only of a service that means "no such address" by it.
public enum WebhookReader {
    /// Returns the reports of a file: one JSON object, an array of them, or one a line, each result in its turn.
    ///
    /// An event that is no bounce gives a report of class `none`.
    public static func read(_ bytes: [UInt8]) -> [Result<[BounceReport], BounceProblem>] {
        guard bytes.count <= BounceReader.maximumSize else {
            return [.failure(.tooLarge(maximum: BounceReader.maximumSize))]
        }
        guard bytes.contains(where: { $0 > 0x20 }) else { return [.failure(.empty)] }
        if let reports = try? document(bytes) { return [.success(reports)] }
        let lines = bytes.split(separator: 0x0A).filter { $0.contains { $0 > 0x20 } }
        guard lines.count > 1 else { return [.failure(.malformedEvent)] }
        return lines.map { line in
            do throws(BounceProblem) { return .success(try document(Array(line))) } catch { return .failure(error) }
        }
    }

    /// Reads an event that came as the text of a mail, where long lines are broken and a footer may follow.
    static func read(mailed text: String) throws(BounceProblem) -> [BounceReport] {
        var document = text
        if let footer = ByteSearch.first("\n--\n", in: Array(text.utf8), from: 0) {
            document = String(decoding: text.utf8.prefix(footer), as: UTF8.self)
        }
        if let reports = try? self.document(Array(document.utf8)) { return reports }
        let lines = document.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var joined = ""
        for line in lines {
            if joined.hasSuffix("!"), line.first == " " {
                joined.removeLast()
                joined += line.dropFirst()
            } else {
                joined += line
            }
        }
        return try self.document(Array(joined.utf8))
    }

    private static func document(_ bytes: [UInt8]) throws(BounceProblem) -> [BounceReport] {
        do {
            return try JSONReader.read(bytes) { root throws(ProviderError) in
                var reports: [BounceReport] = []
                for event in root.isArray ? root.elements : [root] {
                    guard let read = self.event(event) else {
                        throw ProviderError(.malformedReply, "no event of a known form")
                    }
                    reports += read
                }
                return reports
            }
        } catch {
            throw .malformedEvent
        }
    }

    /// The reports of one event; nil where it is of no known form.
    private static func event(_ event: JSONReader) -> [BounceReport]? {
        if event["Type"].text != nil, event["TopicArn"].exists, let message = event["Message"].text {
            return notification(message, id: event["MessageId"].text)
        }
        if event["notificationType"].exists || event["eventType"].exists, event["mail"].isObject {
            return AmazonEvent.reports(event, id: nil)
        }
        if event["event-data"].isObject { return [VendorEvents.mailgun(event["event-data"])] }
        if event["RecordType"].text != nil { return VendorEvents.postmark(event).map { [$0] } }
        if event["sg_event_id"].exists || event["sg_message_id"].exists, event["event"].text != nil {
            return [VendorEvents.sendGrid(event)]
        }
        if event["event"].text != nil, event["recipient"].text != nil { return [VendorEvents.mailgun(event)] }
        // Postmark's own list of bounces has no RecordType.
        if event["Type"].text != nil, event["Email"].text != nil { return VendorEvents.postmark(event).map { [$0] } }
        return nil
    }

    /// What Amazon SNS carries: an event as text, or a word about the subscription.
    private static func notification(_ message: String, id: String?) -> [BounceReport]? {
        let inner = try? JSONReader.read(Array(message.utf8)) { root throws(ProviderError) in
            root["mail"].isObject ? AmazonEvent.reports(root, id: id) : nil
        }
        if let reports = inner ?? nil { return reports }
        return [BounceReport(recipient: nil, reason: .notABounce, reportID: "sns:\(id ?? "")")]
    }
}
