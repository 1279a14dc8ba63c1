// SPDX-License-Identifier: Apache-2.0

/// A place in a text: lines and columns count from 1, columns in Unicode scalars.
public struct Position: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static let start = Position(line: 1, column: 1)

    public static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A configuration's text, cut into lines where YAML cuts them.
struct SourceText: Sendable {
    /// Bytes of a configuration.
    static let maximumLength = 1_048_576

    let lines: [[Unicode.Scalar]]

    init(_ text: String) {
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            if scalar == "\n", previous == "\r" { continue }
            guard Self.isBreak(scalar) else {
                line.append(scalar)
                continue
            }
            lines.append(line)
            line = []
        }
        lines.append(line)
        self.lines = lines
    }

    /// The scalars of a line; empty beyond the end.
    func line(_ number: Int) -> [Unicode.Scalar] { lines.indices.contains(number - 1) ? lines[number - 1] : [] }

    func scalar(at position: Position) -> Unicode.Scalar? {
        let line = line(position.line)
        return line.indices.contains(position.column - 1) ? line[position.column - 1] : nil
    }

    /// Returns the text with one scalar replaced.
    func replacing(at position: Position, with scalar: Unicode.Scalar) -> SourceText {
        var lines = lines
        lines[position.line - 1][position.column - 1] = scalar
        return SourceText(lines: lines)
    }

    /// Returns the text with every scalar of one kind replaced by another.
    func text(with replacement: Unicode.Scalar, for scalar: Unicode.Scalar) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(lines.count) { $0 + $1.count })
        for (index, line) in lines.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "\n")) }
            for own in line {
                let written = own == scalar ? replacement : own
                if written.isASCII {
                    bytes.append(UInt8(truncatingIfNeeded: written.value))
                } else {
                    bytes.append(contentsOf: UTF8.encode(written) ?? UTF8.encodedReplacementCharacter)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private init(lines: [[Unicode.Scalar]]) { self.lines = lines }

    /// True where YAML 1.1 ends a line.
    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
