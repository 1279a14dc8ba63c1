// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import GRDB
import SQLStore
import Testing
import WaterfallEngine

@Suite struct DurabilityTests {
    @Test func `every commit of a file is synced, and the settings hold`() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore(path: folder + "/weir.db")
            #expect(try await store.run(sql: "PRAGMA synchronous") == 2)
            #expect(try await store.run(sql: "PRAGMA foreign_keys") == 1)
            #expect(try await store.run(sql: "PRAGMA page_size") == 4_096)
            #expect(try await store.run(sql: "PRAGMA mmap_size") == 0)
            #expect(try await store.run(sql: "PRAGMA wal_autocheckpoint") == 0)
            #expect(FileManager.default.fileExists(atPath: folder + "/weir.db-wal"))
            let mode = try FileManager.default.attributesOfItem(atPath: folder + "/weir.db")[.posixPermissions] as? Int
            #expect(mode == 0o600)
            store.close()
            #expect(!FileManager.default.fileExists(atPath: folder + "/weir.db-wal"))
        }
    }

    @Test func `a second writer is refused until the first has closed`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let first = try SQLiteStore(path: path)
            let kind = #expect(throws: JournalError.self) { try SQLiteStore(path: path) }?.kind
            #expect(kind == .locked)
            try await first.buyEmail(.make(1))
            first.close()
            let second = try SQLiteStore(path: path)
            #expect(try await second.contacts(of: "default", after: nil, limit: 5).count == 1)
            second.close()
        }
    }

    @Test func `what was written is there after closing, and an open request is found again`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let request = DataRequest.make(1, access: [.email, .phone])
            var store = try SQLiteStore(path: path)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            try await store.record([request.reply(11, ProviderReply(status: 200, body: [1, 2]))])
            store.close()
            store = try SQLiteStore(path: path)
            let open = try #require(try await store.unsettled().first)
            #expect(open.request == request)
            #expect(open.attempts.map(\.records) == [[.reply(ProviderReply(status: 200, body: [1, 2]))]])
            let settled = try await store.settle(
                open.request.settlement([.email(.found()), .phones([])], attempts: [.matched(11)]))
            #expect(settled.captured == Credits(1))
            #expect(settled.released == Credits(8))
            #expect(try await store.violations() == [])
            store.close()
        }
    }

    @Test func `a closed store refuses every call`() async throws {
        let store = try SQLiteStore()
        store.close()
        store.close()
        let kind = await #expect(throws: JournalError.self) { try await store.buyEmail(.make(1)) as Settled }?.kind
        #expect(kind == .failed)
    }

    @Test func `after a write that failed nothing is written any more`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let store = try SQLiteStore(path: path)
            let request = DataRequest.make(1)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            let pages = try #require(try await store.run(sql: "PRAGMA page_count"))
            _ = try await store.run(sql: "PRAGMA max_page_count = \(pages + 2)")
            let body = [UInt8](repeating: 7, count: 1 << 20)
            let reply = request.reply(11, ProviderReply(status: 200, body: body))
            let failed = await #expect(throws: JournalError.self) { try await store.record([reply]) }?.kind
            #expect(failed == .noSpace)
            for number in 2..<5 {
                let later = await #expect(throws: JournalError.self) {
                    try await store.open(DataRequest.make(number).opening())
                }?.kind
                #expect(later == .noSpace)
            }
            store.close()
            let again = try SQLiteStore(path: path)
            #expect(try await again.unsettled().map(\.request) == [request])
            #expect(try await again.unsettled().first?.attempts.first?.records == [])
            #expect(try await again.violations() == [])
            again.close()
        }
    }

    @Test func `a database of something else, of a later version or no database at all is refused`() async throws {
        try await withFolder { folder in
            let other = folder + "/other.db"
            let queue = try DatabaseQueue(path: other)
            try await queue.write { try $0.execute(sql: "CREATE TABLE notes(text TEXT)") }
            try queue.close()
            #expect(#expect(throws: JournalError.self) { try SQLiteStore(path: other) }?.kind == .unusable)

            let later = folder + "/later.db"
            try SQLiteStore(path: later).close()
            let newer = try DatabaseQueue(path: later)
            try await newer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
            try newer.close()
            #expect(#expect(throws: JournalError.self) { try SQLiteStore(path: later) }?.kind == .unusable)

            let text = folder + "/text.db"
            try String(repeating: "not a database ", count: 500).write(toFile: text, atomically: true, encoding: .utf8)
            #expect(#expect(throws: JournalError.self) { try SQLiteStore(path: text) }?.kind == .unusable)
            #expect(throws: JournalError.self) { try SQLiteStore(path: folder + "/missing/weir.db") }
        }
    }

    @Test func `a log that was left behind is read, and the database checked`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let copy = folder + "/copy.db"
            let store = try SQLiteStore(path: path)
            try await store.buyEmail(.make(1))
            // What a killed process leaves: the database and its log, as they are on disk.
            for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + end, toPath: copy + end) }
            store.close()
            let found = try SQLiteStore(path: copy)
            #expect(try await found.contacts(of: "default", after: nil, limit: 5).count == 1)
            #expect(try await found.violations() == [])
            found.close()
        }
    }

    @Test func `the log is moved into the database when it has grown, and then once for all of it`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let store = try SQLiteStore(path: path, idleAfter: .seconds(3_600))
            func size(_ path: String) throws -> Int {
                try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
            }
            func write(megabytes: Int) async throws {
                for _ in 0..<megabytes {
                    _ = try await store.run(sql: "INSERT INTO filling VALUES (zeroblob(1000000)) RETURNING 1")
                }
            }
            _ = try await store.run(sql: "CREATE TABLE filling(bytes BLOB NOT NULL) STRICT")
            try await write(megabytes: 12)
            #expect(try size(path) < 4_000_000)
            try await write(megabytes: 8)
            let moved = try size(path)
            #expect(moved > 12_000_000)
            // The log's file keeps its size, and that is no reason to move a page at a time.
            #expect(try size(path + "-wal") > 16_000_000)
            try await write(megabytes: 4)
            #expect(try size(path) == moved)
            store.close()
        }
    }
}
