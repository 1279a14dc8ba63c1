// SPDX-License-Identifier: Apache-2.0

/// A text as a message's body, in the encoding that fits it: as it is, quoted-printable, or base64 (RFC 2045 6).
struct MailBody: Hashable {
    enum Encoding: String {
        case sevenBit = "7bit"
        case quotedPrintable = "quoted-printable"
        case base64
    }

    /// The longest line of an encoded body: 76 bytes, its end not counted.
    static let longestLine = 76

    let encoding: Encoding
    /// Ends with CRLF, and has no CR or LF apart from that.
    let bytes: [UInt8]

    init(_ text: String) {
        let lines = Self.lines(Array(text.utf8))
        if lines.allSatisfy(Self.isPlain) {
            encoding = .sevenBit
            bytes = Self.joined(lines)
            return
        }
        let quoted = Self.joined(lines.map(Self.quoted))
        let encoded = Self.base64(Self.joined(lines))
        // Quoted-printable can be read without a program: it may be a little longer.
        encoding = quoted.count <= encoded.count * 5 / 4 ? .quotedPrintable : .base64
        bytes = encoding == .base64 ? encoded : quoted
    }

    /// The lines without their ends: CR, LF or both. What follows the last end is a line where it isn't empty.
    private static func lines(_ text: [UInt8]) -> [[UInt8]] {
        var (lines, line, previous) = ([[UInt8]](), [UInt8](), UInt8(0))
        for byte in text {
            if byte == 10, previous == 13 {
                previous = byte
                continue
            }
            previous = byte
            if byte == 10 || byte == 13 {
                lines.append(line)
                line = []
            } else {
                line.append(byte)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// True for a line that arrives as it is everywhere.
    private static func isPlain(_ line: [UInt8]) -> Bool {
        line.count <= HeaderText.preferredLine && line.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 9 }
            && line.last != 0x20 && line.last != 9 && !line.starts(with: "From ".utf8)
    }

    private static func joined(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [13, 10] } }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func quoted(_ line: [UInt8]) -> [UInt8] {
        let isSeparator = line.starts(with: "From ".utf8)
        var (text, column) = ([UInt8](), 0)
        for (place, byte) in line.enumerated() {
            let isLast = place == line.count - 1
            let isBlank = byte == 0x20 || byte == 9
            let isPlain = (0x21..<0x7f).contains(byte) && byte != UInt8(ascii: "=") || isBlank && !isLast
            let piece =
                isPlain && !(isSeparator && place == 0)
                ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            // A line that goes on ends with a sign of its own.
            if column + piece.count > longestLine - (isLast ? 0 : 1) {
                text += [UInt8(ascii: "="), 13, 10]
                column = 0
            }
            text += piece
            column += piece.count
        }
        return text
    }

    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let text = Base64Text.encode(bytes)
        return stride(from: 0, to: text.count, by: longestLine).flatMap { start in
            text[start..<min(start + longestLine, text.count)] + [13, 10]
        }
    }
}
