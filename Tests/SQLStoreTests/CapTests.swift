// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct CapTests {
    @Test(arguments: [
        ("caps.user.credits_per_day", Caps(user: WindowCaps(creditsPerDay: Credits(2))), Timestamp.day(2026, 3, 11)),
        ("caps.user.credits_per_week", Caps(user: WindowCaps(creditsPerWeek: Credits(2))), .day(2026, 3, 16)),
        ("caps.user.credits_per_cycle", Caps(user: WindowCaps(creditsPerCycle: Credits(2))), .day(2026, 4, 1)),
        ("caps.team.credits_per_day", Caps(team: WindowCaps(creditsPerDay: Credits(2))), .day(2026, 3, 11)),
        ("caps.team.credits_per_week", Caps(team: WindowCaps(creditsPerWeek: Credits(2))), .day(2026, 3, 16)),
        ("caps.team.credits_per_cycle", Caps(team: WindowCaps(creditsPerCycle: Credits(2))), .day(2026, 4, 1)),
    ])
    func `a cap counts captures and open holds of its window`(
        _ key: String, _ caps: Caps, _ renewsAt: Timestamp
    ) async throws {
        let store = try SQLiteStore()
        let requests = (0..<5).map { DataRequest.make($0, .person("person \($0)")) }
        #expect(try await store.open(requests[0].opening(caps: caps)).decision == .admitted(held: Credits(1)))
        _ = try await store.settle(requests[0].settlement([.email(.found(.verified, "0@example.com"))]))
        #expect(try await store.open(requests[1].opening(caps: caps)).decision == .admitted(held: Credits(1)))
        let refusal = Refusal(bound: .cap(key), wouldCost: Credits(1), left: .zero, renewsAt: renewsAt)
        #expect(try await store.open(requests[2].opening(caps: caps)).decision == .refused(refusal))
        _ = try await store.settle(requests[1].settlement([.email(nil)], outcome: .notFound))
        #expect(try await store.open(requests[3].opening(caps: caps)).decision == .admitted(held: Credits(1)))
        let next = DataRequest.make(9, .person("person 9"), at: renewsAt)
        #expect(try await store.open(next.opening(caps: caps)).decision == .admitted(held: Credits(1)))
    }

    @Test func `a user's cap is the user's alone`() async throws {
        let store = try SQLiteStore()
        let caps = Caps(user: WindowCaps(creditsPerDay: Credits(1)))
        let first = DataRequest.make(1, .person("a b"), user: "ann")
        let second = DataRequest.make(2, .person("c d"), user: "bob")
        #expect(try await store.open(first.opening(caps: caps)).decision == .admitted(held: Credits(1)))
        #expect(try await store.open(second.opening(caps: caps)).decision == .admitted(held: Credits(1)))
    }

    @Test func `a prospect's caps bound its worst case`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1, access: [.email, .phone])
        let refusal = Refusal(
            bound: .cap("caps.prospect.credits"), wouldCost: Credits(9), left: Credits(8), renewsAt: nil)
        let opened = try await store.open(request.opening(caps: Caps(prospectCredits: Credits(8))))
        #expect(opened.decision == .refused(refusal))
        // What the cap leaves is one thing, what the balance has another.
        #expect(opened.available == CreditPlan.large.grant)
        let own = DataRequest.make(2, access: [.email, .phone], maximumCredits: Credits(3))
        guard case .refused(let refused) = try await store.open(own.opening()).decision else {
            Issue.record("the caller's own cap was passed")
            return
        }
        #expect(refused.left == Credits(3))
    }

    @Test(arguments: [
        Caps(prospectCost: Amount(micros: 70_000, unit: "USD")),
        Caps(team: WindowCaps(costPerDay: Amount(micros: 70_000, unit: "USD"))),
        Caps(user: WindowCaps(costPerDay: Amount(micros: 70_000, unit: "USD"))),
        Caps(providers: ["hunter": ProviderCap(costPerDay: Amount(micros: 70_000, unit: "USD"))]),
        Caps(providers: ["hunter": ProviderCap(callsPerDay: 2)]),
    ])
    func `an attempt that would pass a money cap is not made`(_ caps: Caps) async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1)
        _ = try await store.open(request.opening(caps: caps, firstIntent: request.intent(11)))
        #expect(try await store.intend(request.intent(12), after: []) == .admitted)
        #expect(try await store.intend(request.intent(13), after: []) == .capped)
        #expect(try await store.intend(request.intent(12), after: []) == .admitted)
        #expect(try await store.unsettled().first?.attempts.count == 2)
        let other = request.intent(14, "apollo", cost: Amount(1, "apollo_credits"))
        #expect(try await store.intend(other, after: []) == .admitted)
    }

    @Test func `what an attempt really cost replaces its largest cost`() async throws {
        let store = try SQLiteStore()
        let caps = Caps(team: WindowCaps(costPerDay: Amount(micros: 40_000, unit: "USD")))
        let request = DataRequest.make(1)
        _ = try await store.open(request.opening(caps: caps, firstIntent: request.intent(11)))
        #expect(try await store.intend(request.intent(12), after: []) == .capped)
        _ = try await store.settle(
            request.settlement(
                [.email(nil)],
                attempts: [.matched(11, outcome: .noMatch, cost: Amount(micros: 0, unit: "USD"))], outcome: .notFound))
        let next = DataRequest.make(2, .person("max doe"))
        let opened = try await store.open(next.opening(caps: caps, firstIntent: next.intent(21)))
        #expect(opened.firstIntentIsDurable)
        let last = DataRequest.make(3, .person("ann doe"))
        #expect(!(try await store.open(last.opening(caps: caps, firstIntent: last.intent(31))).firstIntentIsDurable))
    }

    @Test func `the office-phone look-up has a cap of its own`() async throws {
        let store = try SQLiteStore()
        let caps = Caps(officePhoneCost: Amount(micros: 40_000, unit: "USD"))
        let request = DataRequest.make(1)
        _ = try await store.open(request.opening(caps: caps, firstIntent: request.intent(11)))
        #expect(try await store.intend(request.intent(12, "website", .officePhone), after: []) == .admitted)
        #expect(try await store.intend(request.intent(13, "website", .officePhone), after: []) == .capped)
        #expect(try await store.intend(request.intent(14, "prospeo", .mobile), after: []) == .admitted)
    }
}
