// SPDX-License-Identifier: Apache-2.0

/// A `.env` file: lines of `NAME=value`, with `#` comments, `export`, and values in quotes.
///
/// Nothing is replaced inside values. In double quotes `\n`, `\"` and `\\` are read; single quotes keep all as it is.
public enum EnvironmentFile {
    /// Bytes of a file.
    public static let maximumLength = 262_144

    /// Returns the variables, and the numbers of the lines that are none.
    public static func parse(_ bytes: [UInt8]) -> (variables: [String: String], brokenLines: [Int]) {
        guard bytes.count <= maximumLength, let text = String(validating: bytes, as: UTF8.self) else {
            return ([:], [1])
        }
        var variables: [String: String] = [:]
        var broken: [Int] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            var line = trimmed(line.hasPrefix("\u{FEFF}") ? line.dropFirst() : line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
            guard let equals = line.firstIndex(of: "="), Variables.isName(String(trimmed(line[..<equals]))),
                let value = value(trimmed(line[line.index(after: equals)...]))
            else {
                broken.append(index + 1)
                continue
            }
            variables[String(trimmed(line[..<equals]))] = value
        }
        return (variables, broken)
    }

    private static func value(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            let end = text.firstRange(of: " #")?.lowerBound ?? text.endIndex
            return text.hasPrefix("#") ? "" : String(trimmed(text[..<end]))
        }
        var value = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == quote {
                let tail = trimmed(rest)
                return tail.isEmpty || tail.hasPrefix("#") ? value : nil
            }
            guard character == "\\", quote == "\"" else {
                value.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": value.append("\n")
            case "r": value.append("\r")
            case "t": value.append("\t")
            case let other?: value.append(other)
            case nil: return nil
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
