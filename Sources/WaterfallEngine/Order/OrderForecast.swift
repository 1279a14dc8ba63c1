// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What asking a chain's providers in one order comes to, for a prospect on average.
public struct OrderForecast: Sendable, Hashable {
    /// One provider's place.
    public struct Step: Sendable, Hashable {
        public var provider: ProviderID
        /// The share of prospects that get so far.
        public var reach: Double
        /// Of those, the share for whom it ends the chain.
        public var hitRate: Double
        /// What asking it costs, in millionths of the chain's unit.
        public var cost: Double
        /// What a hit of it costs, in the same; infinite where none is expected.
        public var index: Double
        /// Answered calls on record, after exactly those before it here, and after whomever.
        public var askedHere: Int
        public var asked: Int
    }

    public var steps: [Step]
    /// In millionths of the chain's unit.
    public var costPerProspect: Double
    /// The share of prospects with a hit.
    public var hitRate: Double

    /// What a hit costs on average; nil without any.
    public var costPerHit: Double? { hitRate > 1e-9 ? costPerProspect / hitRate : nil }
}

/// How much less one order costs than another, and how sure that is.
public struct OrderSaving: Sendable, Hashable {
    /// Per prospect, in millionths of the chain's unit; below zero where it costs more.
    public var mean: Double
    /// Nine of ten draws lie between these.
    public var low: Double
    public var high: Double
    /// The share of draws in which it costs less.
    public var confidence: Double
    public var draws: Int
    public var seed: UInt64

    /// True where history says clearly that it costs less.
    public var isClear: Bool { confidence >= 0.95 && mean > 0 }
}

extension ChainModel {
    /// What an order comes to.
    ///
    /// - Parameter order: places in `steps`, each once at most.
    public func forecast(_ order: [Int]) -> OrderForecast {
        let misses = steps.count <= OrderSearch.maximumExhaustive ? OrderSearch(self).misses() : nil
        var forecast = OrderForecast(steps: [], costPerProspect: 0, hitRate: 0)
        var reach = 1.0
        var before: UInt64 = 0
        for step in order {
            let set = before | 1 << UInt64(step)
            var rate = hitRate(of: step, after: before)
            if let misses, misses[Int(before)] > 0 { rate = 1 - misses[Int(set)] / misses[Int(before)] }
            let index = index(of: step, after: before)
            let cost = isPaidByHit(step) ? rate * index : cost(of: step, after: before)
            forecast.steps.append(
                OrderForecast.Step(
                    provider: steps[step].provider, reach: reach, hitRate: rate, cost: cost, index: index,
                    askedHere: asked(step, after: before), asked: asked[step]))
            forecast.costPerProspect += reach * cost
            reach *= 1 - rate
            before = set
        }
        forecast.hitRate = 1 - reach
        return forecast
    }

    /// The cheapest order, as places in `steps`.
    public func cheapestOrder() -> [Int] { OrderSearch(self).best() }

    /// Compares two orders over drawings of what the rates may be.
    ///
    /// - Parameters:
    ///   - draws: at least 20.
    ///   - seed: the same seed gives the same interval.
    public func saving(of order: [Int], over other: [Int], draws count: Int = 1_000, seed: UInt64) -> OrderSaving {
        precondition(count >= 20, "an interval needs at least 20 draws")
        var draws = Draws(seed: seed)
        var savings: [Double] = []
        for _ in 0..<count {
            var drawn: [Drawing: (find: Double, hit: Double)] = [:]
            let old = drawnCost(of: other, &drawn, &draws)
            savings.append(old - drawnCost(of: order, &drawn, &draws))
        }
        savings.sort()
        let cheaper = savings.count { $0 > 0 }
        return OrderSaving(
            mean: forecast(other).costPerProspect - forecast(order).costPerProspect,
            low: savings[count / 20], high: savings[count - 1 - count / 20],
            confidence: Double(cheaper) / Double(count), draws: count, seed: seed)
    }

    /// One step after some others: drawn once for both orders.
    private struct Drawing: Hashable {
        var step: Int
        var before: UInt64
    }

    private func drawnCost(
        of order: [Int], _ drawn: inout [Drawing: (find: Double, hit: Double)], _ draws: inout Draws
    ) -> Double {
        var cost = 0.0
        var reach = 1.0
        var before: UInt64 = 0
        for step in order {
            let place = Drawing(step: step, before: before)
            let rates = drawn[place] ?? drawRates(of: step, after: before, &draws)
            drawn[place] = rates
            cost += reach * steps[step].cost(at: rates.find)
            reach *= 1 - rates.hit
            before |= 1 << UInt64(step)
        }
        return cost
    }
}
