// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import GRDB
import Testing
import WaterfallEngine

@testable import SQLStore

@Suite struct MigrationTests {
    /// Writes a database as it was dumped.
    private func write(_ dump: String, to path: String) throws {
        let file = try #require(
            Bundle.module.url(forResource: dump, withExtension: "sql", subdirectory: "Resources"))
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: try String(contentsOf: file, encoding: .utf8)) }
        try database.close()
    }

    /// Writes a database of a past version: people of the sandbox, what they cost, a grant and a verification. One of a
    /// version behind the second is as a process leaves it that dies between two steps.
    private func database(of version: Int64, at path: String) throws {
        try write("store-2", to: path)
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { database in
            guard version > 1 else {
                return try database.execute(sql: "DROP INDEX contact_account; PRAGMA user_version = 1;")
            }
            let connection = try Connection(database)
            defer { connection.close() }
            try Schema.migrate(connection, to: version)
            #expect(try Schema.version(of: connection) == version)
        }
        try database.close()
    }

    @Test(arguments: Array(1...Schema.version))
    func `a store of a past version opens with all that was in it`(_ version: Int64) async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            try database(of: version, at: path)
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let report = try await store.verify()
            #expect(report.violations == [])
            #expect(report.transfers == 20 && report.charges == 4 && report.attempts == 22)
            #expect(report.heads.map(\.sequence) == [20])
            let contacts = try await store.contacts(of: "default", after: nil, limit: 9)
            #expect(contacts.count == 5)
            let plan = CreditPlan(grant: Credits(20))
            let moment = Timestamp.day(2026, 11, 30)
            let balance = try await store.balance(of: "default", plan: plan, at: moment)
            #expect(balance.available == Credits(7) && balance.spentThisCycle == Credits(18))
            let grants = try await store.grants(of: "default")
            #expect(grants.map(\.source) == [.purchase, .plan])
            // The next cycle begins where the plan says, and what was bought before is refunded as ever.
            let jane = try #require(contacts.first { $0.charged.contains(.email) })
            let address = try #require(jane.hadEmail?.address)
            try await store.send(.make(10, to: address, at: moment))
            let claim = try await store.report(.make(20, of: 10, address: address, at: moment), plan: plan)
            #expect(claim.state == .accepted && claim.contact == jane.id)
            let next = try await store.balance(of: "default", plan: plan, at: .day(2026, 12, 1))
            #expect(next.available == Credits(26))
            #expect(try await store.violations() == [])
        }
    }

    @Test func `a store of version 7 opens with its runs, its lists and what it learned`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            try write("store-7", to: path)
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let report = try await store.verify()
            #expect(report.violations == [])
            #expect(report.transfers == 10 && report.charges == 4 && report.attempts == 10)
            let runs = try await store.runs(at: "/data/people.csv", team: "default")
            #expect(runs.map(\.state) == [.open, .ended] && runs.map(\.rows) == [5, 5])
            let rows = try await store.rows(of: try #require(runs.last).id, in: 1...5)
            #expect(rows.map(\.state) == [.answered, .answered, .duplicate, .rejected, .answered])
            let suppressed = try await store.suppressions(of: "default", limit: 9)
            #expect(suppressed.map(\.kind) == [.domain])
            let history = try await store.orderHistory(
                of: "default", since: Timestamp(microseconds: 0), country: nil)
            #expect(history[.email].total(of: "hunter").asked == 3)
            #expect(try await store.contacts(of: "default", after: nil, limit: 9).count == 3)
        }
    }
}
