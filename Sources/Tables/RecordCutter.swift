// SPDX-License-Identifier: Apache-2.0

/// Cuts a file into records, each with its place, its own bytes and its fields.
///
/// A record is a line. Where a quoted field of it goes on behind the line's end, the lines up to the closing quote
/// belong to it, as long as they are written by the rules (RFC 4180) and keep within the limit; else the quote is a
/// mistake: the first line is set aside, and reading goes on with the second. So one wrong quote costs one row.
struct RecordCutter {
    /// Where the next record begins.
    var position: TablePosition

    private var window: LineWindow
    private let parser: CSVParser?
    private let limit: Int
    private let isUTF16: Bool

    /// - Parameter limit: bytes of a record at most.
    init(_ layout: TableLayout, _ window: LineWindow, at position: TablePosition, limit: Int) throws(TableError) {
        parser = if let separator = layout.separator { try CSVParser(separator: separator) } else { nil }
        self.window = window
        self.position = position
        self.limit = limit
        isUTF16 = layout.encoding.isUTF16
    }

    /// How many fields the record that was cut last has.
    var fieldCount: Int { parser?.count ?? 0 }

    /// The bytes of a field of the record that was cut last.
    func field(_ index: Int) -> ArraySlice<UInt8> { parser?.field(index) ?? [] }

    /// Passes over the line that declares the separator.
    mutating func skipDeclaration() throws(TableError) {
        guard case .line(let end) = try window.endOfLine(at: 0, limit: limit) else { return }
        take(end, lines: 1)
    }

    /// The next record; nil at the end.
    ///
    /// - Parameter isHeader: true gives up where the line is too long: what has no columns is no table.
    mutating func next(isHeader: Bool = false) throws(TableError) -> TableRecord? {
        while true {
            switch try window.endOfLine(at: 0, limit: limit) {
            case .nothing: return nil
            case .tooLong where isHeader:
                throw TableError(
                    "the header is longer than \(limit / 1_024) KiB: is this a table?", line: position.line)
            case .tooLong: return try tooLong()
            case .line(let end):
                let isBlank = window[0..<end].allSatisfy { $0 == 0x0A || $0 == 0x0D }
                guard isBlank else { return try record(line: end) }
                take(end, lines: 1)
            }
        }
    }

    private mutating func record(line end: Int) throws(TableError) -> TableRecord {
        guard let parser else { return finished(end, problem: problem(of: end)) }
        parser.begin(isStrict: false)
        var state = parser.feed(window[0..<end])
        if state == .open, !isTerminated(end) { state = parser.finish() }
        switch state {
        case .record: return finished(end, problem: problem(of: end))
        case .open: return try severalLines(first: end, parser)
        case .blank, .several, .broken:
            return finished(
                end, problem: "a carriage return stands in it: put the field in quotes, or end every line alike")
        }
    }

    /// Takes further lines to a quoted field that goes on.
    private mutating func severalLines(first: Int, _ parser: CSVParser) throws(TableError) -> TableRecord {
        parser.begin(isStrict: true)
        var state = parser.feed(window[0..<first])
        var (end, lines) = (first, 1)
        while state == .open, case .line(let next) = try window.endOfLine(at: end, limit: limit) {
            state = parser.feed(window[end..<next])
            (end, lines) = (next, lines + 1)
        }
        if state == .open, !isTerminated(end) { state = parser.finish() }
        guard state == .record else {
            return finished(first, problem: "a quote opens in it and is not closed: close it, or double it")
        }
        return finished(end, lines: lines, problem: problem(of: end))
    }

    private func problem(of end: Int) -> String? {
        window[0..<end].contains(0) ? "a NUL byte stands in it: is this a text file?" : nil
    }

    private func isTerminated(_ end: Int) -> Bool {
        window[end - 1..<end].first == window.terminator
    }

    private mutating func finished(_ end: Int, lines: Int = 1, problem: String?) -> TableRecord {
        let lineEnd = LineEnd(endOf: window[0..<end])
        let record = TableRecord(
            position: position, text: Array(window[0..<end - lineEnd.bytes.count]), lineEnd: lineEnd,
            fieldCount: problem == nil ? fieldCount : 0, problem: problem, isCut: false)
        take(end, lines: lines)
        position.number += 1
        return record
    }

    private mutating func tooLong() throws(TableError) -> TableRecord {
        let text = Array(window[0..<min(limit, TableReader.maximumCut)])
        let isUTF16 = isUTF16
        let place = position
        let skipped = try window.skipLine { bytes in Self.fileBytes(bytes, isUTF16: isUTF16) }
        position.offset += Int64(skipped.count)
        position.line += skipped.isEnded ? 1 : 0
        position.number += 1
        return TableRecord(
            position: place, text: Array(TableEncoding.wholeCharacters(of: text)), lineEnd: .none, fieldCount: 0,
            problem: "it is longer than \(limit / 1_024) KiB: shorten it, or end the line", isCut: true)
    }

    private mutating func take(_ end: Int, lines: Int) {
        position.offset += Int64(Self.fileBytes(window[0..<end], isUTF16: isUTF16))
        position.line += lines
        window.drop(end)
    }

    /// How many bytes of the file stand for these ones: of UTF-16, two a unit.
    private static func fileBytes(_ bytes: ArraySlice<UInt8>, isUTF16: Bool) -> Int {
        guard isUTF16 else { return bytes.count }
        var units = 0
        for byte in bytes where byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
        return units * 2
    }
}
