// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import WaterfallEngine

@Suite struct OrderSearchTests {
    /// Brute force looks at the truth, which the search doesn't know. Chance hides the order of vendors that come to
    /// nearly the same, so that a long history finds the very order, and a short one an order that costs hardly more.
    @Test(arguments: [(worlds: 500, prospects: 1_000_000, found: 0.95), (worlds: 150, prospects: 20_000, found: 0.75)])
    func `the order found by history is the one that brute force finds by the truth`(
        _ worlds: Int, _ prospects: Int, _ share: Double
    ) {
        let seed: UInt64 = 20_261_127
        var (found, worst) = (0, 1.0)
        for number in 0..<worlds {
            var generator = SeededGenerator(seed: seed &+ UInt64(number))
            let world = OrderWorld(using: &generator, vendors: 3 + number % 3)
            let history = world.history(of: prospects, using: &generator)
            let order = ChainModel(world.terms, history: history).cheapestOrder()
            let ratio = world.cost(of: order) / world.cost(of: world.cheapest)
            if ratio < 1 + 1e-9 { found += 1 }
            worst = max(worst, ratio)
            #expect(ratio <= 1.02, "seed \(seed), world \(number): \(ratio) times the cheapest")
        }
        #expect(Double(found) >= share * Double(worlds), "seed \(seed): \(found) of \(worlds), worst \(worst)")
    }

    /// The search by sets comes to what looking at every order comes to.
    @Test(arguments: 0..<60)
    func `no order is cheaper by the same history than the one that is found`(_ number: Int) {
        var generator = SeededGenerator(seed: 4_000 &+ UInt64(number))
        let world = OrderWorld(using: &generator, vendors: 2 + number % 4)
        let model = ChainModel(world.terms, history: world.history(of: 500, using: &generator))
        let cost = model.forecast(model.cheapestOrder()).costPerProspect
        var least = Double.infinity
        world.forEachOrder { least = min(least, model.forecast($0).costPerProspect) }
        // Neighbours that are paid by the hit go by their price, which chance in the counts may contradict.
        #expect(cost <= least * 1.01, "world \(number)")
    }

    @Test(arguments: 0..<200)
    func `vendors paid by the hit are sorted by price whatever their rates`(_ number: Int) {
        var generator = SeededGenerator(seed: 7_000 &+ UInt64(number))
        let world = OrderWorld(using: &generator, vendors: 2 + number % 7, isPaidByHit: true)
        // From nothing on record to more than chance can move.
        let history = world.history(of: [0, 30, 300, 3_000][number % 4], using: &generator)
        let order = ChainModel(world.terms, history: history).cheapestOrder()
        let prices = order.map { world.vendors[$0].perFind }
        #expect(prices == prices.sorted(), "world \(number)")
    }

    @Test(arguments: 0..<40)
    func `where vendors have nothing to do with each other the index rule alone finds the cheapest`(_ number: Int) {
        var generator = SeededGenerator(seed: 9_000 &+ UInt64(number))
        var world = OrderWorld(using: &generator, vendors: 5)
        world.kinds = [1]
        let model = ChainModel(world.terms, history: world.history(of: 4_000_000, using: &generator))
        let byIndex = world.vendors.indices.sorted { model.index(of: $0, after: 0) < model.index(of: $1, after: 0) }
        #expect(world.cost(of: byIndex) <= world.cost(of: world.cheapest) * 1.005, "world \(number)")
    }

    @Test func `a reseller of another's data is asked last`() {
        // b knows whom a knows, and nobody else; c knows others. By their own rates b would go before c.
        var history = ChainHistory()
        history.add(.init(asked: 1_000, found: 500, hits: 500), at: .init("a"))
        history.add(.init(asked: 400, found: 196, hits: 196), at: .init("b"))
        history.add(.init(asked: 400, found: 120, hits: 120), at: .init("c"))
        history.add(.init(asked: 400, found: 4, hits: 4), at: .init("b", after: ["a"]))
        history.add(.init(asked: 400, found: 118, hits: 118), at: .init("c", after: ["a"]))
        let terms = ["a", "b", "c"].map {
            StepTerms($0, expectedRate: 0.4, perMiss: $0 == "a" ? 8_000 : 10_000, perFind: $0 == "a" ? 8_000 : 10_000)
        }
        #expect(ChainModel(terms, history: history).cheapestOrder() == [0, 2, 1])
    }

    @Test func `nothing on record keeps the order written where all are alike`() {
        let terms = ["c", "a", "b"].map { StepTerms($0, expectedRate: 0.3, perMiss: 10, perFind: 10) }
        #expect(ChainModel(terms, history: ChainHistory()).cheapestOrder() == [0, 1, 2])
    }

    @Test func `a chain too long to be searched whole is sorted by the index`() {
        let count = OrderSearch.maximumExhaustive + 8
        let terms = (0..<count).map { number in
            StepTerms(
                ProviderID(rawValue: "p\(number)"), expectedRate: 0.3, perMiss: Double(count - number), perFind: 5)
        }
        let order = ChainModel(terms, history: ChainHistory()).cheapestOrder()
        #expect(order == Array((0..<count).reversed()))
    }

    @Test func `a forecast tells reach, hits and costs of each step`() throws {
        var history = ChainHistory()
        history.add(.init(asked: 1_000_000, found: 500_000, hits: 500_000), at: .init("a"))
        history.add(.init(asked: 1_000_000, found: 500_000, hits: 250_000), at: .init("b", after: ["a"]))
        let terms = [
            StepTerms("a", perMiss: 0, perFind: 40_000),
            StepTerms("b", perMiss: 10_000, perFind: 10_000, verification: 4_000),
        ]
        let forecast = ChainModel(terms, history: history).forecast([0, 1])
        #expect(forecast.steps.map(\.reach).map { ($0 * 100).rounded() } == [100, 50])
        #expect((forecast.hitRate * 1_000).rounded() == 625)
        // Half are found for 0.04; for the other half asking costs 0.01, and half of them 0.004 more.
        #expect((forecast.costPerProspect / 100).rounded() == 260)
        #expect(forecast.steps.map { $0.index.rounded() } == [40_000, 48_000])
        #expect(forecast.steps.map(\.askedHere) == [1_000_000, 1_000_000])
    }

    @Test func `an interval is as wide as history is short, and the same for the same seed`() {
        var wide = ChainHistory()
        wide.add(.init(asked: 40, found: 10, hits: 10), at: .init("a"))
        wide.add(.init(asked: 30, found: 20, hits: 20), at: .init("b", after: ["a"]))
        wide.add(.init(asked: 20, found: 12, hits: 12), at: .init("b"))
        var narrow = ChainHistory()
        for _ in 0..<100 { narrow.add(wide) }
        let terms = ["a", "b"].map { StepTerms($0, expectedRate: 0.4, perMiss: 10_000, perFind: 10_000) }
        let short = ChainModel(terms, history: wide).saving(of: [1, 0], over: [0, 1], seed: 1)
        let long = ChainModel(terms, history: narrow).saving(of: [1, 0], over: [0, 1], seed: 1)
        #expect(long.high - long.low < (short.high - short.low) / 3)
        #expect(long.low < long.mean && long.mean < long.high && long.isClear)
        #expect(long == ChainModel(terms, history: narrow).saving(of: [1, 0], over: [0, 1], seed: 1))
    }

    @Test(arguments: [(-50.0, 1.9287498479639178e-22), (-1, 0.36787944117144233), (0, 1), (2.5, 12.182493960703473)])
    func `the exponential and the logarithm are those of mathematics`(_ power: Double, _ value: Double) {
        #expect(abs(Elementary.exponential(power) / value - 1) < 1e-13)
        #expect(abs(Elementary.logarithm(value) - power) < 1e-12)
    }

    @Test func `drawn rates lie around what is known`() {
        var draws = Draws(seed: 3)
        let rates = (0..<2_000).map { _ in draws.rate(had: 30, of: 100) }
        let mean = rates.reduce(0, +) / 2_000
        let spread = (rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2_000).squareRoot()
        #expect(abs(mean - 0.3) < 0.005 && abs(spread - 0.0456) < 0.004)
    }
}
