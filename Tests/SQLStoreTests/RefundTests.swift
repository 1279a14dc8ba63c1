// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct RefundTests {
    private let april = Timestamp.day(2026, 4, 1)

    @Test(arguments: Place.allCases)
    func `a hard bounce gives the credit back with the next cycle, once`(_ place: Place) async throws {
        try await place.withStore { store in
            let plan = CreditPlan(grant: Credits(10))
            try await store.buyEmail(.make(1), plan: plan)
            try await store.send(.make(10, at: noon + .days(1)))
            let notice = BounceNotice.make(20, of: 10, at: noon + .days(2))
            let claim = try await store.report(notice, plan: plan)
            #expect(claim.state == .accepted && claim.reason == .hardBounce && claim.credits == Credits(1))
            #expect(claim.dueAt == april && claim.provider == "hunter" && claim.sentAt == noon + .days(1))
            let before = try await store.balance(of: "default", plan: plan, at: noon + .days(3))
            #expect(before.available == Credits(9) && before.refundDue == Credits(1))
            #expect(try await store.report(notice, plan: plan) == claim)
            let after = try await store.balance(of: "default", plan: plan, at: april)
            #expect(after.available == Credits(11) && after.refundDue == .zero)
            #expect(try await store.claims(of: "default", limit: 9).map(\.state) == [.posted])
            let kinds = try await store.history(of: "default", limit: 20).map(\.kind)
            #expect(kinds == [.refund, .grant, .expire, .refundDue, .capture, .hold, .grant])
            // The lot that it made lasts as long as the cycle that it takes effect in.
            let may = try await store.balance(of: "default", plan: plan, at: .day(2026, 5, 1))
            #expect(may.available == Credits(10))
            #expect(try await store.violations() == [])
        }
    }

    @Test func `a refund lasts as long as the lot that paid`() async throws {
        let store = try SQLiteStore()
        let end = Timestamp.day(2026, 8, 15)
        for (number, credits, end) in [(1, 5, end), (2, 5, nil)] as [(Int, Int64, Timestamp?)] {
            try await store.grant(
                CreditGrant(
                    id: .number(number), team: "default", user: "ann", credits: Credits(credits), expiresAt: end,
                    grantedAt: noon))
        }
        try await store.buyEmail(.make(1), plan: nil)
        try await store.bounceAndRefund(plan: nil)
        let refund = try #require(try await store.grants(of: "default").first { $0.source == .refund })
        #expect(refund.expiresAt == end && refund.effectiveAt == april && refund.free == Credits(1))
    }

    @Test func `a bounced address is not had, not sent to again, and what is found instead is charged`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1))
        try await store.bounceAndRefund()
        let contact = try #require(try await store.contacts(of: "default", after: nil, limit: 1).first)
        #expect(contact.emails.map(\.status) == [.bounced] && !contact.has(.email) && contact.charged.isEmpty)
        #expect(try await store.register(.make(11, at: noon + .days(3))) == .bounced)
        let later = DataRequest.make(2, at: .day(2026, 4, 3))
        let same = try await store.buyEmail(later)
        #expect(same.charges.isEmpty && same.contact?.emails.map(\.status) == [.bounced])
        let other = try await store.buyEmail(
            .make(3, at: .day(2026, 4, 4)), .found(.verified, "j.doe@example.com", by: "prospeo"))
        #expect(other.charges.map(\.credits) == [Credits(1)])
        #expect(other.contact?.hadEmail?.address == "j.doe@example.com")
        #expect(try await store.violations() == [])
    }

    /// What keeps a bounce from being refunded.
    struct Refusal: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var reason: RefundClaim.Reason
        var access: Set<Datum> = [.email]
        var source: OutgoingMessage.Source = .weir
        /// After the request's creation.
        var sentAfter: Duration = .days(1)
        var bounce: BounceNotice.Class = .hard
        var address = "jane.doe@example.com"
    }

    @Test(arguments: [
        Refusal(testDescription: "a soft bounce", reason: .softBounce, bounce: .soft),
        Refusal(testDescription: "sent elsewhere", reason: .external, source: .external),
        Refusal(testDescription: "sent on day 31", reason: .tooLate, sentAfter: .days(30) + .microseconds(1)),
        Refusal(testDescription: "sent before it was bought", reason: .tooEarly, sentAfter: .microseconds(-1)),
        Refusal(testDescription: "a mobile was bought", reason: .notCharged, access: [.phone]),
        Refusal(testDescription: "another address", reason: .notCharged, address: "max.doe@example.com"),
    ])
    func `what is refused is kept with its reason`(_ refusal: Refusal) async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1, access: refusal.access)
        _ = try await store.open(request.opening())
        let result: Settlement.DatumResult = refusal.access == [.email] ? .email(.found()) : .phones([.found()])
        _ = try await store.settle(request.settlement([result]))
        let sentAt = noon + refusal.sentAfter
        try await store.send(.make(10, to: refusal.address, source: refusal.source, at: sentAt))
        let claim = try await store.report(
            .make(20, of: 10, refusal.bounce, address: refusal.address, at: sentAt + .days(1)), plan: .large)
        #expect(claim.state == .refused && claim.reason == refusal.reason && claim.credits == .zero)
        #expect(claim.dueAt == nil)
        let balance = try await store.balance(of: "default", plan: .large, at: .day(2026, 4, 20))
        #expect(balance.refundDue == .zero && balance.available == Credits(10_000))
        #expect(try await store.claims(of: "default", limit: 9).count == 1)
        #expect(try await store.violations() == [])
    }

    @Test func `the thirtieth day is still in time, to the microsecond`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1))
        try await store.send(.make(10, at: noon + .days(30)))
        // Whenever the report arrives.
        let claim = try await store.report(.make(20, of: 10, at: noon + .days(80)), plan: .large)
        #expect(claim.state == .accepted)
    }

    @Test func `a second bounce of a charge is refused`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1))
        try await store.send(.make(10, at: noon + .days(1)))
        try await store.send(.make(11, at: noon + .days(1)))
        #expect(try await store.report(.make(20, of: 10, at: noon + .days(2)), plan: .large).state == .accepted)
        let second = try await store.report(.make(21, of: 11, at: noon + .days(2)), plan: .large)
        #expect(second.reason == .alreadyRefunded)
        #expect(try await store.violations() == [])
    }

    @Test func `a bounce of nothing that was sent is refused, and takes the address out of use`() async throws {
        let store = try SQLiteStore()
        try await store.buyEmail(.make(1))
        let claim = try await store.report(.make(20, at: noon + .days(2)), plan: .large)
        #expect(claim.reason == .notSent)
        let contact = try #require(try await store.contacts(of: "default", after: nil, limit: 1).first)
        #expect(contact.emails.map(\.status) == [.bounced])
        // Its charge stands: it is looked for again at no credits.
        let again = try await store.buyEmail(
            .make(2, at: noon + .days(3)), .found(.verified, "j.doe@example.com", by: "prospeo"))
        #expect(again.charges.isEmpty && again.contact?.hadEmail?.address == "j.doe@example.com")
    }

    @Test func `a bounce finds its message by return path, by Message-ID, or by address`() async throws {
        for way in 0..<3 {
            let store = try SQLiteStore()
            try await store.buyEmail(.make(1))
            try await store.send(.make(10, at: noon + .days(1)))
            var notice = BounceNotice.make(20, of: way == 0 ? 10 : nil, at: noon + .days(2))
            if way < 2 { notice.address = "jane@elsewhere.example.net" }
            if way == 1 { notice.headerID = "10@mail.example.com" }
            #expect(try await store.report(notice, plan: .large).state == .accepted, "way \(way)")
        }
    }

    @Test func `what was refunded is charged for nobody else`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1, user: "ann")
        try await store.buyEmail(request)
        let caps = Caps(user: WindowCaps(creditsPerCycle: Credits(1)))
        try await store.send(.make(10, at: noon + .seconds(60)))
        _ = try await store.report(.make(20, of: 10, at: noon + .seconds(120)), plan: .large)
        // A refund gives no cap back.
        let next = DataRequest.make(2, .person("max doe"), user: "ann", at: noon + .seconds(180))
        guard case .refused(let refusal) = try await store.open(next.opening(caps: caps)).decision else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.bound == .cap("caps.user.credits_per_cycle") && refusal.left == .zero)
    }
}
