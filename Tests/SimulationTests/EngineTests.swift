// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import HTTPTypes
import SQLStore
import Testing
import WaterfallEngine

/// Replies of vendors.
enum Reply {
    static func email(_ address: String = "jane.doe@example.com", _ grade: EmailStatus = .unverified) -> ScriptedTransport.Step {
        .json(#"{"emails": [{"address": "\#(address)", "grade": "\#(grade.rawValue)"}]}"#)
    }

    static func phone(_ raw: String = "+12025550143", _ type: PhoneType = .mobile) -> ScriptedTransport.Step {
        .json(#"{"phones": [{"raw": "\#(raw)", "type": "\#(type.rawValue)"}]}"#)
    }

    static func office(_ raw: String = "+12025550100") -> ScriptedTransport.Step {
        .json(#"{"office_phones": [{"raw": "\#(raw)", "type": "office"}]}"#)
    }

    static func verdict(_ status: EmailStatus, _ reason: VerdictReason = .unspecified) -> ScriptedTransport.Step {
        .json(#"{"status": "\#(status.rawValue)", "reason": "\#(reason.rawValue)"}"#)
    }

    static let miss = ScriptedTransport.Step.json("{}")
    static let verified = verdict(.verified, .mailboxExists)
    static let lost = ScriptedTransport.Step.fails(.interrupted, requestLeft: true)
}

extension EngineSettings {
    /// Two finders and a verifier, limited by a plan.
    static func standard(
        email: [ProviderID] = ["first", "second"], mobile: [ProviderID] = ["phones"], office: [ProviderID] = [],
        accept: AcceptPolicy = AcceptPolicy(), plan: CreditPlan? = CreditPlan(grant: Credits(1_000)),
        caps: Caps = Caps()
    ) -> EngineSettings {
        EngineSettings(
            chains: [
                .email: Chain(email.map { ChainStep($0) }), .mobile: Chain(mobile.map { ChainStep($0) }),
                .officePhone: Chain(office.map { ChainStep($0) }), .verifyEmail: Chain("checker"),
                .verifyPhone: Chain([]),
            ],
            accept: accept, plan: plan, caps: caps)
    }
}

extension [any Provider] {
    /// The providers of the standard settings, whose repeats are of one class.
    static func standard(_ repeats: RepeatClass = .recharges, limits: [RateLimit] = []) -> [any Provider] {
        [
            PlainProvider("first", [.email, .mobile, .officePhone], repeats: repeats, limits: limits),
            PlainProvider("second", [.email, .mobile, .officePhone], repeats: repeats),
            PlainProvider("phones", [.mobile], repeats: repeats),
            PlainProvider("offices", [.officePhone], repeats: repeats),
            PlainProvider("checker", [.verifyEmail], repeats: repeats),
        ]
    }
}

extension EnrichmentResult {
    /// `provider outcome` of each attempt of a capability.
    func words(_ capability: Capability = .email) -> [String] {
        attempts.filter { $0.capability == capability }.map { attempt in
            let reason = attempt.outcome.reason.map { " \($0)" } ?? ""
            return "\(attempt.provider) \(attempt.outcome.word)\(reason)\(attempt.isCached ? " cached" : "")"
        }
    }
}

/// Requests from end to end: vendors on a script, a real store, a clock that moves by itself.
struct EngineTests {
    // MARK: Outcomes and billing

    @Test func `a verified email is charged once and saved`() async throws {
        let world = try World(.standard(), providers: .standard(), ["first": [Reply.email()], "checker": [Reply.verified]])
        let result = try await world.enrich(world.request())
        #expect(result.outcome == .found)
        #expect(result.email?.value == "jane.doe@example.com" && result.email?.status == .verified)
        #expect(result.email?.credits == Credits(1) && result.email?.isNetNew == true)
        #expect(result.held == Credits(1) && result.captured == Credits(1) && result.released == .zero)
        #expect(result.available == Credits(999))
        #expect(result.words() == ["first matched", "second not_run"])
        #expect(result.words(.verifyEmail) == ["checker matched"])
        #expect(result.cost.map(\.description) == ["1 checker_credits", "1 first_credits"])
        #expect(result.contact?.hadEmail?.address == "jane.doe@example.com")
        #expect(try await world.violations().isEmpty)
    }

    @Test(arguments: [
        (Reply.miss, "first no_match"), (.status(401), "first failed unauthorized"),
        (.status(402), "first failed out_of_credits"), (.status(422), "first failed rejected_query"),
        (.json("not json"), "first failed malformed_reply"), (Reply.lost, "first failed answer_lost"),
        (.fails(.malformed, requestLeft: true), "first failed malformed_reply"),
        (.fails(.refused, requestLeft: false), "first failed rejected_query"),
    ])
    func `what is no answer goes on to the next, and is not billed`(
        step: ScriptedTransport.Step, words: String
    ) async throws {
        let world = try World(.standard(), providers: .standard(), ["first": [step], "second": [Reply.miss]])
        let result = try await world.enrich(world.request())
        #expect(result.words() == [words, "second no_match"])
        #expect(result.outcome == .notFound)
        #expect(result.captured == .zero && result.released == Credits(1) && result.available == Credits(1_000))
        #expect(try await world.violations().isEmpty)
    }

    @Test func `an address that is turned down is rejected, and its vendor's cost booked`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [Reply.email()], "checker": [Reply.verdict(.invalid, .mailboxNotFound)]])
        let result = try await world.enrich(world.request())
        #expect(result.words() == ["first rejected", "second no_match"])
        #expect(result.email == nil && result.captured == .zero)
        #expect(result.cost.map(\.description) == ["1 checker_credits", "1 first_credits"])
    }

    @Test func `a free candidate is told and kept, and not had`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [Reply.email()], "checker": [Reply.verdict(.catchAll, .catchAllDomain)]])
        let result = try await world.enrich(world.request())
        #expect(result.outcome == .partial && result.stopped[.email] == .exhausted)
        #expect(result.email?.status == .catchAll && result.email?.credits == .zero)
        #expect(result.contact?.has(.email) == false)
        #expect(result.captured == .zero)
    }

    @Test func `everyone down is failed, not not found`() async throws {
        let world = try World(.standard(), providers: .standard(), ["first": [.status(401)], "second": [.status(401)]])
        let result = try await world.enrich(world.request())
        #expect(result.outcome == .failed && result.stopped[.email] == .failed)
    }

    // MARK: Retries

    @Test(arguments: ["7", "Thu, 01 Jan 2026 00:00:07 GMT"])
    func `a throttled vendor is asked again when it said, by everyone`(wait: String) async throws {
        let world = try World(
            .standard(email: ["first"]), providers: .standard(),
            ["first": [.status(429, headers: [("Retry-After", wait)]), Reply.email()], "checker": [Reply.verified]])
        let result = try await world.run { engine in
            async let first = engine.enrich(world.request())
            await world.clock.sleep(for: .seconds(1))
            let second = try await engine.enrich(world.request(.person(1)))
            return try await (first, second)
        }
        #expect(result.0.outcome == .found)
        #expect(result.0.attempts.first?.tries == 2)
        let times = world.transport.sent.filter { $0.provider == "first" }.map(\.at)
        #expect(times.first == .zero && times.count == 3)
        #expect(times.dropFirst().allSatisfy { $0 >= .seconds(7) })
    }

    @Test func `a vendor that waits longer than there is time is given up`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [.status(429, headers: [("Retry-After", "600")])], "second": [Reply.email()], "checker": [Reply.verified]])
        let result = try await world.enrich(world.request())
        #expect(result.words() == ["first failed throttled", "second matched"])
        #expect(world.clock.uptime < .seconds(1))
    }

    @Test func `five hundreds are tried three times`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [.status(503), .status(500), .status(502), Reply.email()]])
        let result = try await world.enrich(world.request())
        #expect(world.transport.count(of: "first") == 3)
        #expect(result.words().first == "first failed unavailable")
        #expect(result.cost.isEmpty)
    }

    @Test func `what never left is tried again, whatever a repeat costs`() async throws {
        let world = try World(
            .standard(), providers: .standard(),
            ["first": [.fails(.connectFailed, requestLeft: false), Reply.email()], "checker": [Reply.verified]])
        let result = try await world.enrich(world.request())
        #expect(result.outcome == .found && result.attempts.first?.tries == 2)
    }

    @Test func `an answer that is lost is not asked for again where a repeat is billed`() async throws {
        let world = try World(.standard(), providers: .standard(.recharges), ["first": [Reply.lost, Reply.email()]])
        let result = try await world.enrich(world.request())
        #expect(world.transport.count(of: "first") == 1)
        #expect(result.words() == ["first failed answer_lost", "second no_match"])
        #expect(result.attempts.first?.cost == AttemptCost(Amount(1, "first_credits"), isSuspected: true))
    }

    @Test(arguments: [RepeatClass.free, .freeWindow(.seconds(60)), .key(.requestKey)])
    func `an answer that is lost is asked for again where a repeat is not billed`(repeats: RepeatClass) async throws {
        let world = try World(
            .standard(), providers: .standard(repeats),
            ["first": [Reply.lost, Reply.email()], "checker": [Reply.verified]])
        let result = try await world.enrich(world.request())
        #expect(result.outcome == .found)
        #expect(result.attempts.first?.cost == AttemptCost(Amount(1, "first_credits")))
        let keys = world.transport.sent.filter { $0.provider == "first" }.map { sent in
            sent.request.headers.first { $0.name.canonicalName == "x-request-key" }?.value
        }
        #expect(keys.count == 2 && keys[0] == keys[1])
        if case .key = repeats { #expect(keys[0] == result.attempts[0].id.description) }
    }

    @Test func `a lost answer whose repeats are lost too may have been billed`() async throws {
        let world = try World(
            .standard(), providers: .standard(.freeWindow(.seconds(60))), ["first": [Reply.lost, Reply.lost, Reply.lost]])
        let result = try await world.enrich(world.request())
        #expect(world.transport.count(of: "first") == 3)
        #expect(result.attempts.first?.cost?.isSuspected == true)
    }

    // MARK: Breakers

    @Test(arguments: [402, 401])
    func `a vendor without credits is not asked again, and that is said once`(status: Int) async throws {
        let world = try World(.standard(), providers: .standard()) { request, _ in
            request.pool.provider == "first" ? .status(status) : Reply.miss
        }
        let results = try await world.run { engine in
            var results: [EnrichmentResult] = []
            for number in 0..<3 { results.append(try await engine.enrich(world.request(.person(number)))) }
            return results
        }
        #expect(world.transport.count(of: "first") == 1)
        #expect(results[1].words().first == "first skipped breaker_open")
        let stops = world.observer.events.filter { event in
            if case .providerStopped = event { true } else { false }
        }
        #expect(stops.count == 1)
    }

    @Test func `a vendor that is down is left alone, and tried again by one`() async throws {
        let world = try World(.standard(), providers: .standard()) { request, count in
            request.pool.provider == "first" && count < 15 ? .status(503) : Reply.miss
        }
        let counts = try await world.run { engine in
            var counts: [Int] = []
            for number in 0..<8 {
                _ = try await engine.enrich(world.request(.person(number)))
                counts.append(world.transport.count(of: "first"))
            }
            await world.clock.sleep(for: .seconds(16))
            _ = try await engine.enrich(world.request(.person(9)))
            return counts + [world.transport.count(of: "first")]
        }
        #expect(counts == [3, 6, 9, 12, 15, 15, 15, 15, 16])
    }

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
        let world = try World(.standard(), providers: .standard(), ["first": [Reply.email()], "checker": [Reply.verified]])
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
            .standard(), providers: .standard(), ["first": [Reply.miss, Reply.miss], "second": [.status(422), Reply.miss]])
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
        let both = ScriptedTransport.Step.json(
            #"{"emails": [{"address": "jane@example.com", "grade": "unverified"}], "phones": [{"raw": "+12025550143"}]}"#)
        let world = try World(
            .standard(mobile: ["phones", "first"]), providers: .standard(), ["first": [both], "checker": [Reply.verified]])
        let result = try await world.enrich(world.request(access: [.email, .phone]))
        #expect(result.outcome == .found)
        #expect(result.phones.map(\.raw) == ["+12025550143"] && result.phones.first?.credits == Credits(8))
        #expect(world.transport.count(of: "phones") == 0 && world.transport.count(of: "first") == 1)
        #expect(result.captured == Credits(9))
        #expect(try await world.violations().isEmpty)
    }

    @Test func `what an answer carries beyond the request stays sealed, and is served later at its price`() async throws {
        let both = ScriptedTransport.Step.json(
            #"{"emails": [{"address": "jane@example.com", "grade": "unverified"}], "phones": [{"raw": "+12025550143"}]}"#)
        let world = try World(
            .standard(mobile: ["first"]), providers: .standard(), ["first": [both], "checker": [Reply.verified]])
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

extension HTTPField.Name {
    fileprivate static var requestKey: HTTPField.Name { HTTPField.Name("X-Request-Key") ?? .accept }
}
