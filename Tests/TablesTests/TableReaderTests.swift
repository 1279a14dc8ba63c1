// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Foundation
import Tables
import Testing

/// Reads a text in pieces of some size.
private func rows(
    _ bytes: [UInt8], _ format: TableFormat = .csv(), atOnce: Int = 4_096, maximumRecord: Int = 1 << 20
) throws(TableError) -> (rows: [TableRow], reader: TableReader) {
    var rest = bytes[...]
    let reader = TableReader(format, maximumRecord: maximumRecord) { () throws(TableError) in
        defer { rest = rest.dropFirst(atOnce) }
        return Array(rest.prefix(atOnce))
    }
    var rows: [TableRow] = []
    while let row = try reader.next() { rows.append(row) }
    return (rows, reader)
}

private func values(_ rows: [TableRow]) -> [[String?]] { rows.map { $0.cells.map(\.value) } }

@Suite struct TableReaderTests {
    /// CSV spectrum: what each file parses to, whatever the pieces that it comes in.
    @Test(
        arguments: [
            "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines",
            "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
        ], [1, 7, 4_096])
    func `reads the spectrum`(name: String, atOnce: Int) throws {
        let folder = Bundle.module.bundleURL.appending(path: "Resources")
        var csv = try Data(contentsOf: folder.appending(path: "csvs/\(name).csv"))
        // The copies have lost their carriage returns.
        if name.hasSuffix("_crlf") { csv = Data(csv.filter { $0 != 0x0D }.flatMap { $0 == 0x0A ? [0x0D, $0] : [$0] }) }
        let json = try Data(contentsOf: folder.appending(path: "json/\(name).json"))
        let expected = try #require(try JSONSerialization.jsonObject(with: json) as? [[String: String]])
        let read = try rows(Array(csv), atOnce: atOnce).rows
        let found = read.map { Dictionary($0.cells.map { ($0.name, $0.value ?? "") }) { $1 } }
        #expect(found == expected)
        #expect(read.allSatisfy { $0.problem == nil })
    }

    @Test(arguments: [
        ("a,b\n1,2\n", "1|2"), ("a;b\n1;2,5\n", "1|2,5"), ("a\tb\n1\t2\n", "1|2"), ("sep=;\r\na;b\r\n1;2", "1|2"),
        ("a;b\n\"1;1\";\"x,y,z\"\n", "1;1|x,y,z"), ("a\r1\r", "1"), ("a,b\r\n 1 ,2 \r\n", " 1 |2 "),
        ("a\n\n\n1\n", "1"), ("a,b\n1\n", "1"), ("a,b\n1,2,\n", "1|2"), ("a|b\n1|2,5\n", "1|2,5"),
    ])
    func `tells separators and line ends`(text: String, expected: String) throws {
        let read = try rows(Array(text.utf8)).rows
        #expect(values(read).map { $0.map { $0 ?? "" }.joined(separator: "|") } == [expected])
    }

    @Test func `tells and converts encodings`() throws {
        let text = "name,city\r\nJosé,Zürich\r\n"
        let utf16 = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        let latin1 = text.unicodeScalars.map { UInt8($0.value) }
        let cases: [([UInt8], TableEncoding)] = [
            (Array(text.utf8), .utf8), ([0xEF, 0xBB, 0xBF] + text.utf8, .utf8),
            ([0xFF, 0xFE] + utf16, .utf16LittleEndian), (utf16, .utf16LittleEndian),
            ([0xFE, 0xFF] + big, .utf16BigEndian),
            (big, .utf16BigEndian), (latin1, .latin1),
        ]
        for (bytes, encoding) in cases {
            for atOnce in [1, 3, 4_096] {
                let (read, reader) = try rows(bytes, atOnce: atOnce)
                #expect(values(read) == [["José", "Zürich"]])
                #expect(reader.header == ["name", "city"])
                #expect(reader.encoding == encoding)
                #expect(reader.hasConverted == (encoding == .latin1))
            }
        }
        let windows = try rows([0x61, 0x0A, 0x80, 0x0A])
        #expect(values(windows.rows) == [["€"]])
    }

    @Test func `numbers the lines on which records begin`() throws {
        let text = "a,b\n1,2\n\n\"x\ny\",3\n4,5\r\n6,7\r\n"
        #expect(try rows(Array(text.utf8)).rows.map(\.line) == [2, 4, 6, 7])
        #expect(try rows(Array(text.utf8), atOnce: 1).rows.map(\.line) == [2, 4, 6, 7])
        #expect(try rows(Array("a\r1\r2\r3".utf8)).rows.map(\.line) == [2, 3, 4])
    }

    @Test func `a row with too many fields says so and stops nothing`() throws {
        let read = try rows(Array("a,b\n1,2,3\n4,5\n".utf8)).rows
        #expect(read.map(\.problem) == ["it has 3 fields, and the header names 2", nil])
    }

    @Test(arguments: [
        ("a\n1\n\"2\n3\n", "1,3", [3]), ("a\n\"1\n\"2\"\n3\n", "2,3", [2]), ("a\n1\n\"2", "1", [3]),
        ("a\n\"1\n2,\"\"\n\"3\"\n", "2,3", [2]), ("a\n\"1\n2\"\n3\n", "1\n2,3", []),
        ("a\n\"1\"x\"\n2\n", "1\"x,2", []), ("a\n5\" pipe\n2\n", "5\" pipe,2", []),
    ])
    func `a quote that is not closed costs its row alone`(text: String, good: String, broken: [Int]) throws {
        for atOnce in [1, 4_096] {
            let read = try rows(Array(text.utf8), .csv(separator: 0x2C), atOnce: atOnce).rows
            let problems = read.filter { $0.problem != nil }
            #expect(problems.map(\.line) == broken)
            #expect(values(read.filter { $0.problem == nil }).map { $0[0] ?? "" }.joined(separator: ",") == good)
        }
    }

    @Test func `a record that is too long is set aside, and the next is read`() throws {
        let long = [UInt8](repeating: 0x78, count: 70_000)
        let read = try rows(Array("a\n".utf8) + long + Array("\n2\n".utf8), maximumRecord: 4_096).rows
        #expect(read.map(\.line) == [2, 3])
        #expect(read[0].problem?.contains("longer than 4 KiB") == true)
        #expect(read[1].cells.map(\.value) == ["2"])
        let json = try rows(Array("{".utf8) + long + Array("\n{\"a\":1}\n".utf8), .jsonLines, maximumRecord: 4_096).rows
        #expect(json.map(\.problem?.isEmpty) == [false, nil])
        let header = #expect(throws: TableError.self) { try rows(long, maximumRecord: 4_096) }
        #expect(header?.line == 1)
    }

    @Test func `reads JSON lines by name`() throws {
        let text = """
            {"a":"x","n":1,"f":0.5,"t":true,"none":null,"l":["p","q"],"o":{"k":"v"}}

            nothing
            [1]
            """
        let read = try rows(Array(text.utf8), .jsonLines).rows
        #expect(read.map(\.line) == [1, 3, 4])
        #expect(read.map(\.problem) == [nil, "it is no JSON object", "it is no JSON object"])
        let first = read[0].cells.map { "\($0.name)=\($0.value ?? "null")" }
        #expect(first == ["a=x", "n=1", "f=0.5", "t=true", "none=null", "l=p;q", "o.k=v"])
    }

    @Test func `what is written is read back`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let letters: [Character] = [",", ";", "\"", "\n", "\r\n", "a", "é", " ", "'", "=", "+", "\t", "x", "漢"]
        func text() -> String {
            String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
        }
        for guardsFormulas in [true, false] {
            let writer = CSVWriter(guardsFormulas: guardsFormulas)
            let table = (0..<300).map { _ in (0..<3).map { _ in text() } }
            let file = writer.record(["a", "b", "c"]) + table.map { writer.record($0) }.joined()
            let read = values(try rows(Array(file.utf8), .csv(separator: UInt8(ascii: ",")), atOnce: 13).rows)
            let plain = read.map { $0.map { guardsFormulas ? FormulaGuard.unguarded($0 ?? "") : $0 ?? "" } }
            #expect(plain == table, "seed \(seed)")
        }
        #expect(CSVWriter(guardsFormulas: true).record(["=1", nil, "a,\"b\""]) == "'=1,,\"a,\"\"b\"\"\"\r\n")
    }
}
