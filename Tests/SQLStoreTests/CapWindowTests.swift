// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

/// Where the windows of caps begin and end, whose caps hold, and what a run counts.
@Suite struct CapWindowTests {
    struct Edge: Sendable, CustomTestStringConvertible {
        var what: String
        var caps: Caps
        var plan: CreditPlan?
        /// Its first request is in the window, and so is the moment before its end.
        var from: Timestamp
        var end: Timestamp

        var testDescription: String { what }
    }

    private static let day = Caps(user: WindowCaps(creditsPerDay: Credits(1)))
    private static let week = Caps(user: WindowCaps(creditsPerWeek: Credits(1)))
    private static let cycle = Caps(user: WindowCaps(creditsPerCycle: Credits(1)))

    static let edges = [
        Edge(what: "a day", caps: day, from: .day(2026, 3, 10), end: .day(2026, 3, 11)),
        Edge(what: "the 28th of February", caps: day, from: .day(2027, 2, 28), end: .day(2027, 3, 1)),
        Edge(what: "a leap day", caps: day, from: .day(2028, 2, 29), end: .day(2028, 3, 1)),
        Edge(what: "the last day of a year", caps: day, from: .day(2026, 12, 31), end: .day(2027, 1, 1)),
        Edge(what: "a week from Monday", caps: week, from: .day(2026, 3, 9), end: .day(2026, 3, 16)),
        Edge(what: "a week from its Sunday on", caps: week, from: .day(2026, 3, 15), end: .day(2026, 3, 16)),
        Edge(what: "a week over a leap day", caps: week, from: .day(2028, 2, 28), end: .day(2028, 3, 6)),
        Edge(what: "a week over a year's end", caps: week, from: .day(2026, 12, 28), end: .day(2027, 1, 4)),
        Edge(what: "a month without a plan", caps: cycle, from: .day(2028, 2, 1), end: .day(2028, 3, 1)),
        Edge(
            what: "a cycle from the 31st", caps: cycle, plan: CreditPlan(grant: Credits(9), anchorDay: 31),
            from: .day(2026, 2, 28), end: .day(2026, 3, 31)),
        Edge(
            what: "a year from the 29th of February", caps: cycle,
            plan: CreditPlan(grant: Credits(9), cycle: .yearly, anchorDay: 29, anchorMonth: 2), from: .day(2027, 2, 28),
            end: .day(2028, 2, 29)),
    ]

    @Test(arguments: edges)
    func `a cap renews at its window's end and not a microsecond earlier`(edge: Edge) async throws {
        let store = try SQLiteStore()
        let last = Timestamp(microseconds: edge.end.microseconds - 1)
        func open(_ number: Int, _ moment: Timestamp) async throws -> RequestOpened.Decision {
            let request = DataRequest.make(number, .person("person \(number)"), at: moment)
            return try await store.open(request.opening(plan: edge.plan, caps: edge.caps, holdsExpireAfter: .days(900)))
                .decision
        }
        #expect(try await open(1, edge.from) == .admitted(held: Credits(1)))
        guard case .refused(let refusal) = try await open(2, last) else {
            Issue.record("the cap was passed")
            return
        }
        #expect(refusal.left == .zero && refusal.renewsAt == edge.end)
        #expect(try await open(3, edge.end) == .admitted(held: Credits(1)))
    }

    @Test func `a user's own cap goes before that of every user, and its key says so`() async throws {
        let store = try SQLiteStore()
        let caps = Caps(
            user: WindowCaps(creditsPerDay: Credits(1), creditsPerWeek: Credits(2)),
            users: ["joe": WindowCaps(creditsPerDay: Credits(5))])
        func open(_ number: Int, _ user: String) async throws -> RequestOpened.Decision {
            try await store.open(DataRequest.make(number, .person("p \(number)"), user: user).opening(caps: caps))
                .decision
        }
        #expect(try await open(1, "ann") == .admitted(held: Credits(1)))
        #expect(try await open(2, "ann").cap == "caps.user.credits_per_day")
        for number in 3...4 { #expect(try await open(number, "joe") == .admitted(held: Credits(1))) }
        // What joe's own caps leave open is every user's.
        #expect(try await open(5, "joe").cap == "caps.user.credits_per_week")
        let wide = Caps(users: ["joe": WindowCaps(creditsPerDay: Credits(2))])
        let request = DataRequest.make(6, .person("p 6"), user: "joe")
        #expect(try await store.open(request.opening(caps: wide)).decision.cap == "team.users.joe.caps.credits_per_day")
    }

    @Test func `what two users do counts for the team together`() async throws {
        let store = try SQLiteStore()
        let caps = Caps(team: WindowCaps(creditsPerDay: Credits(2)))
        for (number, user) in ["ann", "joe", "ann"].enumerated() {
            let request = DataRequest.make(number, .person("p \(number)"), user: user)
            let decision = try await store.open(request.opening(caps: caps)).decision
            #expect(decision.cap == (number == 2 ? "caps.team.credits_per_day" : nil))
        }
    }

    @Test func `a refund gives no cap back`() async throws {
        let store = try SQLiteStore()
        let bought = DataRequest.make(1)
        try await store.buyEmail(bought)
        let message = OutgoingMessage(
            id: .number(50), team: "default", user: "default", source: .weir, address: "jane.doe@example.com",
            headerID: "m@example.com", sentAt: noon + .seconds(60))
        _ = try await store.register(message)
        try await store.conclude(message.id, team: "default", state: .sent, reply: nil)
        let claim = try await store.report(
            BounceNotice(
                id: .number(51), team: "default", user: "default", message: message.id, address: message.address,
                class: .hard, reason: "user_unknown", bouncedAt: noon + .seconds(90), receivedAt: noon + .seconds(90)),
            plan: .large)
        #expect(claim.state == .accepted)
        let next = DataRequest.make(2, .person("max doe"), at: noon + .seconds(120))
        #expect(try await store.open(next.opening(caps: Self.day)).decision.cap == "caps.user.credits_per_day")
    }

    // MARK: Runs

    private static let run = RunID.number(900)

    private func inRun(_ number: Int, _ run: RunID? = run) -> DataRequest {
        var request = DataRequest.make(number, .person("p \(number)"))
        request.run = run
        return request
    }

    @Test func `a run's caps hold over its requests and over a restart`() async throws {
        let caps = Caps(runCredits: Credits(3), runCost: Amount(micros: 120_000, unit: "USD"))
        try await withFolder { folder in
            do {
                let store = try SQLiteStore(path: folder + "/weir.db")
                defer { store.close() }
                _ = try await store.open(inRun(1).opening(caps: caps, firstIntent: inRun(1).intent(11)))
                _ = try await store.settle(
                    inRun(1).settlement([.email(.found(.verified, "1@example.com"))], attempts: [.matched(11)]))
                // A miss costs its call, and no credit.
                _ = try await store.open(inRun(2).opening(caps: caps, firstIntent: inRun(2).intent(21)))
                _ = try await store.settle(
                    inRun(2).settlement([.email(nil)], attempts: [.matched(21, outcome: .noMatch)], outcome: .notFound))
                _ = try await store.open(inRun(3).opening(caps: caps))
                #expect(try await store.intend(inRun(3).intent(31), after: []) == .admitted)
                #expect(try await store.intend(inRun(3).intent(32), after: []) == .capped)
            }
            let store = try SQLiteStore(path: folder + "/weir.db")
            defer { store.close() }
            #expect(try await store.unsettled().first?.request.run == Self.run)
            // One captured, one held, one left.
            let fourth = try await store.open(inRun(4).opening(caps: caps, firstIntent: inRun(4).intent(41)))
            #expect(fourth.decision == .admitted(held: Credits(1)) && !fourth.firstIntentIsDurable)
            let refusal = Refusal(bound: .cap("caps.run.credits"), wouldCost: Credits(1), left: .zero, renewsAt: nil)
            #expect(try await store.open(inRun(5).opening(caps: caps)).decision == .refused(refusal))
            #expect(try await store.open(inRun(6, .number(901)).opening(caps: caps)).decision.cap == nil)
            #expect(try await store.violations() == [])
        }
    }

    @Test func `a request without a run is a run of its own`() async throws {
        let store = try SQLiteStore()
        let caps = Caps(runCredits: Credits(1), runCost: Amount(micros: 70_000, unit: "USD"))
        for number in 1...3 {
            let request = inRun(number, nil)
            let opened = try await store.open(request.opening(caps: caps, firstIntent: request.intent(number * 10)))
            #expect(opened.firstIntentIsDurable)
            #expect(try await store.intend(request.intent(number * 10 + 1), after: []) == .admitted)
            #expect(try await store.intend(request.intent(number * 10 + 2), after: []) == .capped)
        }
        let dear = DataRequest.make(9, .person("dear"), access: [.email, .phone])
        #expect(try await store.open(dear.opening(caps: caps)).decision.cap == "caps.run.credits")
    }

    // MARK: What is left

    @Test func `each cap says what is used, what is left and when it renews`() async throws {
        let store = try SQLiteStore()
        let caps = Caps(
            prospectCredits: Credits(10), team: WindowCaps(costPerWeek: Amount(1, "USD")),
            user: WindowCaps(creditsPerDay: Credits(5)), providers: ["hunter": ProviderCap(callsPerDay: 3)])
        try await store.buyEmail(.make(1))
        _ = try await store.open(DataRequest.make(2, .person("a b")).opening(caps: caps))
        let states = try await store.caps(of: "default", user: "default", caps, plan: .large, at: noon + .seconds(9))
        #expect(
            states == [
                CapState(key: "caps.prospect.credits", cap: .credits(Credits(10))),
                CapState(
                    key: "caps.user.credits_per_day", cap: .credits(Credits(5)), used: .credits(Credits(2)),
                    left: .credits(Credits(3)), renewsAt: .day(2026, 3, 11)),
                CapState(
                    key: "caps.team.cost_per_week", cap: .cost(Amount(1, "USD")),
                    used: .cost(Amount(micros: 34_000, unit: "USD")), left: .cost(Amount(micros: 966_000, unit: "USD")),
                    renewsAt: .day(2026, 3, 16)),
                CapState(
                    key: "caps.providers.hunter.calls_per_day", cap: .calls(3), used: .calls(1), left: .calls(2),
                    renewsAt: .day(2026, 3, 11)),
            ])
    }
}

extension RequestOpened.Decision {
    /// The cap that refused; nil where none did.
    fileprivate var cap: String? {
        guard case .refused(let refusal) = self, case .cap(let key) = refusal.bound else { return nil }
        return key
    }
}
