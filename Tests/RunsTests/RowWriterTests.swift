// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Foundation
import Runs
import Tables
import Testing

@Suite struct RowWriterTests {
    private static let names = RowColumn.names(prefix: "weir_")

    /// What a run writes whose every row comes to this.
    private func output(
        _ file: ProspectFile, _ result: (TableRecord) -> RowResult, guardsFormulas: Bool = false
    ) throws -> [UInt8] {
        let writer = RowWriter(file.layout, guardsFormulas: guardsFormulas)
        var bytes = writer.header
        let records = try file.records()
        while let record = try records.next() {
            let result = result(record)
            let row = writer.row(record, result)
            #expect(writer.row(record, encoded: result.encoded) == row)
            #expect(writer.row(record, encoded: "2" + result.encoded) == nil)
            bytes += row
        }
        return bytes
    }

    private func read(_ bytes: [UInt8], _ format: TableFormat = .csv()) throws -> [[TableCell]] {
        var rest: [UInt8]? = bytes
        let reader = TableReader(format) { () throws(TableError) in
            defer { rest = nil }
            return rest ?? []
        }
        var rows: [[TableCell]] = []
        while let row = try reader.next() {
            #expect(row.problem == nil)
            rows.append(row.cells)
        }
        return rows
    }

    @Test func `our columns stand behind the input's, which stay as they are`() throws {
        let text =
            "\u{FEFF}sep=;\r\nName;\"Company; Ltd\"; x \r\nJane Doe;\"a\"\"b\";  1 \r\nJohn;x\nZoë;\"y\nz\";;;\r\n"
        let scratch = try Scratch()
        let file = try scratch.open(text)
        var result = RowResult(.found)
        result.email = "jane.doe@example.com"
        let written = String(decoding: try output(file, { _ in result }), as: UTF8.self)
        let ours = ";jane.doe@example.com;;;;;;;;;0;;found;;;;"
        #expect(
            written == "\u{FEFF}sep=;\r\nName;\"Company; Ltd\"; x ;" + Self.names.joined(separator: ";")
                + "\r\nJane Doe;\"a\"\"b\";  1 " + ours + "\r\nJohn;x;" + ours + "\nZoë;\"y\nz\";" + ours + "\r\n")
    }

    @Test(arguments: TableEncoding.allCases, [",", ";", "\t"])
    func `what is written is read back, in every encoding`(encoding: TableEncoding, separator: Character) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let letters: [Character] = [",", ";", "\"", "\n", "\r\n", "a", "é", " ", "'", "=", "x", "b", "€"]
        for hasMark in encoding == .latin1 ? [false] : [true, false] {
            let source = CSVWriter(separator: separator, lineEnd: .both, guardsFormulas: false)
            let table = (0..<80).map { _ in
                (0..<3).map { _ in
                    String(
                        (0..<Int.random(in: 0...5, using: &random)).map { _ in
                            letters[Int.random(in: 0..<letters.count, using: &random)]
                        })
                }
            }
            let text =
                (hasMark ? "\u{FEFF}" : "") + source.record(["name", "é", "c"])
                + table.map { source.record($0) }.joined()
            let scratch = try Scratch()
            let file = try ProspectFile(opening: try scratch.file(Self.bytes(text, encoding)))
            #expect(file.layout.encoding == encoding)
            var results: [RowResult] = []
            let written = try output(file) { _ in
                results.append(RowResult.random(&random))
                return results[results.count - 1]
            }
            let rows = try read(written, .csv(separator: separator.asciiValue))
            #expect(rows.count == table.count, "seed \(seed)")
            for (index, row) in rows.enumerated() {
                #expect(row.prefix(3).map(\.value) == table[index], "seed \(seed)")
                let expected = RowColumn.allCases.map { column in
                    let text = results[index][column] ?? ""
                    return encoding == .latin1 ? text.replacing("ł", with: "\\u0142") : text
                }
                #expect(row.dropFirst(3).map(\.value) == expected, "seed \(seed)")
                #expect(row.dropFirst(3).map(\.name) == Self.names)
            }
        }
    }

    /// A file as text of some encoding.
    static func bytes(_ text: String, _ encoding: TableEncoding) -> [UInt8] {
        switch encoding {
        case .utf8: Array(text.utf8)
        case .latin1: text.unicodeScalars.map { TableEncoding.latin1Byte(of: $0) ?? 0x3F }
        case .utf16LittleEndian: text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        case .utf16BigEndian: text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        }
    }

    /// What a spreadsheet would run, in our cells and in the input's.
    @Test(
        arguments: [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x.example\",\"a\")", "'=1", "plain",
        ],
        [true, false])
    func `the guard is for our cells alone`(formula: String, guardsFormulas: Bool) throws {
        let scratch = try Scratch()
        let source = CSVWriter(guardsFormulas: false)
        let file = try scratch.open(source.record(["name", "b"]) + source.record([formula, "x"]))
        var result = RowResult(.found)
        result.email = formula
        let rows = try read(try output(file, { _ in result }, guardsFormulas: guardsFormulas))
        #expect(rows[0][0].value == formula)
        let cell = try #require(rows[0][2].value)
        #expect(cell == (guardsFormulas ? FormulaGuard.guarded(formula) : formula))
        #expect((guardsFormulas ? FormulaGuard.unguarded(cell) : cell) == formula)
    }

    @Test func `JSON lines keep their text, and get our members at their end`() throws {
        let text = """
            {"name": "Jane Doe", "n": 1.50, "l": ["a","b"]}
            {"name":"Zoë \\u0041","x":{}}\r
            { }
            {"name":"a } b"}  \n
            """
        let scratch = try Scratch()
        let file = try scratch.open(text, "people.jsonl")
        var result = RowResult(.notFound)
        result.email = "\"x\\y\"@example.com"
        let written = String(decoding: try output(file) { _ in result }, as: UTF8.self)
        let lines = written.split(whereSeparator: \.isNewline)
        #expect(lines.count == 4)
        #expect(
            lines[0].hasPrefix(#"{"name": "Jane Doe", "n": 1.50, "l": ["a","b"],"weir_email":"\"x\\y\"@example.com","#))
        #expect(lines[1].hasPrefix(#"{"name":"Zoë \u0041","x":{},"weir_email":"#))
        #expect(written.contains("}\r\n"))
        #expect(lines[2].hasPrefix(#"{ "weir_email":"#))
        for row in try read(Array(written.utf8), .jsonLines) {
            let ours = row.filter { $0.name.hasPrefix("weir_") }
            #expect(ours.map(\.name) == Self.names)
            #expect(ours.map(\.value) == RowColumn.allCases.map { result[$0] })
        }
    }

    @Test func `rejected rows are written with line and reason, and are a table`() throws {
        let text = "name,domain\nJane Doe,example.com\nJohn,not a domain\nx,\"open\na,b,c\nMia,acme.example\n"
        let scratch = try Scratch()
        let file = try scratch.open(text)
        let writer = RejectWriter(file.layout)
        var bytes = writer.header
        let rows = try file.rows()
        while let row = try rows.next() {
            if case .rejected(let rejection) = row.content { bytes += writer.row(row.record, rejection) }
        }
        let read = try read(bytes)
        #expect(read.map { $0[0].value } == ["John", "x,\"open", "a,b,c"])
        #expect(read.map { $0[1].value } == ["not a domain", "", ""])
        #expect(read.map { $0[2].value } == ["3", "4", "5"])
        #expect(read.map { $0[2].name } == ["weir_line", "weir_line", "weir_line"])
        #expect(read.allSatisfy { $0[3].value?.isEmpty == false })
    }

    @Test func `rejected JSON lines are JSON lines`() throws {
        let scratch = try Scratch()
        let file = try scratch.open("{\"name\":\"Jane Doe\"}\nno \"object\"\n{\"name\":\"123\"}\n", "people.jsonl")
        let writer = RejectWriter(file.layout)
        var bytes: [UInt8] = []
        for row in try file.rows().all() {
            if case .rejected(let rejection) = row.content { bytes += writer.row(row.record, rejection) }
        }
        let read = try read(bytes, .jsonLines)
        #expect(
            read.map { $0.map(\.name) } == [
                ["weir_text", "weir_line", "weir_reason"], ["name", "weir_line", "weir_reason"],
            ])
        #expect(read[0][0].value == "no \"object\"")
    }

    @Test(arguments: [
        ("name,weir_email\na,b\n", "weir_", true), ("name,Weir_Outcome\na,b\n", "weir_", true),
        ("name,weir_email\na,b\n", "new_", false), ("name,weir_line\na,b\n", "weir_", true),
        ("name,weir_emails\na,b\n", "weir_", false),
    ])
    func `a column that would be written twice is refused`(text: String, prefix: String, isRefused: Bool) throws {
        let scratch = try Scratch()
        let path = try scratch.file(text)
        do throws(ProspectFileError) {
            _ = try ProspectFile(opening: path, ProspectFileOptions(prefix: prefix))
            #expect(!isRefused)
        } catch {
            #expect(isRefused && error.problems.first?.message.contains("--prefix") == true)
        }
    }

    @Test func `a member that would be written twice costs its object alone`() throws {
        let lines = (0..<500).map { "{\"name\":\"Jane Doe\($0 == 499 ? "\",\"weir_email\":\"x" : "")\"}" }
        let scratch = try Scratch()
        let rows = try scratch.open(lines.joined(separator: "\n"), "people.jsonl").rows().all()
        #expect(rows.filter { $0.rejection != nil }.map(\.number) == [500])
        #expect(rows.last?.rejection?.contains("--prefix") == true)
    }
}
