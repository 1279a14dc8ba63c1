// SPDX-License-Identifier: Apache-2.0

/// One reply of a mail host (RFC 5321, 4.2): a code and the text of its lines.
struct SMTPReply: Sendable, Hashable {
    /// Three digits: 200 to 599. The code of the last line, where the lines disagree.
    let code: Int
    /// The texts of the lines, without code and separator, in order; at least one, which may be empty.
    let lines: [String]

    init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    /// 2 (done), 3 (go on), 4 (not now) or 5 (no).
    var severity: Int { code / 100 }

    var isPositive: Bool { severity == 2 }

    /// The enhanced status code at the start of the text (RFC 3463): `5.1.1`. Nil where there is none, and where its
    /// class is not the reply's: such a code speaks of something else.
    var enhanced: EnhancedStatus? {
        guard let status = lines.lazy.compactMap({ EnhancedStatus(leading: $0.utf8) }).last else { return nil }
        return status.kind == severity ? status : nil
    }

    /// What the host offers after EHLO: the first word of each line but the first, in upper case.
    var extensions: Set<String> {
        Set(lines.dropFirst().compactMap { $0.split(separator: " ").first?.uppercased() })
    }
}

extension SMTPReply: CustomStringConvertible {
    /// The code alone: a text may repeat the address.
    var description: String { "a reply with code \(code)" }
}

/// An enhanced mail system status code (RFC 3463): class, subject, detail.
struct EnhancedStatus: Sendable, Hashable {
    let kind: Int
    let subject: Int
    let detail: Int

    /// Reads `5.1.1` at the start of a line; nil where there is none.
    init?(leading line: some Collection<UInt8>) {
        let text = line.drop { $0 == UInt8(ascii: " ") }
        let word = text.prefix { Self.mayBelong($0) }
        if let next = text[word.endIndex...].first, Character(Unicode.Scalar(next)).isLetter { return nil }
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let kind = Self.number(parts[0], digits: 1), let subject = Self.number(parts[1]),
            let detail = Self.number(parts[2]), kind == 2 || kind == 4 || kind == 5
        else { return nil }
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    private static func mayBelong(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func number(_ digits: some Collection<UInt8>, digits most: Int = 3) -> Int? {
        guard (1...most).contains(digits.count) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

/// Reads replies from bytes as they come, in pieces of any size.
///
/// Generous in what it takes (a bare LF, lines longer than RFC 5321's 512 octets, codes that differ between lines), and
/// bounded in everything.
struct SMTPReplyReader: Sendable {
    /// Octets of one line that are kept; what is longer is cut.
    static let maximumLine = 2_048
    /// Lines of one reply at most.
    static let maximumLines = 128
    /// Octets of one line at most, kept or not.
    static let maximumDiscarded = 65_536

    /// What is no SMTP.
    enum Failure: Error, Sendable, Hashable {
        /// A line that doesn't begin with a code.
        case notSMTP
        case tooLong
    }

    private var line: [UInt8] = []
    private var discarded = 0
    private var texts: [String] = []
    private var failure: Failure?

    /// True in the middle of a reply.
    var isPartial: Bool { !line.isEmpty || !texts.isEmpty }

    /// Takes the next bytes and returns the replies that are whole with them.
    ///
    /// - Throws: where the peer doesn't speak SMTP; the reader is of no more use then. Whole replies before that count:
    ///   they are returned, and the next bytes are refused, so that nothing depends on how the bytes are cut.
    mutating func read(_ bytes: some Sequence<UInt8>) throws(Failure) -> [SMTPReply] {
        if let failure { throw failure }
        var replies: [SMTPReply] = []
        do {
            for byte in bytes {
                if let reply = try take(byte) { replies.append(reply) }
            }
        } catch {
            failure = error
            if replies.isEmpty { throw error }
        }
        return replies
    }

    private mutating func take(_ byte: UInt8) throws(Failure) -> SMTPReply? {
        if byte == UInt8(ascii: "\n") { return try endLine() }
        if line.count < Self.maximumLine {
            line.append(byte)
        } else {
            discarded += 1
            guard discarded <= Self.maximumDiscarded else { throw .tooLong }
        }
        return nil
    }

    private mutating func endLine() throws(Failure) -> SMTPReply? {
        defer {
            line.removeAll(keepingCapacity: true)
            discarded = 0
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw .notSMTP
        }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard (200..<600).contains(code) else { throw .notSMTP }
        let separator = line.count > 3 ? line[3] : UInt8(ascii: " ")
        guard separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-") else { throw .notSMTP }
        texts.append(Self.text(line.dropFirst(4)))
        guard texts.count <= Self.maximumLines else { throw .tooLong }
        guard separator == UInt8(ascii: " ") else { return nil }
        defer { texts = [] }
        return SMTPReply(code: code, lines: texts)
    }

    /// Control characters are no text: a transcript is shown on terminals.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(decoding: bytes, as: UTF8.self) }
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar -> Unicode.Scalar in
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            return isControl ? (scalar == "\t" ? " " : "\u{FFFD}") : scalar
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
