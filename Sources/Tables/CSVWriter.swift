// SPDX-License-Identifier: Apache-2.0

/// Records as text by RFC 4180: a separator, a line end, quotes where they are needed.
public struct CSVWriter: Sendable {
    /// A byte order mark, by which spreadsheets know UTF-8.
    public static let byteOrderMark = "\u{FEFF}"

    private let separator: Character
    private let lineEnd: LineEnd
    private let guardsFormulas: Bool

    /// - Parameter guardsFormulas: a quote before what a spreadsheet would run; off for machines, which want the fields
    ///   as they are.
    public init(separator: Character = ",", lineEnd: LineEnd = .both, guardsFormulas: Bool) {
        self.separator = separator
        self.lineEnd = lineEnd
        self.guardsFormulas = guardsFormulas
    }

    /// One record with its line end. An absent field is an empty one.
    public func record(_ cells: [String?]) -> String {
        // One empty field alone would be an empty line, which readers pass over.
        if cells.count == 1, cells[0]?.isEmpty ?? true { return "\"\"" + lineEnd.rawValue }
        return fields(cells) + lineEnd.rawValue
    }

    /// Fields with separators between them.
    public func fields(_ cells: [String?]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(separator) }
            if let cell { line += quoted(guardsFormulas ? FormulaGuard.guarded(cell) : cell) }
        }
        return line
    }

    private func quoted(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { byte in
            byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D || byte == separator.utf8.first
        }
        guard needsQuotes || text.utf8.first == 0x20 || text.utf8.last == 0x20 else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
