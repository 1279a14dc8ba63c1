// SPDX-License-Identifier: Apache-2.0

/// Rows in columns that line up, two blanks apart, without borders, so that it reads well and cuts well.
struct TextTable {
    /// A cell and how it looks.
    struct Cell: ExpressibleByStringLiteral {
        var text: String
        var style: Console.Style
        var isNumber: Bool

        init(_ text: String, _ style: Console.Style = .plain, isNumber: Bool = false) {
            self.text = text
            self.style = style
            self.isNumber = isNumber
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    private let header: [String]
    private var rows: [[Cell]] = []

    init(_ header: String...) { self.header = header }

    init(_ header: [String]) { self.header = header }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: Cell...) { add(cells) }

    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == header.count, "a row has as many cells as there are columns")
        rows.append(cells)
    }

    func lines(on console: Console, indent: String = "") -> [String] {
        let widths = header.indices.map { column in
            rows.map { Self.width($0[column].text) }.reduce(Self.width(header[column]), max)
        }
        let head = header.map { Cell($0, .dim) }
        return ([head] + rows).map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - Self.width(cell.text))
                let text = console.styled(cell.text, cell.style)
                if cell.isNumber || rows.first?[column].isNumber ?? false { return padding + text }
                return column == row.count - 1 ? text : text + padding
            }
            return indent + cells.joined(separator: "  ")
        }
    }

    /// Columns on a terminal: East Asian wide characters and emoji take two, combining marks none.
    static func width(_ text: String) -> Int {
        text.reduce(0) { width, character in
            guard let scalar = character.unicodeScalars.first else { return width }
            return width + (isWide(scalar) ? 2 : 1)
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
