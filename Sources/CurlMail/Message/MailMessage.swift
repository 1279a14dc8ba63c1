// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// One message of plain text, and its bytes as they are sent (RFC 5322, RFC 2045, RFC 2047).
///
/// Nothing is read from the surroundings: the date and the id are given, so that equal messages have equal bytes.
public struct MailMessage: Sendable, Hashable {
    /// Who it is from or to.
    public struct Mailbox: Sendable, Hashable {
        /// Shown with the address; any text without control characters.
        public var name: String?
        /// ASCII, without angle brackets: `jane@example.com`.
        public var address: String

        public init(_ address: String, name: String? = nil) {
            self.address = address
            self.name = name
        }
    }

    /// A header beside those that every message has.
    public struct Header: Sendable, Hashable {
        public var name: String
        /// Printable ASCII: `<https://example.com/unsubscribe>`.
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Why a message can't be written down.
    public enum Refusal: Error, Hashable, Sendable {
        /// An address of From or To, or no recipient.
        case address
        /// A name has a control character.
        case name
        /// The subject has a control character, a line's end among them.
        case subject
        /// The id is not of the form `<token@domain>`.
        case messageID
        /// The date is before 1970 or after 9999.
        case date
        /// The named header is not of its form, too long, or one that the message writes itself.
        case header(String)
    }

    public var from: Mailbox
    public var to: [Mailbox]
    public var subject: String
    public var date: Timestamp
    /// `<token@domain>`.
    public var messageID: String
    /// Any text; its lines may end with LF, CR or both.
    public var body: String
    public var headers: [Header]

    public init(
        from: Mailbox, to: [Mailbox], subject: String, date: Timestamp, messageID: String, body: String,
        headers: [Header] = []
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.body = body
        self.headers = headers
    }

    /// The message's bytes: ASCII alone, lines of at most 998 bytes that end with CRLF. Lines that begin with a dot are
    /// as they are: SMTP's doubling is not done here.
    public func bytes() throws(Refusal) -> [UInt8] {
        guard !to.isEmpty else { throw .address }
        guard MailSyntax.isFreeOfControls(subject) else { throw .subject }
        guard Self.isMessageID(messageID) else { throw .messageID }
        guard let date = MailDate.text(date) else { throw .date }
        var recipients: [String] = []
        for mailbox in to { recipients.append(try Self.text(mailbox)) }
        var lines = [
            HeaderText.folded("From", try Self.text(from)),
            HeaderText.folded("To", recipients.joined(separator: ", ")),
            HeaderText.folded("Subject", HeaderText.unstructured(subject)),
            "Date: \(date)", "Message-ID: \(messageID)",
        ]
        for header in headers { lines.append(try Self.line(header)) }
        let body = MailBody(body)
        lines += [
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: \(body.encoding.rawValue)", "", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8) + body.bytes
    }

    /// In lower case: what may not come twice, and what a sender doesn't write.
    private static let ownHeaders: Set<String> = [
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
        "bcc", "return-path", "received",
    ]

    private static func line(_ header: Header) throws(Refusal) -> String {
        let isName = !header.name.isEmpty && header.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x3a }
        guard isName, !ownHeaders.contains(header.name.lowercased()), MailSyntax.isPrintable(header.value),
            header.value.contains(where: { $0 != " " })
        else { throw .header(isName ? header.name : "") }
        let line = HeaderText.folded(header.name, header.value)
        guard line.split(separator: "\r\n").allSatisfy({ $0.utf8.count <= HeaderText.longestLine }) else {
            throw .header(header.name)
        }
        return line
    }

    private static func text(_ mailbox: Mailbox) throws(Refusal) -> String {
        guard MailSyntax.isAddress(mailbox.address) else { throw .address }
        guard let name = mailbox.name, !name.isEmpty else { return mailbox.address }
        guard MailSyntax.isFreeOfControls(name) else { throw .name }
        return "\(HeaderText.phrase(name)) <\(mailbox.address)>"
    }

    private static func isMessageID(_ text: String) -> Bool {
        text.hasPrefix("<") && text.hasSuffix(">") && MailSyntax.isAddress(String(text.dropFirst().dropLast()))
    }
}
