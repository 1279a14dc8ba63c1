// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import HTTPTypes
import SQLStore
import Testing
import WaterfallEngine

/// Replies of vendors.
enum Reply {
    static func email(_ address: String = "jane.doe@example.com", _ grade: EmailStatus = .unverified)
        -> ScriptedTransport.Step
    {
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
        let world = try World(
            .standard(), providers: .standard(), ["first": [Reply.email()], "checker": [Reply.verified]])
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
            [
                "first": [.status(429, headers: [("Retry-After", "600")])], "second": [Reply.email()],
                "checker": [Reply.verified],
            ])
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
            .standard(), providers: .standard(.freeWindow(.seconds(60))),
            ["first": [Reply.lost, Reply.lost, Reply.lost]])
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
}

extension HTTPField.Name {
    fileprivate static var requestKey: HTTPField.Name { HTTPField.Name("X-Request-Key") ?? .accept }
}
