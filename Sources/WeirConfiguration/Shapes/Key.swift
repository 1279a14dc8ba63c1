// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

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
