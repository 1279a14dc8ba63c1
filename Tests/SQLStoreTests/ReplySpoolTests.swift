// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// What came back and is not in the database yet, over the end of the process.
struct ReplySpoolTests {
    private let request = DataRequest.make(1)

    private func reply(_ text: String) -> RecordedReply {
        request.reply(11, ProviderReply(status: 200, body: Array(text.utf8)))
    }

    private func records(_ store: SQLiteStore) async throws -> [RecordedReply.Content] {
        try #require(try await store.unsettled().first?.attempts.first?.records)
    }

    @Test func `a reply that was kept is on record in the next process, though nothing was written`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let replies = [reply("first"), reply("second"), reply("third")]
            let store = try SQLiteStore(path: path)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            for (index, reply) in replies.enumerated() { #expect(store.keep(reply, number: index + 1)) }
            #expect(try await records(store) == [])
            store.close()
            let next = try SQLiteStore(path: path)
            #expect(try await records(next) == replies.map(\.content))
            next.close()
            let last = try SQLiteStore(path: path)
            #expect(try await records(last) == replies.map(\.content))
            last.close()
        }
    }

    /// A job's reply is written with the job's ticket behind it: read twice, it would stand for the job's result.
    @Test(arguments: [false, true])
    func `a reply that was written before the process ended is not written twice`(isJob: Bool) async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let store = try SQLiteStore(path: path)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            #expect(store.keep(reply("first"), number: 1))
            let kept = try Data(contentsOf: URL(filePath: path + "-replies"))
            let written = [reply("first")] + (isJob ? [request.ticket(11, "job-1")] : [])
            try await store.record(written)
            store.close()
            #expect(!FileManager.default.fileExists(atPath: path + "-replies"))
            // As if the process had died between the write and the word that it is done.
            try kept.write(to: URL(filePath: path + "-replies"))
            let next = try SQLiteStore(path: path)
            #expect(try await records(next) == written.map(\.content))
            next.close()
        }
    }

    @Test func `a reply that says the same as the one before it is another reply`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let store = try SQLiteStore(path: path)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            #expect(store.keep(reply("same"), number: 1))
            try await store.record([reply("same")])
            #expect(store.keep(reply("same"), number: 2))
            store.close()
            let next = try SQLiteStore(path: path)
            #expect(try await records(next) == [reply("same").content, reply("same").content])
            next.close()
        }
    }

    @Test func `what is of no request, of a settled one or half written is left`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let store = try SQLiteStore(path: path)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            #expect(store.keep(DataRequest.make(9).reply(11, ProviderReply(status: 200)), number: 1))
            #expect(store.keep(request.reply(12, ProviderReply(status: 200)), number: 1))
            #expect(store.keep(reply("whole"), number: 1))
            store.close()
            var kept = try Data(contentsOf: URL(filePath: path + "-replies"))
            let place = try #require(kept.range(of: Data("whole".utf8)))
            kept.replaceSubrange(place, with: Data("torn!".utf8))
            try kept.write(to: URL(filePath: path + "-replies"))
            let next = try SQLiteStore(path: path)
            #expect(try await records(next) == [])
            #expect(try await next.violations() == [])
            next.close()
        }
    }

    @Test func `what has no place is refused, and places come back with the write`() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore(path: folder + "/weir.db")
            defer { store.close() }
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            #expect(!store.keep(reply(String(repeating: "x", count: 10_000)), number: 1))
            var kept = 0
            while kept < 10_000, store.keep(reply("short"), number: kept + 1) { kept += 1 }
            #expect(kept == 1_024)
            try await store.record([reply("short")])
            #expect(store.keep(reply("short"), number: kept + 1))
        }
    }
}
