// SPDX-License-Identifier: Apache-2.0

import Enrichment
import GRDB
import SQLStore
import Testing
import WaterfallEngine

@Suite struct TamperingTests {
    /// Makes a store with a charge, an open request and a refused one, changes it by SQL, and verifies it.
    private func violations(after sql: String) async throws -> [String] {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            var store = try SQLiteStore(path: path)
            try await store.buyEmail(.make(1))
            let open = DataRequest.make(2, .person("max doe"), access: [.email, .phone])
            _ = try await store.open(open.opening(firstIntent: open.intent(21)))
            _ = try await store.open(DataRequest.make(3).opening(caps: Caps(prospectCredits: .zero)))
            let refused = DataRequest.make(4, .person("ann doe"))
            _ = try await store.open(refused.opening(caps: Caps(prospectCredits: .zero)))
            #expect(try await store.violations() == [])
            store.close()
            let database = try DatabaseQueue(path: path)
            try await database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + sql) }
            try database.close()
            store = try SQLiteStore(path: path)
            defer { store.close() }
            return try await store.violations()
        }
    }

    private static let unlock = """
        DROP TRIGGER transfer_not_updated; DROP TRIGGER transfer_not_deleted; DROP TRIGGER charge_not_updated;
        DROP TRIGGER charge_not_deleted;
        """

    @Test(arguments: [
        "UPDATE transfer SET amount = 1", "DELETE FROM transfer", "UPDATE charge SET amount = 0", "DELETE FROM charge",
        "UPDATE price_version SET rules = ''", "DELETE FROM price_version",
        "INSERT INTO charge SELECT id + 1, team, contact, 'verification', amount, request, attempt, price_version, "
            + "request_created_at, charged_at, NULL, NULL, NULL, NULL FROM charge",
        "INSERT INTO charge SELECT id + 1, team, contact, 'verification', amount, request, attempt, price_version, "
            + "request_created_at, charged_at, 1, 7, 7, 7 FROM charge",
    ])
    func `SQL can't change what the ledger says`(_ sql: String) async throws {
        await #expect(throws: DatabaseError.self) { try await violations(after: sql) }
    }

    @Test(arguments: [
        ("I10", "DELETE FROM transfer WHERE kind = 'capture'"),
        ("I5", "UPDATE transfer SET amount = amount + 1 WHERE kind = 'capture'"),
        ("I2", "UPDATE transfer SET amount = amount + 1 WHERE kind = 'grant'"),
        ("I2", "UPDATE transfer SET amount = amount - 1 WHERE kind = 'hold' AND datum = 'phone'"),
        ("I1", "UPDATE transfer SET credit = debit + 100 WHERE kind = 'hold'"),
        ("I1", "UPDATE transfer SET kind = 'expire_lot' WHERE kind = 'grant'"),
        ("I2", "UPDATE lot SET captured = captured - 1"),
        ("I4", "UPDATE transfer SET amount = 500 WHERE kind = 'grant'"),
        ("I6", "UPDATE request SET outcome = 'found' WHERE outcome IS NULL"),
        (
            "I7",
            "DROP INDEX charge_live; INSERT INTO charge SELECT id + 100, team, contact, datum, amount, request, "
                + "attempt, price_version, request_created_at, charged_at, refunded_by, subject_low, subject_high, "
                + "holds_until FROM charge"
        ),
        ("I8", "UPDATE charge SET amount = 700"),
        ("I8", "DELETE FROM charge"),
        ("I8", "UPDATE charge SET attempt = 999"),
        ("I8", "UPDATE charge SET contact = 999"),
        ("I2", "UPDATE request SET captured = 5"),
        ("I12", "UPDATE denied SET uid = (SELECT uid FROM request LIMIT 1) WHERE uid = (SELECT MIN(uid) FROM denied)"),
        ("B", "DELETE FROM request WHERE outcome IS NULL"),
    ])
    func `what is changed behind the triggers is found`(_ invariant: String, _ sql: String) async throws {
        let found = try await violations(after: Self.unlock + sql)
        #expect(found.contains { $0.hasPrefix(invariant + ":") }, "\(found)")
    }

    /// A charge for a verification that names no verifier's attempt, with the row's distance from the one copied.
    private static func verification(_ distance: Int) -> String {
        """
        INSERT INTO charge SELECT id + \(distance), team, contact, 'verification', 1000, request, NULL, price_version,
            request_created_at, charged_at, NULL, 7, 7, request_created_at + 1 FROM charge WHERE datum = 'email';
        """
    }

    @Test func `a verification is charged for a verdict, and once while it holds`() async throws {
        let one = try await violations(after: Self.unlock + Self.verification(100))
        #expect(one.contains { $0.contains("has no verdict of a verifier") }, "\(one)")
        #expect(!one.contains { $0.contains("for an address whose verdict") }, "\(one)")
        let two = try await violations(after: Self.unlock + Self.verification(100) + Self.verification(200))
        #expect(two.contains { $0.hasPrefix("I7") && $0.contains("for an address whose verdict") }, "\(two)")
    }
}
