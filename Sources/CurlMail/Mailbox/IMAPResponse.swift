// SPDX-License-Identifier: Apache-2.0

/// One response of an IMAP server: a line, in which literals stand as `{17}`, and the literals (RFC 3501 7).
struct IMAPResponse: Hashable {
    /// A value in a list of attributes.
    enum Value: Hashable {
        case atom(String)
        case bytes([UInt8])
        /// A list, whose items nobody reads.
        case list
    }

    var line: [UInt8]
    var literals: [[UInt8]]

    /// What it begins with: a command's tag, `*` or `+`.
    var tag: String { word(0) }

    /// The word behind the tag, in capitals: `OK`.
    var status: String { word(1).uppercased() }

    /// All behind the tag, for people.
    var text: String {
        let rest = line.drop { $0 != 0x20 }.dropFirst().prefix(SubmissionReply.longestText)
        return String(decoding: rest.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }, as: UTF8.self)
    }

    /// The number of a response code, `* OK [UIDNEXT 4392]`, where it is of that name.
    func code(_ name: String) -> UInt32? {
        guard status == "OK", word(2).uppercased() == "[\(name)" else { return nil }
        return UInt32(word(3).prefix { $0.isNumber })
    }

    /// The attributes of `* 12 FETCH (UID 5 BODY[]<0> {3})`, by their names in capitals; nil where it is something
    /// else, or broken.
    var attributes: [String: Value]? {
        guard tag == "*", word(2).uppercased() == "FETCH", let open = line.firstIndex(of: UInt8(ascii: "(")) else {
            return nil
        }
        var scanner = IMAPScanner(bytes: line, place: open + 1, literals: literals)
        return scanner.attributes()
    }

    private func word(_ index: Int) -> String {
        let words = line.prefix(512).split(separator: 0x20, maxSplits: index + 1)
        return index < words.count ? String(decoding: words[index], as: UTF8.self) : ""
    }
}

/// Reads a list of attributes.
struct IMAPScanner {
    /// Lists within lists: 16.
    private static let maximumDepth = 16

    var bytes: [UInt8]
    var place: Int
    var literals: [[UInt8]]
    private var nextLiteral = 0

    init(bytes: [UInt8], place: Int, literals: [[UInt8]]) {
        self.bytes = bytes
        self.place = place
        self.literals = literals
    }

    /// The attributes up to the closing parenthesis.
    mutating func attributes() -> [String: IMAPResponse.Value]? {
        var found: [String: IMAPResponse.Value] = [:]
        while true {
            skipBlanks()
            guard let byte = peek else { return nil }
            if byte == UInt8(ascii: ")") { return found }
            guard case .atom(let name) = value(depth: 0), let value = afterBlanks() else { return nil }
            found[name.uppercased()] = value
        }
    }

    private mutating func afterBlanks() -> IMAPResponse.Value? {
        skipBlanks()
        return value(depth: 0)
    }

    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipBlanks() { while peek == 0x20 { place += 1 } }

    private mutating func value(depth: Int) -> IMAPResponse.Value? {
        guard depth < Self.maximumDepth else { return nil }
        switch peek {
        case nil, UInt8(ascii: ")"): return nil
        case UInt8(ascii: "("):
            place += 1
            while true {
                skipBlanks()
                if peek == UInt8(ascii: ")") {
                    place += 1
                    return .list
                }
                guard value(depth: depth + 1) != nil else { return nil }
            }
        case UInt8(ascii: "\""): return quoted()
        case UInt8(ascii: "{"):
            guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "}")), nextLiteral < literals.count else {
                return nil
            }
            place = end + 1
            nextLiteral += 1
            return .bytes(literals[nextLiteral - 1])
        default: return atom()
        }
    }

    private mutating func quoted() -> IMAPResponse.Value? {
        var text: [UInt8] = []
        place += 1
        while var byte = peek {
            place += 1
            if byte == UInt8(ascii: "\"") { return .bytes(text) }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = peek else { return nil }
                byte = escaped
                place += 1
            }
            text.append(byte)
        }
        return nil
    }

    /// In `BODY[HEADER.FIELDS (DATE)]`, blanks and parentheses belong to the atom.
    private mutating func atom() -> IMAPResponse.Value? {
        let start = place
        var isBracketed = false
        while let byte = peek {
            if byte == UInt8(ascii: "[") { isBracketed = true }
            if byte == UInt8(ascii: "]") { isBracketed = false }
            if !isBracketed, byte == 0x20 || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") { break }
            place += 1
        }
        return start == place ? nil : .atom(String(decoding: bytes[start..<place], as: UTF8.self))
    }
}
