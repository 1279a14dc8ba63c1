// SPDX-License-Identifier: Apache-2.0

import Enrichment
import FixtureFiles
import Foundation
import Runs
import Tables
import Testing
import WaterfallEngine

@Suite struct ProspectFileTests {
    @Test(arguments: [",", ";", "\t", "|"], ["\n", "\r\n", "\r"])
    func `every dialect in every encoding names the same people`(separator: String, lineEnd: String) throws {
        for encoding in TableEncoding.allCases { try check(encoding, separator, lineEnd) }
    }

    private func check(_ encoding: TableEncoding, _ separator: String, _ lineEnd: String) throws {
        let lines = [
            ["Vorname", "Nachname", "Website", "Firma"], ["José", "Núñez", "globex.example", "\"Globex, Inc; Ltd\""],
            ["Jane", "Doe", "https://www.example.com/about", "Example"],
        ]
        let text = lines.map { $0.joined(separator: separator) }.joined(separator: lineEnd)
        for mark in encoding == .latin1 ? [""] : ["", "\u{FEFF}"] {
            let scratch = try Scratch()
            let path = try scratch.file(RowWriterTests.bytes(mark + text, encoding))
            let file = try ProspectFile(opening: path)
            let rows = try file.rows().all()
            #expect(rows.map(\.person) == ["José Núñez|globex.example|-|-", "Jane Doe|example.com|-|-"])
            #expect(rows.map(\.line) == [2, 3])
            #expect(file.layout.encoding == encoding && file.layout.hasMark == !mark.isEmpty)
            #expect(file.notes.contains { $0.contains("Latin-1") } == (encoding == .latin1))
        }
    }

    @Test(arguments: [
        ("plain.csv", 200, 0), ("odd-names.csv", 24, 0), ("unicode.csv", 26, 0), ("broken-rows.csv", 22, 9),
    ])
    func `the lists of people are read whole`(name: String, count: Int, rejected: Int) throws {
        let bytes = try #require(FixtureFiles.bytes("people/\(name)"))
        let scratch = try Scratch()
        let rows = try ProspectFile(opening: try scratch.file(bytes)).rows().all()
        let reasons = rows.compactMap { row in row.rejection.map { "\(row.line): \($0)" } }
        #expect(rows.count == count, "\(reasons)")
        #expect(reasons.count == rejected, "\(reasons)")
        #expect(rows.map(\.number) == Array(1...count))
    }

    @Test(arguments: [
        ("first,last,name,domain\nJane,Doe,Someone Else,example.com\n", "Jane Doe|example.com|-|-"),
        ("first,last,name,domain\nJane,,Jane Doe,example.com\n", "Jane Doe|example.com|-|-"),
        ("first,last,name,domain\n,Doe,,example.com\n", "Doe|example.com|-|-"),
        ("name,domain,email\n\"Doe, Jane\",N/A,-\n", "Jane Doe|-|-|-"),
        ("name,country\nNull Void,null\n", "Null Void|-|-|-"),
        ("name,company\n\"Jane\nDoe\",\"North\r\n Wind\"\n", "Jane Doe|North   Wind|-|-"),
        ("name,email\nJane Doe,jane@example.com\n", "Jane Doe|example.com|-|jane@example.com"),
        ("{\"name\":\"Jane Doe\",\"company\":{\"domain\":\"example.com\"}}\n", "Jane Doe|example.com|-|-"),
    ])
    func `a row becomes a prospect`(text: String, person: String) throws {
        #expect(try Scratch().open(text, "people").rows().all().map(\.person) == [person])
    }

    @Test(arguments: [
        ("Germany", "DE"), ("deutschland", "DE"), ("Vereinigte Staaten", "US"), ("USA", "US"), ("U.S.A.", "US"),
        ("gb", "GB"), ("England", "GB"), ("España", "ES"), ("Brasil", "BR"), ("日本", "JP"), ("Россия", "RU"),
        ("Czech Republic", "CZ"), ("Côte d’Ivoire", "CI"), ("The Netherlands", "NL"), ("South Korea", "KR"),
    ])
    func `countries are read as files write them`(text: String, code: String) throws {
        let row = try #require(try Scratch().open("name,country\nJane Doe,\(text)\n").rows().next())
        guard case .prospect(let prospect) = row.content else {
            Issue.record("\(text) was refused")
            return
        }
        #expect(prospect.country == code)
    }

    @Test(arguments: [
        ("Jane Doe,not a domain,,", "domain"), ("Jane Doe,jane@example.com,,", "domain"), (",,,", "nobody is named"),
        ("Jane Doe,,https://www.linkedin.com/company/x,", "linkedin"), ("Jane Doe,,,Atlantis", "country"),
        ("12345,,,", "name"), ("jane@example.com,,,", "name"), ("a,b,c,d,e", "5 fields"),
    ])
    func `a row that is wrong is set aside with its reason, which shows nothing of it`(
        row: String, reason: String
    ) throws {
        let text =
            "name,domain,linkedin,country\nMia Wong,acme.example,linkedin.com/in/mia-wong,\n\(row)\nLeo Hart,acme.example,,\n"
        let rows = try Scratch().open(text).rows().all()
        #expect(rows.map { $0.rejection == nil } == [true, false, true])
        let rejection = try #require(rows[1].rejection)
        #expect(rejection.contains(reason))
        #expect(rows[1].line == 3)
        for word in row.split(whereSeparator: { ", ".contains($0) }) where word.count > 4 && word != "domain" {
            #expect(!rejection.contains(word), "\(rejection)")
        }
    }

    @Test func `what the engine refuses beforehand is a rejection, and nothing else is`() {
        let rejection = RowRejection(.tooLittle(.email, missing: [[.domain], [.linkedInURL]]))
        #expect(
            rejection?.reason == "too little is known to ask anyone for email: add domain, or linkedin url")
        for error in [EngineError.stopping, .notConfigured(.email), .store(JournalError(.failed, "x"))] {
            #expect(RowRejection(error) == nil)
        }
    }

    @Test func `rows go on from any place`() throws {
        let scratch = try Scratch()
        let bytes = try #require(FixtureFiles.bytes("people/broken-rows.csv"))
        let file = try ProspectFile(opening: try scratch.file(bytes))
        let rows = try file.rows().all()
        for (index, row) in rows.enumerated() {
            #expect(try file.rows(from: row.record.position).all() == Array(rows[index...]))
        }
        let records = try file.records()
        for row in rows { #expect(try records.next() == row.record) }
        #expect(try records.next() == nil)
    }

    @Test func `a file is known by its bytes`() throws {
        let scratch = try Scratch()
        let file = try scratch.open("name\nJane Doe\n")
        let identity = try #require(try file.identity())
        #expect(identity.size == 14)
        #expect(identity.sha256 == "93a5d7164221e6d1138fe0e0720f18547559f75171d3e3c214eeba793a7265ae")
        #expect(try scratch.open("name\nJane Doe\n", "again.csv").identity()?.sha256 == identity.sha256)
        #expect(try scratch.open("name\nJane Doo\n", "other.csv").identity()?.sha256 != identity.sha256)
    }
}
