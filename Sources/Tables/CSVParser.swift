// SPDX-License-Identifier: Apache-2.0

internal import CCSV

/// One record and where it began.
struct CSVRecord {
    var line: Int
    var cells: [String]
}

/// libcsv behind a loop that counts lines: bytes in, records out, nothing kept but the record that is not whole yet.
///
/// Lenient as spreadsheets are: a quote inside a field that has none around it is part of it. Blanks stay.
@safe
final class CSVParser {
    private let parser: UnsafeMutablePointer<csv_parser>
    private let sink = Sink()
    private let maximumRecord: Int
    /// Bytes of the record that is not whole.
    private var pending = 0
    private var line = 1
    private var recordLine = 1
    private var endedWithReturn = false

    /// - Parameter encoding: of the bytes; of UTF-16, that of what was made of it.
    init(separator: UInt8, encoding: TableEncoding, maximumRecord: Int) throws(TableError) {
        self.maximumRecord = maximumRecord
        unsafe parser = .allocate(capacity: 1)
        sink.isLatin1 = encoding == .latin1
        guard unsafe weir_csv_start(parser, separator) == 0 else {
            unsafe parser.deallocate()
            throw TableError("the parser of CSV can't be set up")
        }
    }

    deinit {
        unsafe csv_free(parser)
        unsafe parser.deallocate()
    }

    /// True where a field was no UTF-8 and was read as Latin-1.
    var hasConverted: Bool { sink.hasConverted }

    /// Takes bytes, and returns the records that they complete.
    ///
    /// - Throws: where a record is longer than is allowed.
    func feed(_ bytes: ArraySlice<UInt8>) throws(TableError) -> [CSVRecord] {
        var records: [CSVRecord] = []
        var rest = bytes
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0A)
            let piece = end.map { rest[...$0] } ?? rest
            rest = end.map { rest[($0 + 1)...] } ?? []
            for part in Self.parts(of: piece, atMost: maximumRecord) { try take(part, into: &records) }
        }
        return records
    }

    /// A line that is longer than any record may be goes in parts, so that no more is kept than is allowed.
    private static func parts(of piece: ArraySlice<UInt8>, atMost size: Int) -> [ArraySlice<UInt8>] {
        guard piece.count > size else { return [piece] }
        return stride(from: piece.startIndex, to: piece.endIndex, by: size).map { start in
            piece[start..<min(start + size, piece.endIndex)]
        }
    }

    private func take(_ piece: ArraySlice<UInt8>, into records: inout [CSVRecord]) throws(TableError) {
        try parse(piece)
        let rows = sink.take()
        for (offset, cells) in rows.enumerated() { records.append(CSVRecord(line: recordLine + offset, cells: cells)) }
        let isRestOfLineEnd = endedWithReturn && piece.elementsEqual([0x0A])
        if !isRestOfLineEnd { line += piece.last == 0x0A ? max(1, rows.count) : rows.count }
        endedWithReturn = piece.last == 0x0D && !rows.isEmpty
        pending = rows.isEmpty ? pending + piece.count : 0
        if unsafe parser.pointee.pstate == 0 {
            (pending, recordLine) = (0, line)
        } else if !rows.isEmpty {
            recordLine = line
        }
        guard pending <= maximumRecord else {
            throw TableError(
                "the record that begins here is longer than \(maximumRecord / 1_024) KiB: a quote may not be closed",
                line: recordLine)
        }
    }

    private func parse(_ piece: ArraySlice<UInt8>) throws(TableError) {
        let context = unsafe Unmanaged.passUnretained(sink).toOpaque()
        let count = unsafe piece.withUnsafeBytes { bytes in
            unsafe csv_parse(parser, bytes.baseAddress, bytes.count, Sink.field, Sink.record, context)
        }
        guard count == piece.count else { throw TableError("the file can't be read", line: line) }
    }

    /// Ends the file: returns the record that has no line end.
    ///
    /// - Throws: where a quote is open.
    func finish() throws(TableError) -> [CSVRecord] {
        // 2: in a field; a quoted one whose quote is not closed swallowed the rest of the file.
        let isOpen = unsafe parser.pointee.pstate == 2 && parser.pointee.quoted != 0
        guard !isOpen else {
            throw TableError("a quote opens in the record that begins here and is not closed", line: recordLine)
        }
        let context = unsafe Unmanaged.passUnretained(sink).toOpaque()
        guard unsafe csv_fini(parser, Sink.field, Sink.record, context) == 0 else {
            throw TableError("the file can't be read to its end", line: line)
        }
        return sink.take().map { CSVRecord(line: recordLine, cells: $0) }
    }

    /// What the callbacks of libcsv fill.
    private final class Sink {
        var isLatin1 = false
        var hasConverted = false
        private var cells: [String] = []
        private var rows: [[String]] = []

        func take() -> [[String]] {
            defer { rows = [] }
            return rows
        }

        static let field: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = {
            (start, count, context) in
            guard let context = unsafe context else { return }
            let sink = unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            unsafe sink.add(UnsafeRawBufferPointer(start: start, count: count))
        }

        static let record: @convention(c) (CInt, UnsafeMutableRawPointer?) -> Void = { (_, context) in
            guard let context = unsafe context else { return }
            let sink = unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            sink.rows.append(sink.cells)
            sink.cells = []
        }

        private func add(_ bytes: UnsafeRawBufferPointer) {
            if !isLatin1, let text = unsafe String(validating: bytes, as: UTF8.self) {
                cells.append(text)
            } else {
                if unsafe bytes.contains(where: { $0 >= 0x80 }) { hasConverted = true }
                cells.append(unsafe TableEncoding.latin1Text(bytes))
            }
        }
    }
}
