// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import WaterfallEngine

/// Windows, pauses and places.
struct LimitsTests {
    /// Whether a schedule lets so many calls as its limits allow into any half-open window, by counting them all.
    private func violations(_ calls: [Duration], _ limit: RateLimit) -> Int {
        calls.count { start in
            calls.count { $0 >= start && $0 < start + limit.window } > limit.count
        }
    }

    @Test(arguments: [UInt64](1...40))
    func `no window ever holds more calls than its limit, and no call waits without need`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limits = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            RateLimit(
                .random(in: 1...6, using: &random), per: .milliseconds(Int.random(in: 5...60, using: &random)))
        }
        let schedule = Live(CallSchedule(limits))
        var now = Duration.zero
        var calls: [Duration] = []
        for _ in 0..<120 {
            now += .milliseconds(Int.random(in: 0...12, using: &random))
            let moment = try #require(schedule.reserve(at: now, before: .seconds(3_600)))
            #expect(moment >= now && moment >= calls.last ?? .zero)
            // Any moment earlier, and not before the last call, would break a limit.
            let earlier = moment - .microseconds(1)
            if earlier >= max(now, calls.last ?? .zero) {
                let tooEarly = calls + [earlier]
                #expect(limits.contains { violations(tooEarly, $0) > 0 }, "seed \(seed)")
            }
            calls.append(moment)
        }
        for limit in limits { #expect(violations(calls, limit) == 0, "seed \(seed)") }
    }

    @Test func `a burst and a refill do not add up`() throws {
        let schedule = Live(CallSchedule([RateLimit(3, per: .seconds(10))]))
        let moments = try [9, 9, 9, 10, 10].map { second in
            try #require(schedule.reserve(at: .seconds(second), before: .seconds(100)))
        }
        #expect(moments == [.seconds(9), .seconds(9), .seconds(9), .seconds(19), .seconds(19)])
    }

    @Test func `a call that can't go before the deadline is not counted`() {
        let schedule = Live(CallSchedule([RateLimit(1, per: .seconds(10))]))
        #expect(schedule.reserve(at: .zero, before: .seconds(5)) == .zero)
        for _ in 0..<5 { #expect(schedule.reserve(at: .seconds(1), before: .seconds(5)) == nil) }
        #expect(schedule.reserve(at: .seconds(10), before: .seconds(15)) == .seconds(10))
    }

    @Test func `several windows hold at once`() throws {
        let schedule = Live(CallSchedule([RateLimit(2, per: .seconds(1)), RateLimit(3, per: .seconds(60))]))
        let moments = try (0..<4).map { _ in try #require(schedule.reserve(at: .zero, before: .seconds(600))) }
        #expect(moments == [.zero, .zero, .seconds(1), .seconds(60)])
    }

    @Test func `a pause holds everything back, and never shortens`() throws {
        let schedule = Live(CallSchedule([]))
        schedule.pause(until: .seconds(30))
        schedule.pause(until: .seconds(10))
        #expect(schedule.reserve(at: .seconds(1), before: .seconds(100)) == .seconds(30))
        #expect(schedule.reserve(at: .seconds(1), before: .seconds(20)) == nil)
        #expect(schedule.reserve(at: .seconds(31), before: .seconds(100)) == .seconds(31))
    }

    @Test func `calls of an earlier process count`() {
        let schedule = Live(CallSchedule([RateLimit(2, per: .seconds(60))]))
        schedule.replay(at: .seconds(-50))
        schedule.replay(at: .seconds(-10))
        #expect(schedule.reserve(at: .zero, before: .seconds(100)) == .seconds(10))
        #expect(schedule.reserve(at: .zero, before: .seconds(100)) == .seconds(50))
    }

    @Test func `a limit too large to remember is taken as fewer calls in less time`() {
        var window = SlidingWindow(RateLimit(SlidingWindow.maximumCount * 2, per: .seconds(100)))
        for _ in 0..<SlidingWindow.maximumCount { window.count(at: .zero) }
        #expect(window.earliest(from: .zero) == .seconds(50))
    }

    // MARK: Places

    @Test func `places are given in the order in which they were asked for`() {
        let places = Live(CallPlaces(capacity: 2))
        #expect(places.enter() == .entered)
        #expect(places.enter() == .entered)
        #expect(places.enter() == .waits(1))
        #expect(places.enter() == .waits(2))
        #expect(places.leave() == 1)
        #expect(places.enter() == .waits(3))
        #expect(places.leave() == 2)
        #expect(places.leave() == 3)
        #expect(places.leave() == nil)
        #expect(places.inFlight == 1)
    }

    @Test func `a ticket that was given up is passed over`() {
        let places = Live(CallPlaces(capacity: 1))
        _ = places.enter()
        _ = places.enter()
        _ = places.enter()
        places.giveUp(1)
        #expect(places.waitingCount == 1)
        #expect(places.leave() == 2)
        #expect(places.leave() == nil)
        #expect(places.inFlight == 0)
        #expect(places.enter() == .entered)
    }

    @Test func `places are never lost nor doubled`() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<10 {
            let capacity = Int.random(in: 1...4, using: &random)
            let places = Live(CallPlaces(capacity: capacity))
            var inside = 0
            var waiting: [Int] = []
            for _ in 0..<1_000 {
                switch Int.random(in: 0..<5, using: &random) {
                case 0, 1:
                    if case .waits(let ticket) = places.enter() { waiting.append(ticket) } else { inside += 1 }
                case 2 where !waiting.isEmpty:
                    places.giveUp(waiting.remove(at: .random(in: waiting.indices, using: &random)))
                default:
                    guard inside > 0 else { continue }
                    let next = places.leave()
                    #expect(next == waiting.first)
                    if waiting.isEmpty { inside -= 1 } else { waiting.removeFirst() }
                }
                #expect(places.inFlight == inside && inside <= capacity && places.waitingCount == waiting.count)
            }
        }
    }

    // MARK: Breaker

    @Test func `five failures in a row open it, and one call goes after the pause`() {
        let breaker = Live(Breaker())
        for _ in 0..<4 { #expect(!breaker.failed(.unavailable, at: .zero)) }
        #expect(breaker.permit(at: .zero) == .allowed)
        _ = breaker.failed(.timedOut, at: .zero)
        #expect(breaker.isOpen)
        #expect(breaker.permit(at: .seconds(14)) == .refused)
        #expect(breaker.permit(at: .seconds(15)) == .allowed)
        #expect(breaker.permit(at: .seconds(15)) == .refused)
        breaker.succeeded()
        #expect(breaker.permit(at: .seconds(15)) == .allowed)
    }

    @Test func `a success in between starts the count anew`() {
        let breaker = Live(Breaker())
        for _ in 0..<4 { _ = breaker.failed(.unavailable, at: .zero) }
        breaker.succeeded()
        for _ in 0..<4 { _ = breaker.failed(.unavailable, at: .zero) }
        #expect(!breaker.isOpen)
    }

    @Test func `each failed probe doubles the pause, up to five minutes`() {
        let breaker = Live(Breaker())
        for _ in 0..<5 { _ = breaker.failed(.unavailable, at: .zero) }
        var now = Duration.seconds(15)
        for pause in [30, 60, 120, 240, 300, 300] {
            #expect(breaker.permit(at: now) == .allowed)
            _ = breaker.failed(.unavailable, at: now)
            #expect(breaker.permit(at: now + .seconds(pause) - .microseconds(1)) == .refused)
            now += .seconds(pause)
        }
    }

    @Test func `a probe that was never made leaves the door open for the next`() {
        let breaker = Live(Breaker())
        for _ in 0..<5 { _ = breaker.failed(.unavailable, at: .zero) }
        #expect(breaker.permit(at: .seconds(15)) == .allowed)
        breaker.abandoned(at: .seconds(15))
        #expect(breaker.permit(at: .seconds(15)) == .allowed)
    }

    @Test(arguments: [ProviderError.Kind.unauthorized, .outOfCredits])
    func `a bad key and no credits stop it for good, and say so once`(kind: ProviderError.Kind) {
        let breaker = Live(Breaker())
        #expect(breaker.failed(kind, at: .zero))
        #expect(!breaker.failed(kind, at: .zero))
        breaker.succeeded()
        breaker.abandoned(at: .seconds(1))
        #expect(breaker.permit(at: .seconds(1_000_000)) == .refused)
    }

    @Test(arguments: ProviderError.Kind.allCases)
    func `only failures of the provider count`(kind: ProviderError.Kind) {
        let breaker = Live(Breaker())
        for _ in 0..<Breaker.threshold { _ = breaker.failed(kind, at: .zero) }
        let counts: Set<ProviderError.Kind> = [
            .unavailable, .timedOut, .answerLost, .malformedReply, .unauthorized, .outOfCredits,
        ]
        #expect(breaker.isOpen == counts.contains(kind))
    }

    // MARK: Retries

    @Test(arguments: ProviderError.Kind.allCases)
    func `only what may pass is tried again`(kind: ProviderError.Kind) {
        let random = Live(SeededGenerator(seed: 3))
        let decision = random.decide(ProviderError(kind), isSafe: true, tries: 1)
        let passing: Set<ProviderError.Kind> = [.throttled, .unavailable, .timedOut, .answerLost]
        #expect((decision != .giveUp) == passing.contains(kind))
        #expect(random.decide(ProviderError(kind), isSafe: false, tries: 1) == .giveUp)
        #expect(random.decide(ProviderError(kind), isSafe: true, tries: 3) == .giveUp)
    }

    @Test func `waits are jittered over the whole of a growing range`() {
        let random = Live(SeededGenerator(seed: 5))
        for (tries, ceiling) in [(1, Duration.milliseconds(500)), (2, .seconds(1))] {
            let waits = (0..<2_000).compactMap { _ -> Duration? in
                let error = ProviderError(.unavailable)
                guard case .retry(let wait) = random.decide(error, isSafe: true, tries: tries)
                else { return nil }
                return wait
            }
            #expect(waits.count == 2_000)
            #expect(waits.allSatisfy { $0 >= .zero && $0 <= ceiling })
            #expect(waits.contains { $0 < ceiling / 10 } && waits.contains { $0 > ceiling * 9 / 10 })
        }
    }

    @Test func `the vendor's own wait is never cut short`() {
        let random = Live(SeededGenerator(seed: 5))
        let error = ProviderError(.throttled, retryAfter: .seconds(30))
        #expect(random.decide(error, isSafe: true, tries: 1) == .retry(after: .seconds(30)))
    }

    @Test func `a vendor that is down uses its budget up, and successes refill it slowly`() {
        let budget = Live(RetryBudget())
        var spent = 0
        while budget.spend() { spent += 1 }
        #expect(spent == RetryBudget.capacity / RetryBudget.cost)
        for _ in 0..<4 { budget.succeeded() }
        #expect(!budget.spend())
        budget.succeeded()
        #expect(budget.spend())
        for _ in 0..<1_000 { budget.succeeded() }
        spent = 0
        while budget.spend() { spent += 1 }
        #expect(spent == RetryBudget.capacity / RetryBudget.cost)
    }
}
