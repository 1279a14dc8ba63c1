// SPDX-License-Identifier: Apache-2.0

/// What stands for `${NAME}` and `${file:path}` in the template of a declared provider's request.
public enum VariableUse: Sendable, Hashable {
    /// What the environment or the file says, as it is sent.
    case values
    /// The text `${NAME}` itself, so that a test needs no secret and shows none. Elsewhere in the configuration a
    /// variable has its value, and one without a value is a warning.
    case names
}

/// Replaces `${NAME}` and `${file:path}` in values, after the YAML was read, so that what they stand for is never YAML.
struct Variables: Sendable {
    /// Bytes of a file that a value is read from.
    static let maximumFileLength = 65_536
    /// Bytes of a value with everything replaced.
    static let maximumLength = 262_144

    private let environment: [String: String]
    private let readFile: @Sendable (String) -> [UInt8]?
    /// What stands for a variable in a template.
    let use: VariableUse

    /// - Parameters:
    ///   - environment: the process's own, and what `.env` adds to it.
    ///   - readFile: reads a file by its path relative to the configuration; nil where there is none.
    init(
        environment: [String: String], use: VariableUse = .values,
        readFile: @escaping @Sendable (String) -> [UInt8]?
    ) {
        self.environment = environment
        self.use = use
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

    /// A piece of a text.
    enum Piece: Sendable, Hashable {
        /// As it was written.
        case literal(String)
        /// What a variable or a file stands for.
        case replaced(String)
    }

    /// Why a text can't be read.
    struct Broken: Error, Sendable, Hashable {
        let message: String
        let hint: String?
    }

    /// Replaces every variable by its value. `$${` stands for `${` itself.
    func expand(_ text: String) -> Expansion {
        switch pieces(of: text, .values) {
        case .failure(let broken): return .problem(broken.message, hint: broken.hint)
        case .success(let pieces):
            return .text(
                pieces.map { piece in
                    switch piece {
                    case .literal(let text), .replaced(let text): text
                    }
                }.joined())
        }
    }

    /// Replaces the variables of an address. Where names stand for values, nothing is sent to it: a variable that is
    /// not set gives some host, and in a path each stands for itself, encoded.
    func expandAddress(_ text: String) -> Expansion {
        guard use == .names else { return expand(text) }
        switch pieces(of: text, .names) {
        case .failure(let broken): return .problem(broken.message, hint: broken.hint)
        case .success(let pieces):
            var made = ""
            for piece in pieces {
                switch piece {
                case .literal(let text): made += text
                case .replaced(let name):
                    let rest = made.firstRange(of: "://").map { made[$0.upperBound...] }
                    if rest?.contains("/") == true {
                        made += Self.percentEncoded(name)
                    } else if case .text(let value) = expand(name) {
                        made += value
                    } else {
                        made += (made.isEmpty ? "https://" : "") + "unset.invalid"
                    }
                }
            }
            return .text(made)
        }
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { made, byte in
            let isPlain = isName("_\(Character(Unicode.Scalar(byte)))")
            made +=
                isPlain
                ? String(Character(Unicode.Scalar(byte)))
                : "%" + (byte < 16 ? "0" : "")
                    + String(byte, radix: 16, uppercase: true)
        }
    }

    /// Takes a text apart at its variables.
    func pieces(of text: String) -> Result<[Piece], Broken> { pieces(of: text, use) }

    private func pieces(of text: String, _ use: VariableUse) -> Result<[Piece], Broken> {
        guard text.contains("${") else { return .success([.literal(text)]) }
        var pieces: [Piece] = []
        var literal = ""
        var length = 0
        var rest = text[...]
        while let mark = rest.firstRange(of: "${") {
            let before = rest[..<mark.lowerBound]
            if before.hasSuffix("$") {
                literal += before.dropLast() + "${"
                rest = rest[mark.upperBound...]
                continue
            }
            literal += before
            guard let end = rest[mark.upperBound...].firstIndex(of: "}") else {
                return .failure(
                    Broken(message: "a `${` without its `}`", hint: "write `$${` for the characters themselves"))
            }
            switch replacement(for: String(rest[mark.upperBound..<end]), use) {
            case .text(let value):
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                pieces.append(.replaced(value))
                length += value.utf8.count
            case .problem(let message, let hint): return .failure(Broken(message: message, hint: hint))
            }
            guard length <= Self.maximumLength else {
                return .failure(Broken(message: "the variables of this value stand for more than 256 KiB", hint: nil))
            }
            rest = rest[rest.index(after: end)...]
        }
        literal += rest
        if !literal.isEmpty || pieces.isEmpty { pieces.append(.literal(literal)) }
        return .success(pieces)
    }

    private func replacement(for name: String, _ use: VariableUse) -> Expansion {
        if use == .names, name.hasPrefix("file:") || Self.isName(name) { return .text("${\(name)}") }
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
            return .problem(
                "the file of `${file:...}` can't be read", hint: "its path is relative to the configuration")
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
