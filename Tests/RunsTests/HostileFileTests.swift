// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Runs
import Tables
import Testing

@Suite struct HostileFileTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
        } catch let error as ProspectFileError {
            return error.problems.map(\.message).joined(separator: "; ")
        } catch let error as TableError {
            return error.message
        } catch {
            return "\(error)"
        }
        return ""
    }

    @Test func `what is no table says what it is`() throws {
        let scratch = try Scratch()
        let missing = scratch.folder.appending(path: "none.csv").path
        #expect(message { _ = try ProspectFile(opening: missing) }.contains("there is no such file"))
        #expect(message { _ = try ProspectFile(opening: scratch.folder.path) }.contains("is a directory"))
        for text in ["", "\n\n  \r\n", "\u{FEFF}"] {
            #expect(message { _ = try scratch.open(text) }.contains("the file is empty"))
        }
        #expect(message { _ = try scratch.open("PK\u{3}\u{4}xxxx") }.contains("save it as CSV"))
        #expect(message { _ = try scratch.open("nothing\n[1]\n", "x.jsonl") }.contains("no line is a JSON object"))
    }

    @Test(arguments: ["name,domain", "name,domain\n", "name,domain\r\n\r\n"])
    func `a header alone is a file without rows`(text: String) throws {
        let file = try Scratch().open(text)
        #expect(try file.rows().all().isEmpty)
        #expect(file.notes.contains { $0.contains("no row") })
    }

    @Test func `a last line without its end counts`() throws {
        let rows = try Scratch().open("name,domain\nJane Doe,example.com\nMia Wong,acme.example").rows().all()
        #expect(rows.map(\.record.lineEnd) == [.lineFeed, .none])
        #expect(rows.allSatisfy { $0.rejection == nil })
    }

    @Test func `a file of one endless line is refused, and one in its middle set aside`() throws {
        let scratch = try Scratch()
        let path = try scratch.file("name,domain\nJane Doe,example.com\n")
        // Two gibibytes that take no room on the disk: nothing but NUL bytes.
        #expect(unsafe truncate(path, 2 << 30) == 0)
        let rows = try ProspectFile(opening: path).rows().all()
        #expect(rows.map { $0.rejection == nil } == [true, false])
        #expect(rows[1].rejection?.contains("longer than 1024 KiB") == true)
        #expect(rows[1].record.text.count <= 4_096)
        let blank = try scratch.file("", "blank.csv")
        #expect(unsafe truncate(blank, 2 << 30) == 0)
        #expect(!message { _ = try ProspectFile(opening: blank) }.isEmpty)
    }

    @Test func `an open quote at the top costs one row of a large file`() throws {
        let row = "Jane Doe,example.com\n"
        let rows = try Scratch().open("name,domain\n\"Mia,acme.example\n" + String(repeating: row, count: 55_000))
            .records()
        var (good, bad) = (0, 0)
        while let record = try rows.next() { if record.problem == nil { good += 1 } else { bad += 1 } }
        #expect((good, bad) == (55_000, 1))
    }

    @Test func `a file that grows is read as far as it went`() throws {
        let scratch = try Scratch()
        let path = try scratch.file("name,domain\nJane Doe,example.com\n")
        let file = try ProspectFile(opening: path)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("Mia Wong,acme.example\n".utf8))
        try handle.close()
        #expect(try file.rows().all().count == 1)
        #expect(message { try file.checkUnchanged() }.contains("was changed"))
        #expect(message { _ = try file.identity() }.contains("was changed"))
    }

    @Test func `a file that becomes shorter is told`() throws {
        let scratch = try Scratch()
        let path = try scratch.file("name,domain\n" + String(repeating: "Jane Doe,example.com\n", count: 20_000))
        let file = try ProspectFile(opening: path)
        #expect(unsafe truncate(path, 100_000) == 0)
        #expect(message { _ = try file.rows().all() }.contains("became shorter"))
    }

    @Test func `a pipe is read once`() throws {
        let scratch = try Scratch()
        let path = scratch.folder.appending(path: "pipe").path
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let text = "name,domain\n" + String(repeating: "Jane Doe,example.com\n", count: 10_000)
        let writer = Thread {
            let handle = FileHandle(forWritingAtPath: path)
            try? handle?.write(contentsOf: Data(text.utf8))
            try? handle?.close()
        }
        writer.start()
        let file = try ProspectFile(opening: path)
        #expect(file.isStream && file.size == nil)
        #expect(try file.identity() == nil)
        #expect(try file.rows().all().count == 10_000)
        #expect(message { _ = try file.rows() }.contains("once"))
    }

    @Test func `JSON lines of a pipe are read before it ends`() throws {
        let scratch = try Scratch()
        let path = scratch.folder.appending(path: "pipe.jsonl").path
        #expect(unsafe mkfifo(path, 0o600) == 0)
        // Both ends are open, so that opening waits for nobody and reading has no end to come to.
        let writer = unsafe Glibc.open(path, O_RDWR)
        defer { close(writer) }
        let handle = FileHandle(fileDescriptor: writer, closeOnDealloc: false)
        try handle.write(contentsOf: Data("{\"name\":\"Jane Doe\"}\n".utf8))
        let rows = try ProspectFile(opening: path).rows()
        #expect(try rows.next()?.person == "Jane Doe|-|-|-")
        try handle.write(contentsOf: Data("{\"name\":\"Mia Wong\"}\n".utf8))
        #expect(try rows.next()?.person == "Mia Wong|-|-|-")
    }

    @Test(arguments: [
        ("name,domain\nJane,\u{0}x\nMia,acme.example\n", [2]),
        ("name,domain\n\u{0}\nMia,acme.example\n", [2]),
        ("name,domain\nJane,a\rMia,b\nLeo,acme.example\n", [2]),
    ])
    func `bytes that no text has cost their row alone`(text: String, lines: [Int]) throws {
        let rows = try Scratch().open(text).rows().all()
        #expect(rows.filter { $0.rejection != nil }.map(\.line) == lines)
        #expect(rows.contains { $0.rejection == nil })
    }
}
