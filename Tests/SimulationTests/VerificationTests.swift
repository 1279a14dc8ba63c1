// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import SQLStore
import Testing
import WaterfallEngine

/// Verifying an address that the user supplies: the last rows of the table of `semantics.md`, 5.
struct VerificationTests {
    private static let address = "jane@example.com"

    private static func settings(
        _ verifiers: ProviderID..., accept: AcceptPolicy = AcceptPolicy(),
        plan: CreditPlan? = CreditPlan(grant: Credits(1_000)), caps: Caps = Caps()
    ) -> EngineSettings {
        var settings = EngineSettings.standard(accept: accept, plan: plan, caps: caps)
        settings.chains[.verifyEmail] = Chain(verifiers.map { ChainStep($0) })
        return settings
    }

    private static let verifiers: [any Provider] =
        .standard() + [PlainProvider("other", [.verifyEmail])]

    private func world(
        _ script: [ProviderID: [ScriptedTransport.Step]], settings: EngineSettings = settings("checker"),
        store: SQLiteStore? = nil, seed: UInt64 = 1
    ) throws -> World {
        try World(settings, providers: Self.verifiers, store: store, seed: seed, script)
    }

    // MARK: What is charged

    @Test(arguments: [(EmailStatus.verified, VerdictReason.mailboxExists), (.invalid, .mailboxNotFound)])
    func `a definite verdict costs the price of a verification, and is kept beside the address`(
        _ status: EmailStatus, _ reason: VerdictReason
    ) async throws {
        let world = try world(["checker": [Reply.verdict(status, reason)]])
        let result = try await world.verify(Self.address)
        #expect(result.outcome == .found && result.stopped == .accepted)
        #expect(result.verdict?.status == status && result.verdict?.reason == reason)
        #expect(result.verdict?.verifiedBy == "checker" && result.verdict?.isNetNew == true)
        #expect(result.held == Credits(1) && result.captured == Credits(1) && result.released == .zero)
        #expect(result.verdict?.credits == Credits(1) && result.available == Credits(999))
        #expect(result.words == ["checker matched"] && result.cost.map(\.description) == ["1 checker_credits"])
        let email = result.contact?.emails.first
        #expect(email?.address == Self.address && email?.status == .userManaged)
        #expect(email?.verdict?.verdict == EmailVerdict(status, reason) && email?.verdict?.verifiedBy == "checker")
        #expect(result.contact?.has(.email) == false && result.account?.domain == "example.com")
        #expect(try await world.violations() == [])
    }

    @Test(arguments: [(EmailStatus.catchAll, RequestOutcome.partial), (.unverified, .notFound)])
    func `a verdict that settles nothing costs nothing`(
        _ status: EmailStatus, _ outcome: RequestOutcome
    ) async throws {
        for catchAll in AcceptPolicy.CatchAll.allCases {
            let settings = Self.settings("checker", accept: AcceptPolicy(catchAll: catchAll))
            let world = try world(["checker": [Reply.verdict(status, .policyRefused)]], settings: settings)
            let result = try await world.verify(Self.address)
            #expect(result.outcome == outcome && result.stopped == .exhausted)
            #expect(result.verdict?.status == status && result.verdict?.reason == .policyRefused)
            #expect(result.held == Credits(1) && result.captured == .zero && result.released == Credits(1))
            #expect(result.contact?.emails.first?.verdict?.verdict.status == status)
            #expect(try await world.violations() == [])
        }
    }

    @Test(arguments: [(EmailStatus.verified, 30), (.invalid, 90)])
    func `a verdict that holds is told from the store, and paid for again from the moment that it doesn't`(
        _ status: EmailStatus, _ days: Int
    ) async throws {
        let world = try world(["checker": [Reply.verdict(status), Reply.verdict(status)]])
        let first = try await world.verify(Self.address)
        world.clock.advance(by: .days(days) - .microseconds(1))
        let again = try await world.verify(Self.address)
        #expect(again.stopped == .had && again.outcome == .found && again.words == ["checker matched cached"])
        #expect(again.verdict?.status == status && again.verdict?.isNetNew == false)
        #expect(again.verdict?.judgedAt == first.verdict?.judgedAt)
        #expect(again.held == .zero && again.captured == .zero && again.verdict?.credits == .zero)
        #expect(world.transport.sent.count == 1 && again.contact?.id == first.contact?.id)
        world.clock.advance(by: .microseconds(1))
        let later = try await world.verify(Self.address)
        #expect(later.stopped == .accepted && later.captured == Credits(1) && world.transport.sent.count == 2)
        #expect(try await world.violations() == [])
    }

    @Test func `a verdict on a chain's own candidate is told at no cost while it holds`() async throws {
        let world = try world([
            "first": [Reply.email(Self.address), Reply.miss], "checker": [Reply.verified, Reply.verified],
        ])
        _ = try await world.enrich(world.request())
        let result = try await world.verify(Self.address)
        #expect(result.stopped == .had && result.held == .zero && result.captured == .zero)
        #expect(world.transport.count(of: "checker") == 1)
        let kept = result.contact?.emails.first
        #expect(kept?.status == .verified && kept?.verdict?.verdict.status == .verified)
        let fresh = try await world.verify(Self.address, isFresh: true)
        #expect(fresh.captured == .zero && world.transport.count(of: "checker") == 2)
        #expect(try await world.violations() == [])
    }

    @Test func `asked afresh, verifiers are paid and the team is not charged`() async throws {
        let world = try world(["checker": [Reply.verified, Reply.verdict(.invalid, .mailboxDisabled)]])
        _ = try await world.verify(Self.address)
        let fresh = try await world.verify(Self.address, isFresh: true)
        #expect(fresh.verdict?.status == .invalid && fresh.verdict?.isNetNew == false)
        #expect(fresh.held == .zero && fresh.captured == .zero && fresh.cost.count == 1)
        #expect(fresh.contact?.emails.first?.verdict?.verdict.status == .invalid)
        #expect(try await world.captured() == Credits(1))
        #expect(try await world.violations() == [])
    }

    @Test func `what was said before a verdict that has lapsed counts no more`() async throws {
        let world = try world(["checker": [Reply.verdict(.invalid), Reply.verified, Reply.verified]])
        _ = try await world.verify(Self.address)
        world.clock.advance(by: .days(10))
        _ = try await world.verify(Self.address, isFresh: true)
        world.clock.advance(by: .days(35))
        let result = try await world.verify(Self.address)
        #expect(result.verdict?.status == .verified && result.words == ["checker matched"])
        // The verdict of the first day was paid for, and holds for ninety.
        #expect(result.captured == .zero)
    }

    @Test func `a verdict that settles nothing never replaces one that was paid for`() async throws {
        let world = try world(["checker": [Reply.verified, Reply.verdict(.unverified, .greylisted)]])
        _ = try await world.verify(Self.address)
        let fresh = try await world.verify(Self.address, isFresh: true)
        #expect(fresh.verdict?.reason == .greylisted)
        #expect(fresh.contact?.emails.first?.verdict?.verdict.status == .verified)
    }

    // MARK: The chain

    @Test func `verifiers are asked in order until one is sure`() async throws {
        let world = try world(
            ["checker": [Reply.verdict(.catchAll, .catchAllDomain)], "other": [Reply.verdict(.invalid, .noMX)]],
            settings: Self.settings("checker", "other", "checker_three"))
        let result = try await world.verify(Self.address)
        #expect(result.words == ["checker matched", "other matched", "checker_three not_run"])
        #expect(result.verdict?.status == .invalid && result.verdict?.verifiedBy == "other")
    }

    @Test func `the best of what settles nothing stands`() async throws {
        let world = try world(
            ["checker": [Reply.verdict(.catchAll)], "other": [Reply.verdict(.unverified)]],
            settings: Self.settings("checker", "other"))
        let result = try await world.verify(Self.address)
        #expect(result.verdict?.status == .catchAll && result.verdict?.verifiedBy == "checker")
    }

    @Test func `a definite verdict on record comes before a verifier that was not asked`() async throws {
        let store = try SQLiteStore()
        let first = try world(["other": [Reply.verified]], settings: Self.settings("other"), store: store)
        _ = try await first.verify(Self.address)
        let second = try world([:], settings: Self.settings("checker", "other"), store: store, seed: 2)
        let result = try await second.verify(Self.address)
        #expect(result.stopped == .had && result.words == ["other matched cached", "checker not_run"])
        #expect(second.transport.sent.isEmpty)
    }

    @Test func `what was paid for is told though its verifier is none of the chain's any more`() async throws {
        let store = try SQLiteStore()
        let first = try world(["other": [Reply.verified]], settings: Self.settings("other"), store: store)
        _ = try await first.verify(Self.address)
        let second = try world([:], store: store, seed: 2)
        let result = try await second.verify(Self.address)
        #expect(result.stopped == .had && result.verdict?.status == .verified && result.captured == .zero)
        #expect(result.words == ["checker not_run"] && second.transport.sent.isEmpty)
        #expect(try await second.violations() == [])
    }

    @Test(arguments: [
        (VerdictReason.greylisted, false), (.timeout, false), (.blockedIP, false), (.portBlocked, false),
        (.noPTR, false), (.temporaryError, false), (.connectionFailed, false), (.policyRefused, true),
        (.unspecified, true),
    ])
    func `what may be over at the next try is not remembered`(_ reason: VerdictReason, _ isKept: Bool) async throws {
        let world = try world(["checker": [Reply.verdict(.unverified, reason), Reply.verified]])
        _ = try await world.verify(Self.address)
        let again = try await world.verify(Self.address)
        #expect(again.words == [isKept ? "checker no_match cached" : "checker matched"])
        #expect(again.captured == (isKept ? .zero : Credits(1)))
        world.clock.advance(by: .days(1))
        #expect(try await world.verify(Self.address).verdict?.status == .verified)
    }

    @Test func `verifiers that are down are a failure, and cost nothing`() async throws {
        let world = try world(["checker": [.status(422)]])
        let result = try await world.verify(Self.address)
        #expect(result.outcome == .failed && result.stopped == .failed)
        #expect(result.verdict?.status == .unverified && result.verdict?.reason == .verifierDown)
        #expect(result.captured == .zero && result.released == Credits(1))
    }

    @Test func `without verifiers nothing is known, and without a chain nothing is taken`() async throws {
        let empty = try world([:], settings: Self.settings())
        let result = try await empty.verify(Self.address)
        #expect(result.outcome == .failed && result.verdict?.reason == .notVerified && result.captured == .zero)
        var settings = Self.settings()
        settings.chains[.verifyEmail] = nil
        let world = try world([:], settings: settings)
        await #expect(throws: EngineError.notConfigured(.verifyEmail)) { try await world.verify(Self.address) }
    }

    // MARK: Bounds

    @Test func `a balance that is used up refuses a new verdict, and none that is had`() async throws {
        let world = try world(
            ["checker": [Reply.verified]], settings: Self.settings("checker", plan: CreditPlan(grant: Credits(1))))
        _ = try await world.verify(Self.address)
        let refused = try await world.verify("max@example.com")
        #expect(refused.outcome == .refused && refused.stopped == .refused && refused.verdict == nil)
        #expect(refused.refusal?.bound == .balance && refused.refusal?.wouldCost == Credits(1))
        #expect(refused.attempts.isEmpty && refused.contact == nil)
        #expect(try await world.verify(Self.address).stopped == .had)
        #expect(world.transport.sent.count == 1)
        #expect(try await world.violations() == [])
    }

    @Test func `caps refuse, one on money where nobody fits`() async throws {
        let none = Caps(user: WindowCaps(creditsPerDay: .zero))
        let world = try world([:], settings: Self.settings("checker", caps: none))
        #expect(try await world.verify(Self.address).refusal?.bound == .cap("caps.user.credits_per_day"))
        let other = try await world.verify(Self.address, maximumCredits: .zero)
        #expect(other.refusal?.bound == .cap("max_credits"))
        let caps = Caps(prospectCost: Amount(micros: 1, unit: "checker_credits"))
        let money = try self.world([:], settings: Self.settings("checker", caps: caps))
        let capped = try await money.verify(Self.address)
        #expect(capped.refusal?.bound == .cap("caps.prospect.cost") && capped.outcome == .refused)
        #expect(capped.refusal?.cost?.left == Amount(micros: 1, unit: "checker_credits"))
        #expect(money.transport.sent.isEmpty && capped.held == .zero)
    }

    // MARK: At once

    @Test func `requests for one address in flight are one piece of work, and one charge`() async throws {
        let world = try world(["checker": [Reply.verified.after(.seconds(2))]])
        let (one, two) = try await world.run { engine in
            async let one = engine.verify(world.verification(Self.address))
            async let two = engine.verify(world.verification(Self.address))
            return try await (one, two)
        }
        #expect(world.transport.sent.count == 1)
        #expect([one, two].map { $0.verdict?.status } == [.verified, .verified])
        #expect([one, two].map(\.captured).sorted() == [.zero, Credits(1)])
        #expect([one, two].count { $0.verdict?.isNetNew == true } == 1)
    }

    @Test func `requests that run apart for one address are charged once`() async throws {
        let world = try world(["checker": [Reply.verified.after(.seconds(2)), Reply.verified.after(.seconds(3))]])
        let (one, two) = try await world.run { engine in
            async let one = engine.verify(world.verification(Self.address, user: "ann"))
            async let two = engine.verify(world.verification(Self.address, user: "max"))
            return try await (one, two)
        }
        #expect(world.transport.sent.count == 2)
        #expect([one, two].map(\.captured).sorted() == [.zero, Credits(1)])
        #expect([one, two].map(\.released).sorted() == [.zero, Credits(1)])
        #expect(one.contact?.id == two.contact?.id)
        #expect(try await world.violations() == [])
    }

    @Test func `two addresses of one mailbox have a verdict each, on one contact`() async throws {
        let world = try world(["checker": [Reply.verified, Reply.verdict(.invalid)]])
        let (one, two) = try await world.run { engine in
            async let one = engine.verify(world.verification("jane+a@gmail.com"))
            async let two = engine.verify(world.verification("jane+b@gmail.com"))
            return try await (one, two)
        }
        #expect(world.transport.sent.count == 2)
        #expect([one, two].map(\.captured) == [Credits(1), Credits(1)])
        #expect(one.contact?.id == two.contact?.id && one.account == nil)
    }

    @Test func `a mailbox of a function is one contact, and nobody's`() async throws {
        let world = try world(["checker": [Reply.verified, Reply.verified]])
        let first = try await world.verify("info@example.com")
        let had = try await world.verify("info@example.com")
        world.clock.advance(by: .days(31))
        let later = try await world.verify("info@example.com")
        #expect(Set([first, had, later].map { $0.contact?.id }).count == 1)
        #expect([first, had, later].map(\.captured) == [Credits(1), .zero, Credits(1)])
        #expect(try await world.store.contacts(of: "default", after: nil, limit: 9).count == 1)
        #expect(try await world.violations() == [])
    }

    // MARK: Ends

    @Test func `a cancelled verification lets what is paid for finish, and is charged for it`() async throws {
        let world = try world(["checker": [Reply.verified.after(.seconds(3))]])
        let result = try await world.run { engine in
            let request = world.verification(Self.address)
            let work = Task(executorPreference: world.loop) { try await engine.verify(request) }
            await world.clock.sleep(for: .seconds(1))
            work.cancel()
            return try await work.value
        }
        #expect(result.verdict?.status == .verified && result.captured == Credits(1))
    }

    @Test func `a cancelled verification asks nobody any more`() async throws {
        let world = try world(
            ["checker": [Reply.verdict(.unverified).after(.seconds(3))]],
            settings: Self.settings("checker", "other"))
        let result = try await world.run { engine in
            let request = world.verification(Self.address)
            let work = Task(executorPreference: world.loop) { try await engine.verify(request) }
            await world.clock.sleep(for: .seconds(1))
            work.cancel()
            return try await work.value
        }
        #expect(result.words == ["checker no_match", "other not_run"] && result.stopped == .cancelled)
        #expect(result.captured == .zero && world.transport.count(of: "other") == 0)
    }

    @Test func `a verdict that a new hold was refused for is withheld`() async throws {
        let world = try world(["checker": [Reply.verified]])
        let result = try await world.run(settled: { settled in
            var settled = settled
            settled.charges = []
            settled.locked = [.verification]
            return settled
        }) { engine in try await engine.verify(world.verification(Self.address)) }
        #expect(result.verdict?.status == .locked && result.verdict?.reason == nil)
        #expect(result.verdict?.verifiedBy == nil && result.verdict?.credits == .zero)
    }
}

extension VerificationResult {
    /// `provider outcome` of each attempt.
    var words: [String] {
        attempts.map { attempt in
            let reason = attempt.outcome.reason.map { " \($0)" } ?? ""
            return "\(attempt.provider) \(attempt.outcome.word)\(reason)\(attempt.isCached ? " cached" : "")"
        }
    }
}
