// SPDX-License-Identifier: Apache-2.0

/// What was read of a mapping.
struct Fields: Sendable {
    let position: Position
    var values: [String: any Sendable] = [:]
    /// The entries as they were written, also those whose value didn't fit.
    var entries: [String: YAMLNode.Entry] = [:]

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
