// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import GRDB
import SQLStore
import Testing
import WaterfallEngine

@Suite struct BackupTests {
    @Test func `a backup made under load is one whole state, each time`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let store = try SQLiteStore(path: path)
            try await store.buyEmail(.make(1, .person("person 1")))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 2...600 {
                        try await store.buyEmail(
                            .make(number, .person("person \(number)")), .found(.verified, "p\(number)@example.com"))
                    }
                }
                var transfers = 0
                for number in 1...5 {
                    let copy = folder + "/copy-\(number).db"
                    let report = try SQLiteStore.backUp(path, to: copy)
                    let count = try #require(report.transfers)
                    #expect(count >= transfers)
                    transfers = count
                    let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
                    #expect(mode == 0o600)
                    let opened = try SQLiteStore(path: copy)
                    #expect(try await opened.violations() == [])
                    opened.close()
                }
                try await group.waitForAll()
            }
            store.close()
            #expect(try !FileManager.default.contentsOfDirectory(atPath: folder).contains { $0.contains("making") })
        }
    }

    @Test func `a backup that is put back forgets whom the store was told to forget since`() async throws {
        try await withFolder { folder in
            let path = folder + "/store/weir.db"
            try FileManager.default.createDirectory(atPath: folder + "/store", withIntermediateDirectories: true)
            var store = try SQLiteStore(path: path)
            let contact = try await ErasedPerson.save(in: store)
            _ = try SQLiteStore.backUp(path, to: folder + "/backup.db")
            _ = try await store.erase([contact], team: "default", user: "tester", at: noon)
            try await store.buyEmail(.make(7, .person("later")), .found(.verified, "later@example.com"))
            func restore() throws -> SQLiteStore.RestoreReport {
                try SQLiteStore.restore(
                    folder + "/backup.db", to: path, stamp: "20260310-120000", user: "tester", at: noon)
            }
            #expect(#expect(throws: JournalError.self) { try restore() }?.kind == .locked)
            store.close()
            let report = try restore()
            #expect(report.erasedAgain == 1)
            #expect(report.setAside == path + ".before-restore-20260310-120000")
            #expect(try ErasedPerson.findings(in: folder + "/store") == [])
            store = try SQLiteStore(path: path)
            #expect(try await store.contact(contact, team: "default") == nil)
            #expect(try await store.contacts(of: "default", after: nil, limit: 9).count == 1)
            #expect(try await store.violations() == [])
            #expect(try await store.audit(of: "default", limit: 2).map(\.action) == ["restore", "erase"])
            store.close()
            let aside = try SQLiteStore(path: path + ".before-restore-20260310-120000")
            #expect(try await aside.contacts(of: "default", after: nil, limit: 9).count == 2)
            aside.close()
        }
    }

    @Test func `a damaged backup is refused, and the store stays`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let store = try SQLiteStore(path: path)
            for number in 1...50 { try await store.buyEmail(.make(number, .person("person \(number)"))) }
            _ = try SQLiteStore.backUp(path, to: folder + "/backup.db")
            store.close()
            let queue = try DatabaseQueue(path: folder + "/backup.db")
            try await queue.writeWithoutTransaction { database in
                try database.execute(sql: "DROP TRIGGER transfer_not_deleted; DELETE FROM transfer WHERE seq = 20")
            }
            try queue.close()
            try Data(repeating: 7, count: 9_000).write(to: URL(fileURLWithPath: folder + "/noise.db"))
            for backup in ["backup.db", "noise.db", "missing.db"] {
                #expect(throws: JournalError.self, "\(backup)") {
                    try SQLiteStore.restore(
                        folder + "/" + backup, to: path, stamp: "x", user: "tester", at: noon)
                }
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!names.contains { $0.contains("before-restore") || $0.contains("restoring") })
            let again = try SQLiteStore(path: path)
            #expect(try await again.violations() == [])
            again.close()
        }
    }
}

@Suite struct BrokenMigrationTests {
    private static func dump() throws -> String {
        let url = try #require(Bundle.module.url(forResource: "Resources/store-2", withExtension: "sql"))
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// A database as an earlier version left it.
    private static func make(_ version: Int, at path: String, and more: String = "") async throws {
        var sql = try dump()
        if version == 1 {
            sql = sql.replacing("PRAGMA user_version = 2;", with: "PRAGMA user_version = 1;")
            sql = sql.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("CREATE INDEX contact_account") }.joined(separator: "\n")
        }
        let queue = try DatabaseQueue(path: path)
        let text = sql + more
        try await queue.writeWithoutTransaction { try $0.execute(sql: text) }
        try queue.close()
    }

    private static func version(of path: String) async throws -> Int64 { try SQLiteStore.version(of: path).found }

    @Test(arguments: [1, 2])
    func `a store of every earlier version opens, with its people and its ledger`(_ version: Int) async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            try await Self.make(version, at: path)
            #expect(try SQLiteStore.version(of: path).found == Int64(version))
            // A backup of it is of its version.
            let backup = try SQLiteStore.backUp(path, to: folder + "/backup.db")
            #expect(backup.version == Int64(version) && backup.transfers == nil)
            for _ in 0..<2 {
                let store = try SQLiteStore(path: path)
                #expect(try await store.violations() == [])
                #expect(try await !store.contacts(of: "default", after: nil, limit: 100).isEmpty)
                store.close()
            }
            let report = try SQLiteStore.restore(
                folder + "/backup.db", to: folder + "/other.db", stamp: "x", user: "tester", at: noon)
            #expect(report.version == Int64(version) && report.setAside == nil && report.transfers > 0)
            let current = try SQLiteStore.version(of: folder + "/other.db")
            #expect(current.found == current.current)
        }
    }

    /// What each step stumbles over on its way: a table that it makes late is there already.
    @Test(arguments: [
        (2, "CREATE TABLE refund_claim(x);", "DROP TABLE refund_claim;"),
        (2, "CREATE TABLE new_transfer(x);", "DROP TABLE new_transfer;"),
        (3, "CREATE TABLE suppression(x);", "DROP TABLE suppression;"),
        (3, "CREATE TABLE audit(x);", "DROP TABLE audit;"),
    ])
    func `a step that is broken off leaves the version before it, and the next opening goes on`(
        _ last: Int64, _ obstacle: String, _ remedy: String
    ) async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            try await Self.make(1, at: path, and: obstacle)
            #expect(throws: JournalError.self) { try SQLiteStore(path: path) }
            #expect(try await Self.version(of: path) >= last)
            let queue = try DatabaseQueue(path: path)
            let isWhole = try await queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
            #expect(isWhole == "ok")
            try await queue.writeWithoutTransaction { try $0.execute(sql: remedy) }
            try queue.close()
            let store = try SQLiteStore(path: path)
            #expect(try await store.violations() == [])
            #expect(try await !store.contacts(of: "default", after: nil, limit: 100).isEmpty)
            store.close()
        }
    }
}
