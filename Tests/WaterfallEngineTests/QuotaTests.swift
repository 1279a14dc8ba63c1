// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import WaterfallEngine

/// What comes of quotas that vendors tell.
struct QuotaTests {
    private func window(_ remaining: Int, after seconds: Int) -> QuotaWindow {
        QuotaWindow(name: "q", remaining: remaining, reset: .after(.seconds(seconds)))
    }

    private func window(_ remaining: Int, within seconds: Int) -> QuotaWindow {
        QuotaWindow(name: "q", remaining: remaining, reset: .within(.seconds(seconds)))
    }

    /// How many calls go at a moment.
    private func goes(_ schedule: Live<CallSchedule>, at now: Duration) -> Int {
        var count = 0
        while count < 1_000, schedule.reserve(at: now, before: now + .microseconds(1)) == now { count += 1 }
        return count
    }

    @Test func `as many go as are left, and nobody before the reset`() {
        let schedule = Live(CallSchedule([]))
        #expect(schedule.reserve(at: .zero, before: .seconds(9)) == .zero)
        schedule.believe(window(5, after: 60), mark: 0, at: .seconds(1))
        schedule.end()
        #expect(goes(schedule, at: .seconds(1)) == 5)
        #expect(schedule.reserve(at: .seconds(1), before: .seconds(600)) == .seconds(61))
        #expect(schedule.reserve(at: .seconds(1), before: .seconds(61)) == nil)
        #expect(goes(schedule, at: .seconds(60)) == 0)
        #expect(goes(schedule, at: .seconds(61)) == 1_000)
    }

    @Test func `with none left nobody goes`() {
        let schedule = Live(CallSchedule([]))
        _ = schedule.reserve(at: .zero, before: .seconds(9))
        schedule.believe(window(0, after: 60), mark: 0, at: .zero)
        #expect(goes(schedule, at: .zero) == 0)
    }

    @Test func `calls that are on the way are taken off, as they may not be counted yet`() {
        let schedule = Live(CallSchedule([]))
        for _ in 0..<4 { _ = schedule.reserve(at: .zero, before: .seconds(9)) }
        schedule.believe(window(5, after: 60), mark: 0, at: .seconds(1))
        schedule.end()
        #expect(goes(schedule, at: .seconds(1)) == 2)
    }

    @Test func `calls that had ended before are counted already`() {
        let schedule = Live(CallSchedule([]))
        for _ in 0..<4 { _ = schedule.reserve(at: .zero, before: .seconds(9)) }
        for _ in 0..<3 { schedule.end() }
        _ = schedule.reserve(at: .zero, before: .seconds(9))
        // The fifth was sent after three had ended; the fourth may not be counted.
        schedule.believe(window(5, after: 60), mark: 3, at: .seconds(1))
        #expect(goes(schedule, at: .seconds(1)) == 4)
    }

    @Test func `a reply that was overtaken only says that its call is counted`() {
        let schedule = Live(CallSchedule([]))
        for _ in 0..<2 { _ = schedule.reserve(at: .zero, before: .seconds(9)) }
        schedule.end()
        _ = schedule.reserve(at: .zero, before: .seconds(9))
        schedule.believe(window(1, after: 60), mark: 1, at: .seconds(1))
        schedule.end()
        #expect(goes(schedule, at: .seconds(1)) == 0)
        schedule.believe(window(50, after: 60), mark: 0, at: .seconds(1))
        schedule.end()
        #expect(goes(schedule, at: .seconds(1)) == 1)
    }

    @Test func `of calls that were on the way together the lowest number holds, in whichever order they are told`() {
        for numbers in [[8, 6, 7], [6, 7, 8], [8, 7, 6], [7, 6, 8]] {
            let schedule = Live(CallSchedule([]))
            for _ in 0..<4 { _ = schedule.reserve(at: .zero, before: .seconds(9)) }
            for number in numbers {
                schedule.believe(window(number, after: 60), mark: 0, at: .seconds(1))
                schedule.end()
            }
            // The fourth may not be counted yet.
            #expect(goes(schedule, at: .seconds(1)) == 5, "\(numbers)")
        }
    }

    @Test func `a call sent afterwards is believed, whatever the reset was taken for before`() {
        let schedule = Live(CallSchedule([]))
        _ = schedule.reserve(at: .zero, before: .seconds(9))
        // A slow reply, whose reset is taken for later than it is.
        schedule.believe(window(9, after: 30), mark: 0, at: .seconds(5))
        schedule.end()
        _ = schedule.reserve(at: .seconds(5), before: .seconds(9))
        schedule.believe(window(2, after: 25), mark: 1, at: .seconds(5))
        schedule.end()
        #expect(goes(schedule, at: .seconds(5)) == 2)
        #expect(goes(schedule, at: .seconds(30)) == 1_000)
    }

    @Test func `of resets that are told to calls on the way together the earlier one holds`() {
        for times in [[20, 22], [22, 20]] {
            let schedule = Live(CallSchedule([]))
            for _ in 0..<2 { _ = schedule.reserve(at: .zero, before: .seconds(9)) }
            for (index, time) in times.enumerated() {
                schedule.believe(window(1 - index, after: time), mark: 0, at: .seconds(1))
                schedule.end()
            }
            #expect(schedule.reserve(at: .seconds(1), before: .seconds(99)) == .seconds(21), "\(times)")
        }
    }

    @Test func `calls that end without a word on it are counted by the next that was sent after`() {
        let schedule = Live(CallSchedule([]))
        for _ in 0..<3 { _ = schedule.reserve(at: .zero, before: .seconds(9)) }
        schedule.believe(window(7, after: 60), mark: 0, at: .seconds(1))
        schedule.end()
        schedule.end()
        schedule.end()
        #expect(schedule.reserve(at: .seconds(1), before: .seconds(9)) == .seconds(1))
        schedule.believe(window(4, after: 59), mark: 3, at: .seconds(2))
        schedule.end()
        #expect(goes(schedule, at: .seconds(2)) == 4)
    }

    @Test func `a window without a reset ends its length after it was first heard of`() {
        let schedule = Live(CallSchedule([]))
        for second in 0..<3 {
            _ = schedule.reserve(at: .seconds(second * 10), before: .seconds(99))
            schedule.believe(window(2 - second, within: 60), mark: second, at: .seconds(second * 10))
            schedule.end()
        }
        #expect(schedule.reserve(at: .seconds(20), before: .seconds(600)) == .seconds(60))
        // More is left than before: a new window.
        _ = schedule.reserve(at: .seconds(60), before: .seconds(600))
        schedule.believe(window(1, within: 60), mark: 3, at: .seconds(61))
        #expect(goes(schedule, at: .seconds(61)) == 1)
        #expect(schedule.reserve(at: .seconds(62), before: .seconds(600)) == .seconds(121))
    }

    @Test func `a long window without a reset is asked again after five minutes`() {
        let schedule = Live(CallSchedule([]))
        for minute in 0..<3 {
            let now = Duration.seconds(minute * 240)
            #expect(schedule.reserve(at: now, before: .seconds(9_999)) == now)
            schedule.believe(window(2 - minute, within: 86_400), mark: minute, at: now)
            schedule.end()
        }
        #expect(schedule.reserve(at: .seconds(481), before: .seconds(600)) == nil)
        #expect(schedule.reserve(at: .seconds(481), before: .seconds(9_999)) == .seconds(780))
    }

    @Test func `several windows hold at once, beside the provider's limits`() {
        let schedule = Live(CallSchedule([RateLimit(2, per: .seconds(1))]))
        _ = schedule.reserve(at: .zero, before: .seconds(9))
        schedule.believe(QuotaWindow(name: "minute", remaining: 3, reset: .after(.seconds(60))), mark: 0, at: .zero)
        schedule.believe(QuotaWindow(name: "day", remaining: 9, reset: .after(.seconds(9_000))), mark: 0, at: .zero)
        schedule.end()
        #expect(goes(schedule, at: .zero) == 1)
        #expect(goes(schedule, at: .seconds(1)) == 2)
        #expect(goes(schedule, at: .seconds(2)) == 0)
        #expect(goes(schedule, at: .seconds(60)) == 2)
    }

    @Test func `a call that waited for its moment asks again, and waits on where nothing is left`() {
        let schedule = Live(CallSchedule([RateLimit(1, per: .seconds(10))]))
        _ = schedule.reserve(at: .zero, before: .seconds(99))
        #expect(schedule.reserve(at: .zero, before: .seconds(99)) == .seconds(10))
        schedule.believe(window(0, after: 30), mark: 0, at: .seconds(1))
        schedule.end()
        #expect(schedule.depart(.seconds(10), at: .seconds(9), before: .seconds(99)) == .seconds(10))
        #expect(schedule.depart(.seconds(10), at: .seconds(10), before: .seconds(20)) == nil)
        #expect(schedule.depart(.seconds(10), at: .seconds(10), before: .seconds(99)) == .seconds(31))
        #expect(schedule.depart(.seconds(31), at: .seconds(31), before: .seconds(99)) == .seconds(31))
    }

    @Test func `as many windows are kept as one reply may have, and no number is too large`() {
        let schedule = Live(CallSchedule([]))
        for number in 0..<100 {
            schedule.believe(
                QuotaWindow(name: "\(number)", remaining: .max, reset: .after(.seconds(60))), mark: 0, at: .zero)
        }
        #expect(goes(schedule, at: .zero) == 1_000)
    }

    // MARK: A vendor that counts

    /// A vendor that allows so many calls in a window, which its first call opens, and answers in any order.
    private struct Vendor {
        var limit: Int
        var window: Duration
        var openedAt: Duration?
        var used = 0
        var refused = 0
        var windows = 0

        mutating func call(at now: Duration) -> (remaining: Int, reset: Duration) {
            if openedAt.map({ now >= $0 + window }) ?? true { (openedAt, used, windows) = (now, 0, windows + 1) }
            if used < limit { used += 1 } else { refused += 1 }
            return (limit - used, (openedAt ?? now) + window - now)
        }
    }

    @Test(arguments: [UInt64](1...24))
    func `a vendor whose numbers are believed never has to refuse a call`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 2...12, using: &random)
        let concurrency = Int.random(in: 1...limit, using: &random)
        let saysReset = seed % 2 == 0
        let calls = 80
        let vendor = Shared(Vendor(limit: limit, window: .seconds(60)))
        let declared: [QuotaHeader] =
            saysReset ? [QuotaHeader("x-left", reset: "x-reset")] : [QuotaHeader("x-left", per: .seconds(60))]
        var facts = PlainProvider("first", [.email], concurrency: concurrency).descriptor
        facts.quotaHeaders = declared
        let runtime = ProviderRuntime(PlainProvider(facts), ProviderSettings())
        let loop = SimulationLoop()
        try await loop.run {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<calls {
                    group.addTask {
                        var random = SeededGenerator(seed: seed &* 1_000 &+ UInt64(number))
                        let clock = loop.clock
                        await clock.sleep(for: .milliseconds(Int.random(in: 0..<90_000, using: &random)))
                        let admission = await runtime.admit(
                            before: .seconds(100_000), on: clock, signal: CancelSignal(), queued: { _ in })
                        #expect(admission == .admitted)
                        let mark = runtime.mark
                        await clock.sleep(for: .milliseconds(Int.random(in: 0..<400, using: &random)))
                        let (remaining, reset) = vendor.withLock { $0.call(at: clock.uptime) }
                        await clock.sleep(for: .milliseconds(Int.random(in: 0..<3_000, using: &random)))
                        let seconds = (reset.milliseconds + 999) / 1_000
                        let headers = [("X-Left", "\(remaining)"), ("X-Reset", "\(seconds)")]
                        runtime.believe(
                            ProviderReply(status: 200, headers: ReplyHeaders(headers)), mark: mark, on: clock)
                        _ = runtime.finish(nil, at: clock.uptime)
                    }
                }
            }
            #expect(runtime.load == (0, 0))
        }
        let (refused, windows) = vendor.withLock { ($0.refused, $0.windows) }
        #expect(refused == 0, "seed \(seed)")
        // What is kept back for calls on the way is little: most windows are used up.
        #expect(windows <= calls * 5 / (4 * limit) + 3, "seed \(seed): \(windows) of \(limit), \(concurrency)")
    }

    @Test func `a quota that is gone for longer than there is time is said at once`() async throws {
        let loop = SimulationLoop()
        try await loop.run {
            let runtime = ProviderRuntime(PlainProvider("first", [.email]), ProviderSettings())
            let (clock, signal) = (loop.clock, CancelSignal())
            _ = await runtime.admit(before: .seconds(10), on: clock, signal: signal, queued: { _ in })
            let headers = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "3600")]
            runtime.believe(ProviderReply(status: 200, headers: ReplyHeaders(headers)), mark: runtime.mark, on: clock)
            _ = runtime.finish(nil, at: clock.uptime)
            let next = await runtime.admit(before: .seconds(10), on: clock, signal: signal, queued: { _ in })
            #expect(next == .skipped(.quota) && clock.uptime == .zero)
            #expect(runtime.load == (0, 0))
            #expect(!runtime.hasTurn(before: .seconds(3_600), at: clock.uptime))
            #expect(runtime.hasTurn(before: .seconds(3_601), at: clock.uptime))
        }
    }

    @Test func `hosts that prospects name hold nobody back`() async throws {
        let loop = SimulationLoop()
        try await loop.run {
            var facts = PlainProvider("sites", [.officePhone]).descriptor
            facts.baseURL = nil
            let runtime = ProviderRuntime(PlainProvider(facts), ProviderSettings())
            let (clock, signal) = (loop.clock, CancelSignal())
            _ = await runtime.admit(before: .seconds(10), on: clock, signal: signal, queued: { _ in })
            let headers = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "3600")]
            runtime.believe(ProviderReply(status: 429, headers: ReplyHeaders(headers)), mark: runtime.mark, on: clock)
            runtime.pause(until: .seconds(3_600))
            _ = runtime.finish(ProviderError(.throttled, retryAfter: .seconds(3_600)), at: clock.uptime)
            let next = await runtime.admit(before: .seconds(10), on: clock, signal: signal, queued: { _ in })
            #expect(next == .admitted)
        }
    }
}
