// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

extension DataRequest {
    fileprivate static func verify(
        _ number: Int, _ address: String = "jane@example.com", at moment: Timestamp = noon
    ) -> DataRequest {
        DataRequest(
            id: .number(number), prospect: Prospect(domain: "example.com", email: address), access: [.verification],
            createdAt: moment)
    }

    fileprivate var question: QueryFingerprint { QueryFingerprint(self) }

    /// Of the request's attempt.
    private var number: Int { Int(id.low & 0xFFFF) + 1_000 }

    fileprivate func opened(
        in store: SQLiteStore, plan: CreditPlan? = .large, holdsExpireAfter: Duration = .days(1),
        hasVerdict: Bool = false
    ) async throws -> RequestOpened {
        var opening = opening(
            plan: plan, firstIntent: intent(number, "checker", .verifyEmail, fingerprint: question),
            holdsExpireAfter: holdsExpireAfter, fingerprint: question)
        opening.hasVerdict = hasVerdict
        return try await store.open(opening)
    }

    fileprivate func settled(
        in store: SQLiteStore, _ status: EmailStatus? = .verified, isKnown: Bool = false, plan: CreditPlan? = .large,
        after delay: Duration = .seconds(1)
    ) async throws -> Settled {
        let moment = createdAt + delay
        let verdict = status.map { status in
            AddressVerdict(
                verdict: EmailVerdict(status, .unspecified, suggestion: "jane.doe@example.com"), verifiedBy: "checker",
                judgedAt: createdAt,
                holdsUntil: createdAt + (CreditGate.term(of: EmailVerdict(status, .unspecified)) ?? .zero))
        }
        let attempt = Attempt.matched(
            number, "checker", .verifyEmail, outcome: status == nil ? .failed(.timedOut) : .matched)
        return try await store.settle(
            settlement(
                [.verification(verdict, isKnown: isKnown)], attempts: [attempt], plan: plan, fingerprint: question,
                at: moment))
    }
}

@Suite struct VerificationTests {
    private static let price = Credits(1)

    @Test(arguments: [
        (EmailStatus.verified as EmailStatus?, Credits(1)), (.invalid, Credits(1)), (.catchAll, .zero),
        (.unverified, .zero), (nil, .zero),
    ])
    func `a verdict is charged by its status, and kept beside the address`(
        _ status: EmailStatus?, _ charged: Credits
    ) async throws {
        try await Place.file.withStore { store in
            let request = DataRequest.verify(1)
            let opened = try await request.opened(in: store)
            #expect(opened.decision == .admitted(held: Self.price) && opened.firstIntentIsDurable)
            let settled = try await request.settled(in: store, status)
            #expect(settled.captured == charged && settled.released == Self.price - charged)
            let id = try #require(settled.contact?.id)
            let contact = try await store.contact(id, team: "default")
            #expect(contact == settled.contact && contact?.charged == [])
            #expect(contact?.emails.map(\.status) == [.userManaged])
            #expect(contact?.emails.first?.verdict?.verdict.status == status)
            #expect(contact?.emails.first?.verdict?.verdict.suggestion == status.map { _ in "jane.doe@example.com" })
            #expect(try await store.violations() == [])
        }
    }

    @Test func `settling twice is settling once`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.verify(1)
        _ = try await request.opened(in: store)
        let first = try await request.settled(in: store)
        #expect(first.charges == [CreditGate.Charge(.verification, Self.price)])
        #expect(try await request.settled(in: store) == first)
        #expect(try await store.history(of: "default", limit: 9).count { $0.kind == .capture } == 1)
        #expect(try await store.violations() == [])
    }

    @Test(arguments: [(EmailStatus.verified, 30), (.invalid, 90)])
    func `an address is paid for once while its verdict holds`(_ status: EmailStatus, _ days: Int) async throws {
        let store = try SQLiteStore()
        let first = DataRequest.verify(1)
        _ = try await first.opened(in: store)
        _ = try await first.settled(in: store, status)
        let end = noon + .days(days)
        let last = DataRequest.verify(2, at: end + .microseconds(-1))
        let opened = try await last.opened(in: store)
        #expect(opened.decision == .admitted(held: .zero) && opened.hasVerdict && !opened.firstIntentIsDurable)
        #expect(opened.contact?.emails.first?.verdict?.verdict.status == status)
        #expect(try await last.settled(in: store, status).captured == .zero)
        let next = DataRequest.verify(3, at: end)
        #expect(try await next.opened(in: store).decision == .admitted(held: Self.price))
        #expect(try await next.settled(in: store, status).captured == Self.price)
        #expect(try await store.violations() == [])
    }

    @Test func `of two requests in flight for one address the second to settle pays nothing`() async throws {
        let store = try SQLiteStore()
        let (one, two) = (DataRequest.verify(1), DataRequest.verify(2, "JANE@example.com"))
        _ = try await one.opened(in: store)
        _ = try await two.opened(in: store)
        #expect(try await two.settled(in: store).captured == Self.price)
        let loser = try await one.settled(in: store)
        #expect(loser.captured == .zero && loser.released == Self.price && loser.locked.isEmpty)
        let other = DataRequest.verify(3, "max@example.com")
        _ = try await other.opened(in: store)
        #expect(try await other.settled(in: store).captured == Self.price)
        #expect(try await store.violations() == [])
    }

    @Test func `another team pays for itself`() async throws {
        let store = try SQLiteStore()
        let one = DataRequest.verify(1)
        _ = try await one.opened(in: store)
        _ = try await one.settled(in: store)
        var two = DataRequest.verify(2)
        two.team = "other"
        #expect(try await two.opened(in: store).decision == .admitted(held: Self.price))
        #expect(try await two.settled(in: store).captured == Self.price)
        #expect(try await store.violations() == [])
    }

    @Test func `a verdict that a chain came by is not charged`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.verify(1)
        let opened = try await request.opened(in: store, hasVerdict: true)
        #expect(opened.decision == .admitted(held: .zero) && opened.hasVerdict)
        let settled = try await request.settled(in: store, isKnown: true)
        #expect(settled.captured == .zero && settled.locked.isEmpty)
        #expect(settled.contact?.emails.first?.verdict?.verdict.status == .verified)
    }

    @Test func `a verdict that came after its hold had ended is withheld without balance`() async throws {
        let store = try SQLiteStore()
        let plan = CreditPlan(grant: Credits(1), cycle: .yearly)
        let late = DataRequest.verify(1)
        _ = try await late.opened(in: store, plan: plan, holdsExpireAfter: .seconds(10))
        let rival = DataRequest.make(2, .person("max doe"), at: noon + .seconds(20))
        #expect(try await store.open(rival.opening(plan: plan)).decision == .admitted(held: Credits(1)))
        let locked = try await late.settled(in: store, plan: plan, after: .seconds(30))
        #expect(locked.locked == [.verification] && locked.captured == .zero && locked.charges.isEmpty)
        #expect(locked.contact?.emails.first?.verdict == nil)
        #expect(try await late.settled(in: store, plan: plan, after: .seconds(31)).locked == [.verification])
        // What was withheld is nothing that the team has.
        let again = DataRequest.verify(3, at: noon + .seconds(40))
        guard case .refused(let refusal) = try await again.opened(in: store, plan: plan).decision else {
            Issue.record("a verdict that was withheld is given away")
            return
        }
        #expect(refusal.wouldCost == Self.price)
        #expect(try await store.violations() == [])
    }

    @Test func `a request that is open is read back whole`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.verify(1)
        _ = try await request.opened(in: store)
        let open = try #require(try await store.unsettled().first)
        #expect(open.request == request && open.fingerprint == request.question)
        #expect(open.attempts.map(\.intent.fingerprint) == [request.question])
    }

    @Test func `what a verifier said that uses no transport is read back as it was`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.verify(1)
        _ = try await request.opened(in: store)
        for status in EmailVerdict.statuses {
            for reason in VerdictReason.allCases {
                let verdict = EmailVerdict(status, reason, suggestion: status == .invalid ? "jane@example.com" : nil)
                try await store.record([
                    RecordedReply(request: request.id, attempt: .number(1_001), content: .verdict(verdict))
                ])
                #expect(try await store.unsettled().first?.attempts.first?.records.last == .verdict(verdict))
            }
        }
    }
}
