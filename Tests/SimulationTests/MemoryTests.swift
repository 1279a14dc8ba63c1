// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import SQLStore
import Testing
import WaterfallEngine

/// What is had, remembered, carried beyond a request, withheld and turned down.
struct MemoryTests {
    /// An answer that carries an email and a mobile.
    private static let both = ScriptedTransport.Step.json(
        """
        {"emails": [{"address": "jane@example.com", "grade": "unverified"}],
         "phones": [{"raw": "+12025550143"}]}
        """)

    // MARK: Memory

    @Test func `what was answered is not asked again`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [Reply.miss], "second": [Reply.email()], "checker": [Reply.verdict(.catchAll)]])
        _ = try await world.enrich(world.request())
        let again = try await world.enrich(world.request())
        #expect(world.transport.sent.count == 3)
        #expect(again.words() == ["first no_match cached", "second matched cached"])
        #expect(again.words(.verifyEmail) == ["checker matched cached"])
        #expect(again.cost.isEmpty && again.captured == .zero && again.email?.status == .catchAll)
    }

    @Test func `what is had is served from the store, and nobody is called`() async throws {
        let world = try World(
            .standard(), providers: .standard(), ["first": [Reply.email()], "checker": [Reply.verified]])
        _ = try await world.enrich(world.request())
        let again = try await world.enrich(world.request())
        #expect(world.transport.sent.count == 2)
        #expect(again.outcome == .found && again.stopped[.email] == .had)
        #expect(again.email?.value == "jane.doe@example.com" && again.email?.isNetNew == false)
        #expect(again.held == .zero && again.captured == .zero)
        #expect(again.words() == ["first not_run", "second not_run"])
    }

    @Test func `a fresh request asks anew, books its cost and charges nothing for what is had`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [Reply.email(), Reply.email()], "checker": [Reply.verified, Reply.verified]])
        _ = try await world.enrich(world.request())
        let again = try await world.enrich(world.request(isFresh: true))
        #expect(world.transport.sent.count == 4)
        #expect(again.captured == .zero && again.held == .zero && again.cost.count == 2)
        #expect(again.email?.isNetNew == false && again.email?.status == .verified)
        #expect(try await world.violations().isEmpty)
    }

    @Test func `a miss is forgotten after fourteen days, a failure at once`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [Reply.miss, Reply.miss], "second": [.status(422), Reply.miss]])
        _ = try await world.enrich(world.request())
        _ = try await world.enrich(world.request())
        #expect(world.transport.sent.map(\.provider) == ["first", "second", "second"])
        world.clock.advance(by: .days(14))
        _ = try await world.enrich(world.request())
        #expect(world.transport.count(of: "first") == 2)
    }

    // MARK: Office phones and data beyond the request

    @Test func `after each email request the office phone is looked up, free`() async throws {
        let world = try World(
            .standard(office: ["offices"]), providers: .standard(), ["offices": [Reply.office()]])
        let missed = try await world.enrich(world.request())
        #expect(missed.outcome == .notFound && missed.captured == .zero)
        #expect(missed.officePhones.map(\.raw) == ["+12025550100"])
        #expect(missed.officePhones.allSatisfy { $0.credits == .zero && $0.isNetNew })
        let other = try await world.enrich(world.request(.person(1)))
        #expect(world.transport.count(of: "offices") == 1)
        #expect(other.officePhones.map(\.raw) == ["+12025550100"])
        #expect(other.words(.officePhone) == ["offices not_run"])
    }

    @Test func `an office phone that nobody has is not looked up again for fourteen days`() async throws {
        let world = try World(.standard(office: ["offices"]), providers: .standard())
        _ = try await world.enrich(world.request())
        let other = try await world.enrich(world.request(.person(1)))
        #expect(world.transport.count(of: "offices") == 1)
        #expect(other.words(.officePhone) == ["offices no_match cached"])
        world.clock.advance(by: .days(14))
        _ = try await world.enrich(world.request(.person(2)))
        #expect(world.transport.count(of: "offices") == 2)
    }

    @Test func `a failed look-up is not the request's, and not remembered as a miss`() async throws {
        let world = try World(
            .standard(office: ["offices"]), providers: .standard(),
            ["first": [Reply.email()], "checker": [Reply.verified], "offices": [.status(422), Reply.office()]])
        let result = try await world.enrich(world.request())
        #expect(result.outcome == .found && result.officePhones.isEmpty)
        let other = try await world.enrich(world.request(.person(1)))
        #expect(other.officePhones.count == 1)
    }

    @Test func `a look-up that a cap forbids is not remembered as a miss`() async throws {
        var caps = Caps()
        caps.officePhoneCost = Amount(micros: 1, unit: "offices_credits")
        let world = try World(.standard(office: ["offices"], caps: caps), providers: .standard())
        let result = try await world.enrich(world.request())
        #expect(result.words(.officePhone) == ["offices skipped cap"])
        #expect(result.account?.officePhoneMissedAt == nil)
    }

    @Test func `a look-up in which anybody failed is not remembered as a miss`() async throws {
        let world = try World(
            .standard(office: ["offices", "second"]), providers: .standard(), ["second": [Reply.miss, .status(422)]])
        let result = try await world.enrich(world.request())
        #expect(result.words(.officePhone) == ["offices no_match", "second failed rejected_query"])
        #expect(result.account?.officePhoneMissedAt == nil)
    }

    @Test func `an answer that can't be read may have been billed, a refusal not`() async throws {
        let world = try World(
            .standard(), providers: .standard(), ["first": [.json("not json")], "second": [.status(422)]])
        let result = try await world.enrich(world.request())
        let suspected = AttemptCost(Amount(1, "first_credits"), isSuspected: true)
        #expect(result.attempts.map(\.cost) == [suspected, nil])
    }

    @Test func `an email answer that carries the mobile fills both, and nobody else is asked`() async throws {
        let world = try World(
            .standard(mobile: ["phones", "first"]), providers: .standard(),
            ["first": [Self.both], "checker": [Reply.verified]])
        let result = try await world.enrich(world.request(access: [.email, .phone]))
        #expect(result.outcome == .found)
        #expect(result.phones.map(\.raw) == ["+12025550143"] && result.phones.first?.credits == Credits(8))
        #expect(world.transport.count(of: "phones") == 0 && world.transport.count(of: "first") == 1)
        #expect(result.captured == Credits(9))
        #expect(try await world.violations().isEmpty)
    }

    @Test func `what an answer carries beyond the request stays sealed, and is served later at its price`() async throws
    {
        let world = try World(
            .standard(mobile: ["first"]), providers: .standard(), ["first": [Self.both], "checker": [Reply.verified]])
        let email = try await world.enrich(world.request())
        #expect(email.phones.isEmpty && email.contact?.phones.isEmpty == true && email.captured == Credits(1))
        let phone = try await world.enrich(world.request(access: [.phone]))
        #expect(phone.words(.mobile) == ["first matched cached"])
        #expect(phone.captured == Credits(8) && phone.cost.isEmpty)
        #expect(world.transport.count(of: "first") == 1)
        #expect(try await world.violations().isEmpty)
    }

    @Test func `several numbers are charged once, on the first`() async throws {
        let two = ScriptedTransport.Step.json(
            #"{"phones": [{"raw": "+12025550143"}, {"raw": "+12025550144", "type": "direct"}]}"#)
        let world = try World(.standard(), providers: .standard(), ["phones": [two]])
        let result = try await world.enrich(world.request(access: [.phone]))
        #expect(result.phones.map(\.credits) == [Credits(8), .zero])
        #expect(result.captured == Credits(8))
    }

    @Test func `what a new hold was refused for is withheld`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [Reply.email()], "checker": [Reply.verified], "phones": [Reply.phone()]])
        let result = try await world.run(settled: { settled in
            var settled = settled
            settled.charges = []
            settled.locked = [.email, .phone]
            return settled
        }) { engine in
            try await engine.enrich(world.request(access: [.email, .phone]))
        }
        #expect(result.email?.value == nil && result.email?.status == .locked && result.email?.credits == .zero)
        #expect(result.phones.isEmpty)
    }

    @Test func `of two requests that turn out to be one person the loser is answered from the store`() async throws {
        let world = try World(.standard(email: ["first"]), providers: .standard()) { request, count in
            guard request.pool.provider == "first" else { return Reply.verified }
            return Reply.email("jane\(count)@example.com").after(.seconds(count + 1))
        }
        var linked = Prospect.person()
        linked.linkedInURL = "https://www.linkedin.com/in/jane-doe"
        linked.keys.linkedIn = linked.linkedInURL
        let other = linked
        let (winner, loser) = try await world.run { engine in
            async let winner = engine.enrich(world.request(other))
            await world.clock.sleep(for: .milliseconds(1))
            async let loser = engine.enrich(world.request())
            return try await (winner, loser)
        }
        #expect(winner.email?.value == "jane0@example.com" && winner.captured == Credits(1))
        #expect(loser.email?.value == "jane0@example.com" && loser.email?.isNetNew == false)
        #expect(loser.captured == .zero && loser.released == Credits(1))
        #expect(try await world.violations() == [])
    }

    @Test(arguments: [(ScriptedTransport.Step.json("not json"), "malformed_reply"), (.status(302), "unavailable")])
    func `a job that was taken is never submitted again, and may have been billed`(
        step: ScriptedTransport.Step, reason: String
    ) async throws {
        let world = try World(
            .standard(email: ["jobs"]), providers: .standard() + [PlainPollingProvider("jobs", [.email])],
            ["jobs": [.json(#"{"ticket": "t1"}"#), step]])
        let result = try await world.enrich(world.request())
        #expect(world.transport.sent.map(\.request.target) == ["/submit?domain=example.com", "/result?ticket=t1"])
        #expect(result.words() == ["jobs failed \(reason)"])
        #expect(result.attempts.first?.cost?.isSuspected == true)
    }

    @Test func `a bounced address is never told again`() async throws {
        let world = try World(
            .standard(accept: AcceptPolicy(trusted: ["first"])), providers: .standard(),
            ["first": [Reply.email("jane@example.com", .verified), Reply.email("jane@example.com", .verified)]])
        _ = try await world.enrich(world.request())
        _ = try await world.store.run(sql: "UPDATE contact_email SET status = 'bounced' RETURNING 1")
        let again = try await world.enrich(world.request(isFresh: true))
        #expect(again.email == nil && again.words().first == "first rejected")
    }
}
