// SPDX-License-Identifier: Apache-2.0

/// Text for man(7): the macros that both groff and mandoc know, with everything escaped that they would read otherwise.
struct Roff {
    private var lines = [".\\\" Made by `weir man` of the definitions of the commands."]

    /// The whole, with a line end.
    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func heading(_ name: String, section: Int, source: String, manual: String) {
        lines.append(".TH \(name.uppercased()) \(section) \"\" \"\(source)\" \"\(manual)\"")
        // Neither words nor options are cut at the ends of lines.
        lines += [".nh", ".ad l"]
    }

    mutating func section(_ title: String) { lines.append(".SH \(title)") }

    mutating func subsection(_ title: String) { lines.append(".SS \(Self.text(title))") }

    /// A line whose parts are escaped already.
    mutating func line(_ line: String) { lines.append(Self.guarded(line)) }

    /// A paragraph; what stands between backticks is set in bold.
    mutating func paragraph(_ text: String) {
        guard !text.isEmpty else { return }
        // A section begins with one of its own.
        if lines.last?.hasPrefix(".S") != true { lines.append(".PP") }
        lines.append(Self.guarded(Self.marked(text)))
    }

    /// A term that is escaped already, and what it means.
    mutating func item(_ term: String, _ meaning: String) {
        lines += [".TP", Self.guarded(term), Self.guarded(Self.marked(meaning))]
    }

    /// Lines to be typed as they are.
    mutating func example(_ text: String) {
        lines += [".RS 4", ".nf"] + text.split(separator: "\n").map { Self.guarded(Self.text(String($0))) }
        lines += [".fi", ".RE"]
    }

    static func bold(_ text: String) -> String { "\\fB\(Self.text(text))\\fR" }

    static func italic(_ text: String) -> String { "\\fI\(Self.text(text))\\fR" }

    /// Text in which nothing is read as a command, and nothing is set as another character than it is.
    static func text(_ text: String) -> String {
        text.reduce(into: "") { made, character in
            switch character {
            case "\\": made += "\\e"
            case "-": made += "\\-"
            case "'": made += "\\(aq"
            case "`": made += "\\(ga"
            case "^": made += "\\(ha"
            case "~": made += "\\(ti"
            case "\n": made += " "
            default: made.append(character)
            }
        }
    }

    /// Every second part between backticks is code; one without an end is text.
    private static func marked(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        guard parts.count % 2 == 1 else { return Self.text(text) }
        return parts.enumerated().map { $0 % 2 == 1 ? bold($1) : Self.text($1) }.joined()
    }

    /// A line that begins like a command, and isn't one.
    private static func guarded(_ line: String) -> String {
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&\(line)" : line
    }
}
