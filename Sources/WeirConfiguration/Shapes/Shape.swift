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

/// One key of a mapping: the one place where its name, type, meaning and default are said.
struct Key<Value: Sendable>: Sendable {
    let name: String
    let shape: Shape<Value>
    /// One sentence.
    let summary: String
    /// The default in words of YAML; nil where there is none.
    let standard: String?
    let isRequired: Bool
    /// The keys below it, where it holds a mapping of its own.
    let object: ObjectShape?

    init(
        _ name: String, _ shape: Shape<Value>, _ summary: String, standard: String? = nil, isRequired: Bool = false,
        object: ObjectShape? = nil
    ) {
        self.name = name
        self.shape = shape
        self.summary = summary
        self.standard = standard
        self.isRequired = isRequired
        self.object = object
    }

    /// The key without its type, for lists of keys.
    var erased: AnyKey {
        AnyKey(
            name: name, words: shape.words, schema: shape.schema, summary: summary, standard: standard,
            isRequired: isRequired, object: object
        ) { node, reading in
            shape.read(node, &reading)
        }
    }
}

/// A key whose type is not known.
struct AnyKey: Sendable {
    let name: String
    let words: String
    let schema: JSONValue
    let summary: String
    let standard: String?
    let isRequired: Bool
    let object: ObjectShape?
    let read: @Sendable (YAMLNode, inout Reading) -> (any Sendable)?
}

/// A mapping with keys that are known.
struct ObjectShape: Sendable {
    /// What the mapping is, for messages: `a step`.
    let words: String
    let keys: [AnyKey]

    /// Reads a mapping: unknown keys, missing ones and wrong values are each a problem; what fits is returned.
    func read(_ node: YAMLNode, _ reading: inout Reading) -> Fields? {
        guard let entries = node.entries else {
            let names = keys.prefix(3).map { "`\($0.name)`" }.joined(separator: ", ")
            reading.fail(
                node.position, "expected a mapping with keys such as \(names), found \(node.kind)",
                hint: "write each below it as `key: value`")
            return nil
        }
        var fields = Fields(position: node.position)
        for entry in entries {
            reading.show(key: entry)
            guard let key = keys.first(where: { $0.name == entry.key }) else {
                reportUnknown(entry, &reading)
                continue
            }
            fields.entries[entry.key] = entry
            // A key without a value says nothing: its default holds.
            guard !entry.value.isNull || key.isRequired else { continue }
            fields.values[entry.key] = key.read(entry.value, &reading)
        }
        for key in keys where key.isRequired && fields.entries[key.name] == nil {
            reading.fail(node.position, "\(words) needs the key `\(key.name)`", hint: key.words)
        }
        return fields
    }

    /// The mapping as JSON Schema.
    var schema: JSONValue {
        var members: [JSONValue.Member] = [.init("type", "object"), .init("additionalProperties", false)]
        members.append(
            .init(
                "properties",
                .object(
                    keys.map { key in
                        var schema = key.schema
                        if case .object(var members) = schema {
                            members.insert(.init("description", .string(key.summary)), at: 0)
                            schema = .object(members)
                        }
                        return .init(key.name, schema)
                    })))
        let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { members.append(.init("required", .array(required))) }
        return .object(members)
    }

    private func reportUnknown(_ entry: YAMLNode.Entry, _ reading: inout Reading) {
        let names = keys.map(\.name)
        let hint =
            EditDistance.nearest(to: entry.key, among: names).map { "did you mean `\($0)`?" }
            ?? "known here: \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", ..." : "")"
        reading.fail(
            entry.position, length: entry.key.unicodeScalars.count, "unknown key `\(Masking.quotable(entry.key))`",
            hint: hint)
    }
}

/// What was read of a mapping.
struct Fields: Sendable {
    let position: Position
    fileprivate(set) var values: [String: any Sendable] = [:]
    /// The entries as they were written, also those whose value didn't fit.
    fileprivate(set) var entries: [String: YAMLNode.Entry] = [:]

    init(position: Position) { self.position = position }

    /// The value of a key; nil where it is absent or didn't fit.
    subscript<Value>(key: Key<Value>) -> Value? { values[key.name] as? Value }

    /// Where a key stands; where its mapping begins, if it is absent.
    func position<Value>(of key: Key<Value>) -> Position { entries[key.name]?.position ?? position }

    /// Where the value of a key stands.
    func valuePosition<Value>(of key: Key<Value>) -> Position {
        entries[key.name]?.value.position ?? position
    }

    /// True where the key was written, whatever its value.
    func has<Value>(_ key: Key<Value>) -> Bool { entries[key.name] != nil }
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

extension ObjectShape {
    /// The mapping as a shape whose fields are made into a value.
    func shape<Value>(
        _ make: @escaping @Sendable (Fields, inout Reading) -> Value?
    ) -> Shape<Value> {
        Shape<Value>(words: words, schema: schema) { node, reading in
            guard let fields = self.read(node, &reading) else { return nil }
            return make(fields, &reading)
        }
    }
}
