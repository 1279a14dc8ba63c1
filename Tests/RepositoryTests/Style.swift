// SPDX-License-Identifier: Apache-2.0

/// The form of a source file, as far as a machine can judge it and `swift format` doesn't.
enum Style {
    static let longestLine = 120
    static let longestFunction = 70
    static let longestFile = 400

    /// Words that make a promise the compiler can't check, leave work for later, or write past the logs.
    static let bannedWords = [
        "@unchecked Sendable", "nonisolated(unsafe)", "try!", "as!", "fatalError(", "print(", "Task {", "Task.detached",
    ]
    /// Notes to oneself, looked for in comments as well.
    static let bannedNotes = ["TODO", "FIXME", "XXX"]

    struct Violation: Hashable {
        var path: String
        var line: Int
        var rule: String
    }

    static func violations(in source: SwiftSource) -> [Violation] {
        header(of: source) + lengths(of: source) + words(in: source) + undocumented(in: source)
    }

    private static func header(of source: SwiftSource) -> [Violation] {
        let line = source.path.hasSuffix("Package.swift") ? 1 : 0
        let isThere = source.lines.count > line && source.lines[line] == "// SPDX-License-Identifier: Apache-2.0"
        return isThere ? [] : [Violation(path: source.path, line: line + 1, rule: "SPDX line")]
    }

    private static func lengths(of source: SwiftSource) -> [Violation] {
        var found: [Violation] = []
        if source.lines.count > longestFile {
            found.append(Violation(path: source.path, line: source.lines.count, rule: "file length"))
        }
        // A line of text in a literal is as long as its text.
        for (offset, line) in source.lines.enumerated() where line.utf8.count > longestLine {
            let isComment = line.drop { $0 == " " }.hasPrefix("//")
            let isCode = !line.contains("\"") && source.code[offset].contains { $0 != " " }
            guard line.count > longestLine, isComment || isCode else { continue }
            found.append(Violation(path: source.path, line: offset + 1, rule: "line length"))
        }
        for function in functions(in: source) where function.count > longestFunction {
            found.append(Violation(path: source.path, line: function.lowerBound + 1, rule: "function length"))
        }
        return found
    }

    private static func words(in source: SwiftSource) -> [Violation] {
        // A test may start a task to cancel it: its own scope outlives it.
        let allowed = source.path.hasPrefix("Tests/") ? ["Task {"] : []
        let bannedWords = bannedWords.filter { !allowed.contains($0) && source.mentions($0) }
        let bannedNotes = bannedNotes.filter(source.mentions)
        guard !bannedWords.isEmpty || !bannedNotes.isEmpty else { return [] }
        let banned = source.code.enumerated().flatMap { offset, line in
            bannedWords.filter { occurs($0, in: line) }.map { (offset, $0) }
        }
        let notes = source.lines.enumerated().flatMap { offset, line in
            bannedNotes.filter { occurs($0, in: line) && !line.contains("\"\($0)\"") }.map { (offset, $0) }
        }
        return (banned + notes).map { Violation(path: source.path, line: $0.0 + 1, rule: $0.1) }
    }

    /// Public types without a summary. What conforms to a protocol is documented there.
    private static func undocumented(in source: SwiftSource) -> [Violation] {
        guard source.mentions("public ") else { return [] }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor"]
        return source.code.indices.compactMap { index in
            let words = source.code[index].split(separator: " ")
            guard words.contains("public"), words.contains(where: { kinds.contains($0) }) else { return nil }
            var above = index - 1
            while above >= 0, source.code[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
            let isDocumented = above >= 0 && source.lines[above].drop { $0 == " " }.hasPrefix("///")
            return isDocumented ? nil : Violation(path: source.path, line: index + 1, rule: "no summary")
        }
    }

    /// The lines of each function, from its declaration to its closing brace.
    static func functions(in source: SwiftSource) -> [Range<Int>] {
        source.code.indices.compactMap { index in
            declaresFunction(source.code[index]) ? body(from: index, in: source.code) : nil
        }
    }

    private static func declaresFunction(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        if words.contains("func") { return true }
        let starts = ["init(", "init?(", "init<", "deinit", "subscript(", "subscript<"]
        return words.contains { word in starts.contains { word.hasPrefix($0) } }
            || words.contains("var") && words.last == "{" && !words.contains("=")
    }

    /// The brace that opens a body stands outside the parentheses of its declaration; a requirement has none.
    private static func body(from start: Int, in code: [String]) -> Range<Int>? {
        var (parentheses, braces) = (0, 0)
        for index in start..<code.count {
            for byte in code[index].utf8 {
                switch byte {
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: ")"): parentheses -= 1
                case UInt8(ascii: "{") where parentheses == 0 || braces > 0: braces += 1
                case UInt8(ascii: "}") where braces > 0:
                    braces -= 1
                    if braces == 0 { return start..<index + 1 }
                case UInt8(ascii: "}") where parentheses == 0: return nil
                default: break
                }
            }
        }
        return nil
    }

    /// True where a word stands there on its own, not as the end of a longer one.
    private static func occurs(_ word: String, in line: String) -> Bool {
        var rest = Substring(line)
        while let found = rest.firstRange(of: word) {
            let before = line[..<found.lowerBound].last
            let after = rest[found.upperBound...].first
            let isLetter = { (character: Character?) in character.map { $0.isLetter || $0.isNumber } ?? false }
            let endsInLetter = word.last?.isLetter == true
            if !(isLetter(word.first) && isLetter(before)), !(endsInLetter && isLetter(after)) { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }
}
