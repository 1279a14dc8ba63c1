// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Tables

/// Lines of the input with cells of ours behind, in the input's own dialect.
struct LineWriter: Sendable {
    let layout: TableLayout
    private let names: [String]
    private let csv: CSVWriter
    private let separator: UInt8
    private let encoding: OutputEncoding

    private static let quote = UInt8(ascii: "\"")

    /// - Parameter names: those of our columns.
    init(_ layout: TableLayout, names: [String], guardsFormulas: Bool) {
        self.layout = layout
        self.names = names
        separator = layout.separator ?? UInt8(ascii: ",")
        csv = CSVWriter(separator: Character(Unicode.Scalar(separator)), guardsFormulas: guardsFormulas)
        encoding = OutputEncoding(encoding: layout.encoding)
    }

    var header: [UInt8] {
        guard !layout.isJSON else { return layout.mark }
        let ours = [separator] + csv.fields(names).utf8 + layout.lineEnd.bytes
        return layout.mark + encoding.line(layout.preamble + layout.headerText, ours)
    }

    /// A record with cells behind.
    func line(_ record: TableRecord, _ cells: [String?]) -> [UInt8] {
        let lineEnd = record.lineEnd == .none ? layout.lineEnd : record.lineEnd
        guard !layout.isJSON else { return jsonLine(record.text, cells, lineEnd) }
        let missing = max(0, layout.header.count - record.fieldCount)
        var ours = [UInt8](repeating: separator, count: missing + 1)
        ours += csv.fields(cells).utf8
        ours += lineEnd.bytes
        return encoding.line(fitting(record), ours)
    }

    /// A record that holds the text of another, whole, in its first column.
    func wrapped(_ record: TableRecord, jsonKey: String) -> TableRecord {
        var whole = record
        if layout.isJSON {
            let text = String(validating: record.text, as: UTF8.self) ?? TableEncoding.latin1Text(record.text)
            whole.text = JSONValue.object([.init(jsonKey, .string(text))]).serialized()
        } else {
            let doubled = record.text.flatMap { $0 == Self.quote ? [$0, $0] : [$0] }
            whole.text = [Self.quote] + doubled + [Self.quote]
        }
        whole.fieldCount = 1
        whole.problem = nil
        return whole
    }

    /// The text without the empty fields behind the last column.
    private func fitting(_ record: TableRecord) -> ArraySlice<UInt8> {
        var text = record.text[...]
        for _ in 0..<max(0, record.fieldCount - layout.header.count) {
            while text.last == Self.quote { text.removeLast() }
            if text.last == separator { text.removeLast() }
        }
        return text
    }

    /// The object's own text with our members before its closing brace.
    private func jsonLine(_ text: [UInt8], _ cells: [String?], _ lineEnd: LineEnd) -> [UInt8] {
        guard let brace = text.lastIndex(of: UInt8(ascii: "}")) else { return encoding.line(text[...], lineEnd.bytes) }
        let before = text[..<brace]
        let isEmpty = before.last { $0 > 0x20 } == UInt8(ascii: "{")
        let members = zip(names, cells).map { name, value in
            JSONValue.Member(name, value.map { .string($0) } ?? .null)
        }
        let ours = (isEmpty ? [] : [UInt8(ascii: ",")]) + JSONValue.object(members).serialized().dropFirst()
        return encoding.line(before, ours) + encoding.line(text[(brace + 1)...], lineEnd.bytes)
    }
}
