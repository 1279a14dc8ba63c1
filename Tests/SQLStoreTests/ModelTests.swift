// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// The ledger in a few lines: what the store must come to, without lots, rows or transactions.
private struct ReferenceLedger {
    struct Open {
        var request: DataRequest
        var held: [Datum: Int64]
        var settled: Set<Datum> = []
        var captured: Int64 = 0
    }

    var available: Int64 = 0
    var captured: Int64 = 0
    var had: [String: Set<Datum>] = [:]
    var open: [Open] = []
    var refused: [DataRequest] = []

    var held: Int64 { open.reduce(0) { $0 + $1.held.values.reduce(0, +) } }

    mutating func admit(_ request: DataRequest) -> Int64? {
        let person = request.prospect.fullName ?? ""
        let missing = request.access.subtracting(had[person, default: []])
        let held = Dictionary(uniqueKeysWithValues: missing.map { ($0, Self.price($0)) })
        let cost = held.values.reduce(0, +)
        guard cost <= available else {
            refused.append(request)
            return nil
        }
        available -= cost
        open.append(Open(request: request, held: held))
        return cost
    }

    /// - Returns: what is charged.
    mutating func settle(_ datum: Datum, of index: Int, isBillable: Bool) -> Int64 {
        let person = open[index].request.prospect.fullName ?? ""
        let held = open[index].held.removeValue(forKey: datum) ?? 0
        let isCharged = isBillable && !had[person, default: []].contains(datum)
        let amount = isCharged ? Self.price(datum) : 0
        available += held - amount
        captured += amount
        open[index].captured += amount
        open[index].settled.insert(datum)
        if isCharged { had[person, default: []].insert(datum) }
        return amount
    }

    mutating func close(_ index: Int) {
        available += open[index].held.values.reduce(0, +)
        open.swapAt(index, open.count - 1)
        open.removeLast()
    }

    private static func price(_ datum: Datum) -> Int64 { datum == .email ? 1 : 8 }
}

@Suite struct ModelTests {
    private static let operations =
        ProcessInfo.processInfo.environment["WEIR_MODEL_OPERATIONS"].flatMap { Int($0) } ?? 20_000
    private static let people = 400

    @Test func `random operations come to what a plain model says`() async throws {
        let seed =
            ProcessInfo.processInfo.environment["WEIR_MODEL_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 0...UInt64.max)
        let store = try SQLiteStore()
        var random = SeededGenerator(seed: seed)
        var model = ReferenceLedger()
        var next = 0
        for step in 0..<Self.operations {
            let matches: Bool
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<2: matches = try await grant(step, store, &model, &random)
            case 2..<45:
                next += 1
                matches = try await open(next, store, &model, &random)
            case 45..<50: matches = try await repeatOpening(store, model, &random)
            default: matches = try await settle(store, &model, &random)
            }
            try #require(matches, "step \(step) of seed \(seed)")
            guard step % (Self.operations / 10) == 0 || step == Self.operations - 1 else { continue }
            let balance = try await store.balance(of: "default", plan: nil, at: noon)
            try #require(
                balance.available ?? .zero == Credits(model.available) && balance.held == Credits(model.held)
                    && balance.spentThisCycle == Credits(model.captured), "step \(step) of seed \(seed)")
            try #require(try await store.violations() == [], "step \(step) of seed \(seed)")
        }
    }

    private func grant(
        _ step: Int, _ store: SQLiteStore, _ model: inout ReferenceLedger, _ random: inout SeededGenerator
    ) async throws -> Bool {
        let amount = Int64.random(in: 1...100, using: &random)
        try await store.grant(
            CreditGrant(
                id: .number(step), team: "default", user: "ann", credits: Credits(amount), grantedAt: noon))
        model.available += amount
        return true
    }

    private func open(
        _ number: Int, _ store: SQLiteStore, _ model: inout ReferenceLedger, _ random: inout SeededGenerator
    ) async throws -> Bool {
        if number == 1 {
            // Nothing limits before the first grant.
            try await store.grant(
                CreditGrant(id: .number(1 << 30), team: "default", user: "ann", credits: Credits(5), grantedAt: noon))
            model.available += 5
        }
        let access: [Set<Datum>] = [[.email], [.phone], [.email, .phone]]
        let request = DataRequest.make(
            number, .person("person \(Int.random(in: 0..<Self.people, using: &random))"),
            access: access.randomElement(using: &random) ?? [.email])
        let decision = try await store.open(request.opening(plan: nil)).decision
        if let held = model.admit(request) { return decision == .admitted(held: Credits(held)) }
        if case .refused(let refusal) = decision { return refusal.left == Credits(model.available) }
        return false
    }

    private func repeatOpening(
        _ store: SQLiteStore, _ model: ReferenceLedger, _ random: inout SeededGenerator
    ) async throws -> Bool {
        if let refused = model.refused.randomElement(using: &random) {
            guard case .refused = try await store.open(refused.opening(plan: nil)).decision else { return false }
        }
        guard let open = model.open.randomElement(using: &random) else { return true }
        guard case .admitted = try await store.open(open.request.opening(plan: nil)).decision else { return false }
        return true
    }

    private func settle(
        _ store: SQLiteStore, _ model: inout ReferenceLedger, _ random: inout SeededGenerator
    ) async throws -> Bool {
        guard let index = model.open.indices.randomElement(using: &random) else { return true }
        let request = model.open[index].request
        let person = request.prospect.fullName ?? ""
        var results: [Settlement.DatumResult] = []
        var charged: Int64 = 0
        for datum in request.access.subtracting(model.open[index].settled).sorted()
        where Int.random(in: 0..<3, using: &random) > 0 {
            if datum == .email {
                let statuses: [EmailStatus] = [.verified, .catchAll, .unverified, .guessed]
                let status = statuses.randomElement(using: &random) ?? .verified
                let isFound = Bool.random(using: &random)
                let address = "\(person.split(separator: " ").joined(separator: "."))@example.com"
                results.append(.email(isFound ? .found(status, address) : nil))
                charged += model.settle(.email, of: index, isBillable: isFound && status == .verified)
            } else {
                let status = PhoneStatus.allCases.randomElement(using: &random) ?? .noStatus
                results.append(.phones([.found("+1202555\(request.id.low % 10_000)", status: status)]))
                charged += model.settle(.phone, of: index, isBillable: status != .invalidNumber)
            }
        }
        let isLast = Int.random(in: 0..<3, using: &random) > 0
        let captured = model.open[index].captured
        let settled = try await store.settle(
            request.settlement(results, plan: nil, outcome: isLast ? .partial : nil))
        if isLast { model.close(index) }
        return settled.captured == Credits(captured)
            && settled.charges.reduce(.zero) { $0 + $1.credits } == Credits(charged)
            && settled.available == Credits(model.available)
    }
}
