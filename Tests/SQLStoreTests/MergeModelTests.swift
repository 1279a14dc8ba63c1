// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// Merges in a few lines: whose data stand together, and what each charge was made for.
private struct ReferenceMerges {
    /// The contact that each was merged into, as it was named then.
    var winner: [Int: Int] = [:]
    /// The data that each was charged for while it stood for itself or for others.
    var charged: [Int: Set<Datum>] = [:]
    /// The data that came to each, charged or not.
    var data: [Int: Set<Datum>] = [:]
    /// Standing merges by their number.
    var standing: [Int: Int] = [:]

    func root(of person: Int) -> Int {
        var person = person
        while let next = winner[person] { person = next }
        return person
    }

    func had(by person: Int, of people: Range<Int>) -> Set<Datum> { union(data, of: person, of: people) }

    func charged(to person: Int, of people: Range<Int>) -> Set<Datum> { union(charged, of: person, of: people) }

    private func union(_ parts: [Int: Set<Datum>], of person: Int, of people: Range<Int>) -> Set<Datum> {
        let root = root(of: person)
        return people.filter { self.root(of: $0) == root }.reduce(into: []) { $0.formUnion(parts[$1, default: []]) }
    }
}

@Suite struct MergeModelTests {
    private static let operations = 1_500
    private static let people = 0..<12

    @Test func `merges, undoes and settlements come to what a plain model says`() async throws {
        let seed =
            ProcessInfo.processInfo.environment["WEIR_MODEL_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let store = try SQLiteStore()
        var model = ReferenceMerges()
        var ids: [ContactID] = []
        var spent: Int64 = 0
        for person in Self.people {
            let saved = try await store.buyEmail(.make(person + 1, .person("person \(person)")), nil)
            ids.append(try #require(saved.contact?.id))
        }
        for step in 1...Self.operations {
            let person = Int.random(in: Self.people, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<2:
                let other = Int.random(in: Self.people, using: &random)
                let (winner, loser) = (model.root(of: person), model.root(of: other))
                let merge = ContactMerge(
                    id: .number(100_000 + step), user: "ann", winner: ids[person], loser: ids[other], at: noon)
                if winner == loser {
                    await #expect(throws: JournalError.self) { try await store.merge(merge) }
                } else {
                    try await store.merge(merge)
                    model.winner[loser] = winner
                    model.standing[step] = loser
                }
            case 2..<4:
                guard let merge = model.standing.keys.sorted().randomElement(using: &random),
                    let loser = model.standing.removeValue(forKey: merge)
                else { continue }
                let isUndone = try await store.undo(.number(100_000 + merge), team: "default", user: "bob", at: noon)
                try #require(isUndone, "step \(step) of seed \(seed)")
                model.winner[loser] = nil
            default: spent += try await settle(person, step, store, &model, &random, seed: seed)
            }
            for person in Self.people where step % 10 == 0 {
                let contact = try #require(try await store.contact(ids[person], team: "default"))
                let expected = (ids[model.root(of: person)], model.charged(to: person, of: Self.people))
                try #require(
                    contact.id == expected.0 && contact.charged == expected.1, "step \(step) of seed \(seed)")
            }
        }
        #expect(try await store.violations() == [], "seed \(seed)")
        #expect(
            try await store.balance(of: "default", plan: .large, at: noon).spentThisCycle == Credits(spent),
            "seed \(seed)")
    }

    /// Asks for a datum of a person: it is charged where the union has none, to whom stands for it.
    private func settle(
        _ person: Int, _ step: Int, _ store: SQLiteStore, _ model: inout ReferenceMerges,
        _ random: inout SeededGenerator, seed: UInt64
    ) async throws -> Int64 {
        let datum: Datum = Bool.random(using: &random) ? .email : .phone
        let request = DataRequest.make(1_000 + step, .person("person \(person)"), access: [datum])
        let isHad = model.had(by: person, of: Self.people).contains(datum)
        let price: Int64 = datum == .email ? 1 : 8
        let opened = try await store.open(request.opening())
        try #require(
            opened.decision == .admitted(held: isHad ? .zero : Credits(price)), "step \(step) of seed \(seed)")
        let result: Settlement.DatumResult =
            datum == .email
            ? .email(.found(.verified, "p\(person).\(step)@example.com")) : .phones([.found("+1202555\(1_000 + step)")])
        let settled = try await store.settle(request.settlement([result]))
        try #require(settled.captured == (isHad ? .zero : Credits(price)), "step \(step) of seed \(seed)")
        let root = model.root(of: person)
        // A number that comes although one was had is kept; an email is answered from the store.
        if !isHad || datum == .phone { model.data[root, default: []].insert(datum) }
        if !isHad { model.charged[root, default: []].insert(datum) }
        return isHad ? 0 : price
    }
}
