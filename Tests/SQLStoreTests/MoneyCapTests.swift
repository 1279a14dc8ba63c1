// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

/// Caps on what vendors bill: by window, by run, and before anything is held.
@Suite struct MoneyCapTests {
    private static let cents = Amount(micros: 70_000, unit: "USD")

    @Test(arguments: [
        (Caps(team: WindowCaps(costPerDay: cents)), Timestamp.day(2026, 3, 11)),
        (Caps(team: WindowCaps(costPerWeek: cents)), .day(2026, 3, 16)),
        (Caps(team: WindowCaps(costPerCycle: cents)), .day(2026, 4, 1)),
        (Caps(user: WindowCaps(costPerDay: cents)), .day(2026, 3, 11)),
        (Caps(user: WindowCaps(costPerWeek: cents)), .day(2026, 3, 16)),
        (Caps(user: WindowCaps(costPerCycle: cents)), .day(2026, 4, 1)),
    ])
    func `what doesn't fit waits for the window's end`(_ caps: Caps, _ end: Timestamp) async throws {
        let store = try SQLiteStore()
        let last = Timestamp(microseconds: end.microseconds - 1)
        for (number, moment) in [noon, last, last, end].enumerated() {
            let request = DataRequest.make(number, .person("person \(number)"), at: moment)
            let opened = try await store.open(request.opening(caps: caps, firstIntent: request.intent(100 + number)))
            #expect(opened.firstIntentIsDurable == (number != 2), "request \(number)")
            guard number == 2 else { continue }
            // The same over a window that was counted anew.
            #expect(try await store.intend(request.intent(110), after: []) == .capped)
        }
    }

    @Test func `a request is refused for money where no provider fits`() async throws {
        let store = try SQLiteStore()
        let caps = Caps(team: WindowCaps(costPerWeek: Self.cents))
        let first = DataRequest.make(1, .person("a b"))
        _ = try await store.open(first.opening(caps: caps, firstIntent: first.intent(11)))
        var second = DataRequest.make(2, .person("c d")).opening(caps: caps)
        second.bids = [
            .init(datum: .email, provider: "hunter", largestCost: Amount(micros: 60_000, unit: "USD")),
            .init(datum: .email, provider: "prospeo", largestCost: Amount(micros: 50_000, unit: "USD")),
        ]
        let refusal = Refusal(
            cap: "caps.team.cost_per_week",
            cost: .init(
                wouldCost: Amount(micros: 50_000, unit: "USD"), left: Amount(micros: 36_000, unit: "USD")),
            renewsAt: .day(2026, 3, 16))
        #expect(try await store.open(second).decision == .refused(refusal))
        #expect(try await store.open(second).decision == .refused(refusal), "a denied id stays denied")
        var third = DataRequest.make(3, .person("e f")).opening(caps: caps)
        third.bids = second.bids + [.init(datum: .email, provider: "tomba", largestCost: Amount(1, "tomba_credits"))]
        #expect(try await store.open(third).decision == .admitted(held: Credits(1)))
        #expect(try await store.violations() == [])
    }

    @Test func `what is had needs no provider, so money refuses nothing`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1))
        let bid = RequestOpening.Bid(datum: .email, provider: "hunter", largestCost: Amount(1, "USD"))
        var opening = DataRequest.make(2).opening(caps: Caps(prospectCost: Self.cents))
        opening.bids = [bid]
        #expect(try await store.open(opening).decision == .admitted(held: .zero))
        var fresh = DataRequest.make(3, isFresh: true).opening(caps: Caps(prospectCost: Self.cents))
        fresh.bids = [bid]
        guard case .refused(let refusal) = try await store.open(fresh).decision else {
            Issue.record("a fresh request asks, and nobody fits")
            return
        }
        #expect(refusal.bound == .cap("caps.prospect.cost") && refusal.renewsAt == nil)
    }

    @Test func `a provider that has had its calls is no reason to refuse`() async throws {
        let store = try SQLiteStore()
        var opening = DataRequest.make(1).opening(caps: Caps(providers: ["hunter": ProviderCap(callsPerDay: 0)]))
        opening.bids = [.init(datum: .email, provider: "hunter", largestCost: Amount(1, "USD"))]
        #expect(try await store.open(opening).decision == .admitted(held: Credits(1)))
    }
}
