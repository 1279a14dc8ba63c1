// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// Runs over files, their rows, and the people of a file.
struct FileRunTests {
    private static func run(_ ordinal: Int64 = 1, byte: UInt8 = 7) throws -> FileRun {
        let digest = try #require(FileDigest([UInt8](repeating: byte, count: 32)))
        return FileRun(
            id: RunID(over: digest, team: "default", ordinal: ordinal), team: "default", user: "jane", file: digest,
            ordinal: ordinal, path: "/people.csv", terms: ["access": "email", "map": "name=1"],
            begunAt: Timestamp(seconds: 5))
    }

    @Test func `a run is found by its file and by its path, with what became of it`() async throws {
        let store = try SQLiteStore()
        var run = try Self.run()
        try await store.begin(run)
        run.state = .open
        (run.rows, run.rejected, run.duplicates, run.estimate) = (9, 2, 1, "text")
        try await store.update(run)
        try await store.begin(try Self.run(2))
        #expect(try await store.runs(over: run.file, team: "default").map(\.ordinal) == [2, 1])
        #expect(try await store.runs(over: run.file, team: "default").last == run)
        #expect(try await store.runs(at: "/people.csv", team: "default").count == 2)
        #expect(try await store.runs(over: run.file, team: "other").isEmpty)
        #expect(try await store.runs(over: try Self.run(byte: 8).file, team: "default").isEmpty)
    }

    @Test func `whoever takes a run up fences off those before`() async throws {
        let store = try SQLiteStore()
        let run = try Self.run()
        try await store.begin(run)
        let first = try await store.takeUp(run.id)
        try await store.note([RunRow(number: 1, .answered, text: "a")], of: run.id, epoch: first)
        let second = try await store.takeUp(run.id)
        #expect(second > first)
        let late = RunRow(number: 1, .answered, text: "b")
        let error = await #expect(throws: JournalError.self) {
            try await store.note([late], of: run.id, epoch: first)
        }
        #expect(error?.kind == .fenced)
        #expect(try await store.rows(of: run.id, in: 1...9) == [RunRow(number: 1, .answered, text: "a")])
    }

    @Test func `what a row came to is written with its settlement, or not at all`() async throws {
        let store = try SQLiteStore()
        let run = try Self.run()
        try await store.begin(run)
        let epoch = try await store.takeUp(run.id)
        func settle(_ row: Int, epoch: Int64) async throws {
            var request = DataRequest.make(row)
            request.run = run.id
            _ = try await store.open(request.opening(firstIntent: request.intent(row + 100)))
            var settlement = request.settlement(
                [.email(.found(.verified, "jane\(row)@example.com"))], attempts: [.matched(row + 100)])
            settlement.kept = KeptResult(run: run.id, epoch: epoch) { settled in
                RunRow(number: Int64(row), .answered, text: "\(settled.captured)")
            }
            _ = try await store.settle(settlement)
        }
        try await settle(1, epoch: epoch)
        #expect(try await store.rows(of: run.id, in: 1...9) == [RunRow(number: 1, .answered, text: "1")])
        await #expect(throws: JournalError.self) { try await settle(2, epoch: epoch - 1) }
        #expect(try await store.rows(of: run.id, in: 2...9).isEmpty)
        #expect(try await store.openRequests(of: run.id).count == 1)
        #expect(try await store.unsettled().isEmpty, "they are their run's")
    }

    @Test func `open requests of an unfinished run wait for it, and those of one given up do not`() async throws {
        let store = try SQLiteStore()
        var run = try Self.run()
        try await store.begin(run)
        var request = DataRequest.make(1)
        request.run = run.id
        _ = try await store.open(request.opening(firstIntent: nil))
        run.state = .open
        try await store.update(run)
        #expect(try await store.unsettled().isEmpty)
        #expect(try await store.openRequests(of: run.id).map(\.request) == [request])
        run.state = .givenUp
        try await store.update(run)
        #expect(try await store.unsettled().map(\.request) == [request])
    }

    @Test func `what rows came to goes with the person who is erased`() async throws {
        let store = try SQLiteStore()
        let run = try Self.run()
        try await store.begin(run)
        let epoch = try await store.takeUp(run.id)
        var request = DataRequest.make(1)
        request.id = RequestID(run: run.id, row: 3)
        request.run = run.id
        _ = try await store.open(request.opening(firstIntent: request.intent(101)))
        var settlement = request.settlement([.email(.found())], attempts: [.matched(101)])
        settlement.kept = KeptResult(run: run.id, epoch: epoch) { _ in
            RunRow(number: 3, .answered, text: "told to nobody else")
        }
        let contact = try #require(try await store.settle(settlement).contact?.id)
        let mention = RunRow(number: 4, .answered, text: "1\tjane.doe@example.com")
        let other = RunRow(number: 5, .answered, text: "1\tsomebody.else@example.com")
        try await store.note([mention, other], of: run.id, epoch: epoch)
        _ = try await store.erase([contact], team: "default", user: "tester", at: noon)
        let erased = [RunRow(number: 3, .erased), RunRow(number: 4, .erased), other]
        #expect(try await store.rows(of: run.id, in: 1...9) == erased)
    }

    // MARK: The people of a file

    private static func person(
        _ name: String? = nil, at domain: String = "example.com", linkedIn: String? = nil, email: String? = nil
    ) -> PersonDigests {
        PersonDigests(
            Prospect(
                fullName: name, domain: domain,
                keys: ProspectKeys(
                    linkedIn: linkedIn, email: email, nameAtDomain: name.map { "\($0)|\(domain)" })))
    }

    @Test func `rows that share a profile, a mailbox or a name at a company are one person`() async throws {
        let index = try SQLitePersonIndex()
        let rows = [
            Self.person("jane doe"), Self.person("joan roe", linkedIn: "in/joan"), Self.person("jane doe"),
            Self.person("joan r", linkedIn: "in/joan"), Self.person(email: "j@example.com"),
            Self.person("jane doe", email: "j2@example.com"), Self.person(email: "j2@example.com"),
        ]
        let firsts = try await index.note(rows.enumerated().map { (Int64($0.offset + 1), $0.element) })
        #expect(firsts == [nil, nil, 1, 2, nil, 1, 1])
    }

    @Test func `different profiles are different people whatever else they share`() async throws {
        let index = try SQLitePersonIndex()
        let first = try await index.note([(1, Self.person("jane doe", linkedIn: "in/jane"))])
        let second = try await index.note([
            (2, Self.person("jane doe", linkedIn: "in/jane-2")), (3, Self.person("jane doe")),
        ])
        #expect(first == [nil])
        #expect(second == [nil, 1])
    }

    @Test func `who is not identified is the same where all that is known is`() async throws {
        let index = try SQLitePersonIndex()
        func row(_ company: String) -> PersonDigests {
            PersonDigests(Prospect(fullName: "jane doe", companyName: company))
        }
        #expect(try await index.note([(1, row("Acme")), (2, row("Globex")), (3, row("Acme"))]) == [nil, nil, 1])
    }
}
