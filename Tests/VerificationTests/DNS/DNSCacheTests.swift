// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Synchronization
import Testing

@testable import Verification

@Suite struct DNSCacheTests {
    private static func text(_ counts: Int...) -> DNSReply {
        let records = counts.map { DNSRecordData.text([UInt8](repeating: 0, count: $0)) }
        return .records(DNSAnswer(owner: "a.example", records: records, timeToLive: .seconds(300)))
    }

    /// How long a reply is kept, in seconds.
    @Test(
        arguments: [
            (.records(.pointer("m.example"), time: 300), 300), (.records(.pointer("m.example"), time: 0), 0),
            (.records(.pointer("m.example"), time: 1_000_000), 86_400), (.noData(timeToLive: .seconds(30)), 30),
            (.noData(timeToLive: .zero), 0), (.noSuchDomain(timeToLive: .seconds(200_000)), 86_400),
            (.failed(.serverFailure), 30), (.failed(.refused), 30), (.failed(.malformed), 30), (.failed(.referral), 30),
            (.failed(.otherCode), 30), (.failed(.tooManyAliases), 30), (.failed(.timedOut), 5),
            (.failed(.unreachable), 5),
            (.failed(.cancelled), 0), (.failed(.closed), 0), (.failed(.overloaded), 0), (.failed(.badName), 0),
            (.failed(.tooManyHosts), 0), (Self.text(4_096), 300), (Self.text(4_097), 0), (Self.text(2_048, 2_049), 0),
        ] as [(DNSReply, Int)])
    func `a reply is kept as long as it may be`(reply: DNSReply, seconds: Int) async {
        let clock = ManualClock()
        let resolver = ScriptedResolver(["mx d.example": reply])
        let cache = DNSCache(resolver, clock: clock)
        #expect(await cache.lookUp("d.example", .mx) == reply)
        if seconds > 0 {
            clock.advance(by: .seconds(seconds) - .nanoseconds(1))
            let kept = await cache.lookUp("D.Example.", .mx)
            #expect(resolver.questions.count == 1)
            #expect(kept.failure == reply.failure)
            if reply.failure == nil { #expect(kept.timeToLive == .nanoseconds(1), "what is left is told") }
            clock.advance(by: .nanoseconds(1))
        }
        _ = await cache.lookUp("d.example", .mx)
        #expect(resolver.questions.count == 2)
    }

    @Test func `types and names are told apart`() async {
        let resolver = ScriptedResolver(["a d.example": .addresses("192.0.2.1")])
        let cache = DNSCache(resolver, clock: ManualClock())
        #expect(await cache.lookUp("d.example", .a) == .addresses("192.0.2.1"))
        #expect(await cache.lookUp("d.example", .aaaa) == .noSuchDomain)
        #expect(await cache.lookUp("e.example", .a) == .noSuchDomain)
        #expect(await cache.lookUp("d.example", .a) == .addresses("192.0.2.1"))
        #expect(resolver.questions == ["a d.example", "aaaa d.example", "a e.example"])
    }

    @Test func `what is kept is known without asking`() async {
        let clock = ManualClock()
        let resolver = ScriptedResolver(["a d.example": .addresses("192.0.2.1")])
        let cache = DNSCache(resolver, clock: clock)
        #expect(cache.known("d.example", .a) == nil)
        _ = await cache.lookUp("d.example", .a)
        #expect(cache.known("D.example.", .a) == .addresses("192.0.2.1"))
        #expect(cache.known("d.example", .aaaa) == nil)
        clock.advance(by: .seconds(60))
        #expect(cache.known("d.example", .a) == nil)
        #expect(resolver.questions == ["a d.example"])
    }

    @Test func `what wasn't used for the longest time goes first`() async {
        let resolver = ScriptedResolver([:])
        let cache = DNSCache(resolver, clock: ManualClock(), maximumEntries: 3)
        for name in ["a", "b", "c", "a", "d", "a", "c", "d", "b"] { _ = await cache.lookUp(name, .a) }
        #expect(resolver.questions == ["a a", "a b", "a c", "a d", "a b"])
        #expect(cache.count == 3)
    }

    @Test func `a table of any history keeps what a plain one would`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var table = DNSCacheTable(maximumEntries: 5)
        // The model: from the least recently used on.
        var model: [(key: DNSCacheTable.Key, reply: DNSReply, end: Duration)] = []
        var now = Duration.zero
        for _ in 0..<20_000 {
            let key = DNSCacheTable.Key(name: String(Int.random(in: 0..<9, using: &generator)), type: .a)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: now += .seconds(Int.random(in: 0..<3, using: &generator))
            case 1:
                let reply = DNSReply.noData(timeToLive: .seconds(Int.random(in: 0..<20, using: &generator)))
                table.keep(reply, for: key, at: now)
                model.removeAll { $0.key == key }
                guard let time = reply.timeToLive, time > .zero else { continue }
                if model.count == 5 { model.removeFirst() }
                model.append((key, reply, now + time))
            default:
                let found = table.reply(for: key, at: now)
                guard let index = model.firstIndex(where: { $0.key == key }) else {
                    #expect(found == nil, "seed \(seed)")
                    continue
                }
                let entry = model.remove(at: index)
                #expect(found == (entry.end > now ? .noData(timeToLive: entry.end - now) : nil), "seed \(seed)")
                if entry.end > now { model.append(entry) }
            }
            #expect(table.count == model.count, "seed \(seed)")
        }
    }

    @Test func `tasks that want the same ask once`() async {
        let resolver = HeldResolver()
        let cache = DNSCache(resolver, clock: ManualClock())
        let tasks = (0..<10).map { _ in Task { await cache.lookUp("d.example", .mx) } }
        await resolver.questions(1)
        await until { cache.waitingCount == 9 }
        resolver.answer(.failed(.timedOut))
        for task in tasks { #expect(await task.value == .failed(.timedOut)) }
        #expect(resolver.count == 1)
    }

    @Test func `where the one that asks is cancelled another one asks`() async {
        let resolver = HeldResolver()
        let cache = DNSCache(resolver, clock: ManualClock())
        let first = Task { await cache.lookUp("d.example", .mx) }
        await resolver.questions(1)
        let others = (0..<3).map { _ in Task { await cache.lookUp("d.example", .mx) } }
        await until { cache.waitingCount == 3 }
        first.cancel()
        #expect(await first.value == .failed(.cancelled))
        await resolver.questions(2)
        resolver.answer(.noData)
        for task in others { #expect(await task.value == .noData) }
        #expect(resolver.count == 2)
        #expect(cache.waitingCount == 0)
    }

    @Test func `one that waits can be cancelled, and the others get the reply`() async {
        let resolver = HeldResolver()
        let cache = DNSCache(resolver, clock: ManualClock())
        let first = Task { await cache.lookUp("d.example", .mx) }
        await resolver.questions(1)
        let second = Task { await cache.lookUp("d.example", .mx) }
        await until { cache.waitingCount == 1 }
        second.cancel()
        #expect(await second.value == .failed(.cancelled))
        resolver.answer(.noData)
        #expect(await first.value == .noData)
        #expect(await cache.lookUp("d.example", .mx) == .noData)
        #expect(resolver.count == 1)
    }

    @Test func `a name that can't be asked for isn't asked for`() async {
        let resolver = ScriptedResolver([:])
        let cache = DNSCache(resolver, clock: ManualClock())
        #expect(await cache.lookUp("a..b", .mx) == .failed(.badName))
        #expect(resolver.questions == [])
    }

    /// Gives other tasks their turn until it is so.
    private func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }
}

/// A resolver that answers when it is told to, or when the task is cancelled.
private final class HeldResolver: DNSResolver {
    private let state = Mutex((count: 0, continuations: [Int: CheckedContinuation<DNSReply, Never>]()))
    private let stream = AsyncStream<Int>.makeStream()

    var count: Int { state.withLock { $0.count } }

    func lookUp(_ name: String, _ type: DNSRecordType) async -> DNSReply {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.continuations[number] = continuation }
                stream.continuation.yield(number)
            }
        } onCancel: {
            state.withLock { $0.continuations.removeValue(forKey: number) }?.resume(returning: .failed(.cancelled))
        }
    }

    /// Returns once so many questions have come.
    func questions(_ count: Int) async {
        for await number in stream.stream where number == count { return }
    }

    func answer(_ reply: DNSReply) {
        let open = state.withLock { state in
            defer { state.continuations.removeAll() }
            return Array(state.continuations.values)
        }
        for continuation in open { continuation.resume(returning: reply) }
    }
}
