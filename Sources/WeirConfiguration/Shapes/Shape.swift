// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What may stand in one place of a configuration: how it is read, said in words, and described to editors.
struct Shape<Value: Sendable>: Sendable {
    /// What goes there, for messages and documents: `a duration such as 4s`.
    let words: String
    /// The same as JSON Schema (draft 2020-12).
    let schema: JSONValue
    /// Reads a node; nil, and a problem, where it doesn't fit.
    let read: @Sendable (YAMLNode, inout Reading) -> Value?
}

extension Shape {
    /// The same shape with its place.
    var located: Shape<Located<Value>> {
        Shape<Located<Value>>(words: words, schema: schema) { node, reading in
            guard let value = read(node, &reading) else { return nil }
            var length = 1
            if case .scalar(let text, _) = node.content { length = max(1, text.unicodeScalars.count) }
            return Located(value: value, position: node.position, length: length)
        }
    }

    /// A list of such values; values that don't fit are left out, each with its problem.
    func list(_ words: String, maximum: Int = 100) -> Shape<[Value]> {
        Shape<[Value]>(
            words: words,
            schema: .object([
                .init("type", "array"), .init("items", schema), .init("maxItems", .integer(Int64(maximum))),
            ])
        ) { node, reading in
            guard case .list(let elements) = node.content else {
                reading.fail(node.position, "expected \(words), found \(node.kind)", hint: "write it as [a, b]")
                return nil
            }
            guard elements.count <= maximum else {
                reading.fail(node.position, "more than \(maximum) entries")
                return nil
            }
            return elements.compactMap { read($0, &reading) }
        }
    }

    /// One such value, or a list of them.
    func oneOrMore(_ words: String, maximum: Int = 100) -> Shape<[Value]> {
        let list = list(words, maximum: maximum)
        return Shape<[Value]>(words: words, schema: .object([.init("anyOf", .array([schema, list.schema]))])) {
            node, reading in
            if case .list = node.content { return list.read(node, &reading) }
            return read(node, &reading).map { [$0] }
        }
    }

    /// A mapping from words of a kind to such values.
    func mapping<Name: Hashable>(
        of name: Shape<Name>, _ words: String, maximum: Int = 100
    ) -> Shape<[(name: Located<Name>, value: Value)]> {
        Shape<[(name: Located<Name>, value: Value)]>(
            words: words,
            schema: .object([
                .init("type", "object"), .init("propertyNames", name.schema), .init("additionalProperties", schema),
            ])
        ) { node, reading in
            guard let entries = node.entries, entries.count <= maximum else {
                reading.fail(node.position, "expected \(words), found \(node.kind)")
                return nil
            }
            return entries.compactMap { entry in
                reading.show(key: entry)
                let key = YAMLNode(.scalar(entry.key, isPlain: false), at: entry.position)
                guard let word = name.located.read(key, &reading) else { return nil }
                guard let value = read(entry.value, &reading) else { return nil }
                return (word, value)
            }
        }
    }
}
