// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong with a configuration, or that should be known.
public struct Diagnostic: Sendable, Hashable {
    /// How much it matters.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// The configuration can't be used.
        case error
        /// It can be used; something in it may not be what was meant.
        case warning
    }

    public let severity: Severity
    /// The path as it was given.
    public let file: String
    public let position: Position
    /// What is wrong, without secrets.
    public let message: String
    /// What to do about it.
    public let hint: String?
    /// The line itself, secrets shown as `••••`, and the place in it; nil where there is no line to show.
    public let excerpt: Excerpt?

    public init(
        _ severity: Severity, file: String, position: Position, message: String, hint: String? = nil,
        excerpt: Excerpt? = nil
    ) {
        self.severity = severity
        self.file = file
        self.position = position
        self.message = message
        self.hint = hint
        self.excerpt = excerpt
    }

    /// A line to show, and what to point at.
    public struct Excerpt: Sendable, Hashable {
        public let line: String
        /// Scalars before the caret.
        public let offset: Int
        /// Scalars that are pointed at, at least one.
        public let length: Int

        public init(line: String, offset: Int, length: Int) {
            self.line = line
            self.offset = offset
            self.length = length
        }
    }

    /// The first line: `file:line:column: error: message`.
    public var headline: String {
        "\(file):\(position.line):\(position.column): \(severity.rawValue): \(message)"
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The headline, the line with a caret, and the hint, without a line end.
    public var description: String {
        var lines = [headline]
        if let excerpt {
            let number = String(position.line)
            let margin = String(repeating: " ", count: number.count)
            lines.append("  \(number) | \(excerpt.line)")
            let marks = "^" + String(repeating: "~", count: excerpt.length - 1)
            lines.append("  \(margin) | \(String(repeating: " ", count: excerpt.offset))\(marks)")
        }
        if let hint { lines.append("    = \(hint)") }
        return lines.joined(separator: "\n")
    }
}

/// A problem as it is found, before the line that it is in is looked up.
struct Problem: Sendable, Hashable {
    var severity: Diagnostic.Severity
    var position: Position
    /// Scalars that are pointed at; 0 where the line has nothing to do with it.
    var length: Int
    var message: String
    var hint: String?

    /// Problems that are reported of one configuration; more are counted, not told.
    static let maximumCount = 100
}
