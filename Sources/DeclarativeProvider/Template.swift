// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// A text with placeholders, read once and filled in often. What escapes a value is the position it is put in.
struct Template: Sendable {
    /// What a placeholder stands for.
    enum Placeholder: Sendable, Hashable {
        case field(QueryField)
        case linkedInHandle
        /// The id of the job that is asked for.
        case job

        init?(_ name: some StringProtocol) {
            if name == "linkedin_handle" {
                self = .linkedInHandle
            } else if name == "job" {
                self = .job
            } else if let field = QueryField(rawValue: String(name)), field != .known {
                self = .field(field)
            } else {
                return nil
            }
        }

        /// The field that a prospect must have for it; nil for what isn't the prospect's.
        var input: QueryField? {
            switch self {
            case .field(let field): field
            case .linkedInHandle: .linkedInURL
            case .job: nil
            }
        }
    }

    /// What a template is filled in with, which decides the placeholders that it may have.
    enum Scope: Sendable, Hashable {
        /// A prospect.
        case prospect
        /// The id of a job, and nothing else.
        case job

        var names: [String] {
            guard self == .prospect else { return ["job"] }
            return (QueryField.allCases.filter { $0 != .known }.map(\.rawValue) + ["linkedin_handle"]).sorted()
        }
    }

    enum Piece: Sendable, Hashable {
        case literal(String)
        /// One that is not optional is an input.
        case placeholder(Placeholder, isOptional: Bool)
    }

    static let maximumBytes = 8_192

    let pieces: [Piece]

    /// What it can't be filled in without.
    var required: Set<Placeholder> { placeholders(isOptional: false) }

    /// What it takes where it is there.
    var optional: Set<Placeholder> { placeholders(isOptional: true) }

    private func placeholders(isOptional wanted: Bool) -> Set<Placeholder> {
        Set(
            pieces.compactMap { piece in
                if case .placeholder(let placeholder, wanted) = piece { placeholder } else { nil }
            })
    }

    /// Every literal text in it.
    var literals: [String] {
        pieces.compactMap { piece in
            if case .literal(let text) = piece { text } else { nil }
        }
    }

    init(_ text: TemplateText, in scope: Scope, at path: String) throws(DeclarativeError) {
        var pieces: [Piece] = []
        for part in text.parts {
            switch part {
            case .secret(let secret): pieces.append(.literal(secret))
            case .template(let template): pieces += try Self.pieces(of: template, in: scope, at: path)
            }
        }
        self.pieces = pieces
    }

    /// A segment of a path, which can't be left out.
    init(segment text: String, in scope: Scope, at path: String) throws(DeclarativeError) {
        pieces = try Self.pieces(of: text, in: scope, at: path, allowsOptional: false)
    }

    /// Fills it in with values that are escaped for its position.
    ///
    /// - Returns: nil where it is to be left out: every placeholder in it is optional and missing, and but for blanks
    ///   there is nothing else. Where one is missing beside others, blanks at the ends go.
    func filled(
        _ values: (Placeholder) -> String?, _ escape: (String) throws(ProviderError) -> String
    ) throws(ProviderError) -> String? {
        var text = ""
        var isMissing = false
        var isFilled = false
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .placeholder(let placeholder, let isOptional):
                if let value = values(placeholder) {
                    text += try escape(value)
                    isFilled = true
                } else if isOptional {
                    isMissing = true
                } else {
                    throw ProviderError(.rejectedQuery, "the query lacks a field that the template has")
                }
            }
        }
        guard isMissing else { return text }
        let trimmed = Self.trimmed(text)
        return trimmed.isEmpty && !isFilled ? nil : trimmed
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...].drop { $0 == " " }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }

    private static func pieces(
        of text: String, in scope: Scope, at path: String, allowsOptional: Bool = true
    ) throws(DeclarativeError) -> [Piece] {
        let bytes = Array(text.utf8)
        guard bytes.count <= maximumBytes else {
            throw DeclarativeError(path: path, message: "longer than \(maximumBytes) bytes")
        }
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var index = 0
        func flush() {
            if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
            literal = []
        }
        while index < bytes.count {
            let byte = bytes[index]
            let isDoubled = index + 1 < bytes.count && bytes[index + 1] == byte
            switch byte {
            case UInt8(ascii: "{") where isDoubled, UInt8(ascii: "}") where isDoubled:
                literal.append(byte)
                index += 2
            case UInt8(ascii: "{"):
                guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else {
                    let message = "'{' without '}'; a brace is written '{{'"
                    throw DeclarativeError(path: path, message: message, offset: index)
                }
                let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
                let isOptional = name.hasSuffix("?")
                guard let placeholder = Placeholder(isOptional ? name.dropLast() : name[...]) else {
                    throw unknown(name, in: scope, at: path, index)
                }
                if let message = misplaced(placeholder, isOptional: isOptional, in: scope) {
                    throw DeclarativeError(path: path, message: message, offset: index)
                }
                guard allowsOptional || !isOptional else {
                    let message =
                        "'{\(name)}' can't be left out of a path; write '{\(name.dropLast())}', or send it in `query`"
                    throw DeclarativeError(path: path, message: message, offset: index)
                }
                flush()
                pieces.append(.placeholder(placeholder, isOptional: isOptional))
                index = end + 1
            case UInt8(ascii: "}"):
                throw DeclarativeError(path: path, message: "'}' without '{'; a brace is written '}}'", offset: index)
            default:
                literal.append(byte)
                index += 1
            }
        }
        flush()
        return pieces
    }

    /// Why a placeholder can't stand in such a template; nil where it can.
    private static func misplaced(_ placeholder: Placeholder, isOptional: Bool, in scope: Scope) -> String? {
        switch (scope, placeholder == .job) {
        case (.prospect, true): "'{job}' is the id of a job; it stands in `poll.request` alone"
        case (.job, false): "a poll knows nothing of the prospect; write '{job}', the id of the job"
        case (.job, true) where isOptional: "'{job}' is always there; write it without '?'"
        default: nil
        }
    }

    /// The name is said again only where it looks like one: what stands between braces by accident may be a secret.
    private static func unknown(
        _ written: String, in scope: Scope, at path: String, _ offset: Int
    ) -> DeclarativeError {
        var bare = written[...].drop { $0 == "?" || $0 == " " }
        while let last = bare.last, last == "?" || last == " " { bare.removeLast() }
        if Placeholder(bare) != nil {
            let message = "a placeholder is written '{\(bare)}', one that is optional '{\(bare)?}'"
            return DeclarativeError(path: path, message: message, offset: offset)
        }
        let name = written.hasSuffix("?") ? String(written.dropLast()) : written
        let isName =
            !name.isEmpty && name.utf8.count <= 32
            && name.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
        let what = isName ? "'{\(written)}' is not a placeholder" : "not a placeholder"
        let known = scope.names.joined(separator: ", ")
        return DeclarativeError(path: path, message: "\(what); there are \(known)", offset: offset)
    }
}
