// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import HTTPTypes
import Testing

@testable import CurlTransport

extension CurlTransportTests {
    /// The loop as an executor and as a clock, and its end.
    @Suite struct LoopTests {
        @Test func `what runs on the loop runs one at a time, on one thread`() async {
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let gauge = Gauge()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask(executorPreference: loop) {
                        for _ in 0..<20 {
                            gauge.enter()
                            gauge.leave()
                            await Task.yield()
                        }
                    }
                }
            }
            #expect(gauge.most == 1)
        }

        @Test func `sleepers wake in order and not early`() async {
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let start = loop.uptime
            let woken = Tally<Int>()
            await withTaskGroup(of: Void.self) { group in
                for milliseconds in [40, 10, 30, 20] {
                    group.addTask(executorPreference: loop) {
                        await loop.sleep(for: .milliseconds(milliseconds))
                        #expect(loop.uptime - start >= .milliseconds(milliseconds))
                        woken.add(milliseconds)
                    }
                }
            }
            #expect(woken.all == [10, 20, 30, 40])
        }

        @Test(arguments: [true, false])
        func `a cancelled sleeper wakes at once, on the loop and off it`(_ onLoop: Bool) async {
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let start = loop.uptime
            let task = Task(executorPreference: onLoop ? loop : nil) { await loop.sleep(for: .seconds(3_600)) }
            await loop.sleep(for: .milliseconds(5))
            task.cancel()
            await task.value
            await Task { await loop.sleep(for: .seconds(-1)) }.value
            #expect(loop.uptime - start < .seconds(60))
        }

        @Test func `a stop ends exchanges and sleeps as cancelled, and what is sent later too`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            let request = TransportRequest.get("/silence", from: server)
            let tasks = (0..<10).map { number in
                Task(executorPreference: number < 5 ? loop : nil) { await Outcome.of(request, by: loop, .seconds(60)) }
            }
            let sleeper = Task(executorPreference: loop) { await loop.sleep(for: .seconds(3_600)) }
            while server.requests.count < 10 { await Task.yield() }
            loop.stop()
            loop.stop()
            for task in tasks { #expect(await task.value == "cancelled") }
            await sleeper.value
            #expect(await Outcome.of(request, by: loop, .seconds(60)) == "cancelled")
            await Task(executorPreference: loop) { await loop.sleep(for: .seconds(3_600)) }.value
        }

        private static let loopCount = 400

        @Test func `loops come and go without a descriptor or a thread left behind`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            func descriptors() -> Int { ProcessFigures.descriptors - server.openConnections }
            let before = descriptors()
            for _ in 0..<Self.loopCount {
                let loop = CurlLoop(name: "test")
                #expect(await Outcome.of(.get("/ok", from: server), by: loop, .seconds(5)) == "no_match")
                loop.stop()
            }
            // Other suites open and close descriptors meanwhile; one left by each loop would be twice as many.
            #expect(descriptors() < before + Self.loopCount / 2)
        }

        @Test(arguments: [Duration.zero, .seconds(-5)])
        func `a deadline that has passed sends nothing`(_ deadline: Duration) async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            await #expect(throws: TransportError(.timedOut, requestLeft: false)) {
                try await loop.send(.get("/ok", from: server), deadline: deadline)
            }
            #expect(server.connections == 0)
        }
    }
}
