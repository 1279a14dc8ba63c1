// SPDX-License-Identifier: Apache-2.0

internal import DeclarativeProvider
internal import Enrichment

/// Texts of a declared provider: templates, in which secrets may stand, and jq programs.
enum TemplateShapes {
    /// Levels of a document.
    static let maximumDepth = 16

    /// A URL with placeholders. Shown unless something in it may be a secret.
    static let url = Shape<String>(
        words: "an address such as https://api.example.com/v1/{domain}", schema: .object([.init("type", "string")])
    ) { node, reading in
        if case .scalar(let text, _) = node.content, !text.contains("@"), !text.replacing("?}", with: "}").contains("?")
        {
            reading.show(node)
        }
        return reading.text(
            node, wanted: "an address such as https://api.example.com/v1/{domain}", isAddress: true)
    }

    /// A jq program, taken as it is: `$${` and variables have no meaning in it.
    static let program = Shape<String>(words: "a jq program", schema: .object([.init("type", "string")])) {
        node, reading in
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            reading.refuse(node, wanted: "a jq program, found \(node.kind)")
            return nil
        }
        reading.showProgram(node)
        return text
    }

    /// Names and templates, in order.
    static let items = Shape<[DeclarativeDefinition.Item]>(
        words: "a mapping of names to templates such as \"{domain}\"",
        schema: .object([
            .init("type", "object"),
            .init(
                "additionalProperties",
                .object([.init("type", .array(["string", "number", "boolean"]))])),
        ])
    ) { node, reading in
        guard let entries = node.entries else {
            reading.fail(node.position, "expected a mapping of names to templates, found \(node.kind)")
            return nil
        }
        return entries.compactMap { entry in
            reading.show(key: entry)
            return template(entry.value, &reading).map { DeclarativeDefinition.Item(entry.key, $0) }
        }
    }

    /// A JSON document whose strings are templates.
    static let document = Shape<DeclarativeDefinition.JSONTemplate>(
        words: "a document", schema: .object([])
    ) { node, reading in
        document(node, depth: 1, &reading)
    }

    private static func document(
        _ node: YAMLNode, depth: Int, _ reading: inout Reading
    ) -> DeclarativeDefinition.JSONTemplate? {
        guard depth <= maximumDepth else {
            reading.fail(node.position, "more than \(maximumDepth) levels in a document")
            return nil
        }
        switch node.content {
        case .list(let elements):
            return .array(elements.compactMap { document($0, depth: depth + 1, &reading) })
        case .mapping(let entries):
            return .object(
                entries.compactMap { entry in
                    reading.show(key: entry)
                    return document(entry.value, depth: depth + 1, &reading).map { (entry.key, $0) }
                })
        case .scalar(let text, let isPlain):
            if node.isNull { return .null }
            if isPlain, text == "true" || text == "false" { return .bool(text == "true") }
            if isPlain, let integer = Int64(text) { return .integer(integer) }
            return template(node, &reading).map { .text($0) }
        }
    }

    /// A text whose variables are kept apart: what they stand for is never read as a template.
    private static func template(_ node: YAMLNode, _ reading: inout Reading) -> TemplateText? {
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            reading.fail(node.position, "expected a template, found \(node.kind)")
            return nil
        }
        // One placeholder, or one variable, is no secret.
        if isPlaceholder(text) || Variables.single(text) != nil { reading.showProgram(node) }
        switch reading.variables.pieces(of: text) {
        case .success(let pieces):
            return TemplateText(
                pieces.map { piece in
                    switch piece {
                    case .literal(let text): .template(text)
                    case .replaced(let text): .secret(text)
                    }
                })
        case .failure(let problem):
            reading.fail(node.position, length: text.unicodeScalars.count, problem.message, hint: problem.hint)
            return nil
        }
    }

    private static func isPlaceholder(_ text: String) -> Bool {
        text.hasPrefix("{") && text.hasSuffix("}")
            && text.dropFirst().dropLast().allSatisfy { $0.isASCII && ($0.isLetter || $0 == "_" || $0 == "?") }
    }
}
