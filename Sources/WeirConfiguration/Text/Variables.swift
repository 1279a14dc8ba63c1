// SPDX-License-Identifier: Apache-2.0

/// Replaces `${NAME}` and `${file:path}` in values, after the YAML was read, so that what they stand for is never YAML.
struct Variables: Sendable {
    /// Bytes of a file that a value is read from.
    static let maximumFileLength = 65_536
    /// Bytes of a value with everything replaced.
    static let maximumLength = 262_144

    private let environment: [String: String]
    private let readFile: @Sendable (String) -> [UInt8]?

    /// - Parameters:
    ///   - environment: the process's own, and what `.env` adds to it.
    ///   - readFile: reads a file by its path relative to the configuration; nil where there is none.
    init(environment: [String: String], readFile: @escaping @Sendable (String) -> [UInt8]?) {
        self.environment = environment
        self.readFile = readFile
    }

    /// What became of a text.
    enum Expansion: Sendable, Hashable {
        case text(String)
        case problem(String, hint: String?)
    }

    /// The value of an environment variable; nil where it is not set, or empty.
    func value(of name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// True for a text that is one variable which is not set, and nothing else.
    func isUnset(_ text: String) -> Bool {
        guard let name = Self.single(text), !name.hasPrefix("file:") else { return false }
        return Self.isName(name) && value(of: name) == nil
    }

    /// The name between the braces, where the text is one `${...}`.
    static func single(_ text: String) -> String? {
        guard text.hasPrefix("${"), text.hasSuffix("}") else { return nil }
        let name = text.dropFirst(2).dropLast()
        return name.contains("}") || name.contains("$") ? nil : String(name)
    }

    /// Replaces every variable. `$${` stands for `${` itself.
    func expand(_ text: String) -> Expansion {
        guard text.contains("${") else { return .text(text) }
        var output = ""
        var rest = text[...]
        while let mark = rest.firstRange(of: "${") {
            let before = rest[..<mark.lowerBound]
            if before.hasSuffix("$") {
                output += before.dropLast() + "${"
                rest = rest[mark.upperBound...]
                continue
            }
            output += before
            guard let end = rest[mark.upperBound...].firstIndex(of: "}") else {
                return .problem("a `${` without its `}`", hint: "write `$${` for the characters themselves")
            }
            let name = String(rest[mark.upperBound..<end])
            switch replacement(for: name) {
            case .text(let value): output += value
            case .problem(let message, let hint): return .problem(message, hint: hint)
            }
            guard output.utf8.count <= Self.maximumLength else {
                return .problem("the variables of this value stand for more than 256 KiB", hint: nil)
            }
            rest = rest[rest.index(after: end)...]
        }
        return .text(output + rest)
    }

    private func replacement(for name: String) -> Expansion {
        if name.hasPrefix("file:") { return content(of: String(name.dropFirst(5))) }
        guard Self.isName(name) else {
            return .problem(
                "`${...}` holds no name of a variable",
                hint: "write ${NAME}, ${file:path}, or `$${` for the characters themselves")
        }
        guard let value = environment[name] else {
            return .problem(
                "the environment variable `\(Masking.quotable(name))` is not set",
                hint: "set it, or write it into the .env file beside the configuration")
        }
        return .text(value)
    }

    private func content(of path: String) -> Expansion {
        guard !path.isEmpty, !path.unicodeScalars.contains("\0"), let bytes = readFile(path) else {
            return .problem("the file of `${file:...}` can't be read", hint: "its path is relative to the configuration")
        }
        guard bytes.count <= Self.maximumFileLength, var text = String(validating: bytes, as: UTF8.self) else {
            return .problem("the file of `${file:...}` is not text of at most 64 KiB", hint: nil)
        }
        while let last = text.last, last.isNewline { text.removeLast() }
        return .text(text)
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 95: true
            default: false
            }
        }
    }
}
