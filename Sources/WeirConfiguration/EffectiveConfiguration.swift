// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Writes the configuration that is in effect: what was written, without secrets, and the defaults of the rest.
enum EffectiveConfiguration {
    static func text(of root: YAMLNode, result: ConfigurationBuilder.Result, shown: Set<Position>) -> String {
        var writer = Writer(shown: shown)
        writer.write(object: RootKeys.object, node: root, indent: 0) { key, node, writer in
            guard key == RootKeys.providers.name else { return false }
            writer.lines.append("providers:")
            for entry in node?.entries ?? [] {
                writer.lines.append("  \(shown.contains(entry.position) ? entry.key : Masking.dots):")
                let isDeclared = entry.value[DeclaredKeys.type.name] != nil
                let id = ProviderID(rawValue: entry.key)
                writer.write(
                    object: isDeclared ? DeclaredKeys.object : ProviderKeys.object(of: id), node: entry.value, indent: 4
                ) { key, node, writer in
                    if key == DeclaredKeys.repeats.name, node == nil, entry.value[DeclaredKeys.poll.name] != nil {
                        writer.lines.append("    \(key): async_id  # default")
                        return true
                    }
                    guard key == ProviderKeys.apiKey.name, node == nil, result.keysFromEnvironment.contains(id)
                    else { return false }
                    writer.lines.append("    api_key: \(Masking.dots)  # \(id.rawValue.uppercased())_API_KEY")
                    return true
                }
            }
            return true
        }
        return writer.lines.joined(separator: "\n") + "\n"
    }

    private struct Writer {
        let shown: Set<Position>
        var lines: [String] = []

        init(shown: Set<Position>) { self.shown = shown }

        /// Writes a mapping in the order of its keys.
        ///
        /// - Parameter custom: writes a key itself, and says so.
        mutating func write(
            object: ObjectShape, node: YAMLNode?, indent: Int,
            custom: (String, YAMLNode?, inout Writer) -> Bool = { _, _, _ in false }
        ) {
            let margin = String(repeating: " ", count: indent)
            for key in object.keys {
                let value = node?[key.name]
                if custom(key.name, value, &self) { continue }
                if let value, !value.isNull {
                    if let nested = key.object, value.entries != nil, isPlainObject(nested, value) {
                        lines.append("\(margin)\(key.name):")
                        write(object: nested, node: value, indent: indent + 2)
                    } else {
                        lines.append("\(margin)\(key.name): \(inline(value))")
                    }
                } else if let standard = key.standard {
                    lines.append("\(margin)\(key.name): \(standard)  # default")
                } else if let nested = key.object, nested.keys.contains(where: { $0.standard != nil }),
                    // What needs something said is not there by default.
                    !nested.keys.contains(where: \.isRequired), key.name != CreditKeys.plan.name
                {
                    lines.append("\(margin)\(key.name):")
                    write(object: nested, node: nil, indent: indent + 2)
                }
            }
        }

        /// False for a mapping by names, which has other keys than the object's.
        private func isPlainObject(_ object: ObjectShape, _ node: YAMLNode) -> Bool {
            node.entries?.allSatisfy { entry in object.keys.contains { $0.name == entry.key } } ?? false
        }

        private func inline(_ node: YAMLNode) -> String {
            switch node.content {
            case .scalar(let text, let isPlain):
                guard shown.contains(node.position) else { return Masking.dots }
                return isPlain && !text.contains(where: \.isNewline) ? text : quoted(text)
            case .list(let elements): return "[\(elements.map(inline).joined(separator: ", "))]"
            case .mapping(let entries):
                let members = entries.map { entry in
                    "\(shown.contains(entry.position) ? entry.key : Masking.dots): \(inline(entry.value))"
                }
                return members.isEmpty ? "{}" : "{ \(members.joined(separator: ", ")) }"
            }
        }

        private func quoted(_ text: String) -> String {
            String(decoding: JSONValue.string(text).serialized(), as: UTF8.self)
        }
    }
}
