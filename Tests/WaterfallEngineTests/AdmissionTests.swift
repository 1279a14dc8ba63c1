// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import WaterfallEngine

/// Waiting for a provider's turn, for a signal, for a flight: on a clock that moves by itself.
struct AdmissionTests {
    private func runtime(limits: [RateLimit] = [], concurrency: Int = 10) -> ProviderRuntime {
        ProviderRuntime(
            PlainProvider("first", [.email], limits: limits, concurrency: concurrency), ProviderSettings())
    }

    // MARK: Signals

    @Test func `a pause ends with its time, or at once with the signal`() async throws {
        let loop = SimulationLoop()
        let (whole, cut, after, end) = try await loop.run {
            let signal = CancelSignal()
            let whole = await signal.pause(for: .seconds(1), on: loop.clock)
            async let waiting = signal.pause(for: .seconds(100), on: loop.clock)
            await loop.clock.sleep(for: .seconds(1))
            signal.cancel()
            let cut = await waiting
            return (whole, cut, await signal.pause(for: .seconds(5), on: loop.clock), loop.clock.uptime)
        }
        #expect(whole && !cut && !after)
        #expect(end == .seconds(2))
        #expect(loop.clock.sleeperCount == 0)
    }

    @Test func `a cancelled task's pause is no pause that ended`() async throws {
        let loop = SimulationLoop()
        let ended = try await loop.run {
            let task = Task(executorPreference: loop) { await CancelSignal().pause(for: .seconds(5), on: loop.clock) }
            task.cancel()
            return await task.value
        }
        #expect(!ended)
    }

    @Test func `a race is lost to the signal, and its work stopped`() async throws {
        let loop = SimulationLoop()
        let (won, lost, end) = try await loop.run {
            let signal = CancelSignal()
            let won = await signal.race { await loop.clock.sleep(for: .seconds(1)) }
            async let lost = signal.race { await loop.clock.sleep(for: .seconds(60)) }
            await loop.clock.sleep(for: .seconds(1))
            signal.cancel()
            return (won, await lost, loop.clock.uptime)
        }
        #expect(won && !lost && end == .seconds(2))
    }

    // MARK: Places

    @Test func `those who wait for a place get it in the order in which they came`() async throws {
        let loop = SimulationLoop()
        let order = Shared<[Int]>([])
        try await loop.run { [self] in
            let runtime = runtime(concurrency: 2)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        let admission = await runtime.admit(
                            before: .seconds(100), on: loop.clock, signal: CancelSignal(), queued: { _ in })
                        #expect(admission == .admitted)
                        order.withLock { $0.append(number) }
                        await loop.clock.sleep(for: .seconds(1))
                        _ = runtime.finish(nil, at: loop.clock.uptime)
                    }
                }
            }
            #expect(runtime.load == (0, 0))
        }
        #expect(order.withLock { $0 } == Array(0..<12))
        #expect(loop.clock.uptime == .seconds(6))
    }

    @Test func `who finds no place in time is skipped for quota, and holds nothing`() async throws {
        let loop = SimulationLoop()
        try await loop.run { [self] in
            let runtime = runtime(concurrency: 1)
            let clock = loop.clock
            #expect(
                await runtime.admit(before: .seconds(9), on: clock, signal: CancelSignal(), queued: { _ in })
                    == .admitted)
            let late = await runtime.admit(before: .seconds(3), on: clock, signal: CancelSignal(), queued: { _ in })
            #expect(late == .skipped(.quota))
            #expect(clock.uptime == .seconds(3) && runtime.load == (1, 0))
            _ = runtime.finish(nil, at: clock.uptime)
            #expect(runtime.load == (0, 0))
        }
    }

    @Test func `who is cancelled while waiting frees nothing that it doesn't hold`() async throws {
        let loop = SimulationLoop()
        try await loop.run { [self] in
            let runtime = runtime(concurrency: 1)
            let (clock, signal) = (loop.clock, CancelSignal())
            _ = await runtime.admit(before: .seconds(90), on: clock, signal: CancelSignal(), queued: { _ in })
            async let waiting = runtime.admit(before: .seconds(90), on: clock, signal: signal, queued: { _ in })
            await clock.sleep(for: .seconds(1))
            #expect(runtime.load == (1, 1))
            signal.cancel()
            #expect(await waiting == .cancelled)
            #expect(runtime.load == (1, 0))
            // Nobody else gets in before the one that is inside leaves.
            let next = await runtime.admit(before: .seconds(5), on: clock, signal: CancelSignal(), queued: { _ in })
            #expect(next == .skipped(.quota))
        }
    }

    @Test(arguments: [UInt64](1...12))
    func `no place is ever lost or doubled`(seed: UInt64) async throws {
        let loop = SimulationLoop()
        let capacity = Int(seed % 3) + 1
        let inside = Shared((now: 0, most: 0))
        try await loop.run { [self] in
            let runtime = runtime(limits: seed % 2 == 0 ? [RateLimit(5, per: .seconds(1))] : [], concurrency: capacity)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<80 {
                    group.addTask {
                        var random = SeededGenerator(seed: seed &* 1_000 &+ UInt64(number))
                        let signal = CancelSignal()
                        await loop.clock.sleep(for: .milliseconds(Int.random(in: 0..<3_000, using: &random)))
                        let deadline = loop.clock.uptime + .milliseconds(Int.random(in: 1..<4_000, using: &random))
                        async let admission = runtime.admit(
                            before: deadline, on: loop.clock, signal: signal, queued: { _ in })
                        if Bool.random(using: &random) {
                            await loop.clock.sleep(for: .milliseconds(Int.random(in: 0..<1_500, using: &random)))
                            signal.cancel()
                        }
                        guard await admission == .admitted else { return }
                        inside.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                        await loop.clock.sleep(for: .milliseconds(Int.random(in: 1..<400, using: &random)))
                        inside.withLock { $0.now -= 1 }
                        if Bool.random(using: &random) {
                            _ = runtime.finish(nil, at: loop.clock.uptime)
                        } else {
                            runtime.withdraw(at: loop.clock.uptime)
                        }
                    }
                }
            }
            #expect(runtime.load == (0, 0), "seed \(seed)")
        }
        #expect(inside.withLock { $0.most } <= capacity, "seed \(seed)")
    }

    // MARK: Windows and breakers

    @Test func `a window is counted when the call goes, not while it waits for a place`() async throws {
        let loop = SimulationLoop()
        let times = Shared<[Duration]>([])
        try await loop.run { [self] in
            let runtime = runtime(limits: [RateLimit(2, per: .seconds(10))], concurrency: 1)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        _ = await runtime.admit(
                            before: .seconds(600), on: loop.clock, signal: CancelSignal(), queued: { _ in })
                        times.withLock { $0.append(loop.clock.uptime) }
                        await loop.clock.sleep(for: .seconds(9))
                        _ = runtime.finish(nil, at: loop.clock.uptime)
                    }
                }
            }
        }
        let calls = times.withLock { $0 }
        for start in calls {
            #expect(calls.count { $0 >= start && $0 < start + .seconds(10) } <= 2)
        }
        #expect(calls == [.zero, .seconds(9), .seconds(18), .seconds(27), .seconds(36)])
    }

    @Test func `a quota that is gone is said at once`() async throws {
        let loop = SimulationLoop()
        try await loop.run { [self] in
            let runtime = runtime(limits: [RateLimit(1, per: .days(30))])
            _ = await runtime.admit(before: .seconds(10), on: loop.clock, signal: CancelSignal(), queued: { _ in })
            let next = await runtime.admit(
                before: .seconds(10), on: loop.clock, signal: CancelSignal(), queued: { _ in })
            #expect(next == .skipped(.quota) && loop.clock.uptime == .zero)
            #expect(runtime.load == (1, 0))
        }
    }

    @Test func `a pause that the vendor asks for holds back those who wait already`() async throws {
        let loop = SimulationLoop()
        try await loop.run { [self] in
            let runtime = runtime(limits: [RateLimit(1, per: .seconds(5))])
            _ = await runtime.admit(before: .seconds(90), on: loop.clock, signal: CancelSignal(), queued: { _ in })
            async let waiting = runtime.admit(
                before: .seconds(90), on: loop.clock, signal: CancelSignal(), queued: { _ in })
            await loop.clock.sleep(for: .seconds(1))
            runtime.pause(until: .seconds(30))
            #expect(await waiting == .admitted)
            #expect(loop.clock.uptime >= .seconds(30))
        }
    }

    @Test func `those who waited for a place learn that the provider is down`() async throws {
        let loop = SimulationLoop()
        try await loop.run { [self] in
            let runtime = runtime(concurrency: 5)
            let (clock, signal) = (loop.clock, CancelSignal())
            for _ in 0..<5 {
                _ = await runtime.admit(before: .seconds(90), on: clock, signal: signal, queued: { _ in })
            }
            let admissions = await withTaskGroup(of: ProviderRuntime.Admission.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        await runtime.admit(before: .seconds(90), on: clock, signal: signal, queued: { _ in })
                    }
                }
                await clock.sleep(for: .seconds(1))
                for _ in 0..<5 { _ = runtime.finish(ProviderError(.unavailable), at: clock.uptime) }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(admissions == Array(repeating: .skipped(.breakerOpen), count: 20))
            #expect(runtime.load == (0, 0))
        }
    }

    // MARK: Flights and lanes

    private func flight(_ loop: SimulationLoop) -> Flight {
        let transport = ScriptedTransport(clock: loop.clock, [:])
        let request = DataRequest(
            id: RequestID(high: 1, low: 1), prospect: Prospect(domain: "example.com"), createdAt: noon)
        return Flight(
            request, FlightKey(request), lane: Lane(executor: loop, transport: transport, clock: loop.clock))
    }

    @Test func `everybody who joined is answered, and nobody joins afterwards`() async throws {
        let loop = SimulationLoop()
        try await loop.run { [self] in
            let flight = flight(loop)
            let places = (0..<4).compactMap { _ in flight.join() }
            #expect(places == [1, 2, 3, 4])
            await withTaskGroup(of: Bool.self) { group in
                for place in places {
                    group.addTask { (try? await flight.answer(at: place).get())?.outcome == .cancelled }
                }
                await flight.run { .success(.cancelled(flight.request)) }
                #expect(await group.reduce(true) { $0 && $1 })
            }
            #expect(flight.join() == nil)
        }
    }

    @Test func `the last who leaves stops the work, and nobody joins it then`() async throws {
        let loop = SimulationLoop()
        try await loop.run { [self] in
            let flight = flight(loop)
            let (first, second) = (flight.join(), flight.join())
            #expect(first == 1 && second == 2)
            #expect(flight.isOldest(1) && !flight.isOldest(2))
            #expect(!flight.leave(1))
            #expect(!flight.signal.isCancelled && flight.isOldest(2))
            #expect(flight.leave(2))
            #expect(flight.signal.isCancelled)
            #expect(flight.join() == nil)
        }
    }

    @Test func `a lane does what it took before it stops, and takes nothing after`() async throws {
        let loop = SimulationLoop()
        let done = Shared(0)
        try await loop.run {
            let lane = Lane(
                executor: loop, transport: ScriptedTransport(clock: loop.clock, [:]), clock: loop.clock)
            let queue = LaneQueue(lane)
            for _ in 0..<10 {
                #expect(
                    queue.add {
                        await loop.clock.sleep(for: .seconds(1))
                        done.withLock { $0 += 1 }
                    })
            }
            queue.stop()
            #expect(!queue.add {})
            await queue.run()
        }
        #expect(done.withLock { $0 } == 10)
        #expect(loop.clock.uptime == .seconds(1))
    }
}
