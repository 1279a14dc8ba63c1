// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing
import WaterfallEngine

/// Vendors that say in their headers what is left, from end to end.
struct QuotaTests {
    /// Finds nothing, and says how many calls are left of a minute that the first call opens.
    private static func minute(of limit: Int) -> World.Respond {
        { _, count in
            let left = max(0, limit - 1 - count % limit)
            return .json("{}", headers: [("X-RateLimit-Remaining", "\(left)"), ("X-RateLimit-Reset", "60")])
        }
    }

    /// One finder with an hour for each attempt, so that there is time to wait.
    private func world(_ respond: @escaping World.Respond, concurrency: Int = 10) throws -> World {
        var settings = EngineSettings.standard(email: ["first"])
        settings.timeouts.chain = .seconds(3_600)
        let finder = PlainProvider("first", [.email], concurrency: concurrency, timeout: .seconds(3_600))
        return try World(settings, providers: [finder], respond: respond)
    }

    @Test func `five are left, and no sixth call goes before the reset`() async throws {
        let world = try world { _, count in
            .json("{}", headers: [("RateLimit", "\"default\";r=\(count < 6 ? 5 - count : 99);t=30")])
        }
        try await world.run { engine in
            _ = try await engine.enrich(world.request(.person(0)))
            try await withThrowingTaskGroup(of: EnrichmentResult.self) { group in
                for number in 1...8 {
                    let request = world.request(.person(number), timeout: .seconds(300))
                    group.addTask { try await engine.enrich(request) }
                }
                for try await result in group { #expect(result.words() == ["first no_match"]) }
            }
        }
        let times = world.transport.sent.map(\.at)
        #expect(times.prefix(6).allSatisfy { $0 < .seconds(30) })
        #expect(times.count == 9 && times.dropFirst(6).allSatisfy { $0 >= .seconds(30) })
    }

    @Test func `a step whose quota is gone for longer than there is time is skipped, and the next is asked`()
        async throws
    {
        let world = try World(
            .standard(), providers: .standard(),
            [
                "first": [.json("{}", headers: [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "7200")])]
            ])
        let words = try await world.run { engine in
            let first = try await engine.enrich(world.request(.person(1)))
            return [first.words(), try await engine.enrich(world.request(.person(2))).words()]
        }
        #expect(words == [["first no_match", "second no_match"], ["first skipped quota", "second no_match"]])
        #expect(world.transport.count(of: "first") == 1)
        #expect(world.clock.uptime < .seconds(1))
        #expect(try await world.violations().isEmpty)
    }

    /// Two calls a minute, more requests than fit into its time: who asks alone is answered in time, rows wait.
    @Test(arguments: [false, true])
    func `rows of a file wait for a limit that others are passed on from`(areRows: Bool) async throws {
        let finders = [
            PlainProvider("first", [.email], limits: [RateLimit(2, per: .seconds(60))], timeout: .seconds(10)),
            PlainProvider("second", [.email]),
        ]
        let world = try World(
            .standard(email: ["first", "second"]), providers: finders, respond: { _, _ in .json("{}") })
        let digest = try #require(FileDigest([UInt8](repeating: 7, count: 32)))
        let words = try await world.run { engine in
            var words: [[String]] = []
            for number in 0..<5 {
                var request = world.request(.person(number))
                if areRows { request.run = RunID(over: digest, team: request.team, ordinal: 1) }
                words.append(try await engine.enrich(request).words())
            }
            return words
        }
        let asked = ["first no_match", "second no_match"]
        let passed = ["first skipped quota", "second no_match"]
        #expect(words == [asked, asked] + Array(repeating: areRows ? asked : passed, count: 3))
        #expect(areRows == (world.clock.uptime >= .seconds(120)))
        #expect(try await world.violations().isEmpty)
    }

    @Test func `a call that was turned down is tried again after the reset, and given up where that is too late`()
        async throws
    {
        for (reset, words, calls) in [("8", "first no_match", 2), ("7200", "first failed throttled", 1)] {
            let world = try world { _, count in
                guard count == 0 else { return .json("{}") }
                return .status(429, headers: [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset)])
            }
            let result = try await world.enrich(world.request())
            #expect(result.words() == [words])
            let times = world.transport.sent.map(\.at)
            #expect(times.count == calls && times.dropFirst().allSatisfy { $0 >= .seconds(8) })
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test(arguments: [("0", "-5"), ("0", "soon"), ("-3", "60"), ("none", "60"), ("0", "90000000"), ("", "")])
    func `what can't be believed changes nothing`(remaining: String, reset: String) async throws {
        let world = try world { _, _ in
            .json("{}", headers: [("X-RateLimit-Remaining", remaining), ("X-RateLimit-Reset", reset)])
        }
        try await world.run { engine in
            for number in 0..<4 {
                let result = try await engine.enrich(world.request(.person(number)))
                #expect(result.words() == ["first no_match"])
            }
        }
        #expect(world.clock.uptime < .seconds(1))
    }

    @Test func `forty requests at once keep to the vendor's minute`() async throws {
        let world = try world(Self.minute(of: 8), concurrency: 4)
        try await world.run { engine in
            try await withThrowingTaskGroup(of: EnrichmentResult.self) { group in
                for number in 0..<40 {
                    let request = world.request(.person(number), timeout: .seconds(3_600))
                    group.addTask { try await engine.enrich(request) }
                }
                for try await result in group { #expect(result.words() == ["first no_match"]) }
            }
        }
        let times = world.transport.sent.map(\.at)
        #expect(times.count == 40)
        for start in times { #expect(times.count { $0 >= start && $0 < start + .seconds(60) } <= 8) }
    }
}
