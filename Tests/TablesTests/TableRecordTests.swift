// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Tables
import Testing

/// Random tables as files of every dialect and encoding.
private struct RandomFile {
    static let letters: [Character] = [
        ",", ";", "\"", "\n", "\r\n", "a", "é", " ", "'", "=", "\t", "x", "€", "|", "b", "c",
    ]

    var bytes: [UInt8]
    var rows: [[String]]

    init(
        _ random: inout SeededGenerator, separator: Character, lineEnd: LineEnd, encoding: TableEncoding, hasMark: Bool
    ) {
        // A file whose lines end with carriage returns can't be told from one with line feeds inside quotes.
        let letters = Self.letters.filter { !(lineEnd == .carriageReturn && $0.isNewline) }
        var text: () -> String = { "" }
        var generator = random
        text = {
            String(
                (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? "a"
                })
        }
        let writer = CSVWriter(separator: separator, lineEnd: lineEnd, guardsFormulas: false)
        rows = (0..<60).map { _ in (0..<3).map { _ in text() } }
        let file = ([["a", "b\u{E9}", "c"]] + rows).map { writer.record($0) }.joined()
        let mark = hasMark ? "\u{FEFF}" : ""
        switch encoding {
        case .utf8: bytes = Array((mark + file).utf8)
        case .latin1: bytes = file.unicodeScalars.map { TableEncoding.latin1Byte(of: $0) ?? 0x3F }
        case .utf16LittleEndian:
            bytes = (mark + file).utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        case .utf16BigEndian: bytes = (mark + file).utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        }
        random = generator
    }
}

private func source(_ bytes: [UInt8], atOnce: Int) -> () throws(TableError) -> [UInt8] {
    var rest = bytes[...]
    return { () throws(TableError) in
        defer { rest = rest.dropFirst(atOnce) }
        return Array(rest.prefix(atOnce))
    }
}

@Suite struct TableRecordTests {
    @Test(
        arguments: [",", ";", "\t", "|"] as [Character],
        [LineEnd.lineFeed, .both, .carriageReturn])
    func `records are the file, whatever its dialect and encoding`(separator: Character, lineEnd: LineEnd) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for encoding in TableEncoding.allCases {
            for hasMark in encoding == .latin1 ? [false] : [true, false] {
                let file = RandomFile(
                    &random, separator: separator, lineEnd: lineEnd, encoding: encoding, hasMark: hasMark)
                let format = TableFormat.csv(separator: separator.asciiValue)
                let reader = TableReader(format, source: source(file.bytes, atOnce: 97))
                let layout = try reader.begin()
                #expect(layout.encoding == encoding, "seed \(seed)")
                #expect(layout.hasMark == hasMark && layout.lineEnd == lineEnd)
                var text = layout.headerText + layout.lineEnd.bytes
                var rows: [[String]] = []
                var positions: [TablePosition] = []
                while let record = try reader.nextRecord() {
                    #expect(record.problem == nil, "seed \(seed)")
                    text += record.text + record.lineEnd.bytes
                    rows.append((0..<record.fieldCount).map { reader.field($0) ?? "" })
                    positions.append(record.position)
                }
                #expect(rows == file.rows, "seed \(seed) \(encoding)")
                let plain = encoding.isUTF16 ? Self.utf8(file.bytes, encoding) : file.bytes
                #expect(text == Array(plain.dropFirst(encoding == .utf8 && hasMark ? 3 : 0)), "seed \(seed)")
                try Self.checkResuming(file, layout, positions, seed)
            }
        }
    }

    /// Reading on from any record gives the same as reading through to it.
    private static func checkResuming(
        _ file: RandomFile, _ layout: TableLayout, _ positions: [TablePosition], _ seed: UInt64
    ) throws {
        for (index, place) in positions.enumerated() where index.isMultiple(of: 7) {
            let rest = Array(file.bytes.dropFirst(Int(place.offset)))
            let reader = try TableReader(layout, from: place, source: source(rest, atOnce: 4_096))
            var rows: [[String]] = []
            var found: [TablePosition] = []
            while let record = try reader.nextRecord() {
                found.append(record.position)
                rows.append((0..<record.fieldCount).map { reader.field($0) ?? "" })
            }
            #expect(found == Array(positions[index...]), "seed \(seed)")
            #expect(rows == Array(file.rows[index...]), "seed \(seed)")
        }
    }

    private static func utf8(_ bytes: [UInt8], _ encoding: TableEncoding) -> [UInt8] {
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index -> UInt16 in
            let (one, two) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return encoding == .utf16BigEndian ? one << 8 | two : two << 8 | one
        }
        return Array(String(decoding: units.drop { $0 == 0xFEFF }, as: UTF16.self).utf8)
    }

    @Test func `numbers rows, and passes over blank lines`() throws {
        let text = "\n\na,b\r\n1,2\r\n\r\n\"x\ny\",3\n\n4,5"
        let reader = TableReader(.csv(), source: source(Array(text.utf8), atOnce: 3))
        var places: [String] = []
        while let record = try reader.nextRecord() {
            places.append("\(record.position.number)/\(record.position.line)/\(record.position.offset)")
        }
        #expect(places == ["1/4/7", "2/6/14", "3/9/23"])
        #expect(reader.layout?.start == TablePosition(offset: 7, line: 4, number: 1))
    }

    @Test(arguments: [
        ("PK\u{3}\u{4}....", "workbook"), ("%PDF-1.7", "PDF"), ("SQLite format 3\0", "database"),
        ("PAR1....", "Parquet"),
    ])
    func `files of other kinds are named`(text: String, kind: String) {
        let error = #expect(throws: TableError.self) {
            try TableReader(.csv(), source: source(Array(text.utf8), atOnce: 64)).begin()
        }
        #expect(error?.message.contains(kind) == true)
    }

    @Test func `a NUL and a bare carriage return cost their rows alone`() throws {
        let reader = TableReader(.csv(), source: source(Array("a,b\n1,\0\n2,3\n4,5\r6,7\n8,9\n".utf8), atOnce: 5))
        var good: [Int] = []
        while let row = try reader.next() {
            if let problem = row.problem {
                #expect(problem.contains(row.line == 2 ? "NUL" : "carriage return"))
            } else {
                good.append(row.line)
            }
        }
        #expect(good == [3, 5])
    }

    @Test func `one line without an end is not kept in memory`() throws {
        // What is read of the line is counted, and forgotten.
        let piece = [UInt8](repeating: 0x78, count: 1 << 20)
        var given = 0
        let reader = TableReader(.csv()) { () throws(TableError) in
            given += 1
            return given == 1 ? Array("a,b\n1,2\n".utf8) : given <= 65 ? piece : []
        }
        #expect(try reader.next()?.cells.map(\.value) == ["1", "2"])
        let long = try #require(try reader.nextRecord())
        #expect(long.isCut && long.text.count <= 4_096 && long.problem != nil)
        #expect(try reader.nextRecord() == nil)
        given = 0
        let header = TableReader(.csv()) { () throws(TableError) in
            given += 1
            return piece
        }
        #expect(throws: TableError.self) { try header.begin() }
        #expect(given <= 3)
    }
}
