// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct LedgerTests {
    @Test func `a plan is granted once a cycle, and what is left of it expires`() async throws {
        let store = try SQLiteStore()
        let plan = CreditPlan(grant: Credits(10), anchorDay: 31)
        try await store.buyEmail(.make(1), plan: plan)
        let balance = try await store.balance(of: "default", plan: plan, at: .day(2026, 3, 30))
        #expect(balance.available == Credits(9))
        #expect(balance.spentThisCycle == Credits(1))
        #expect(balance.cycleStartsAt == .day(2026, 2, 28))
        #expect(balance.cycleEndsAt == .day(2026, 3, 31))
        let later = try await store.balance(of: "default", plan: plan, at: .day(2026, 6, 1))
        #expect(later.available == Credits(10))
        #expect(later.spentThisCycle == .zero)
        let posted = try await store.history(of: "default", limit: 20).filter {
            $0.kind == .grant || $0.kind == .expire
        }
        #expect(posted.map(\.credits) == [10, 10, 10, 10, 10, 9, 10].map { Credits($0) })
        #expect(
            posted.map(\.at) == [
                .day(2026, 5, 31), .day(2026, 5, 31), .day(2026, 4, 30), .day(2026, 4, 30), .day(2026, 3, 31),
                .day(2026, 3, 31), .day(2026, 2, 28),
            ])
        #expect(try await store.violations() == [])
    }

    @Test func `rollover keeps what is left`() async throws {
        let store = try SQLiteStore()
        let plan = CreditPlan(grant: Credits(10), rollover: true)
        _ = try await store.balance(of: "default", plan: plan, at: noon)
        #expect(try await store.balance(of: "default", plan: plan, at: .day(2026, 5, 1)).available == Credits(30))
    }

    @Test func `a changed plan applies from the next cycle`() async throws {
        let store = try SQLiteStore()
        _ = try await store.balance(of: "default", plan: CreditPlan(grant: Credits(10)), at: noon)
        let changed = CreditPlan(grant: Credits(50), cycle: .quarterly)
        #expect(try await store.balance(of: "default", plan: changed, at: noon).available == Credits(10))
        #expect(try await store.balance(of: "default", plan: changed, at: .day(2026, 4, 1)).available == Credits(50))
        #expect(try await store.balance(of: "default", plan: changed, at: .day(2026, 6, 30)).available == Credits(50))
        #expect(try await store.history(of: "default", limit: 9).count == 3)
    }

    @Test func `what expires first is spent first, and a hold spans lots all or none`() async throws {
        let store = try SQLiteStore()
        for (number, end) in [(1, nil), (2, Timestamp.day(2026, 9, 1)), (3, .day(2026, 5, 1))] as [(Int, Timestamp?)] {
            try await store.grant(
                CreditGrant(
                    id: .number(number), team: "default", user: "ann", credits: Credits(3), expiresAt: end,
                    grantedAt: noon))
        }
        let request = DataRequest.make(1, access: [.email, .phone])
        #expect(try await store.open(request.opening(plan: nil)).decision == .admitted(held: Credits(9)))
        let held = try await store.history(of: "default", limit: 10).filter { $0.kind == .hold }
        #expect(held.map(\.credits) == [3, 3, 2, 1].map { Credits($0) })
        let settled = try await store.settle(request.settlement([.email(.found())], plan: nil))
        #expect(settled.available == Credits(8))
        #expect(try await store.balance(of: "default", plan: nil, at: .day(2026, 6, 1)).available == Credits(6))
        #expect(try await store.violations() == [])
    }

    @Test func `a capture after the close spends what it holds, and what it frees expires`() async throws {
        let store = try SQLiteStore()
        let plan = CreditPlan(grant: Credits(10))
        let request = DataRequest.make(1, access: [.email, .phone])
        _ = try await store.open(request.opening(plan: plan, holdsExpireAfter: .days(90)))
        #expect(try await store.balance(of: "default", plan: plan, at: .day(2026, 4, 2)).available == Credits(10))
        let settled = try await store.settle(
            request.settlement([.email(.found()), .phones([])], plan: plan, at: .day(2026, 4, 3)))
        #expect(settled.captured == Credits(1))
        #expect(settled.available == Credits(10))
        let balance = try await store.balance(of: "default", plan: plan, at: .day(2026, 4, 4))
        #expect(balance.spentThisCycle == Credits(1))
        #expect(balance.held == .zero)
        #expect(try await store.violations() == [])
    }

    @Test func `a grant counts once, and another one of its id is a conflict`() async throws {
        let store = try SQLiteStore()
        var grant = CreditGrant(
            id: .number(1), team: "default", user: "ann", credits: Credits(5), note: "welcome", grantedAt: noon)
        try await store.grant(grant)
        try await store.grant(grant)
        #expect(try await store.balance(of: "default", plan: nil, at: noon).available == Credits(5))
        let entry = try await store.history(of: "default", limit: 5).first
        #expect(entry?.note == "welcome")
        #expect(entry?.user == "ann")
        grant.credits = Credits(6)
        let other = grant
        await #expect(throws: JournalError.self) { try await store.grant(other) }
        #expect(try await store.history(of: "default", limit: 5).count == 1)
    }

    @Test func `a conflict in a batch fails alone`() async throws {
        let store = try SQLiteStore()
        try await store.grant(
            CreditGrant(id: .number(1), team: "default", user: "ann", credits: Credits(100), grantedAt: noon))
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let isBad = number % 10 == 0
                    let grant = CreditGrant(
                        id: .number(isBad ? 1 : number + 10), team: "default", user: "bob", credits: Credits(1),
                        grantedAt: noon)
                    do throws(JournalError) {
                        try await store.grant(grant)
                        return false
                    } catch {
                        return error.kind == .conflict && isBad
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 20)
        #expect(try await store.balance(of: "default", plan: nil, at: noon).available == Credits(280))
        #expect(try await store.violations() == [])
    }
}
