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

/// Reads a table row by row in constant memory, whatever its encoding and separator.
///
/// Told and converted: UTF-8 with a byte order mark, UTF-16 of both orders, Latin-1 (as Windows writes it). A row that
/// is wrong says so and stops nothing. Not for use from two tasks at once.
public final class TableReader {
    /// Bytes of one record at most, unless another limit is given.
    public static let maximumRecord = 1 << 20
    private static let sampleSize = 1 << 16

    /// The encoding that was found; nil before the first row.
    public private(set) var encoding: TableEncoding?
    /// The separator that was found; nil for JSON, and before the first row.
    public private(set) var separator: UInt8?
    /// The names of the columns of a CSV file; nil before the first row.
    public private(set) var header: [String]?

    private let format: TableFormat
    private let limit: Int
    private let source: () throws(TableError) -> [UInt8]
    private var rows: [TableRow] = []
    private var position = 0
    private var isAtEnd = false
    private var parser: CSVParser?
    private var decoder: UTF16Decoder?
    private var lines = LineCutter()

    /// - Parameters:
    ///   - maximumRecord: bytes of a record at most; a longer one ends the reading.
    ///   - source: the next bytes of the file, as many as it likes; empty at the end.
    public init(
        _ format: TableFormat, maximumRecord: Int = maximumRecord, source: @escaping () throws(TableError) -> [UInt8]
    ) {
        self.format = format
        limit = maximumRecord
        self.source = source
    }

    /// True where some field was no UTF-8 and was read as Latin-1.
    public var hasConverted: Bool { encoding == .latin1 || parser?.hasConverted ?? false || lines.hasConverted }

    /// The next row; nil at the end.
    ///
    /// - Throws: where the file can't be read any further.
    public func next() throws(TableError) -> TableRow? {
        while position == rows.count {
            if isAtEnd { return nil }
            (rows, position) = ([], 0)
            try readMore()
        }
        defer { position += 1 }
        return rows[position]
    }

    private func readMore() throws(TableError) {
        var bytes = try source()
        if encoding == nil {
            // A sample that is large enough to tell; a pipe may give a few bytes at once.
            while bytes.count < Self.sampleSize {
                let more = try source()
                if more.isEmpty { break }
                bytes += more
            }
            try begin(bytes)
            return
        }
        isAtEnd = bytes.isEmpty
        try take(utf8(bytes[...], isLast: isAtEnd))
        if isAtEnd { try finish() }
    }

    private func begin(_ sample: [UInt8]) throws(TableError) {
        let (found, mark) = TableEncoding.detect(sample, isWhole: sample.count < Self.sampleSize)
        encoding = found
        if found == .utf16BigEndian || found == .utf16LittleEndian {
            decoder = UTF16Decoder(isBigEndian: found == .utf16BigEndian)
        }
        isAtEnd = sample.isEmpty
        var bytes = utf8(sample.dropFirst(mark), isLast: isAtEnd)[...]
        if case .csv(let given) = format {
            let (separator, skipped) = CSVDialect.detect(bytes)
            bytes = bytes.dropFirst(given == nil ? skipped : 0)
            self.separator = given ?? separator
            parser = try CSVParser(separator: given ?? separator, encoding: found, maximumRecord: limit)
        } else {
            lines.isLatin1 = found == .latin1
        }
        try take(Array(bytes))
        if isAtEnd { try finish() }
    }

    private func utf8(_ bytes: ArraySlice<UInt8>, isLast: Bool) -> [UInt8] {
        decoder?.decode(bytes, isLast: isLast) ?? Array(bytes)
    }

    private func take(_ bytes: [UInt8]) throws(TableError) {
        if let parser {
            for record in try parser.feed(bytes[...]) { add(record) }
        } else {
            for line in try lines.feed(bytes, limit: limit) { add(line) }
        }
    }

    private func finish() throws(TableError) {
        if let parser {
            for record in try parser.finish() { add(record) }
        } else if let line = lines.finish() {
            add(line)
        }
    }

    private func add(_ record: CSVRecord) {
        guard let header else {
            header = record.cells
            return
        }
        let cells = zip(header, record.cells).map { TableCell(name: $0, value: $1) }
        var row = TableRow(line: record.line, cells: cells)
        if record.cells.count > header.count, record.cells[header.count...].contains(where: { !$0.isEmpty }) {
            row.problem = "it has \(record.cells.count) fields, and the header names \(header.count)"
        }
        rows.append(row)
    }

    private func add(_ line: LineCutter.Line) {
        guard line.text.contains(where: { !$0.isWhitespace }) else { return }
        var row = TableRow(line: line.number, cells: [])
        if let cells = JSONLine.cells(of: line.text) { row.cells = cells } else { row.problem = "it is no JSON object" }
        rows.append(row)
    }
}
