// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What `--map` says: `first_name="Given Name",domain=3,country=-`.
struct MapOption {
    enum Column: Hashable {
        case name(String)
        /// Counted from 1.
        case number(Int)
        /// The field is not read.
        case none
    }

    private(set) var columns: [ProspectField: Column] = [:]
    /// What is wrong with the text, each with what to write.
    private(set) var problems: [String] = []

    init(_ texts: [String]) {
        for text in texts {
            var rest = text[...]
            while !rest.isEmpty { readPair(&rest) }
        }
    }

    /// A name as the option takes it.
    static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

    private mutating func readPair(_ rest: inout Substring) {
        let key = rest.prefix { $0 != "=" && $0 != "," }
        rest = rest.dropFirst(key.count)
        guard rest.first == "=" else {
            rest = rest.dropFirst()
            if key.contains(where: { !$0.isWhitespace }) {
                problems.append("--map: `\(key)` has no column: write it as field=column, such as domain=3")
            }
            return
        }
        rest = rest.dropFirst()
        guard let column = Self.column(&rest) else {
            problems.append("--map: the quote after `\(key)=` is not closed")
            rest = ""
            return
        }
        add(String(key), column)
    }

    private mutating func add(_ key: String, _ column: Column) {
        let key = key.trimmingPrefix(while: \.isWhitespace)
        guard let field = Self.field(String(key)) else {
            let names = ProspectField.allCases.map(\.rawValue)
            let hint = EditDistance.nearest(to: String(key), among: names).map { ": did you mean `\($0)`?" }
            problems.append("--map: `\(key)` is no field\(hint ?? ": fields are \(names.joined(separator: ", "))")")
            return
        }
        if let other = columns[field], other != column {
            problems.append("--map: `\(field.rawValue)` is given two columns: give it one")
        }
        columns[field] = column
    }

    /// A field by its word, or by a name that columns of it have.
    private static func field(_ key: String) -> ProspectField? {
        ProspectField(rawValue: key) ?? HeaderWords.field(named: key)?.field
    }

    /// Reads to the comma that ends a pair; a quoted name may hold one. Nil where a quote is not closed.
    private static func column(_ rest: inout Substring) -> Column? {
        guard rest.first == "\"" else {
            let text = rest.prefix { $0 != "," }
            rest = rest.dropFirst(text.count).dropFirst()
            if let number = Int(text) { return .number(number) }
            return text.isEmpty || text == "-" ? Column.none : .name(String(text))
        }
        var name = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            guard character == "\"" else {
                name.append(character)
                continue
            }
            guard rest.first == "\"" else {
                rest = rest.drop { $0 != "," }.dropFirst()
                return .name(name)
            }
            rest = rest.dropFirst()
            name.append("\"")
        }
        return nil
    }
}
