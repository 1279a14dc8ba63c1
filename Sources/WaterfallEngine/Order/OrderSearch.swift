// SPDX-License-Identifier: Apache-2.0

/// Finds the cheapest order of a chain by a model of it.
///
/// Every order comes to the same hits; what differs is who is asked in vain. Up to `maximumExhaustive` steps all orders
/// are looked at, by sets: the cost of asking some first doesn't depend on what comes after them. A longer chain is
/// sorted by the index rule, each next by its index after those before it.
struct OrderSearch {
    static let maximumExhaustive = 12

    private let model: ChainModel
    private var count: Int { model.steps.count }

    init(_ model: ChainModel) { self.model = model }

    /// The cheapest order; of two that cost the same the one nearer to the order of the model's steps.
    func best() -> [Int] {
        let order = count <= Self.maximumExhaustive ? exhaustive() : greedy()
        return sortedByPrice(order)
    }

    /// The share of prospects for whom no step of a set has anything: a function of the set alone, so that no order
    /// looks better for coming to more hits. Each set's is the mean over who is asked last, by what is on record of it.
    func misses() -> [Double] {
        var misses = [Double](repeating: 1, count: 1 << count)
        for set in misses.indices.dropFirst() {
            let bits = UInt64(set)
            var (sum, weight, ceiling) = (0.0, 0.0, 1.0)
            for last in members(of: bits) {
                let before = bits & ~(1 << UInt64(last))
                let miss = misses[Int(before)]
                ceiling = min(ceiling, miss)
                let own = Double(model.asked(last, after: before)) + 1
                sum += own * miss * (1 - model.hitRate(of: last, after: before))
                weight += own
            }
            misses[set] = min(sum / weight, ceiling)
        }
        return misses
    }

    private func exhaustive() -> [Int] {
        let misses = misses()
        var costs = [Double](repeating: 0, count: 1 << count)
        var lasts = [Int](repeating: 0, count: 1 << count)
        for set in costs.indices.dropFirst() {
            let bits = UInt64(set)
            var best = Double.infinity
            // The last in the order of the steps first: another takes its place only where it is cheaper.
            for last in members(of: bits).reversed() {
                let before = bits & ~(1 << UInt64(last))
                let cost = costs[Int(before)] + misses[Int(before)] * cost(of: last, before, misses)
                if cost < best - abs(best.isFinite ? best : 0) * 1e-9 { (best, lasts[set]) = (cost, last) }
            }
            costs[set] = best
        }
        var order: [Int] = []
        var rest = (1 << count) - 1
        while rest != 0 {
            order.append(lasts[rest])
            rest &= ~(1 << lasts[rest])
        }
        return order.reversed()
    }

    /// What a step costs after others; of one that is paid by the hit, by the hits that the sets say.
    private func cost(of step: Int, _ before: UInt64, _ misses: [Double]) -> Double {
        guard model.isPaidByHit(step), misses[Int(before)] > 0 else { return model.cost(of: step, after: before) }
        let rate = 1 - misses[Int(before | 1 << UInt64(step))] / misses[Int(before)]
        return rate * model.index(of: step, after: before)
    }

    private func greedy() -> [Int] {
        var order: [Int] = []
        var rest = Array(0..<count)
        var before: UInt64 = 0
        while !rest.isEmpty {
            let indices = rest.map { model.index(of: $0, after: before) }
            let lowest = indices.min() ?? 0
            let place = indices.firstIndex { $0 <= lowest } ?? 0
            let next = rest.remove(at: place)
            order.append(next)
            before |= 1 << UInt64(next)
        }
        return order
    }

    /// Of two neighbours that are paid by the hit, the cheaper goes first whatever their rates, and however they hang
    /// together: each prospect pays the least price among those that know it. What was counted can't say otherwise.
    private func sortedByPrice(_ order: [Int]) -> [Int] {
        var order = order
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, model.isPaidByHit(order[end]) { end += 1 }
            if end > start + 1 {
                let run = order[start..<end].map { (step: $0, price: model.index(of: $0, after: 0)) }
                let sorted = run.sorted { ($0.price, $0.step) < ($1.price, $1.step) }
                order.replaceSubrange(start..<end, with: sorted.map(\.step))
            }
            start = end + 1
        }
        return order
    }

    private func members(of set: UInt64) -> [Int] { (0..<count).filter { set & (1 << UInt64($0)) != 0 } }
}
