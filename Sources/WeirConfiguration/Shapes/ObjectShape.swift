// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

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
