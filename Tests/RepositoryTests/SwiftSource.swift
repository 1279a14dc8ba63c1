// SPDX-License-Identifier: Apache-2.0

/// A Swift file's text, and the same text with strings and comments blanked, so that words and braces in it are code.
struct SwiftSource: Sendable {
    let path: String
    let lines: [String]
    /// Line by line as `lines`; blanks stand for what is not code.
    let code: [String]

    init(path: String, _ text: String) {
        self.path = path
        lines = Self.split(text)
        var blanking = Blanking(Array(text.utf8))
        code = Self.split(String(decoding: blanking.run(), as: UTF8.self))
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
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
            if starts(with: "//") {
                blank(until: { $0.starts(with: "\n") }, consuming: 0)
            } else if starts(with: "/*") {
                comment()
            } else if text[index] == UInt8(ascii: "`") {
                blank(1)
                blank(until: { $0.starts(with: "`") || $0.starts(with: "\n") }, consuming: 1)
            } else if let hashes = hashesBeforeQuote {
                literal(hashes: hashes)
            } else {
                index += 1
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

    private mutating func blank(until isEnd: (Blanking) -> Bool, consuming count: Int) {
        while index < text.count, !isEnd(self) { blank(1) }
        blank(min(count, text.count - index))
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
        while index < text.count, !starts(with: quote + marks) {
            if starts(with: escape + "(") {
                blank(escape.utf8.count)
                interpolation()
            } else if starts(with: escape) {
                blank(escape.utf8.count + 1)
            } else if quote.utf8.count == 1, starts(with: "\n") {
                return
            } else {
                blank(1)
            }
        }
        blank(quote.utf8.count + hashes)
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
