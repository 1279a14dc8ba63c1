// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A Swift file's text, and the same text with strings and comments blanked, so that words and braces in it are code.
struct SwiftSource: Sendable {
    let path: String
    let lines: [String]
    /// Line by line as `lines`; blanks stand for what is not code.
    let code: [String]
    private let bytes: Data

    init(path: String, _ text: String) {
        self.path = path
        let text = Array(text.utf8)
        lines = Self.split(text)
        bytes = Data(text)
        var blanking = Blanking(text)
        code = Self.split(blanking.run())
    }

    /// True where a word occurs anywhere. Much faster than looking line by line, which most files then are spared.
    func mentions(_ word: String) -> Bool { bytes.range(of: Data(word.utf8)) != nil }

    private static func split(_ text: [UInt8]) -> [String] {
        var lines: [String] = []
        var start = 0
        for index in text.indices where text[index] == UInt8(ascii: "\n") {
            lines.append(String(decoding: text[start..<index], as: UTF8.self))
            start = index + 1
        }
        if start < text.count { lines.append(String(decoding: text[start...], as: UTF8.self)) }
        return lines
    }
}

/// Blanks comments, string literals of every kind and raw identifiers. Interpolations are blanked with their strings.
private struct Blanking {
    private let text: [UInt8]
    private var output: [UInt8]
    private var index = 0

    init(_ text: [UInt8]) {
        self.text = text
        output = text
    }

    mutating func run() -> [UInt8] {
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "/") where starts(with: "//"): blankLine()
            case UInt8(ascii: "/") where starts(with: "/*"): comment()
            case UInt8(ascii: "`"): identifier()
            case UInt8(ascii: "\""), UInt8(ascii: "#"):
                if let hashes = hashesBeforeQuote { literal(hashes: hashes) } else { index += 1 }
            default: index += 1
            }
        }
        return output
    }

    /// How many `#` stand before a quote that opens here; nil where none opens.
    private var hashesBeforeQuote: Int? {
        var end = index
        while end < text.count, text[end] == UInt8(ascii: "#") { end += 1 }
        return end < text.count && text[end] == UInt8(ascii: "\"") ? end - index : nil
    }

    private func starts(with word: String) -> Bool {
        index + word.utf8.count <= text.count && text[index...].starts(with: word.utf8)
    }

    private mutating func blank(_ count: Int) {
        for position in index..<min(index + count, text.count) where text[position] != UInt8(ascii: "\n") {
            output[position] = UInt8(ascii: " ")
        }
        index += count
    }

    private mutating func blankLine() {
        while index < text.count, text[index] != UInt8(ascii: "\n") {
            output[index] = UInt8(ascii: " ")
            index += 1
        }
    }

    private mutating func identifier() {
        repeat {
            blank(1)
        } while index < text.count && text[index] != UInt8(ascii: "`")
            && text[index] != UInt8(ascii: "\n")
        blank(1)
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                blank(2)
            } else if starts(with: "*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && index < text.count
    }

    private mutating func literal(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        blank(hashes)
        let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        blank(quote.utf8.count)
        let escape = "\\" + marks
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\"") where starts(with: quote + marks): return blank(quote.utf8.count + hashes)
            case UInt8(ascii: "\\") where starts(with: escape + "("):
                blank(escape.utf8.count)
                interpolation()
            case UInt8(ascii: "\\") where starts(with: escape): blank(escape.utf8.count + 1)
            case UInt8(ascii: "\n") where quote.utf8.count == 1: return
            default: blank(1)
            }
        }
    }

    /// From the opening parenthesis to the one that closes it; strings inside may have parentheses of their own.
    private mutating func interpolation() {
        var depth = 0
        repeat {
            if let hashes = hashesBeforeQuote {
                literal(hashes: hashes)
                continue
            }
            if starts(with: "(") { depth += 1 }
            if starts(with: ")") { depth -= 1 }
            blank(1)
        } while depth > 0 && index < text.count
    }
}
