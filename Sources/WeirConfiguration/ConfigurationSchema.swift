// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The JSON Schema of `weir.yaml` for editors, made of the same declarations that read it.
public enum ConfigurationSchema {
    /// The schema (draft 2020-12), indented, with a line end.
    public static var json: String {
        var members: [JSONValue.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("title", "weir.yaml"),
        ]
        if case .object(let root) = RootKeys.object.schema { members += root }
        return IndentedJSON.text(of: .object(members)) + "\n"
    }
}

/// JSON for people: two blanks a level, short lists on one line.
enum IndentedJSON {
    /// A list or mapping that fits into so many characters stays on one line.
    private static let maximumInline = 80

    static func text(of value: JSONValue, indent: Int = 0) -> String {
        let compact = String(decoding: value.serialized(), as: UTF8.self)
        if compact.count + indent <= maximumInline { return compact }
        let margin = String(repeating: " ", count: indent + 2)
        let end = String(repeating: " ", count: indent)
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { margin + text(of: $0, indent: indent + 2) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(end)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map { member in
                let key = String(decoding: JSONValue.string(member.key).serialized(), as: UTF8.self)
                return "\(margin)\(key): \(text(of: member.value, indent: indent + 2))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(end)}"
        default: return compact
        }
    }
}
