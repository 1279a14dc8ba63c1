// SPDX-License-Identifier: Apache-2.0

import CrashRunner
import Enrichment
import Foundation
import GRDB
import SQLStore
import WaterfallEngine

/// What the store holds after a run: the books of our side.
struct StoreRecord: Sendable {
    struct Attempt: Sendable {
        var provider: String
        var capability: String
        var fingerprint: QueryFingerprint
        var outcome: String?
        var reason: String?
        var isSuspected: Bool
        var cost: Int64

        /// True where the process died between the intent and the answer.
        var isUnknown: Bool { reason == "answer_lost" }
    }

    var attempts: [Attempt] = []
    /// Numbers of the requests with a settled row.
    var settled: Set<Int> = []
    var settledRequests = 0
    var openRequests = 0
    var contacts = 0
    /// Live charges by datum, and all that was charged and captured, in thousandths of a credit.
    var charges: [String: Int] = [:]
    var charged: Int64 = 0
    var captured: Int64 = 0
    /// Contacts with more than one live charge for a datum.
    var chargedTwice = 0
    var balance: CreditBalance
    var report: LedgerReport

    static func read(_ path: String) async throws -> StoreRecord {
        let store = try SQLiteStore(path: path)
        defer { store.close() }
        let plan = try await DatabaseQueue(path: path).read { database in
            CreditPlan(grant: Credits(millis: try Int64.fetchOne(database, sql: "SELECT granted FROM lot") ?? 0))
        }
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let balance = try await store.balance(of: "default", plan: plan, at: now)
        let empty = StoreRecord(balance: balance, report: try await store.verify())
        return try await DatabaseQueue(path: path).read { database in
            var record = empty
            try record.read(database)
            return record
        }
    }

    /// True where a run over a file is on record.
    static func hasRun(_ path: String) async throws -> Bool {
        try await DatabaseQueue(path: path).read { database in
            guard try database.tableExists("run") else { return false }
            return try Int64.fetchOne(database, sql: "SELECT COUNT(*) FROM run") ?? 0 > 0
        }
    }

    private mutating func read(_ database: Database) throws {
        let sql = """
            SELECT attempt.*, COALESCE(subject_high, question_high) AS high, COALESCE(subject_low, question_low) AS low
            FROM attempt JOIN request ON request.id = attempt.id >> 16
            """
        for row in try Row.fetchAll(database, sql: sql) {
            let (high, low): (Int64, Int64) = (row["high"], row["low"])
            attempts.append(
                Attempt(
                    provider: row["provider"], capability: row["capability"],
                    fingerprint: QueryFingerprint(high: UInt64(bitPattern: high), low: UInt64(bitPattern: low)),
                    outcome: row["outcome"], reason: row["reason"], isSuspected: row["is_suspected"],
                    cost: row["cost_micros"]))
        }
        func count(_ sql: String) throws -> Int64 { try Int64.fetchOne(database, sql: sql) ?? 0 }
        let ids = try Data.fetchAll(database, sql: "SELECT uid FROM request WHERE outcome IS NOT NULL")
        settledRequests = ids.count
        settled = Set(ids.compactMap { RequestID(bytes: $0).map(CrashPeople.index) })
        openRequests = Int(try count("SELECT COUNT(*) FROM request WHERE outcome IS NULL"))
        contacts = Int(try count("SELECT COUNT(*) FROM contact"))
        charged = try count("SELECT SUM(amount) FROM charge WHERE refunded_by IS NULL")
        captured = try count("SELECT SUM(amount) FROM transfer WHERE kind = 'capture'")
        for datum in ["email", "phone"] {
            charges[datum] = Int(
                try count("SELECT COUNT(DISTINCT contact) FROM charge WHERE datum = '\(datum)' AND refunded_by IS NULL")
            )
        }
        chargedTwice = Int(
            try count(
                """
                SELECT COUNT(*) FROM (SELECT 1 FROM charge WHERE refunded_by IS NULL AND datum <> 'verification'
                GROUP BY contact, datum HAVING COUNT(*) > 1)
                """))
    }
}
