// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

/// Figures of a report, against a store that was filled by hand.
@Suite struct ReportStoreTests {
    private static let run = RunID(high: 3, low: 4)

    /// Jane's email was bought at noon by ann, and bounced and was refunded; Max's came of a file the next day, after
    /// a timeout, a skip and an answer from memory; joe's request for a phone found nothing; one is still open; one was
    /// refused; one address was judged on request.
    private func fill(_ store: SQLiteStore) async throws -> ContactID? {
        let jane = DataRequest.make(1, user: "ann")
        _ = try await store.open(jane.opening(firstIntent: jane.intent(11)))
        var bought = jane.settlement([.email(.found())], attempts: [.matched(11)])
        bought.stopped = [.email: .verified]
        let contact = try await store.settle(bought).contact?.id
        try await fillFile(store)
        let phone = DataRequest.make(3, .person("a b"), access: [.phone], user: "joe", at: noon + .days(2))
        _ = try await store.open(phone.opening(firstIntent: phone.intent(31, "prospeo", .mobile)))
        var missed = phone.settlement(
            [.phones([])],
            attempts: [.matched(31, "prospeo", .mobile, outcome: .noMatch, cost: Amount(0, "prospeo_credits"))],
            outcome: .notFound)
        missed.stopped = [.phone: .exhausted]
        _ = try await store.settle(missed)
        _ = try await store.open(DataRequest.make(4, .person("c d"), user: "joe", at: noon + .days(2)).opening())
        let dear = DataRequest.make(5, .person("e f"), maximumCredits: Credits(millis: 1), at: noon + .days(2))
        _ = try await store.open(dear.opening())
        try await store.send(.make(901, at: noon + .days(1)))
        _ = try await store.report(.make(902, of: 901, at: noon + .days(2)), plan: .large)
        return contact
    }

    private func fillFile(_ store: SQLiteStore) async throws {
        var max = DataRequest.make(2, .person("max doe"), user: "ann", at: noon + .days(1))
        max.origin = .csv
        max.run = Self.run
        _ = try await store.open(max.opening(firstIntent: max.intent(21)))
        var lost = Attempt.matched(21, outcome: .failed(.timedOut))
        lost.cost = AttemptCost(Amount(micros: 34_000, unit: "USD"), isSuspected: true)
        let skipped = Attempt(
            id: .number(22), capability: .email, provider: "lusha", outcome: .skipped(.missingKey),
            startedAt: noon + .days(1) + .seconds(1))
        let cached = Attempt(
            id: .number(23), capability: .email, provider: "prospeo", outcome: .matched, isCached: true,
            httpStatus: 200, startedAt: noon + .days(1) + .seconds(2))
        var settlement = max.settlement(
            [.email(.found(.verified, "max.doe@example.com", by: "prospeo"))], attempts: [lost, skipped, cached])
        settlement.stopped = [.email: .verified]
        _ = try await store.settle(settlement)
    }

    @Test(arguments: Place.allCases) func `the figures are those of what was put in`(_ place: Place) async throws {
        try await place.withStore { store in
            _ = try await fill(store)
            let figures = try await store.figures(of: "default", ReportQuery())
            #expect(figures.requests == 4 && figures.openRequests == 1 && figures.verifications == 0)
            #expect(figures.outcomes == [.found: 2, .notFound: 1])
            #expect(figures.total == (try await store.usage(of: "default", UsageQuery()).total))
            #expect(figures.total.captured == Credits(2) && figures.total.refunded == Credits(1))
            #expect(figures.days.map(\.requests) == [1, 1, 2] && figures.days[0].figures.bounces == 1)
            #expect(figures.refusals.values.reduce(0, +) == 1)
            let email = figures.chains[.email]
            #expect(email?.asked == 2 && email?.ends == [.verified: 2])
            #expect(email?.found == [.init("hunter", count: 1), .init("prospeo", count: 1)])
            #expect(email?.steps == [.init(reached: 2, found: 1, failed: 1), .init(reached: 1, found: 1)])
            #expect(figures.chains[.mobile]?.notFound == 1)
            #expect(figures.providers.map(\.provider) == ["hunter", "lusha", "prospeo", "prospeo"])
            let hunter = figures.providers[0]
            #expect(hunter.usage.calls == 2 && hunter.failures == [.timedOut: 1] && hunter.bounced == 1)
            #expect(hunter.usage.bills.first?.suspected == Amount(micros: 34_000, unit: "USD"))
            let memory = figures.providers[2]
            #expect(memory.cached == 1 && memory.usage.calls == 0 && memory.found == 1)
            #expect(figures.bounces.charged == 2 && figures.bounces.bounced == 1 && figures.bounces.refunded == 1)
            #expect(figures.bounces.due == Credits(1))
            #expect(figures.prospects.emails == [.bounced: 1, .verified: 1])
            #expect(figures.prospects.askedForPhone == 1 && figures.prospects.withPhone == 0)
        }
    }

    @Test func `a report is of a period, a user, a source, a run, a list`() async throws {
        let store = try SQLiteStore()
        let contact = try #require(try await fill(store))
        _ = try await store.edit(
            ContactEdit(.contact(contact), user: "ann", at: noon + .days(3), addedLists: ["spring"]))
        func requests(_ query: ReportQuery) async throws -> Int {
            let figures = try await store.figures(of: "default", query)
            #expect(figures.days.reduce(0) { $0 + $1.requests } == figures.requests)
            return figures.requests
        }
        #expect(try await requests(ReportQuery(since: noon + .days(1))) == 3)
        #expect(try await requests(ReportQuery(until: noon + .days(1))) == 1)
        #expect(try await requests(ReportQuery(user: "ann")) == 2)
        #expect(try await requests(ReportQuery(origin: .csv)) == 1)
        #expect(try await requests(ReportQuery(run: Self.run)) == 1)
        #expect(try await requests(ReportQuery(run: RunID(high: 3, low: 5))) == 0)
        #expect(try await requests(ReportQuery(list: "spring")) == 1)
        #expect(try await requests(ReportQuery(list: "autumn")) == 0)
        let listed = try await store.figures(of: "default", ReportQuery(list: "spring"))
        #expect(listed.bounces.bounced == 1 && listed.prospects.count == 1 && listed.refusals.isEmpty)
        // What came back later belongs to the request that it was bought by.
        let first = try await store.figures(of: "default", ReportQuery(until: noon + .days(1)))
        #expect(first.total.refunded == Credits(1) && first.total.bounces == 1)
        #expect(try await store.figures(of: "nobody", ReportQuery()) == ReportFigures())
    }
}
