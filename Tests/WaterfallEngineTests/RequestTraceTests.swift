// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

@Suite struct RequestTraceTests {
    private static func attempt(
        _ capability: Capability, _ provider: ProviderID, _ outcome: AttemptOutcome, cost: Int64 = 0,
        unit: String = "USD", isCached: Bool = false
    ) -> Attempt {
        Attempt(
            id: AttemptID(high: 0, low: 0), capability: capability, provider: provider, outcome: outcome,
            isCached: isCached, cost: cost == 0 ? nil : AttemptCost(Amount(micros: cost, unit: unit)),
            startedAt: Timestamp(microseconds: 0))
    }

    private static func email(
        _ stop: StopReason, _ attempts: Attempt...
    ) -> OrderHistory { RequestTrace(attempts, stopped: [.email: stop]).result }

    @Test func `who ended the chain has a hit, after those who had nothing`() {
        let history = Self.email(
            .verified, Self.attempt(.email, "a", .noMatch, cost: 5),
            Self.attempt(.email, "b", .rejected, cost: 7), Self.attempt(.verifyEmail, "v", .matched, cost: 3),
            Self.attempt(.email, "c", .matched, cost: 9), Self.attempt(.verifyEmail, "v", .matched, cost: 3),
            Self.attempt(.email, "d", .notRun))[.email]
        #expect(
            history.tallies == [
                .init("a"): .init(asked: 1), .init("b", after: ["a"]): .init(asked: 1, found: 1),
                .init("c", after: ["a", "b"]): .init(asked: 1, found: 1, hits: 1),
            ])
        #expect(
            history.bills == [
                .init("a", by: "a", unit: "USD"): .init(missed: 5), .init("b", by: "b", unit: "USD"): .init(found: 7),
                .init("b", by: "v", unit: "USD"): .init(verification: 3),
                .init("c", by: "c", unit: "USD"): .init(found: 9),
                .init("c", by: "v", unit: "USD"): .init(verification: 3),
            ])
    }

    @Test func `a candidate that ends nothing is found, and no hit`() {
        let history = Self.email(.exhausted, Self.attempt(.email, "a", .matched))[.email]
        #expect(history.tallies == [.init("a"): .init(asked: 1, found: 1)])
    }

    @Test func `remembered answers are no calls, and their misses still count as missed`() {
        let history = Self.email(
            .verified, Self.attempt(.email, "a", .noMatch, isCached: true), Self.attempt(.email, "b", .matched))[.email]
        #expect(history.tallies == [.init("b", after: ["a"]): .init(asked: 1, found: 1, hits: 1)])
        let cached = Self.email(
            .verified, Self.attempt(.email, "a", .noMatch), Self.attempt(.email, "b", .matched, isCached: true))[.email]
        #expect(cached.tallies == [.init("a"): .init(asked: 1)])
    }

    @Test func `a failure says nothing of what a provider knows, and is counted apart with its cost`() {
        let history = Self.email(
            .verified, Self.attempt(.email, "a", .failed(.answerLost), cost: 5),
            Self.attempt(.email, "b", .matched), Self.attempt(.email, "c", .skipped(.quota)))[.email]
        #expect(
            history.tallies == [.init("a"): .init(failed: 1), .init("b"): .init(asked: 1, found: 1, hits: 1)])
        #expect(history.bills == [.init("a", by: "a", unit: "USD"): .init(failed: 5)])
    }

    @Test func `verifiers are counted for each candidate anew`() {
        let history = Self.email(
            .verified, Self.attempt(.email, "a", .rejected), Self.attempt(.verifyEmail, "v", .noMatch),
            Self.attempt(.verifyEmail, "w", .matched, cost: 2), Self.attempt(.email, "b", .matched),
            Self.attempt(.verifyEmail, "v", .matched, cost: 1))[.verifyEmail]
        #expect(
            history.tallies == [
                .init("v"): .init(asked: 2, found: 1, hits: 1),
                .init("w", after: ["v"]): .init(asked: 1, found: 1, hits: 1),
            ])
    }

    @Test func `units are kept apart`() {
        var history = Self.email(.exhausted, Self.attempt(.email, "a", .noMatch, cost: 5))
        history.add(
            RequestTrace(
                [Self.attempt(.email, "a", .noMatch, cost: 6, unit: "a_credits")], stopped: [.email: .exhausted]))
        #expect(history[.email].billed(for: "a") == ["USD": 5, "a_credits": 6])
    }

    @Test func `a mobile that ends the chain is a hit, and an office number by being found`() {
        let history = RequestTrace(
            [
                Self.attempt(.officePhone, "o", .matched), Self.attempt(.mobile, "m", .noMatch),
                Self.attempt(.mobile, "n", .matched),
            ], stopped: [.phone: .accepted]
        ).result
        #expect(history[.mobile].total(of: "n").hits == 1 && history[.officePhone].total(of: "o").hits == 1)
    }
}
