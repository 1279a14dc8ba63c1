// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import GRDB
import SQLStore
import Testing
import WaterfallEngine

@Suite struct MigrationTests {
    /// Writes a database of a past version: people of the sandbox, what they cost, a grant and a verification.
    private func database(of version: Int, at path: String) throws {
        let file = try #require(
            Bundle.module.url(forResource: "store-2", withExtension: "sql", subdirectory: "Resources"))
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: try String(contentsOf: file, encoding: .utf8)) }
        if version == 1 {
            try database.writeWithoutTransaction {
                try $0.execute(sql: "DROP INDEX contact_account; PRAGMA user_version = 1;")
            }
        }
        try database.close()
    }

    @Test(arguments: [1, 2])
    func `a store of a past version opens with all that was in it`(_ version: Int) async throws {
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
}
