// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
public import Tables

/// Writes rows as they stand in the input, each with our columns behind its own.
///
/// What the input has stays as it is, byte for byte: quotes, blanks, the line end of each row. A row that ends before
/// the last column of the header is filled up with separators, so that ours stand under their names; separators behind
/// the last column are taken off. Encoding and byte order mark are the input's. A pure value: bytes out, no file.
public struct RowWriter: Sendable {
    private let lines: LineWriter

    /// - Parameters:
    ///   - prefix: what our names begin with; `ProspectFile` has checked that the input has none of them.
    ///   - guardsFormulas: a quote before what a spreadsheet would run, in our columns alone.
    public init(_ layout: TableLayout, prefix: String = RowColumn.defaultPrefix, guardsFormulas: Bool = false) {
        lines = LineWriter(layout, names: RowColumn.names(prefix: prefix), guardsFormulas: guardsFormulas)
    }

    /// What comes before the first row: the byte order mark, and the header with our names behind. Nothing for JSON
    /// lines but the mark.
    public var header: [UInt8] { lines.header }

    /// A row with what came of it.
    ///
    /// - Parameter record: one without a problem.
    public func row(_ record: TableRecord, _ result: RowResult) -> [UInt8] {
        lines.line(record, RowColumn.allCases.map { result[$0] })
    }

    /// The same of a result as it is stored: its text holds what is written, and need not be read first.
    ///
    /// - Returns: nil where the text is none of a result.
    public func row(_ record: TableRecord, encoded: String) -> [UInt8]? {
        RowResult.cells(ofEncoded: encoded).map { lines.line(record, $0) }
    }
}

/// Writes the rows that are set aside, each with its line and the reason: a file that can be mended and read again.
///
/// A row that is no proper record (an open quote, too many fields) is written whole into the first column, in quotes;
/// of JSON lines, as the member `text` behind the prefix.
public struct RejectWriter: Sendable {
    private let lines: LineWriter
    private let prefix: String

    public init(_ layout: TableLayout, prefix: String = RowColumn.defaultPrefix, guardsFormulas: Bool = false) {
        lines = LineWriter(layout, names: RejectColumn.names(prefix: prefix), guardsFormulas: guardsFormulas)
        self.prefix = prefix
    }

    /// What comes before the first row.
    public var header: [UInt8] { lines.header }

    /// A row that is set aside.
    public func row(_ record: TableRecord, _ rejection: RowRejection) -> [UInt8] {
        let cells = ["\(record.position.line)", rejection.reason]
        guard record.problem != nil else { return lines.line(record, cells) }
        return lines.line(lines.wrapped(record, jsonKey: prefix + "text"), cells)
    }
}
