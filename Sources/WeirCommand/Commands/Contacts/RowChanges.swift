// SPDX-License-Identifier: Apache-2.0

internal import Tables

/// The columns of a sheet, by their own names and by what other tools call them.
struct SheetColumns {
    private let names: [String: String]

    /// - Parameter aliases: in lower case, letters and digits alone.
    init(_ columns: [String], aliases: [String: String]) {
        let own = Dictionary(uniqueKeysWithValues: columns.map { ($0.filter { $0 != "_" }, $0) })
        names = aliases.merging(own) { $1 }
    }

    /// The column that a header names, a field of the team's own among them; nil for one that is not known.
    func column(named header: String) -> String? {
        let (name, prefix) = (header.trimmingBlanks, ContactSheet.fieldPrefix)
        if name.lowercased().hasPrefix(prefix), name.utf8.count > prefix.utf8.count {
            return prefix + name.dropFirst(prefix.count)
        }
        return names[String(name.lowercased().filter { $0.isLetter || $0.isNumber })]
    }
}

/// Why a row can't be taken.
struct RowProblem: Error {
    var message: String

    /// A name that a team gives.
    static func name(_ text: String, _ what: String) throws(RowProblem) -> String {
        guard let name = try? Words.name(text, what) else { throw RowProblem(message: "\(what) is no name") }
        return name
    }
}

/// What a row says, beside what is known of whom it is about.
struct RowChanges {
    /// By the name of the column.
    let values: [String: String]
    /// As they stand in the file.
    let raw: [String: String]
    /// What is known under each column.
    let old: [String: String]

    /// What a column says that is not known; nil where it says nothing new.
    func value(_ column: String) -> String? {
        guard let value = values[column], old[column] != value, old[column] != raw[column] else { return nil }
        return value
    }

    /// Lists that are not among the known ones.
    func lists(besides known: [String]) throws(RowProblem) -> [String] {
        var added: [String] = []
        for text in (value("lists") ?? "").split(separator: ";") {
            let name = try RowProblem.name(String(text), "a list")
            if !known.contains(name) { added.append(name) }
        }
        return added
    }

    /// A remark that was not made before.
    func note(besides known: [String]) throws(RowProblem) -> String? {
        guard let note = values["note"], !known.contains(note) else { return nil }
        guard note.utf8.count <= 16_384 else { throw RowProblem(message: "note: it has at most 16 KiB") }
        return note
    }

    /// The team's own fields that change, by name.
    func fields() throws(RowProblem) -> [String: String?] {
        var fields: [String: String?] = [:]
        for column in values.keys where column.hasPrefix(ContactSheet.fieldPrefix) {
            guard let value = value(column) else { continue }
            let name = try RowProblem.name(String(column.dropFirst(ContactSheet.fieldPrefix.count)), "a field")
            fields[name] = .some(value)
        }
        return fields
    }
}
