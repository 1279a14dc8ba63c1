// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct SettlingTests {
    @Test func `data are settled one by one, and the last settlement frees the rest`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1, access: [.email, .phone])
        _ = try await store.open(request.opening(firstIntent: request.intent(11)))
        let email = request.settlement([.email(.found())], attempts: [.matched(11)], outcome: nil)
        let first = try await store.settle(email)
        #expect(first.captured == Credits(1))
        #expect(first.available == Credits(9_991))
        #expect(try await store.unsettled().first?.settled == [.email])
        #expect(try await store.settle(email).captured == Credits(1))
        let last = try await store.settle(request.settlement(outcome: .partial))
        #expect(last.charges.isEmpty)
        #expect(last.captured == Credits(1))
        #expect(last.released == Credits(8))
        #expect(last.available == Credits(9_999))
        #expect(try await store.violations() == [])
    }

    @Test func `two requests that turn out to be one person charge once`() async throws {
        let store = try SQLiteStore()
        let byLink = DataRequest.make(
            1,
            Prospect(
                fullName: "Jane Doe", linkedInURL: "https://www.linkedin.com/in/janedoe",
                keys: ProspectKeys(linkedIn: "janedoe")))
        let byName = DataRequest.make(2)
        _ = try await store.open(byLink.opening())
        _ = try await store.open(byName.opening())
        let first = try await store.settle(byLink.settlement([.email(.found())]))
        let second = try await store.settle(byName.settlement([.email(.found())]))
        #expect(first.captured == Credits(1))
        #expect(second.captured == .zero)
        #expect(second.released == Credits(1))
        #expect(second.contact?.id == first.contact?.id)
        #expect(second.contact?.hadEmail != nil)
        #expect(try await store.violations() == [])
    }

    @Test func `the loser of a race gets the store's email and no other one for free`() async throws {
        let store = try SQLiteStore()
        let requests = [DataRequest.make(1), .make(2)]
        for request in requests { _ = try await store.open(request.opening()) }
        _ = try await store.settle(requests[0].settlement([.email(.found())]))
        let loser = try await store.settle(
            requests[1].settlement([.email(.found(.verified, "other@example.com"))]))
        #expect(loser.captured == .zero)
        #expect(loser.contact?.emails.map(\.address) == ["jane.doe@example.com"])
    }

    @Test func `a found mailbox identifies its person, a role mailbox no one`() async throws {
        let store = try SQLiteStore()
        let jane = try await store.buyEmail(.make(1), .found(.verified, "Jane.Doe@example.com"))
        let byMailbox = Prospect(email: "jane.doe@example.com", keys: ProspectKeys(email: "jane.doe@example.com"))
        #expect(try await store.known(byMailbox, team: "default").0?.id == jane.contact?.id)
        _ = try await store.buyEmail(.make(2, .person("max doe")), .found(.verified, "info@example.com"))
        let role = Prospect(email: "info@example.com", keys: ProspectKeys(email: "info@example.com"))
        #expect(try await store.known(role, team: "default").0 == nil)
    }

    @Test func `different LinkedIn profiles are different people`() async throws {
        let store = try SQLiteStore()
        let first = try await store.buyEmail(.make(1, .person("jane doe", linkedIn: "one")))
        let second = try await store.buyEmail(
            .make(2, .person("jane doe", linkedIn: "two")), .found(.verified, "jane2@example.com"))
        #expect(second.contact?.id != first.contact?.id)
        #expect(second.captured == Credits(1))
        let third = try await store.known(.person("jane doe", linkedIn: "two"), team: "default")
        #expect(third.0?.id == second.contact?.id)
        #expect(try await store.known(.jane, team: "default").0 == nil)
        #expect(try await store.known(.jane, team: "other").0 == nil)
    }

    @Test func `a hold that ended is made again, and without balance the value is locked`() async throws {
        let store = try SQLiteStore()
        let plan = CreditPlan(grant: Credits(1), cycle: .yearly)
        let late = DataRequest.make(1)
        _ = try await store.open(late.opening(plan: plan, holdsExpireAfter: .seconds(10)))
        let rival = DataRequest.make(2, .person("max doe"), at: noon + .seconds(20))
        #expect(try await store.open(rival.opening(plan: plan)).decision == .admitted(held: Credits(1)))
        let locked = try await store.settle(
            late.settlement([.email(.found())], plan: plan, outcome: nil, at: noon + .seconds(30)))
        #expect(locked.locked == [.email])
        #expect(locked.captured == .zero)
        #expect(locked.contact?.emails.map(\.status) == [.locked])
        #expect(locked.contact?.emails.map(\.address) == [""])
        #expect(locked.contact?.has(.email) == false)

        _ = try await store.settle(rival.settlement([.email(nil)], plan: plan, outcome: .notFound))
        let again = try await store.buyEmail(.make(3, at: noon + .seconds(60)), plan: plan)
        #expect(again.captured == Credits(1))
        #expect(again.contact?.emails.map(\.status) == [.verified])
        #expect(try await store.violations() == [])
    }

    @Test func `a hold that ended is captured anew where the balance allows it`() async throws {
        let store = try SQLiteStore()
        let late = DataRequest.make(1)
        _ = try await store.open(late.opening(holdsExpireAfter: .seconds(10)))
        _ = try await store.balance(of: "default", plan: .large, at: noon + .seconds(20))
        let history = try await store.history(of: "default", limit: 10)
        #expect(history.map(\.kind) == [.release, .hold, .grant])
        let settled = try await store.settle(late.settlement([.email(.found())], at: noon + .seconds(30)))
        #expect(settled.captured == Credits(1))
        #expect(settled.available == Credits(9_999))
        #expect(try await store.violations() == [])
    }

    @Test func `a hold does not end while a job can be polled`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1)
        _ = try await store.open(request.opening(firstIntent: request.intent(11), holdsExpireAfter: .seconds(10)))
        try await store.record([request.ticket(11, "job")])
        let later = try await store.balance(of: "default", plan: .large, at: noon + .seconds(3_600))
        #expect(later.held == Credits(1))
        let other = DataRequest.make(2, .person("max doe"))
        _ = try await store.open(other.opening(holdsExpireAfter: .seconds(10)))
        #expect(try await store.balance(of: "default", plan: .large, at: noon + .seconds(7_200)).held == Credits(1))
    }

    @Test func `attempts are kept with what they cost, called or not`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1)
        _ = try await store.open(request.opening(firstIntent: request.intent(11)))
        let attempts: [Attempt] = [
            .matched(11),
            Attempt(
                id: .number(12), capability: .email, provider: "apollo", outcome: .skipped(.missingInput),
                startedAt: noon + .seconds(1)),
            Attempt(
                id: .number(13), capability: .verifyEmail, provider: "zerobounce", outcome: .matched, isCached: true,
                httpStatus: 200, startedAt: noon + .seconds(2)),
            Attempt(
                id: .number(14), capability: .email, provider: "prospeo", outcome: .notRun,
                startedAt: noon + .seconds(3)),
        ]
        let settled = try await store.settle(request.settlement([.email(.found())], attempts: attempts))
        let contact = try #require(settled.contact)
        #expect(try await store.attempts(for: contact.id, team: "default") == attempts)
        #expect(try await store.contact(contact.id, team: "default") == contact)
        #expect(try await store.contacts(of: "default", after: nil, limit: 5) == [contact])
        #expect(try await store.contacts(of: "default", after: contact.id, limit: 5).isEmpty)
        let capture = try await store.history(of: "default", limit: 1).first
        #expect(capture?.kind == .capture)
        #expect(capture?.attempt == .number(11))
        #expect(capture?.contact == contact.id)
        #expect(capture?.request == request.id)
    }

    @Test func `a charge from a remembered answer names the attempt that was paid for`() async throws {
        let store = try SQLiteStore()
        let first = DataRequest.make(1)
        _ = try await store.open(first.opening(firstIntent: first.intent(11)))
        try await store.record([first.reply(11, ProviderReply(status: 200))])
        _ = try await store.settle(first.settlement([.email(.found(.unverified))], attempts: [.matched(11)]))
        let second = DataRequest.make(2)
        _ = try await store.open(second.opening(fingerprint: first.fingerprint))
        var cached = Attempt.matched(12)
        cached.isCached = true
        cached.cost = nil
        _ = try await store.settle(
            second.settlement([.email(.found())], attempts: [cached], fingerprint: first.fingerprint))
        let capture = try await store.history(of: "default", limit: 1).first
        #expect(capture?.kind == .capture)
        #expect(capture?.attempt == .number(11))
    }
}
