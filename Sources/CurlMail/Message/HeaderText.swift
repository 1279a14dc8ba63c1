// SPDX-License-Identifier: Apache-2.0

/// Texts in headers: folded, quoted, or as encoded words (RFC 2047).
enum HeaderText {
    /// The longest line, without its end: 998 bytes.
    static let longestLine = 998
    /// What a line should have at most: 78 bytes.
    static let preferredLine = 78
    /// The longest encoded word: 64 bytes, so that a line with a name before it has at most 76 (RFC 2047 2).
    private static let longestWord = 64
    private static let wordStart = "=?utf-8?B?"
    private static let wordEnd = "?="

    /// A header's line, broken before blanks where it is longer than lines should be. A word that is too long for that
    /// stays whole.
    static func folded(_ name: String, _ value: String) -> String {
        var (line, lines) = ("\(name):", [String]())
        // Each word with the blanks before it: what follows a break begins with the blanks it was made at.
        for word in wordsWithBlanks(" " + value) {
            let isFirst = lines.isEmpty && line.utf8.count == name.utf8.count + 1
            if !isFirst, line.utf8.count + word.utf8.count > preferredLine {
                lines.append(line)
                line = ""
            }
            line += word
        }
        return (lines + [line]).joined(separator: "\r\n")
    }

    /// A free text: as it is where it may be, else as encoded words.
    static func unstructured(_ text: String) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        // A run of blanks could come at a fold, and one at either end would be lost.
        let isPlain =
            MailSyntax.isPrintable(text) && !text.contains("=?")
            && words.allSatisfy { !$0.isEmpty && $0.utf8.count < longestWord }
        return isPlain || text.isEmpty ? text : encoded(text)
    }

    /// A name before an address.
    static func phrase(_ name: String) -> String {
        guard MailSyntax.isPrintable(name), !name.contains("=?"), name.utf8.count < longestWord else {
            return encoded(name)
        }
        let isAtoms = name.utf8.allSatisfy { MailSyntax.isAlphanumeric($0) || " !#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
        let isTidy = !name.hasPrefix(" ") && !name.hasSuffix(" ") && !name.contains("  ")
        if isAtoms && isTidy { return name }
        let escaped = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        return "\"\(escaped)\""
    }

    /// Encoded words with blanks between them, which belong to neither. No character is cut in two.
    private static func encoded(_ text: String) -> String {
        let room = (longestWord - wordStart.utf8.count - wordEnd.utf8.count) / 4 * 3
        var (words, piece) = ([String](), [UInt8]())
        func close() {
            words.append(wordStart + String(decoding: Base64Text.encode(piece), as: UTF8.self) + wordEnd)
            piece = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if piece.count + bytes.count > room { close() }
            piece += bytes
        }
        close()
        return words.joined(separator: " ")
    }

    private static func wordsWithBlanks(_ text: String) -> [String] {
        var (words, isInWord) = ([String](), true)
        for character in text {
            if character == " ", isInWord { words.append("") }
            isInWord = character != " "
            if words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
        return words
    }
}
