// SPDX-License-Identifier: Apache-2.0

/// A text as scalars, with the places of its lines.
struct MarkedText {
    let scalars: [Unicode.Scalar]
    /// Where each line begins.
    let starts: [Int]
    /// 1 where a byte order mark stands before the first line.
    private let mark: Int

    /// Nil where lines end in what only YAML takes for the end of a line.
    init?(_ text: String) {
        scalars = Array(text.unicodeScalars)
        mark = scalars.first == "\u{FEFF}" ? 1 : 0
        var starts = [0]
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\n": starts.append(index + 1)
            case "\r" where index + 1 < scalars.count && scalars[index + 1] == "\n": continue
            case "\r", "\u{85}", "\u{2028}", "\u{2029}": return nil
            default: continue
            }
        }
        self.starts = starts
    }

    func offset(of position: Position) -> Int {
        starts[position.line - 1] + position.column - 1 + (position.line == 1 ? mark : 0)
    }

    func scalar(at position: Position) -> Unicode.Scalar? {
        guard position.line <= starts.count else { return nil }
        let offset = offset(of: position)
        return scalars.indices.contains(offset) ? scalars[offset] : nil
    }

    /// A line without its end.
    func line(_ number: Int) -> ArraySlice<Unicode.Scalar> {
        let start = starts[number - 1]
        let end = number < starts.count ? starts[number] : scalars.count
        let line = scalars[start..<end]
        return line.dropLast(line.reversed().prefix { $0 == "\n" || $0 == "\r" }.count)
    }
}
