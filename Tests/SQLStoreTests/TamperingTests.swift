// SPDX-License-Identifier: Apache-2.0

import Enrichment
import GRDB
import SQLStore
import Testing
import WaterfallEngine

@Suite struct TamperingTests {
    /// Makes a store with a charge, an open request and a refused one, changes it by SQL, and verifies it.
    ///
    /// - Parameter isRefunded: true where what was bought has bounced and was refunded, and a cycle was closed.
    private func violations(after sql: String, isRefunded: Bool = false) async throws -> [String] {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            var store = try SQLiteStore(path: path)
            try await store.buyEmail(.make(1))
            let open = DataRequest.make(2, .person("max doe"), access: [.email, .phone])
            _ = try await store.open(open.opening(firstIntent: open.intent(21)))
            _ = try await store.open(DataRequest.make(3).opening(caps: Caps(prospectCredits: .zero)))
            let refused = DataRequest.make(4, .person("ann doe"))
            _ = try await store.open(refused.opening(caps: Caps(prospectCredits: .zero)))
            if isRefunded { try await store.bounceAndRefund() }
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
        DROP TRIGGER charge_not_deleted; DROP TRIGGER cycle_not_changed; DROP TRIGGER claim_not_deleted;
        DROP TRIGGER price_version_not_updated;
        """

    @Test(arguments: [
        "UPDATE transfer SET amount = 1", "DELETE FROM transfer", "UPDATE charge SET amount = 0", "DELETE FROM charge",
        "UPDATE price_version SET rules = ''", "DELETE FROM price_version",
        "INSERT INTO charge SELECT id + 1, team, contact, 'verification', amount, request, attempt, price_version, "
            + "request_created_at, charged_at, NULL, NULL, NULL, NULL, NULL, NULL FROM charge",
        "INSERT INTO charge SELECT id + 1, team, contact, 'verification', amount, request, attempt, price_version, "
            + "request_created_at, charged_at, 1, 7, 7, 7, NULL, NULL FROM charge",
        "DELETE FROM billing_cycle", "DELETE FROM refund_claim", "UPDATE charge SET value_hash = zeroblob(32)",
        "UPDATE billing_cycle SET ends_at = ends_at + 1 WHERE n = 1",
    ])
    func `SQL can't change what the ledger says`(_ sql: String) async throws {
        await #expect(throws: DatabaseError.self) { try await violations(after: sql, isRefunded: true) }
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
                + "holds_until, value_hash, paid_until FROM charge"
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

    @Test(arguments: [
        ("I9", "UPDATE refund_claim SET amount = 2 * amount WHERE state <> 'refused'"),
        ("I9", "UPDATE refund_claim SET due_cycle = due_cycle + 1 WHERE state <> 'refused'"),
        ("I9", "UPDATE refund_claim SET state = 'refused' WHERE state = 'posted'"),
        ("I10", "UPDATE transfer SET at = at + 1 WHERE seq = 2"),
        ("I10", "UPDATE transfer SET user = 'somebody' WHERE seq = 3"),
        ("I10", "UPDATE price_version SET rules = replace(rules, 'phone=8000', 'phone=9000')"),
        ("I13", "UPDATE billing_cycle SET head_hash = zeroblob(32) WHERE n = 1"),
        ("I13", "UPDATE billing_cycle SET n = n + 10 WHERE head_hash IS NULL"),
        ("I13", "UPDATE transfer SET cycle = 1 WHERE cycle = 2 AND kind = 'refund_post'"),
        ("I9", "DROP TRIGGER charge_refunded_once; UPDATE charge SET refunded_by = NULL"),
        ("I9", "DELETE FROM refund_claim"),
    ])
    func `what is changed of refunds, cycles and the chain is found`(_ invariant: String, _ sql: String) async throws {
        let found = try await violations(after: Self.unlock + sql, isRefunded: true)
        #expect(found.contains { $0.hasPrefix(invariant + ":") }, "\(found)")
    }

    /// A charge for a verification that names no verifier's attempt, with the row's distance from the one copied.
    private static func verification(_ distance: Int) -> String {
        """
        INSERT INTO charge SELECT id + \(distance), team, contact, 'verification', 1000, request, NULL, price_version,
            request_created_at, charged_at, NULL, 7, 7, request_created_at + 1, NULL, NULL FROM charge WHERE datum = 'email';
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
