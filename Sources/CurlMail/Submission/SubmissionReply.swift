// SPDX-License-Identifier: Apache-2.0

/// What a server of SMTP answered.
public struct SubmissionReply: Sendable, Hashable {
    /// 250, 550.
    public var code: Int
    /// `5.1.1` (RFC 3463); nil where there is none.
    public var enhancedStatus: String?
    /// The text of all lines, joined with blanks, without codes. It may name an address.
    public var text: String

    public init(code: Int, enhancedStatus: String? = nil, text: String) {
        self.code = code
        self.enhancedStatus = enhancedStatus
        self.text = text
    }

    /// True where the same may go well later.
    public var isTransient: Bool { (400..<500).contains(code) }

    /// The longest text that is kept: 1,024 bytes.
    static let longestText = 1_024

    /// Reads lines of one reply, without their ends.
    init(lines: [String]) {
        code = lines.last.flatMap { Int($0.prefix(3)) } ?? 0
        var texts: [Substring] = []
        for line in lines {
            let text = line.dropFirst(4)
            let word = text.prefix { $0 != " " }
            if Self.isStatus(word, of: code) {
                if enhancedStatus == nil { enhancedStatus = String(word) }
                texts.append(text.dropFirst(word.count).drop { $0 == " " })
            } else {
                texts.append(text)
            }
        }
        let joined = texts.joined(separator: " ")
        // What a server says is shown: nothing in it may move a terminal's cursor.
        let clean = String(
            String.UnicodeScalarView(joined.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
        text = String(decoding: clean.utf8.prefix(Self.longestText), as: UTF8.self)
    }

    private static func isStatus(_ word: Substring, of code: Int) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "\(code / 100)"
            && parts[1...].allSatisfy { (1...3).contains($0.count) && $0.allSatisfy { ("0"..."9").contains($0) } }
    }
}
