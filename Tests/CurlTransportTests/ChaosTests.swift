// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import HTTPTypes
import Testing

@testable import CurlTransport

extension CurlTransportTests {
    /// Many exchanges, ended at any moment in any way.
    @Suite struct ChaosTests {
        @Test func `thousands of exchanges cancelled at any moment all end, and nothing leaks`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let seed = UInt64.random(in: 0..<1_000_000)
            let tally = Tally<String>()
            let (workers, rounds) = (48, 100)
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<workers {
                    group.addTask(executorPreference: worker % 4 == 0 ? nil : loop) {
                        var random = SplitMix(seed: seed &+ UInt64(worker) << 32)
                        for _ in 0..<rounds {
                            let outcome = await Self.exchange(&random, server, loop, onLoop: worker % 3 != 0)
                            tally.add(outcome)
                        }
                    }
                }
            }
            let counts = Dictionary(tally.all.map { ($0, 1) }, uniquingKeysWith: +)
            #expect(counts.values.reduce(0, +) == workers * rounds, "seed \(seed)")
            #expect(Set(counts.keys).isSubset(of: ["no_match", "cancelled"]), "seed \(seed): \(counts)")
            #expect((counts["no_match"] ?? 0) > 100 && (counts["cancelled"] ?? 0) > 100, "seed \(seed): \(counts)")
            let (underWay, idle) = await Self.census(of: loop)
            #expect(underWay == 0, "seed \(seed)")
            #expect((1...workers).contains(idle), "seed \(seed)")
        }

        private static func exchange(
            _ random: inout SplitMix, _ server: MisbehavingServer, _ loop: CurlLoop, onLoop: Bool
        ) async -> String {
            let request = TransportRequest.get("/slow", from: server)
            let task = Task(executorPreference: onLoop ? loop : nil) {
                await Outcome.of(request, by: loop, .seconds(30))
            }
            switch random.next() % 4 {
            case 0: task.cancel()
            case 1:
                await loop.sleep(for: .microseconds(Int64(random.next() % 4_000)))
                task.cancel()
            case 2:
                for _ in 0..<(random.next() % 20) { await Task.yield() }
                task.cancel()
            default: break
            }
            return await task.value
        }

        private static func census(of loop: CurlLoop) async -> (underWay: Int, idle: Int) {
            await Task(executorPreference: loop) { (loop.transfersUnderWay, loop.idleTransfers) }.value
        }

        /// A new socket may get the number of one that closed. Where a mark outlives its socket, the new one looks
        /// registered already, and its exchange stalls until the deadline.
        @Test func `a descriptor's number that comes back for another socket stalls nothing`() async throws {
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            for _ in 0..<30 {
                let server = try MisbehavingServer()
                await withTaskGroup(of: Void.self) { group in
                    for worker in 0..<16 {
                        group.addTask(executorPreference: loop) {
                            for round in 0..<6 {
                                let path = ["/ok", "/close_before_reply", "/reset_mid_body"][(worker + round) % 3]
                                let pool = ConnectionPoolID(provider: "example", credential: worker % 3)
                                let outcome = await Outcome.of(
                                    .get(path, from: server, pool: pool), by: loop, .seconds(20))
                                #expect(outcome == (path == "/ok" ? "no_match" : "answer_lost"))
                            }
                        }
                    }
                }
                server.stop()
            }
            #expect(loop.uptime > .zero)
        }

        @Test func `a server that closes idle connections is asked again over new ones`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            for round in 1...20 {
                #expect(await Outcome.of(.get("/ok", from: server), by: loop, .seconds(5)) == "no_match")
                #expect(server.connections == round)
                server.closeConnections()
                while server.openConnections > 0 { await Task.yield() }
            }
        }

        @Test func `a thousand exchanges are under way at once`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let request = TransportRequest.get("/silence", from: server)
            let tasks = (0..<1_000).map { _ in
                Task(executorPreference: loop) { await Outcome.of(request, by: loop, .seconds(60)) }
            }
            while server.requests.count < tasks.count { await loop.sleep(for: .milliseconds(5)) }
            for task in tasks { task.cancel() }
            for task in tasks { #expect(await task.value == "cancelled") }
        }
    }
}
