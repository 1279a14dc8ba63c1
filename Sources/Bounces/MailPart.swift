// SPDX-License-Identifier: Apache-2.0

/// A field of a mail's head, or of a report.
struct MailField: Hashable {
    /// In lower case.
    var name: String
    var value: String
}

/// A mail, or a part of one, as values. Texts are cut where nothing of use comes any more.
struct MailPart {
    /// Bytes of a text that are read.
    static let maximumText = 256 * 1024

    /// Such as "text/plain", in lower case.
    var type = "text/plain"
    /// The parameter `report-type` of the content type, in lower case.
    var reportType: String?
    var fields: [MailField] = []
    /// What a leaf says, its encoding and charset undone; empty for what is no text.
    var text = ""
    /// The parts of a multipart, or the one mail in a message part.
    var parts: [MailPart] = []

    /// The first field of a name; nil also where it is empty.
    func field(_ name: String) -> String? {
        fields.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// The leaves of this mail, in order: what lies inside of mails within it is theirs.
    var leaves: [MailPart] {
        if parts.isEmpty || isMessage { return [self] }
        return parts.flatMap(\.leaves)
    }

    /// True for a part that holds another mail.
    var isMessage: Bool { type.hasPrefix("message/") && !parts.isEmpty }
}
