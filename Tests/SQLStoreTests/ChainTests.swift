// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct ChainTests {
    @Test func `the head that was noted is passed through for ever`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1))
        let noted = try #require(try await store.verify().heads.first)
        #expect(noted.sequence == 3 && noted.hash.count == 32)
        try await store.buyEmail(.make(2, .person("max doe")), .found(.verified, "max@example.com"))
        try await store.bounceAndRefund()
        #expect(try await store.verify(anchor: noted).violations == [])
        var forged = noted
        forged.hash[0] ^= 1
        #expect(try await store.verify(anchor: forged).violations.count == 1)
        var cut = noted
        cut.sequence = 999
        #expect(try await store.verify(anchor: cut).violations.count == 1)
        cut = LedgerHead(team: "another", sequence: 3, hash: noted.hash)
        #expect(try await store.verify(anchor: cut).violations.count == 1)
    }

    @Test func `a chain that is continued by another process is one chain`() async throws {
        try await withFolder { folder in
            for number in 0..<3 {
                let store = try SQLiteStore(path: folder + "/weir.db")
                try await store.buyEmail(
                    .make(number, .person("person \(number)")), .found(.verified, "p\(number)@example.com"))
                #expect(try await store.violations() == [])
                store.close()
            }
        }
    }
}

@Suite struct CycleTests {
    @Test func `a team that gets a plan in the middle of a month begins the plan's cycle`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1), plan: nil)
        let plan = CreditPlan(grant: Credits(10), anchorDay: 5)
        let balance = try await store.balance(of: "default", plan: plan, at: noon + .days(1))
        #expect(balance.available == Credits(10) && balance.cycleEndsAt == .day(2026, 4, 5))
        let next = try await store.balance(of: "default", plan: plan, at: .day(2026, 4, 5))
        #expect(next.available == Credits(10) && next.cycleStartsAt == .day(2026, 4, 5))
        #expect(try await store.violations() == [])
    }

    @Test func `a plan that ends leaves cycles of calendar months, and no credits after it`() async throws {
        let store = try SQLiteStore()
        let plan = CreditPlan(grant: Credits(10), anchorDay: 5)
        _ = try await store.balance(of: "default", plan: plan, at: noon)
        let without = try await store.balance(of: "default", plan: nil, at: .day(2026, 4, 6))
        #expect(without.available == .zero)
        let again = try await store.balance(of: "default", plan: plan, at: .day(2026, 5, 6))
        #expect(again.available == Credits(10))
        #expect(try await store.violations() == [])
    }

    @Test func `a grant is spent from when it takes effect, and by its priority`() async throws {
        let store = try SQLiteStore()
        for (number, priority, start) in [(1, 100, noon), (2, 50, noon), (3, 1, .day(2026, 4, 1))] {
            try await store.grant(
                CreditGrant(
                    id: .number(number), team: "default", user: "ann", credits: Credits(2), source: .promo,
                    priority: priority, effectiveAt: start, grantedAt: noon))
        }
        #expect(try await store.balance(of: "default", plan: nil, at: noon).available == Credits(4))
        try await store.buyEmail(.make(1), plan: nil)
        let spent = try await store.grants(of: "default").first { $0.captured > .zero }
        #expect(spent?.priority == 50)
        #expect(try await store.balance(of: "default", plan: nil, at: .day(2026, 4, 1)).available == Credits(5))
    }

    @Test func `a grant that is taken back is gone, with what comes free on it later`() async throws {
        let store = try SQLiteStore()
        try await store.grant(
            CreditGrant(id: .number(1), team: "default", user: "ann", credits: Credits(20), grantedAt: noon))
        let request = DataRequest.make(1, access: [.email, .phone])
        _ = try await store.open(request.opening(plan: nil))
        let voiding = GrantVoiding(grant: .number(1), team: "default", user: "ann", note: "paid twice", at: noon)
        #expect(try await store.void(voiding, plan: nil))
        #expect(try await store.void(voiding, plan: nil))
        #expect(try await store.balance(of: "default", plan: nil, at: noon).available == .zero)
        _ = try await store.settle(request.settlement([.email(.found()), .phones([])], plan: nil))
        let grant = try #require(try await store.grants(of: "default").first)
        #expect(grant.captured == Credits(1) && grant.adjusted == Credits(19) && grant.free == .zero)
        #expect(try await store.history(of: "default", limit: 9).filter { $0.kind == .adjust }.count == 2)
        let other = GrantVoiding(grant: .number(2), team: "default", user: "ann", at: noon)
        #expect(try await !store.void(other, plan: nil))
        #expect(try await store.violations() == [])
    }
}
