// SPDX-License-Identifier: Apache-2.0

/// The fields of a delivery status (RFC 3464): one group for the message, then one for each recipient.
struct DeliveryStatus {
    /// What is said of one recipient.
    struct Recipient {
        var address: String?
        /// "failed", "delayed", "delivered", "relayed", "expanded", in lower case; empty where none is said.
        var action = ""
        /// What stands in `Status`, with its comment.
        var status = ""
        /// What stands in brackets behind the status.
        var comment: String { String(status.drop { $0 != "(" }) }
        /// `Diagnostic-Code` without the name of its kind.
        var diagnostic = ""
    }

    var recipients: [Recipient] = []

    /// Reads the text of a part `message/delivery-status`, or of a mail that has the fields between other lines.
    ///
    /// Groups ought to be parted by empty lines. Not all are, and some part one recipient's fields: so a field that
    /// the group has already starts the next.
    init(_ text: String) {
        var group: [String: String] = [:]
        var recipients: [Recipient] = []
        func end() {
            if let recipient = Self.recipient(group) { recipients.append(recipient) }
            group = [:]
        }
        for field in Self.fields(text) {
            guard let field else {
                if group["final-recipient"] != nil || group["original-recipient"] != nil,
                    group["action"] != nil || group["status"] != nil
                {
                    end()
                }
                continue
            }
            if group[field.name] != nil { end() }
            group[field.name] = field.value
            if recipients.count >= Self.maximumRecipients { break }
        }
        end()
        self.recipients = recipients
    }

    /// Recipients of one report that are read.
    static let maximumRecipients = 200
    private static let names: Set<String> = [
        "final-recipient", "original-recipient", "x-actual-recipient", "action", "status", "diagnostic-code",
        "x-supplementary-info",
    ]

    private static func recipient(_ group: [String: String]) -> Recipient? {
        let named = ["final-recipient", "original-recipient"].compactMap { group[$0] }
        guard !named.isEmpty, group["action"] != nil || group["status"] != nil else { return nil }
        let addresses = named.compactMap { AddressText.first(in: untyped($0)) }
        return Recipient(
            address: addresses.first, action: word(group["action"]), status: group["status"] ?? "",
            diagnostic: untyped(group["diagnostic-code"] ?? ""))
    }

    private static func word(_ text: String?) -> String {
        String((text ?? "").lowercased().prefix { $0.isLetter })
    }

    /// A value without the type before it: "rfc822; jane@example.com".
    private static func untyped(_ text: String) -> String {
        guard let end = text.firstIndex(of: ";"),
            text[..<end].allSatisfy({ $0.isLetter || "0123456789- ".contains($0) })
        else { return text }
        return String(text[text.index(after: end)...].drop { $0 == " " })
    }

    /// The fields that count, folded lines joined; nil for an empty line.
    private static func fields(_ text: String) -> [MailField?] {
        var fields: [MailField?] = []
        var isOpen = false
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) {
                fields.append(nil)
                isOpen = false
            } else if let first = line.first, first == " " || first == "\t", isOpen, let last = fields.last, var last {
                if last.value.utf8.count < 8 * 1024 { last.value += " " + line.drop(while: \.isWhitespace) }
                fields[fields.count - 1] = last
            } else {
                let trimmed = line.drop(while: \.isWhitespace)
                isOpen = false
                guard let colon = trimmed.firstIndex(of: ":") else { continue }
                let name = trimmed[..<colon].lowercased()
                guard names.contains(name) else { continue }
                let value = trimmed[trimmed.index(after: colon)...].drop(while: \.isWhitespace)
                fields.append(MailField(name: name, value: String(value.prefix(8 * 1024))))
                isOpen = true
            }
        }
        return fields
    }
}
