// SPDX-License-Identifier: Apache-2.0

/// What of a configuration may be shown. Everything that was not read as something harmless is a secret.
struct Masking: Sendable {
    static let dots = "••••"
    /// Scalars of a line that are shown.
    static let maximumLineLength = 160

    private let source: SourceText
    /// Where keys and single values begin, in order.
    private let leaves: [Position]
    /// The leaves that may be shown.
    private let shown: Set<Position>
    /// False where the text is no YAML: nothing is known of its lines then.
    private let isRead: Bool
    /// Keys that a line may be shown to begin with where the text is no YAML.
    private let knownKeys: Set<String>

    init(source: SourceText, leaves: [Position], shown: Set<Position>, isRead: Bool, knownKeys: Set<String>) {
        self.source = source
        self.leaves = leaves.sorted()
        self.shown = shown
        self.isRead = isRead
        self.knownKeys = knownKeys
    }

    /// Returns the line of a place with its secrets masked; nil for a blank one.
    func excerpt(at position: Position, length: Int) -> Diagnostic.Excerpt? {
        let line = source.line(position.line).map { $0 == "\t" ? " " : $0 }
        guard line.contains(where: { $0 != " " }) else { return nil }
        let spans = isRead ? readSpans(of: line, number: position.line) : unreadSpans(of: line)
        var output: [Unicode.Scalar] = []
        var caret: Int?
        for (offset, scalar) in line.enumerated() {
            if let span = spans.first(where: { $0.contains(offset) }) {
                if offset == span.lowerBound || offset == 0 { output += Self.dots.unicodeScalars }
                if offset == position.column - 1 { caret = output.count - Self.dots.unicodeScalars.count }
                continue
            }
            if offset == position.column - 1 { caret = output.count }
            output.append(scalar)
        }
        while output.last == " " { output.removeLast() }
        let place = min(caret ?? output.count, output.count)
        guard output.count <= Self.maximumLineLength else {
            return Self.cut(output, around: place, length: length)
        }
        return Self.excerpt(output, offset: place, length: length)
    }

    /// The word as it may stand in a message; dots where it is long or looks like a key.
    static func quotable(_ text: String) -> String {
        text.isEmpty || text.unicodeScalars.count > 48 || looksSecret(text)
            || text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? dots : text
    }

    /// True for what people paste as keys: 16 characters or more without a blank, letters and digits mixed.
    static func looksSecret(_ text: String) -> Bool {
        text.split(whereSeparator: { " /:.,@{}".contains($0) }).contains { word in
            word.count >= 16 && word.contains(where: \.isNumber) && word.contains(where: \.isLetter)
        }
    }

    private static func excerpt(
        _ output: [Unicode.Scalar], offset: Int, length: Int
    ) -> Diagnostic.Excerpt {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: output)
        return Diagnostic.Excerpt(
            line: String(view), offset: offset, length: max(1, min(length, output.count - offset)))
    }

    private static func cut(
        _ output: [Unicode.Scalar], around place: Int, length: Int
    ) -> Diagnostic.Excerpt {
        let start = max(0, min(place - maximumLineLength / 2, output.count - maximumLineLength))
        let end = min(output.count, start + maximumLineLength)
        var part = Array(output[start..<end])
        if start > 0 { part[0] = "…" }
        if end < output.count { part[part.count - 1] = "…" }
        return excerpt(part, offset: place - start, length: length)
    }

    /// What is masked of a line whose leaves are known: each leaf that may not be shown, up to the next, and comments.
    private func readSpans(of line: [Unicode.Scalar], number: Int) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        let firstOfLine = leaves.partitioned { $0.line < number }
        var offset = 0
        // What a line begins with belongs to the leaf before it, where that goes on over several lines.
        var isShown = firstOfLine == 0 || shown.contains(leaves[firstOfLine - 1])
        var index = firstOfLine
        while offset < line.count {
            let end = index < leaves.count && leaves[index].line == number ? leaves[index].column - 1 : line.count
            if offset < end {
                spans +=
                    isShown
                    ? Self.comment(in: line[offset..<end], isLast: end == line.count)
                    : [Self.trimmed(line[offset..<end], isLast: end == line.count)]
            }
            guard end < line.count else { break }
            offset = end
            isShown = shown.contains(leaves[index])
            index += 1
        }
        return spans.filter { !$0.isEmpty }
    }

    /// A comment after the last value: people note all kinds of things there.
    private static func comment(in part: ArraySlice<Unicode.Scalar>, isLast: Bool) -> [Range<Int>] {
        guard isLast else { return [] }
        let start = part.lastIndex { $0 == "\"" || $0 == "'" } ?? part.startIndex
        var previous: Unicode.Scalar = " "
        for index in part[start...].indices {
            if part[index] == "#", previous == " " { return [index..<part.endIndex] }
            previous = part[index]
        }
        return []
    }

    /// The value without what separates it from the next.
    private static func trimmed(_ part: ArraySlice<Unicode.Scalar>, isLast: Bool) -> Range<Int> {
        let lead = part.prefix { " -[{:".unicodeScalars.contains($0) }.count
        var end = part.endIndex
        let separators = (isLast ? " ]}" : " ,[]{}:").unicodeScalars
        while end > part.startIndex + lead, separators.contains(part[end - 1]) { end -= 1 }
        return (part.startIndex + lead)..<max(part.startIndex + lead, end)
    }

    /// What is masked of a line of a text that is no YAML: all but a known key at its beginning.
    private func unreadSpans(of line: [Unicode.Scalar]) -> [Range<Int>] {
        let start = line.prefix { $0 == " " || $0 == "-" }.count
        let word = line[start...].prefix { $0 == "_" || $0.properties.isAlphabetic }
        var key = String.UnicodeScalarView()
        key.append(contentsOf: word)
        var end = word.endIndex
        guard knownKeys.contains(String(key)), end < line.count, line[end] == ":" else {
            return start < line.count ? [start..<line.count] : []
        }
        end += 1
        while end < line.count, line[end] == " " { end += 1 }
        return end < line.count ? [end..<line.count] : []
    }
}

extension [Position] {
    /// The index of the first element, in a sorted array, for which the condition no longer holds.
    fileprivate func partitioned(_ isBefore: (Position) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
