// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// How a table is written.
public enum TableFormat: Sendable, Hashable {
    /// - separator: nil looks for it.
    case csv(separator: UInt8? = nil)
    /// One JSON object a line.
    case jsonLines
}

/// One row by the names of its columns.
public struct TableRow: Sendable, Hashable {
    /// Where it begins, counted from 1.
    public var line: Int
    /// Names of columns and their values; nil for what JSON calls null.
    public var cells: [TableCell]
    /// Why it can't be used; nil where it can.
    public var problem: String?
}

/// A value under the name of its column.
public struct TableCell: Sendable, Hashable {
    public var name: String
    public var value: String?
}

/// Reads a table record by record in constant memory, whatever its encoding and separator.
///
/// Told and converted: UTF-8 with a byte order mark, UTF-16 of both orders, Latin-1 (as Windows writes it). A row that
/// is wrong says so and stops nothing: one whose quote is not closed is set aside alone, and the next line is read.
/// Not for use from two tasks at once.
public final class TableReader {
    /// Bytes of one record at most, unless another limit is given.
    public static let maximumRecord = 1 << 20
    /// Bytes that are looked at to tell the layout.
    static let sampleSize = 1 << 16
    /// Bytes that are kept of a record that is too long.
    static let maximumCut = 4_096

    /// What was found; nil before the first row.
    public private(set) var layout: TableLayout?

    private let format: TableFormat
    private let limit: Int
    private let source: () throws(TableError) -> [UInt8]
    private var cutter: RecordCutter?
    private var hasConvertedFields = false

    /// - Parameters:
    ///   - maximumRecord: bytes of a record at most; a longer one is set aside, and its beginning kept alone.
    ///   - source: the next bytes of the file, as many as it likes; empty at the end.
    public init(
        _ format: TableFormat, maximumRecord: Int = maximumRecord, source: @escaping () throws(TableError) -> [UInt8]
    ) {
        self.format = format
        limit = maximumRecord
        self.source = source
    }

    /// Reads on from a later place of a file whose layout is known.
    ///
    /// - Parameter source: the bytes from that place on.
    public init(
        _ layout: TableLayout, from place: TablePosition, maximumRecord: Int = maximumRecord,
        source: @escaping () throws(TableError) -> [UInt8]
    ) throws(TableError) {
        format = layout.separator.map { .csv(separator: $0) } ?? .jsonLines
        limit = maximumRecord
        self.source = source
        self.layout = layout
        let window = LineWindow(layout.encoding, terminator: layout.lineEnd.terminator, source: source)
        cutter = try RecordCutter(layout, window, at: place, limit: limit)
    }

    /// The encoding that was found; nil before the first row.
    public var encoding: TableEncoding? { layout?.encoding }
    /// The separator that was found; nil for JSON, and before the first row.
    public var separator: UInt8? { layout?.separator }
    /// The names of the columns of a CSV file; nil before the first row.
    public var header: [String]? { layout.flatMap { $0.isJSON ? nil : $0.header } }
    /// True where some field was no UTF-8 and was read as Latin-1.
    public var hasConverted: Bool { encoding == .latin1 || hasConvertedFields }

    /// The next row; nil at the end.
    ///
    /// - Throws: where the file can't be read any further.
    public func next() throws(TableError) -> TableRow? {
        guard let record = try nextRecord(), let layout else { return nil }
        var row = TableRow(line: record.position.line, cells: [], problem: record.problem)
        if layout.isJSON {
            row.cells = jsonCells
        } else {
            for index in 0..<min(record.fieldCount, layout.header.count) {
                row.cells.append(TableCell(name: layout.header[index], value: field(index)))
            }
        }
        return row
    }

    /// The next record as it stands in the file; nil at the end. Its fields are read by `field`, and by `jsonCells`.
    ///
    /// - Throws: where the file can't be read any further.
    public func nextRecord() throws(TableError) -> TableRecord? {
        if layout == nil { try begin() }
        jsonCells = []
        guard var record = try cutter?.next(), let layout else { return nil }
        guard record.problem == nil else { return record }
        if layout.isJSON {
            if let cells = cells(of: record.text) { jsonCells = cells } else { record.problem = "it is no JSON object" }
        } else if record.fieldCount > layout.header.count, hasMore(than: layout.header.count, record.fieldCount) {
            record.problem = "it has \(record.fieldCount) fields, and the header names \(layout.header.count)"
        }
        return record
    }

    /// A field of the CSV record that was read last; nil where the record ends before it.
    public func field(_ index: Int) -> String? {
        guard let cutter, index < cutter.fieldCount else { return nil }
        return text(cutter.field(index))
    }

    /// The members of the JSON object that was read last.
    public private(set) var jsonCells: [TableCell] = []

    /// Tells the layout by the first bytes of the file, and reads its header; the first row does so where nobody did.
    ///
    /// - Throws: where the file is no table, or its header is wrong.
    @discardableResult
    public func begin() throws(TableError) -> TableLayout {
        if let layout { return layout }
        let (sample, isWhole) = try sample()
        if let kind = ForeignFile.kind(of: sample) {
            throw TableError("this is \(kind), not a table: save it as CSV (UTF-8), or as JSON lines")
        }
        var layout = TableLayout(sample: sample, isWhole: isWhole, format: format)
        var first: [UInt8]? = Array(sample.dropFirst(layout.mark.count))
        let source = source
        let window = LineWindow(layout.encoding, terminator: layout.lineEnd.terminator) {
            () throws(TableError) -> [UInt8] in
            guard let bytes = first, !bytes.isEmpty else { return try source() }
            first = nil
            return bytes
        }
        var cutter = try RecordCutter(layout, window, at: layout.start, limit: limit)
        if !layout.preamble.isEmpty { try cutter.skipDeclaration() }
        if !layout.isJSON, let header = try cutter.next(isHeader: true) {
            if let problem = header.problem {
                throw TableError("the header can't be used: \(problem)", line: header.position.line)
            }
            layout.headerText = header.text
            layout.header = (0..<header.fieldCount).map { text(cutter.field($0), isLatin1: layout.encoding == .latin1) }
        }
        cutter.position.number = 1
        layout.start = cutter.position
        self.cutter = cutter
        self.layout = layout
        return layout
    }

    /// A sample that is large enough to tell; a pipe may give a few bytes at once. JSON lines need the first alone.
    private func sample() throws(TableError) -> (bytes: [UInt8], isWhole: Bool) {
        var bytes = try source()
        while bytes.count < Self.sampleSize, !(format == .jsonLines && bytes.contains(0x0A)) {
            let more = try source()
            if more.isEmpty { return (bytes, true) }
            bytes += more
        }
        return (bytes, false)
    }

    /// True where a field that no column has is more than a separator at the end of the line.
    private func hasMore(than columns: Int, _ count: Int) -> Bool {
        (columns..<count).contains { cutter?.field($0).isEmpty == false }
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String { text(bytes, isLatin1: layout?.encoding == .latin1) }

    private func text(_ bytes: ArraySlice<UInt8>, isLatin1: Bool) -> String {
        let isASCII = unsafe bytes.withUnsafeBufferPointer { unsafe $0.allSatisfy { $0 < 0x80 } }
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        if !isLatin1, let text = String(validating: bytes, as: UTF8.self) { return text }
        hasConvertedFields = true
        return TableEncoding.latin1Text(bytes)
    }

    private func cells(of object: [UInt8]) -> [TableCell]? {
        if layout?.encoding != .latin1, let cells = JSONLine.cells(of: object) { return cells }
        guard object.contains(where: { $0 >= 0x80 }) else { return nil }
        let cells = JSONLine.cells(of: Array(TableEncoding.latin1Text(object).utf8))
        if cells != nil { hasConvertedFields = true }
        return cells
    }
}
