// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// One JSON object as the cells of a row: numbers and truth values as they are written, lists with semicolons, the
/// members of an inner object under `outer.inner`.
enum JSONLine {
    /// Nil where the text is no JSON object.
    static func cells(of text: [UInt8]) -> [TableCell]? {
        let read = try? JSONReader.read(text) { document -> [TableCell]? in
            document.isObject ? cells(of: document, under: "") : nil
        }
        return read ?? nil
    }

    private static func cells(of object: JSONReader, under prefix: String) -> [TableCell] {
        object.members.flatMap { key, value -> [TableCell] in
            if value.isObject { return cells(of: value, under: prefix + key + ".") }
            let text = value.isArray ? value.elements.compactMap(scalar).joined(separator: ";") : scalar(value)
            return [TableCell(name: prefix + key, value: text)]
        }
    }

    private static func scalar(_ value: JSONReader) -> String? {
        if let text = value.string { return text }
        if let number = value.integer { return String(number) }
        if let number = value.number { return "\(number)" }
        return value.bool.map { $0 ? "true" : "false" }
    }
}
