// SPDX-License-Identifier: Apache-2.0

internal import Yams

/// Reads YAML into nodes with places, within limits, and reports every problem it can in one go.
///
/// The parser below expands aliases without limit, stops at the first doubled key, and prints the text around an error,
/// secrets included. So it never sees an alias (each `*` is another character while it reads, and the aliases are
/// resolved here, within a budget), a doubled key is renamed and the text read again, and its messages are not shown.
struct YAMLReader {
    /// Levels of nesting.
    static let maximumDepth = 32
    /// Aliases in one text.
    static let maximumAliases = 64
    /// Nodes of one text with its aliases written out.
    static let maximumNodes = 100_000
    /// Doubled keys that are reported; each costs one reading.
    static let maximumDuplicates = 20

    private(set) var problems: [Problem] = []
    /// Where keys and single values begin, in order: a value reaches no farther than to the next.
    private(set) var leaves: [Position] = []

    /// Places of aliases that stand for nothing.
    private(set) var broken: Set<Position> = []
    /// Places of keys that are there twice, as far as they may be shown.
    private(set) var doubled: Set<Position> = []

    private var anchors: [String: YAMLNode] = [:]
    private var aliases = 0
    private var nodes = 0
    /// The first scalars of keys that were renamed, by place.
    private var renamed: [Position: Unicode.Scalar] = [:]
    /// True once a limit is passed: nothing more is read.
    private(set) var isStopped = false

    /// Returns the root; nil where there is none, or where the text is no YAML.
    mutating func read(_ source: SourceText) -> YAMLNode? {
        var source = source
        while true {
            do {
                let parser = try Parser(yaml: source.text(with: Self.star, for: "*"), encoding: .utf8)
                guard let root = try parser.singleRoot() else { return nil }
                // Anchors are held by the parser alone.
                return withExtendedLifetime(parser) { converted(root, depth: 1) }
            } catch {
                guard let next = renaming(error, in: source) else { return nil }
                source = next
            }
        }
    }

    /// What an asterisk is while the parser reads. Texts with private characters are refused before.
    static let star: Unicode.Scalar = "\u{E000}"
    private static let firstMark: UInt32 = 0xE001

    // MARK: - Errors of the parser

    /// Returns the text with a doubled key renamed; nil, and a problem, for any other error.
    private mutating func renaming(_ error: any Error, in source: SourceText) -> SourceText? {
        guard let error = error as? YamlError else {
            report("this is not valid YAML", at: .start)
            return nil
        }
        switch error {
        case .duplicatedKeysInMapping(_, let context):
            var position = Position(line: context.mark.line, column: context.mark.column)
            if let quote = source.scalar(at: position), quote == "\"" || quote == "'" { position.column += 1 }
            guard let scalar = source.scalar(at: position), Self.isWord(scalar),
                renamed.count < Self.maximumDuplicates,
                let mark = Unicode.Scalar(Self.firstMark + UInt32(renamed.count))
            else {
                report("a key is here twice in one mapping", at: position)
                return nil
            }
            renamed[Position(line: context.mark.line, column: context.mark.column)] = scalar
            return source.replacing(at: position, with: mark)
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let (message, hint) = Self.plain(problem)
            // What isn't closed is best looked for where it was opened.
            let mark = message.hasSuffix("not closed") ? context?.mark ?? mark : mark
            report(message, at: Position(line: mark.line, column: mark.column), hint: hint)
        default:
            report("this is not valid YAML", at: .start)
        }
        return nil
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
    }

    /// The parser's problems in plain words; its own sentences are compared, never shown.
    private static func plain(_ problem: String) -> (message: String, hint: String?) {
        switch problem {
        case "mapping values are not allowed in this context":
            ("a `:` where no key can stand", "put text with a colon in quotes, or check the indentation")
        case "could not find expected ':'": ("this key has no `:` after it", nil)
        case "did not find expected key", "did not find expected '-' indicator":
            ("this line doesn't fit the lines before it", "check the indentation, and quotes that don't close")
        case "found character that cannot start any token":
            ("no value can begin like this", "put it in quotes; YAML wants blanks, not tabs, before a key")
        case "did not find expected ',' or ']'": ("a `[` is not closed", "add the `]`")
        case "did not find expected ',' or '}'": ("a `{` is not closed", "add the `}`")
        case "found unexpected end of stream": ("a quote is not closed", "add the closing quote")
        case "found unknown escape character", "did not find expected hexdecimal number":
            ("this is no escape in double quotes", "write it in single quotes, or double the backslash")
        case "but found another document": ("a second document begins", "keep one, and remove `---`")
        case let text where text.hasPrefix("Maximum nesting level"):
            ("more than \(maximumDepth) levels of nesting", "a configuration needs far fewer")
        default: ("this is not valid YAML", nil)
        }
    }

    // MARK: - Nodes

    private mutating func converted(_ node: Node, depth: Int) -> YAMLNode {
        let position = Self.position(of: node)
        guard !isStopped, depth <= Self.maximumDepth else {
            if !isStopped { stop("more than \(Self.maximumDepth) levels of nesting", at: position) }
            return YAMLNode(.scalar("", isPlain: true), at: position)
        }
        nodes += 1
        guard nodes <= Self.maximumNodes else {
            stop("more than 100,000 values", at: position)
            return YAMLNode(.scalar("", isPlain: true), at: position)
        }
        switch node {
        case .scalar(let scalar):
            let text = Self.restored(scalar.string)
            if scalar.style == .plain, scalar.string.unicodeScalars.first == Self.star {
                return resolved(String(text.dropFirst()), at: position)
            }
            leaves.append(position)
            return anchored(
                YAMLNode(.scalar(text, isPlain: scalar.style == .plain), at: position), scalar.anchor)
        case .sequence(let sequence):
            let elements = sequence.map { converted($0, depth: depth + 1) }
            return anchored(YAMLNode(.list(elements), at: position), sequence.anchor)
        case .mapping(let mapping):
            let entries = mapping.map { entry(key: $0.key, value: $0.value, depth: depth) }
            return anchored(YAMLNode(.mapping(checked(entries)), at: position), mapping.anchor)
        case .alias:
            return YAMLNode(.scalar("", isPlain: true), at: position)
        }
    }

    private mutating func entry(key node: Node, value: Node, depth: Int) -> YAMLNode.Entry {
        let position = Self.position(of: node)
        leaves.append(position)
        var key = ""
        if case .scalar(let scalar) = node {
            if scalar.style == .plain, scalar.string.unicodeScalars.first == Self.star {
                report("an alias can't be a key", at: position, hint: "put the key in quotes")
            }
            key = Self.restored(original(scalar.string, at: position))
        } else {
            report("a key must be a single word", at: position)
        }
        return YAMLNode.Entry(key: key, position: position, value: converted(value, depth: depth + 1))
    }

    /// Writes out merges (`<<`), and reports keys that are there twice; the first one counts.
    private mutating func checked(_ entries: [YAMLNode.Entry]) -> [YAMLNode.Entry] {
        var kept: [YAMLNode.Entry] = []
        var places: [String: Position] = [:]
        for entry in entries where entry.key != "<<" {
            if let first = places[entry.key] {
                if !Masking.looksSecret(entry.key) { doubled.insert(entry.position) }
                report(
                    "the key `\(Masking.quotable(entry.key))` is here twice", at: entry.position,
                    length: entry.key.unicodeScalars.count, hint: "the first one is on line \(first.line)")
            } else {
                places[entry.key] = entry.position
                kept.append(entry)
            }
        }
        for entry in entries where entry.key == "<<" {
            var sources = [entry.value]
            if case .list(let elements) = entry.value.content { sources = elements }
            for source in sources {
                guard let merged = source.entries else {
                    report("only mappings can be merged", at: entry.position)
                    continue
                }
                for entry in merged where places[entry.key] == nil {
                    places[entry.key] = entry.position
                    kept.append(entry)
                }
            }
        }
        return kept
    }

    /// Gives a renamed key its first letter back.
    private func original(_ key: String, at position: Position) -> String {
        guard let scalar = renamed[position] else { return key }
        var scalars = key.unicodeScalars
        if let first = scalars.first, (Self.firstMark...Self.firstMark + 0xFF).contains(first.value) {
            scalars.replaceSubrange(scalars.startIndex...scalars.startIndex, with: [scalar])
        }
        return String(scalars)
    }

    private mutating func resolved(_ name: String, at position: Position) -> YAMLNode {
        aliases += 1
        leaves.append(position)
        let missing = YAMLNode(.scalar("", isPlain: true), at: position)
        guard aliases <= Self.maximumAliases else {
            stop("more than \(Self.maximumAliases) aliases", at: position)
            return missing
        }
        guard let node = anchors[name] else {
            broken.insert(position)
            report(
                "an alias without its anchor", at: position,
                hint: "put text that begins with `*` in quotes")
            return missing
        }
        nodes += node.weight
        guard nodes <= Self.maximumNodes else {
            stop("aliases that stand for more than 100,000 values", at: position)
            return missing
        }
        return node
    }

    private mutating func anchored(_ node: YAMLNode, _ anchor: Anchor?) -> YAMLNode {
        if let anchor { anchors[anchor.rawValue] = node }
        return node
    }

    private mutating func stop(_ message: String, at position: Position) {
        isStopped = true
        report(message, at: position, hint: "a configuration needs far fewer")
    }

    private mutating func report(_ message: String, at position: Position, length: Int = 1, hint: String? = nil) {
        guard problems.count < Problem.maximumCount else { return }
        problems.append(
            Problem(severity: .error, position: position, length: length, message: message, hint: hint))
    }

    private static func restored(_ text: String) -> String {
        text.unicodeScalars.contains(star) ? text.replacing(String(star), with: "*") : text
    }

    private static func position(of node: Node) -> Position {
        guard let mark = node.mark else { return .start }
        return Position(line: mark.line, column: mark.column)
    }
}
