// SPDX-License-Identifier: Apache-2.0

/// The text that people are to read, taken apart: what is reported, of whom, and what came back with it.
struct BounceText {
    /// The lines before the message that came back.
    private(set) var lines: [String] = []
    /// The head of the message that came back, where it stands in the text.
    private(set) var original: [MailField] = []

    /// The lines in lower case.
    private var lowered: [[UInt8]] = []

    private static let maximumLines = 2_000
    private static let maximumLine = 4 * 1024

    init(_ text: String) {
        var isOriginal = false
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).prefix(Self.maximumLines)
        {
            let line = String(line.prefix(Self.maximumLine))
            isOriginal = isOriginal || (!lines.isEmpty && Self.beginsOriginal(line.lowercased()))
            if isOriginal { Self.read(line, into: &original) } else { lines.append(line) }
        }
        lowered = lines.map { Array($0.lowercased().utf8) }
    }

    /// All that is reported.
    var text: String { lines.joined(separator: "\n") }

    /// Reads a head that is given as text.
    static func head(_ text: String) -> [MailField] {
        var fields: [MailField] = []
        for line in text.split(whereSeparator: \.isNewline).prefix(maximumLines) {
            read(String(line.prefix(maximumLine)), into: &fields)
        }
        return fields
    }

    private static func read(_ line: String, into fields: inout [MailField]) {
        if line.first == " " || line.first == "\t", !fields.isEmpty, fields[fields.count - 1].value.isEmpty {
            fields[fields.count - 1].value = String(line.drop(while: \.isWhitespace))
        }
        let trimmed = line.drop { $0.isWhitespace || $0 == ">" }
        guard let colon = trimmed.firstIndex(of: ":"), fields.count < 200 else { return }
        let name = trimmed[..<colon].lowercased()
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0 == "-" }) else { return }
        let value = trimmed[trimmed.index(after: colon)...].drop(while: \.isWhitespace)
        fields.append(MailField(name: name, value: String(value)))
    }

    private static let markers = [
        "below this line is a copy", "original message follows", "original message -", "message headers follow",
        "header of the original message", "headers of the original message", "-original m", "copy of the original",
        "copy of your message", "copy of the message", "copy of the header", "unsent message", "returned message -",
        "message header:", "message headers:", "--- original", "this is a copy of", "original message headers",
        "content-type: message/rfc822", "content-type: text/rfc822-headers", "your original message",
        "message text follows", "the following is the original", "original headers",
        "beginning of original message", "original mail info", "message de départ", "originalnachricht -",
    ]

    private static func beginsOriginal(_ line: String) -> Bool {
        line.hasPrefix("received: ") || line.hasPrefix("received:from") || line.hasPrefix("return-path:")
            || line.hasPrefix("dkim-signature:") || markers.contains { line.contains($0) }
    }

    // MARK: Recipients

    /// The addresses that the lines name as those whom the message did not reach, in order.
    ///
    /// - Parameter others: addresses in lower case that are not meant: whom the report is for, and who made it.
    func recipients(besides others: Set<String>) -> [String] {
        var (leading, named): ([String], [String]) = ([], [])
        var (hasLed, isKnown): (Set<String>, Set<String>) = ([], [])
        for line in lines where !Self.isAboutSender(line) {
            for place in AddressText.all(in: line, limit: 20) {
                let lower = place.address.lowercased()
                guard !others.contains(lower), !Self.isSystem(lower), place.address.utf8.count > 3 else { continue }
                if Self.leads(line, place), hasLed.insert(lower).inserted { leading.append(place.address) }
                if isKnown.insert(lower).inserted { named.append(place.address) }
            }
            if max(leading.count, named.count) >= DeliveryStatus.maximumRecipients { break }
        }
        return leading.isEmpty ? Array(named.prefix(1)) : leading
    }

    /// What the lines say of one of the recipients: first those that name it, then all from where it is named to where
    /// another is. With one recipient, all lines.
    func texts(about recipient: String, among recipients: [String]) -> [String] {
        let wanted = recipient.lowercased()
        let others = recipients.map { $0.lowercased() }.filter { $0 != wanted }
        guard !others.isEmpty else { return recipients.count == 1 ? [text] : [] }
        var isWanted = false
        var (naming, kept): ([String], [String]) = ([], [])
        for (line, lower) in zip(lines, lowered) {
            if ByteSearch.contains(wanted, in: lower) {
                isWanted = true
                naming.append(line)
            } else if isWanted, others.contains(where: { ByteSearch.contains($0, in: lower) }) {
                isWanted = false
            }
            if isWanted { kept.append(line) }
        }
        return [naming, kept].map { $0.joined(separator: "\n") }
    }

    /// True where nothing but signs and a code stands before the address, or the line says whom it was for.
    private static func leads(_ line: String, _ place: AddressText.Place) -> Bool {
        let before = String(decoding: line.utf8.prefix(place.offset), as: UTF8.self).lowercased()
        if before.allSatisfy({ !$0.isLetter }) { return true }
        let introductions = [
            "rcpt to:", "rcpt:", "recipient:", "recipient address:", "to:", "mail to", "delivered to", "address:",
            "for", "user:", "recipients:", "user", "mailbox", "mailto:",
        ]
        let words = before.trimmedSigns
        return introductions.contains { words.hasSuffix($0) }
    }

    private static func isAboutSender(_ line: String) -> Bool {
        let lower = line.lowercased().drop { $0.isWhitespace || $0 == ">" || $0 == "<" }
        return ["from:", "mail from", "reply-to:", "sender:", "message-id:", "return-path:", "message id:", "cc:"]
            .contains { lower.hasPrefix($0) }
    }

    static func isSystem(_ address: String) -> Bool {
        let local = address.prefix { $0 != "@" }
        return ["postmaster", "mailer-daemon", "support", "abuse", "helpdesk", "mailerdaemon"].contains(String(local))
    }
}

extension String {
    /// Without white space and brackets at the end.
    fileprivate var trimmedSigns: Substring {
        var text = self[...]
        while let last = text.last, last.isWhitespace || "<\"'([".contains(last) { text.removeLast() }
        return text
    }
}
