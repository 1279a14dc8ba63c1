// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
@testable import WaterfallEngine

struct DuplicateBudgetTests {
    private static func dollars(_ micros: Int64) -> Amount { Amount(micros: micros, unit: "USD") }

    @Test func `a thousandth of the run's cap is there for calls that are made again, and no more`() {
        let budget = DuplicateBudget(cap: Self.dollars(500_000_000))
        #expect(budget.take(Self.dollars(300_000)))
        #expect(!budget.take(Self.dollars(200_001)))
        #expect(budget.take(Self.dollars(200_000)))
        #expect(!budget.take(Self.dollars(1)))
    }

    @Test func `what an earlier process spent of it is gone`() {
        let spent = [Self.dollars(400_000), Amount(micros: 9_000_000, unit: "acme_credits")]
        let budget = DuplicateBudget(cap: Self.dollars(500_000_000), spent: spent)
        #expect(!budget.take(Self.dollars(100_001)))
        #expect(budget.take(Self.dollars(100_000)))
    }

    @Test func `without a cap, and in another unit than the cap's, nothing is made again that costs anything`() {
        let none = DuplicateBudget(cap: nil)
        #expect(!none.take(Self.dollars(1)))
        #expect(none.take(Self.dollars(0)))
        let other = DuplicateBudget(cap: Self.dollars(500_000_000))
        #expect(!other.take(Amount(micros: 1, unit: "acme_credits")))
    }

    @Test func `what costs nothing takes nothing`() {
        let budget = DuplicateBudget(cap: Self.dollars(1_000))
        for _ in 0..<10 { #expect(budget.take(Amount(micros: 0, unit: "acme_credits"))) }
        #expect(budget.take(Self.dollars(1)))
        #expect(!budget.take(Self.dollars(1)))
    }
}
