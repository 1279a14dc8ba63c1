// SPDX-License-Identifier: Apache-2.0

internal import Tables

/// The beginning of a file: its layout, its columns with their first values.
struct FileHead {
    private static let size = 1 << 16
    private static let maximumRows = 400

    /// What was read.
    private(set) var bytes: [UInt8] = []
    private(set) var layout: TableLayout
    private(set) var columns: [ColumnSample] = []
    private(set) var notes: [String] = []

    /// - Parameter isStream: true takes no more than it must of JSON lines: who writes them may wait for answers.
    init(
        _ path: String, _ format: TableFormat?, isStream: Bool, source: () throws(TableError) -> [UInt8]
    ) throws(TableError) {
        var isWhole = false
        var format = format ?? Self.format(named: path)
        while true {
            let more = try source()
            bytes += more
            isWhole = more.isEmpty
            if format == nil, !bytes.isEmpty { format = Self.format(of: bytes) }
            let hasLine = bytes.contains(0x0A)
            let wanted = isStream && format == .jsonLines && hasLine ? 1 : Self.size
            if isWhole || bytes.count >= wanted && hasLine || bytes.count > TableReader.maximumRecord { break }
        }
        guard bytes.contains(where: { $0 > 0x20 }) else { throw Self.empty }
        var rest: [UInt8]? = bytes
        let reader = TableReader(format ?? .csv()) { () throws(TableError) in
            defer { rest = nil }
            return rest ?? []
        }
        layout = try reader.begin()
        guard layout.isJSON || !layout.header.isEmpty else { throw Self.empty }
        try readColumns(reader, isWhole: isWhole)
        describe()
    }

    private static let empty = TableError("the file is empty: it has no text")

    private mutating func readColumns(_ reader: TableReader, isWhole: Bool) throws(TableError) {
        columns = layout.header.map { ColumnSample(Self.trimmed($0)) }
        var places: [String: Int] = [:]
        var rows = 0
        var held: [TableCell]?
        while rows < Self.maximumRows, let row = try reader.next() {
            // The last row may be cut off: it waits for another behind it.
            if let held { add(held, &places) }
            held = row.problem == nil ? row.cells : nil
            rows += 1
        }
        if let held, isWhole || rows == Self.maximumRows || columns.isEmpty { add(held, &places) }
        guard !layout.isJSON || !columns.isEmpty else { throw TableError("no line is a JSON object", line: 1) }
        if isWhole, rows == 0 { notes.append("the file has a header and no row") }
        try checkHeader()
    }

    private mutating func add(_ cells: [TableCell], _ places: inout [String: Int]) {
        for (index, cell) in cells.enumerated() {
            guard layout.isJSON else {
                columns[index].add(cell.value)
                continue
            }
            let place = places[cell.name] ?? columns.count
            if place == columns.count {
                columns.append(ColumnSample(cell.name))
                places[cell.name] = place
            }
            columns[place].add(cell.value)
        }
    }

    /// A first row that holds an address or a profile is no header.
    private func checkHeader() throws(TableError) {
        guard !layout.isJSON, !columns.contains(where: { HeaderWords.field(named: $0.name) != nil }) else { return }
        let looksLikeData = columns.contains { column in
            let content = CellContent(column.name)
            return content == .email || content == .linkedIn
        }
        guard !looksLikeData else {
            throw TableError(
                "the first row looks like a person, not like names of columns: put a header before it, such as "
                    + "first_name,last_name,domain", line: 1)
        }
    }

    private mutating func describe() {
        switch layout.encoding {
        case .utf8: break
        case .utf16LittleEndian, .utf16BigEndian:
            notes.append("the file is in \(layout.encoding.rawValue), and so is what is written")
        case .latin1:
            notes.append(
                "the file is no UTF-8: it is read as Latin-1 (Windows-1252), and what is written is in it too")
        }
    }

    private static func format(named path: String) -> TableFormat? {
        let path = path.lowercased()
        if [".jsonl", ".ndjson", ".jsonlines"].contains(where: path.hasSuffix) { return .jsonLines }
        if path.hasSuffix(".tsv") || path.hasSuffix(".tab") { return .csv(separator: 0x09) }
        return path.hasSuffix(".csv") ? .csv() : nil
    }

    private static func format(of bytes: [UInt8]) -> TableFormat? {
        bytes.first { $0 > 0x20 && $0 < 0x80 }.map { $0 == UInt8(ascii: "{") ? .jsonLines : .csv() }
    }

    private static func trimmed(_ name: String) -> String {
        let start = name.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
