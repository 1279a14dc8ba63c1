// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// One JSON object as the cells of a row: numbers and truth values as they are written, lists with semicolons, the
/// members of an inner object under `outer.inner`.
enum JSONLine {
    /// Nil where the text is no JSON object.
    static func cells(of text: String) -> [TableCell]? {
        let read = try? JSONReader.read(Array(text.utf8)) { document -> [TableCell]? in
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

/// Cuts bytes into lines, and keeps the one that is not whole yet.
struct LineCutter {
    struct Line {
        var number: Int
        var text: String
    }

    var isLatin1 = false
    private(set) var hasConverted = false
    private var rest: [UInt8] = []
    private var number = 1

    mutating func feed(_ bytes: [UInt8], limit: Int) throws(TableError) -> [Line] {
        var lines: [Line] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            lines.append(line(rest + bytes[start..<end]))
            rest = []
            start = end + 1
        }
        rest += bytes[start...]
        guard rest.count <= limit else {
            throw TableError("the line is longer than \(limit / 1_024) KiB", line: number)
        }
        return lines
    }

    mutating func finish() -> Line? {
        guard !rest.isEmpty else { return nil }
        defer { rest = [] }
        return line(rest)
    }

    private mutating func line(_ bytes: [UInt8]) -> Line {
        defer { number += 1 }
        if !isLatin1, let text = String(validating: bytes, as: UTF8.self) { return Line(number: number, text: text) }
        hasConverted = true
        return Line(number: number, text: TableEncoding.latin1Text(bytes))
    }
}
