// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct JournalTests {
    @Test(arguments: Place.allCases) func `a request is held, asked, recorded, settled and charged`(_ place: Place)
        async throws
    {
        try await place.withStore { store in
            let request = DataRequest.make(1, access: [.email, .phone])
            let opened = try await store.open(request.opening(firstIntent: request.intent(11)))
            #expect(opened.decision == .admitted(held: Credits(9)))
            #expect(opened.firstIntentIsDurable)
            #expect(opened.contact == nil)
            #expect(try await store.intend(request.intent(12, "prospeo", .mobile), after: []) == .admitted)
            let reply = ProviderReply(status: 200, headers: ReplyHeaders([("a", "b")]), body: Array("{}".utf8))
            try await store.record([request.reply(11, reply)])
            try await store.record([request.ticket(11, "7")])

            let open = try await store.unsettled()
            #expect(open.map(\.request) == [request])
            #expect(open.first?.gate == .standard)
            #expect(open.first?.fingerprint == request.fingerprint)
            #expect(open.first?.attempts.map(\.intent) == [request.intent(11), request.intent(12, "prospeo", .mobile)])
            #expect(
                open.first?.attempts.first?.records == [
                    .reply(reply), .ticket(PollTicket(rawValue: "7"), keyMark: nil),
                ])

            let settled = try await store.settle(
                request.settlement(
                    [.email(.found()), .phones([.found()])],
                    attempts: [.matched(11), .matched(12, "prospeo", .mobile)]))
            #expect(settled.charges == [CreditGate.Charge(.email, Credits(1)), CreditGate.Charge(.phone, Credits(8))])
            #expect(settled.captured == Credits(9))
            #expect(settled.released == .zero)
            #expect(settled.available == Credits(9_991))
            #expect(settled.contact?.hadEmail?.address == "jane.doe@example.com")
            #expect(settled.contact?.hadPhones.map(\.raw) == ["+12025550143"])
            #expect(settled.account?.domain == "example.com")
            #expect(try await store.unsettled().isEmpty)
            #expect(try await store.violations() == [])
        }
    }

    @Test(arguments: Place.allCases) func `the same call twice is one change and one answer`(_ place: Place)
        async throws
    {
        try await place.withStore { store in
            let request = DataRequest.make(1)
            let opening = request.opening(firstIntent: request.intent(11))
            let first = try await store.open(opening)
            #expect(try await store.open(opening) == first)
            #expect(try await store.intend(request.intent(11), after: []) == .admitted)
            let settlement = request.settlement([.email(.found())], attempts: [.matched(11)])
            let settled = try await store.settle(settlement)
            #expect(try await store.settle(settlement) == settled)
            let balance = try await store.balance(of: "default", plan: .large, at: noon + .seconds(2))
            #expect(balance.available == Credits(9_999))
            #expect(balance.held == .zero)
        }
    }

    @Test(arguments: Place.allCases) func `the same id with another body is a conflict that changes nothing`(
        _ place: Place
    ) async throws {
        try await place.withStore { store in
            let request = DataRequest.make(1)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            var other = request
            other.prospect.title = "CTO"
            await #expect(throws: JournalError.self) { try await store.open(other.opening()) }
            await #expect(throws: JournalError.self) { try await store.intend(request.intent(11, "apollo"), after: []) }
            let kind = await #expect(throws: JournalError.self) {
                try await store.intend(DataRequest.make(9).intent(12), after: [])
            }?.kind
            #expect(kind == .conflict)
            #expect(try await store.unsettled().first?.attempts.count == 1)
        }
    }

    @Test(arguments: Place.allCases) func `a refused id never succeeds later`(_ place: Place) async throws {
        try await place.withStore { store in
            let request = DataRequest.make(1, access: [.email, .phone])
            let plan = CreditPlan(grant: Credits(5))
            let refusal = Refusal(
                bound: .balance, wouldCost: Credits(9), left: Credits(5), renewsAt: .day(2026, 4, 1))
            #expect(try await store.open(request.opening(plan: plan)).decision == .refused(refusal))
            try await store.grant(
                CreditGrant(id: .number(5), team: "default", user: "ann", credits: Credits(100), grantedAt: noon))
            #expect(try await store.open(request.opening(plan: plan)).decision == .refused(refusal))
            let next = DataRequest.make(2, access: [.email, .phone])
            #expect(try await store.open(next.opening(plan: plan)).decision == .admitted(held: Credits(9)))
            #expect(try await store.contacts(of: "default", after: nil, limit: 10).isEmpty)
        }
    }

    @Test(arguments: Place.allCases) func `an answer that was paid for is remembered`(_ place: Place) async throws {
        try await place.withStore { store in
            let request = DataRequest.make(1)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            let reply = ProviderReply(status: 200, body: Array("{}".utf8))
            try await store.record([request.reply(11, reply)])
            _ = try await store.settle(
                request.settlement([.email(nil)], attempts: [.matched(11, outcome: .noMatch)], outcome: .notFound))

            let again = DataRequest.make(2)
            let opened = try await store.open(
                again.opening(firstIntent: again.intent(12), fingerprint: request.fingerprint))
            #expect(opened.remembered.map(\.id) == [.number(11)])
            #expect(opened.remembered.first?.outcome == .noMatch)
            #expect(opened.remembered.first?.records == [.reply(reply)])
            #expect(!opened.firstIntentIsDurable)
            #expect(opened.contact != nil)
            let recalled = try await store.recall(request.fingerprint, team: "default", since: noon)
            #expect(recalled == opened.remembered)
            #expect(try await store.recall(request.fingerprint, team: "default", since: noon + .seconds(1)).isEmpty)
            #expect(try await store.calls(of: "hunter", since: noon, limit: 5) == [noon])
        }
    }

    @Test(arguments: Place.allCases) func `a company's verified mailboxes are known, and nobody else's`(
        _ place: Place
    ) async throws {
        try await place.withStore { store in
            try await store.buyEmail(.make(1), .found(.verified, "jane.doe@example.com"))
            try await store.buyEmail(.make(2, .person("john smith")), .found(.catchAll, "john.smith@example.com"))
            try await store.buyEmail(
                .make(3, .person("max muster", at: "other.example")), .found(.verified, "max@other.example"))
            try await store.buyEmail(.make(4, .person("erika muster")), .found(.verified, "emuster@example.com"))
            let known = try await store.mailboxes(at: "example.com", team: "default", limit: 10)
            #expect(known.map(\.address) == ["emuster@example.com", "jane.doe@example.com"])
            #expect(known.last?.firstName == "Jane" && known.last?.lastName == "Doe")
            #expect(try await store.mailboxes(at: "example.com", team: "default", limit: 1).count == 1)
            #expect(try await store.mailboxes(at: "example.com", team: "nobody", limit: 10).isEmpty)
        }
    }
}
