// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

/// Every row of the table of `semantics.md`, 5, as far as a store sees it.
@Suite struct BillingTests {
    private let free: [EmailStatus] = [.unverified, .guessed]

    @Test(arguments: [
        (EmailStatus.verified, AcceptPolicy.CatchAll.lastResort, Credits(1) as Credits?),
        (.catchAll, .verified, Credits(millis: 250)),
        (.catchAll, .lastResort, nil), (.catchAll, .never, nil), (.unverified, .verified, nil),
        (.guessed, .verified, nil),
        (.invalid, .verified, nil),
    ])
    func `an email is charged by its status`(
        _ status: EmailStatus, _ catchAll: AcceptPolicy.CatchAll, _ price: Credits?
    ) async throws {
        let store = try SQLiteStore()
        let gate = CreditGate(
            prices: PriceList(catchAll: Credits(millis: 250)), accept: AcceptPolicy(catchAll: catchAll))
        let settled = try await store.buyEmail(.make(1), .found(status), gate: gate)
        #expect(settled.charges == (price.map { [CreditGate.Charge(.email, $0)] } ?? []))
        #expect(settled.captured == price ?? .zero)
        #expect(settled.released == Credits(1) - (price ?? .zero))
        #expect(settled.contact?.emails.map(\.status) == (status == .invalid ? [] : [status]))
        #expect(settled.contact?.has(.email) == (price != nil))
        #expect(try await store.violations() == [])
    }

    @Test func `a catch-all accepted at no price still sets the guard`() async throws {
        let store = try SQLiteStore()
        let gate = CreditGate(prices: PriceList(), accept: AcceptPolicy(catchAll: .verified))
        let first = try await store.buyEmail(.make(1), .found(.catchAll), gate: gate)
        #expect(first.charges == [CreditGate.Charge(.email, .zero)])
        #expect(first.contact?.charged == [.email])
        let again = DataRequest.make(2)
        #expect(try await store.open(again.opening(gate: gate)).decision == .admitted(held: .zero))
        #expect(try await store.violations() == [])
    }

    @Test(
        arguments: [
            ([PhoneFinding.found()], Credits(8)),
            ([.found(), .found("+12025550144")], Credits(8)),
            ([.found(type: .office)], Credits(8)),
            ([.found(status: .invalidNumber)], nil),
            ([.found("+12025550199", type: .office)], nil),
            ([], nil),
        ] as [([PhoneFinding], Credits?)])
    func `numbers are charged once, whatever their count, and only where one is usable`(
        _ phones: [PhoneFinding], _ price: Credits?
    ) async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1, access: [.phone])
        _ = try await store.open(request.opening())
        let office = OfficePhoneResult(phones: [.found("+12025550199", type: .office)], isConfirmedMiss: false)
        let settled = try await store.settle(request.settlement([.phones(phones)], officePhones: office))
        #expect(settled.captured == price ?? .zero)
        #expect(settled.contact?.has(.phone) == (price != nil))
        #expect(settled.account?.officePhones.map(\.raw) == ["+12025550199"])

        let second = DataRequest.make(2, access: [.phone])
        _ = try await store.open(second.opening())
        let again = try await store.settle(second.settlement([.phones([.found("+12025550177")])]))
        #expect(again.captured == (price == nil ? Credits(8) : .zero))
        #expect(try await store.violations() == [])
    }

    @Test func `a number of another type is kept, unbilled`() async throws {
        let store = try SQLiteStore()
        let gate = CreditGate(prices: PriceList(), accept: AcceptPolicy(phoneTypes: [.mobile]))
        let request = DataRequest.make(1, access: [.phone])
        _ = try await store.open(request.opening(gate: gate))
        let settled = try await store.settle(request.settlement([.phones([.found(type: .home)])], gate: gate))
        #expect(settled.charges.isEmpty)
        #expect(settled.contact?.phones.map(\.wasAccessed) == [false])
    }

    @Test func `office phones are never charged, and a confirmed miss is remembered`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1)
        _ = try await store.open(request.opening())
        let missed = try await store.settle(
            request.settlement(
                [.email(nil)], officePhones: OfficePhoneResult(phones: [], isConfirmedMiss: true), outcome: .notFound))
        #expect(missed.captured == .zero)
        #expect(missed.account?.officePhoneMissedAt == noon + .seconds(1))
        let next = DataRequest.make(2)
        let opened = try await store.open(next.opening())
        #expect(opened.account?.officePhoneMissedAt == noon + .seconds(1))
        let found = try await store.settle(
            next.settlement(
                [.email(nil)],
                officePhones: OfficePhoneResult(phones: [.found(type: .office)], isConfirmedMiss: false)))
        #expect(found.captured == .zero)
        #expect(found.account?.officePhones.count == 1)
        #expect(try await store.account(try #require(found.account?.id), team: "default") == found.account)
    }

    @Test func `a datum the team has costs nothing, also asked anew`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1))
        let had = DataRequest.make(2)
        let opened = try await store.open(had.opening(firstIntent: had.intent(12)))
        #expect(opened.decision == .admitted(held: .zero))
        #expect(!opened.firstIntentIsDurable)
        #expect(opened.contact?.hadEmail?.address == "jane.doe@example.com")
        #expect(try await store.settle(had.settlement()).captured == .zero)

        let fresh = DataRequest.make(3, isFresh: true)
        #expect(try await store.open(fresh.opening(firstIntent: fresh.intent(13))).firstIntentIsDurable)
        let settled = try await store.settle(
            fresh.settlement([.email(.found(.verified, "j.doe@example.com"))], attempts: [.matched(13)]))
        #expect(settled.charges.isEmpty)
        #expect(settled.contact?.emails.count == 2)
        #expect(try await store.violations() == [])
    }

    @Test func `what the user supplied is kept, never overwritten and never charged`() async throws {
        let store = try SQLiteStore()
        var prospect = Prospect.jane
        prospect.email = "jane@example.com"
        prospect.keys.email = "jane@example.com"
        let settled = try await store.buyEmail(.make(1, prospect), .found(.verified, "jane@example.com"))
        #expect(settled.captured == .zero)
        #expect(settled.contact?.emails.map(\.status) == [.userManaged])
        let other = try await store.buyEmail(.make(2, prospect), .found())
        #expect(other.captured == Credits(1))
        #expect(other.contact?.emails.map(\.status) == [.verified, .userManaged])
    }

    @Test(arguments: [RequestOutcome.notFound, .failed, .cancelled])
    func `a request that ends with nothing frees its holds`(_ outcome: RequestOutcome) async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1, access: [.email, .phone])
        _ = try await store.open(request.opening(firstIntent: request.intent(11)))
        let settled = try await store.settle(
            request.settlement(attempts: [.matched(11, outcome: .failed(.timedOut))], outcome: outcome))
        #expect(settled.released == Credits(9))
        #expect(settled.available == Credits(10_000))
        #expect(settled.contact != nil)
        #expect(try await store.violations() == [])
    }

    @Test func `a worse word never replaces a better one`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1))
        let fresh = try await store.buyEmail(.make(2, isFresh: true), .found(.unverified))
        #expect(fresh.contact?.emails.map(\.status) == [.verified])
    }

    @Test func `without a plan and without grants the ledger records and limits nothing`() async throws {
        let store = try SQLiteStore()
        let settled = try await store.buyEmail(.make(1), plan: nil)
        #expect(settled.captured == Credits(1))
        #expect(settled.available == nil)
        let open = DataRequest.make(2, .person("max doe"))
        _ = try await store.open(open.opening(plan: nil))
        let balance = try await store.balance(of: "default", plan: nil, at: noon + .seconds(2))
        #expect(balance.available == nil)
        #expect(balance.held == Credits(1))
        #expect(balance.spentThisCycle == Credits(1))
        #expect(try await store.violations() == [])
    }
}
