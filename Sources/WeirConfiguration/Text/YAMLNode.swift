// SPDX-License-Identifier: Apache-2.0

/// A node of a configuration, with its place. Aliases are resolved and share what they stand for.
struct YAMLNode: Sendable {
    /// What a node holds.
    enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case mapping([Entry])
    }

    /// A key and its value, in the order of the text.
    struct Entry: Sendable {
        let key: String
        let position: Position
        let value: YAMLNode
    }

    let content: Content
    let position: Position
    /// Nodes in it with aliases written out: what a walk over it costs.
    let weight: Int

    init(_ content: Content, at position: Position) {
        self.content = content
        self.position = position
        weight =
            switch content {
            case .scalar: 1
            case .list(let elements): elements.reduce(1) { Self.sum($0, $1.weight) }
            case .mapping(let entries): entries.reduce(1) { Self.sum($0, $1.value.weight + 1) }
            }
    }

    /// True for a missing value: nothing after the colon, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    var entries: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The value of a key that is there.
    subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

    /// What the node is, for messages.
    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max / 2 : min(sum, .max / 2)
    }
}
