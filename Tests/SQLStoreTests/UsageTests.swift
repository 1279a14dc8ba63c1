// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Synchronization
import Testing
import WaterfallEngine

/// Usage, history, cycles and transfers as the store reads them.
@Suite struct UsageTests {
    /// An email that bounced and was refunded, a phone from a file, a miss, a verdict, and an open request.
    private func fill(_ store: SQLiteStore) async throws {
        try await store.buyEmail(.make(1, user: "ann"))
        var file = DataRequest.make(2, .person("max doe"), access: [.phone], user: "joe")
        file.origin = .csv
        _ = try await store.open(file.opening(firstIntent: file.intent(21, "prospeo", .mobile)))
        _ = try await store.settle(
            file.settlement(
                [.phones([.found()])],
                attempts: [.matched(21, "prospeo", .mobile, cost: Amount(10, "prospeo_credits"))]))
        var lost = Attempt.matched(31, outcome: .failed(.answerLost))
        lost.cost = AttemptCost(Amount(micros: 34_000, unit: "USD"), isSuspected: true)
        let miss = DataRequest.make(3, .person("a b"), user: "ann", at: noon + .days(1))
        _ = try await store.open(miss.opening(firstIntent: miss.intent(31)))
        _ = try await store.settle(miss.settlement([.email(nil)], attempts: [lost], outcome: .failed))
        _ = try await store.open(DataRequest.make(4, .person("c d"), user: "joe").opening())
        let message = OutgoingMessage(
            id: .number(50), team: "default", user: "ann", source: .weir, address: "jane.doe@example.com",
            headerID: "m@example.com", sentAt: noon + .seconds(60))
        _ = try await store.register(message)
        try await store.conclude(message.id, team: "default", state: .sent, reply: nil)
        for number in 51...52 {
            _ = try await store.report(
                BounceNotice(
                    id: .number(number), team: "default", user: "ann", message: message.id, address: message.address,
                    class: .hard, reason: "user_unknown", bouncedAt: noon + .seconds(90),
                    receivedAt: noon + .seconds(90)), plan: .large)
        }
    }

    @Test(arguments: Place.allCases)
    func `usage is what was captured, billed, found and sent back`(_ place: Place) async throws {
        try await place.withStore { store in
            try await fill(store)
            let total = try await store.usage(of: "default", UsageQuery()).total
            #expect(total.captured == Credits(9) && total.refunded == Credits(1))
            #expect(total.hits == [.email: 1, .phone: 1] && total.calls == 3)
            #expect(total.bounces == 1, "one address, however often it is reported")
            #expect(total.bills.map(\.billed) == [Amount(micros: 34_000, unit: "USD"), Amount(10, "prospeo_credits")])
            #expect(total.bills.first?.suspected == Amount(micros: 34_000, unit: "USD"))
            let kinds = try await store.usage(of: "default", UsageQuery(by: [.kind, .provider, .user]))
            #expect(
                kinds.rows.map(\.keys) == [
                    [.text("email"), .text("hunter"), .text("ann")],
                    [.text("enrichment_run"), .text("prospeo"), .text("joe")],
                ])
            #expect(kinds.rows.map(\.figures.captured) == [Credits(1), Credits(8)])
            #expect(kinds.rows.first?.figures.bounceRate == 1)
            let later = try await store.usage(of: "default", UsageQuery(since: .day(2026, 3, 11)))
            #expect(later.total.captured == .zero && later.total.calls == 1)
            let earlier = try await store.usage(of: "default", UsageQuery(by: [.cycle], until: .day(2026, 3, 11)))
            #expect(earlier.rows.map(\.keys) == [[.day(.day(2026, 3, 1))]] && earlier.total.calls == 2)
            #expect(try await store.usage(of: "nobody", UsageQuery()).rows.isEmpty)
        }
    }

    @Test func `history can be that of a user or of a kind`() async throws {
        let store = try SQLiteStore()
        try await fill(store)
        func kinds(_ user: String?, _ kind: LedgerEntry.Kind?) async throws -> [LedgerEntry.Kind] {
            try await store.history(of: "default", user: user, kind: kind, limit: 99).map(\.kind)
        }
        #expect(try await kinds("joe", nil) == [.hold, .capture, .hold])
        #expect(try await kinds(nil, .capture) == [.capture, .capture])
        #expect(try await kinds("ann", .refundDue) == [.refundDue])
        #expect(try await kinds("ann", .release) == [.release])
        #expect(try await kinds("nobody", nil).isEmpty)
    }

    @Test(arguments: Place.allCases)
    func `every transfer is told in order, and a failure of who listens ends it`(_ place: Place) async throws {
        try await place.withStore { store in
            try await fill(store)
            let told = Mutex<[StoredTransfer]>([])
            try await store.transfers(of: "default", since: nil, until: nil) { transfer in
                told.withLock { $0.append(transfer) }
            }
            let transfers = told.withLock { $0 }
            #expect(transfers.map(\.entry.sequence) == Array(1...Int64(transfers.count)))
            #expect(transfers.map(\.entry).reversed() == (try await store.history(of: "default", limit: 99)))
            #expect(transfers.first?.debit == "issue" && transfers.first?.credit == "lot")
            #expect(transfers.first?.lot != nil && transfers.first?.cycle == 1)
            let head = try await store.verify().heads.first
            #expect(transfers.last?.hash == head?.hash && transfers.last?.entry.sequence == head?.sequence)
            let capture = transfers.first { $0.storedKind == "capture" }
            #expect(capture?.pending == transfers.first { $0.storedKind == "hold" }?.entry.sequence)
            told.withLock { $0 = [] }
            try await store.transfers(of: "default", since: .day(2026, 3, 11), until: nil) { transfer in
                told.withLock { $0.append(transfer) }
            }
            #expect(told.withLock { $0.map(\.entry.kind) } == [.hold, .release])
            await #expect(throws: JournalError.self) {
                try await store.transfers(of: "default", since: nil, until: nil) { (_) throws(JournalError) in
                    throw JournalError(.failed, "full")
                }
            }
            #expect(try await store.violations() == [])
        }
    }

    @Test func `cycles follow each other, closed with the chain's head`() async throws {
        let store = try SQLiteStore()
        try await fill(store)
        _ = try await store.balance(of: "default", plan: .large, at: .day(2026, 5, 2))
        let cycles = try await store.cycles(of: "default")
        #expect(cycles.map(\.number) == [1, 2, 3])
        #expect(cycles.map(\.startsAt) == [.day(2026, 3, 1), .day(2026, 4, 1), .day(2026, 5, 1)])
        #expect(cycles.map { $0.head != nil } == [true, true, false] && cycles.allSatisfy(\.isPlanned))
        #expect(try await store.verify(anchor: cycles[0].head).violations == [])
        var other = try #require(cycles[0].head)
        other.hash[0] ^= 1
        #expect(try await store.verify(anchor: other).violations.count == 1)
    }
}
