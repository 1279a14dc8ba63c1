// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct RaceTests {
    @Test(arguments: Place.allCases)
    func `of ten thousand requests for five thousand credits, five thousand are admitted`(
        _ place: Place
    ) async throws {
        for round in 0..<(LongTests.areWanted ? 10 : 1) {
            try await place.withStore { store in
                let plan = CreditPlan(grant: Credits(5_000))
                let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<10_000 {
                        group.addTask {
                            let request = DataRequest.make(number, .person("person \(number)"))
                            let opened = try await store.open(request.opening(plan: plan))
                            return opened.decision == .admitted(held: Credits(1))
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(admitted == 5_000, "round \(round)")
                let balance = try await store.balance(of: "default", plan: plan, at: noon)
                #expect(balance.available == .zero && balance.held == Credits(5_000))
                #expect(try await store.violations() == [])
            }
        }
    }

    @Test(arguments: Place.allCases) func `many settlements of one person at once charge once`(_ place: Place)
        async throws
    {
        try await place.withStore { store in
            let count = 200
            for number in 0..<count {
                _ = try await store.open(DataRequest.make(number, access: [.email, .phone]).opening())
            }
            let captured = try await withThrowingTaskGroup(of: Credits.self) { group in
                for number in 0..<count {
                    group.addTask {
                        let request = DataRequest.make(number, access: [.email, .phone])
                        let results: [Settlement.DatumResult] = [.email(.found()), .phones([.found()])]
                        return try await store.settle(request.settlement(results)).captured
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(captured.filter { $0 > .zero } == [Credits(9)])
            let balance = try await store.balance(of: "default", plan: .large, at: noon + .seconds(2))
            #expect(balance.available == Credits(9_991))
            #expect(balance.held == .zero)
            #expect(try await store.contacts(of: "default", after: nil, limit: 9).count == 1)
            #expect(try await store.violations() == [])
        }
    }

    @Test func `a cancelled task settles all the same`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1)
        _ = try await store.open(request.opening())
        let captured = try await withThrowingTaskGroup(of: Credits.self) { group in
            group.addTask {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return try await store.settle(request.settlement([.email(.found())])).captured
            }
            return try await group.next()
        }
        #expect(captured == Credits(1))
    }
}
