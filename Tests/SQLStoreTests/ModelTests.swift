// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

@Suite struct ModelTests {
    private static let operations =
        ProcessInfo.processInfo.environment["WEIR_MODEL_OPERATIONS"].flatMap { Int($0) }
        ?? (LongTests.areWanted ? 100_000 : 5_000)
    private static let operationsOfWorld = 50
    private static let seed =
        ProcessInfo.processInfo.environment["WEIR_MODEL_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0...UInt64.max)

    /// Worlds are small, so that the whole book can be checked after each operation.
    @Test func `random operations come to what a plain model says, and every invariant holds after each`()
        async throws
    {
        let worlds = max(1, Self.operations / Self.operationsOfWorld)
        let lanes = 2
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    for number in stride(from: lane, to: worlds, by: lanes) {
                        var world = try ModelWorld(seed: Self.seed &+ UInt64(number))
                        try await world.run(operations: Self.operationsOfWorld)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// A store and its model, which do the same.
private struct ModelWorld {
    private static let people = 6
    private let seed: UInt64
    private let store: SQLiteStore
    private let plan: CreditPlan?
    private var random: SeededGenerator
    private var model: ReferenceLedger
    private var now = noon
    private var number = 0
    private var grants: [Identifier<CreditGrant>] = []
    private var refused: [DataRequest] = []

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        store = try SQLiteStore()
        let cycle = CreditPlan.Cycle.allCases.randomElement(using: &random) ?? .monthly
        plan =
            Int.random(in: 0..<3, using: &random) == 0
            ? nil
            : CreditPlan(
                grant: Credits(Int64.random(in: 0...40, using: &random)), cycle: cycle,
                anchorDay: Int.random(in: 1...31, using: &random), anchorMonth: Int.random(in: 1...12, using: &random),
                rollover: Bool.random(using: &random))
        model = ReferenceLedger(plan: plan)
    }

    mutating func run(operations: Int) async throws {
        defer { store.close() }
        for step in 0..<operations {
            let place: Comment = "step \(step) of the world of seed \(seed)"
            number += 1
            try await operate(place)
            let balance = try await store.balance(of: "default", plan: plan, at: now)
            model.advance(to: now)
            model.expireHolds(at: now)
            try #require(balance.available == model.available(at: now).map { Credits($0) }, place)
            try #require(balance.held == Credits(model.held), place)
            try #require(balance.refundDue == Credits(model.refundDue), place)
            try #require(balance.spentThisCycle == Credits(model.spent), place)
            try #require(try await store.violations() == [], place)
        }
    }

    private mutating func operate(_ place: Comment) async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<6: now = now + .seconds(Int.random(in: 0...40 * 86_400, using: &random))
        case 6..<12: now = now + .seconds(Int.random(in: 0...90_000, using: &random))
        case 12..<18: try await grant()
        case 18..<20: try await void()
        case 20..<50: try await open(place)
        case 50..<54: try await repeatOpening(place)
        case 54..<80: try await settle(place)
        case 80..<90: try await send(place)
        default: try await bounce(place)
        }
    }

    private mutating func grant() async throws {
        let lifetime = Int.random(in: 0..<3, using: &random) == 0 ? nil : Int.random(in: 1...90, using: &random)
        let delay = Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 1...20, using: &random) : 0
        let start = now + .days(delay)
        let grant = CreditGrant(
            id: .number(number), team: "default", user: "ann",
            credits: Credits(Int64.random(in: 1...20, using: &random)),
            source: Bool.random(using: &random) ? .promo : .purchase,
            priority: Int.random(in: 0..<4, using: &random) == 0 ? 50 : 100, effectiveAt: start,
            expiresAt: lifetime.map { start + .days($0) }, grantedAt: now)
        try await store.grant(grant, plan: plan)
        model.grant(grant)
        grants.append(grant.id)
    }

    private mutating func void() async throws {
        guard let grant = grants.randomElement(using: &random) else { return }
        let voiding = GrantVoiding(grant: grant, team: "default", user: "ann", at: now)
        #expect(try await store.void(voiding, plan: plan))
        model.void(grant, at: now)
    }

    private mutating func open(_ place: Comment) async throws {
        let access: [Set<Datum>] = [[.email], [.email], [.phone], [.email, .phone]]
        let request = DataRequest.make(
            number, .person("person \(Int.random(in: 0..<Self.people, using: &random))"),
            access: access.randomElement(using: &random) ?? [.email], at: now)
        let opening = request.opening(plan: plan)
        let decision = try await store.open(opening).decision
        if let held = model.admit(request, holdsFor: .days(1)) {
            try #require(decision == .admitted(held: Credits(held)), place)
        } else {
            guard case .refused(let refusal) = decision else {
                Issue.record(place)
                return
            }
            let left = model.available(at: now).map { Credits($0) }
            try #require(refusal.bound == .balance && refusal.left == left, place)
            refused.append(request)
        }
    }

    private mutating func repeatOpening(_ place: Comment) async throws {
        if let request = refused.randomElement(using: &random) {
            guard case .refused = try await store.open(request.opening(plan: plan)).decision else {
                Issue.record("a refused request was admitted: \(place)")
                return
            }
        }
        if let open = model.open.randomElement(using: &random) {
            guard case .admitted = try await store.open(open.request.opening(plan: plan)).decision else {
                Issue.record("an admitted request was refused: \(place)")
                return
            }
        }
    }

    private mutating func settle(_ place: Comment) async throws {
        guard let index = model.open.indices.randomElement(using: &random) else { return }
        let open = model.open[index]
        let person = model.name(open.request)
        var results: [Settlement.DatumResult] = []
        var charged: Int64 = 0
        for datum in open.request.access.subtracting(open.settled).sorted()
        where Int.random(in: 0..<4, using: &random) > 0 {
            if datum == .email {
                let address = Int.random(in: 0..<4, using: &random) == 0 ? nil : address(of: person)
                let isVerified = Int.random(in: 0..<4, using: &random) > 0
                results.append(.email(address.map { .found(isVerified ? .verified : .unverified, $0) }))
                charged += model.settleEmail(address, isVerified: isVerified, of: index, at: now) ?? 0
            } else {
                let status = PhoneStatus.allCases.randomElement(using: &random) ?? .noStatus
                results.append(.phones([.found("+1202555\(1_000 + number % 9_000)", status: status)]))
                charged += model.settlePhone(isUsable: status != .invalidNumber, of: index, at: now) ?? 0
            }
        }
        let isLast = Int.random(in: 0..<3, using: &random) > 0
        let captured = model.open[index].captured
        let settled = try await store.settle(
            open.request.settlement(results, plan: plan, outcome: isLast ? .partial : nil, at: now))
        model.advance(to: now)
        if isLast { model.close(index) }
        try #require(settled.captured == Credits(captured), place)
        try #require(settled.charges.reduce(.zero) { $0 + $1.credits } == Credits(charged), place)
    }

    /// The first address of a person that has not bounced; now and then one that has.
    private mutating func address(of person: String) -> String {
        let name = person.split(separator: " ").joined(separator: ".")
        let bounced = model.people[person]?.emails.filter { $0.value == .bounced }.count ?? 0
        let version = bounced > 0 && Int.random(in: 0..<4, using: &random) == 0 ? 0 : bounced
        return "\(name).\(version)@example.com"
    }

    private mutating func send(_ place: Comment) async throws {
        let person = "person \(Int.random(in: 0..<Self.people, using: &random))"
        let message = OutgoingMessage.make(
            number, to: address(of: person), source: Int.random(in: 0..<5, using: &random) == 0 ? .external : .weir,
            at: now)
        let decision = try await store.register(message)
        try #require((decision == .registered) == model.register(message, of: person), place)
        if decision == .registered, message.source == .weir {
            try await store.conclude(message.id, team: "default", state: .sent, reply: nil)
        }
    }

    private mutating func bounce(_ place: Comment) async throws {
        guard let message = model.messages.randomElement(using: &random) else { return }
        let kind: BounceNotice.Class = Int.random(in: 0..<4, using: &random) == 0 ? .soft : .hard
        let notice = BounceNotice.make(
            number, of: Int(message.message.id.low & 0xFFFF_FFFF), kind,
            address: message.message.address, at: now)
        let claim = try await store.report(notice, plan: plan)
        let reason = model.report(notice, of: message)
        try #require(claim.reason == reason, place)
        try #require((claim.state == .refused) == (reason != .hardBounce), place)
    }
}
