// SPDX-License-Identifier: Apache-2.0

import Enrichment
import HTTPTypes
import Testing

@testable import CurlTransport

extension CurlTransportTests {
    /// Many exchanges on one connection of HTTP/2. The server is fetched by `make servers`; without it the suite is
    /// skipped.
    @Suite(
        .enabled(if: OpenSSL.path != nil && HTTP2Server.path != nil, "nghttpd or openssl is not there: make servers"),
        .http2Server())
    struct MultiplexingTests {
        typealias Result = Swift.Result<ProviderReply, TransportError>

        /// Gives the test its server, and a loop that trusts it.
        private func running(_ body: (CurlLoop, HTTP2Server) async throws -> Void) async throws {
            let server = try #require(HTTP2Server.current)
            let loop = CurlLoop(name: "test", certificateAuthorities: server.authority)
            defer { loop.stop() }
            try await body(loop, server)
            server.end()
            let underWay = await Task(executorPreference: loop) { loop.transfersUnderWay }.value
            #expect(underWay == 0)
        }

        private func start(
            _ request: TransportRequest, on loop: CurlLoop, _ deadline: Duration = .seconds(60)
        ) -> Task<Result, Never> {
            Task(executorPreference: loop) { () -> Result in
                do throws(TransportError) {
                    return .success(try await loop.send(request, deadline: deadline))
                } catch { return .failure(error) }
            }
        }

        /// Opens the connection, freezes the server, and returns once so many more exchanges are on the wire.
        private func startFrozen(
            _ requests: [TransportRequest], on loop: CurlLoop, _ server: HTTP2Server
        ) async throws -> [Task<Result, Never>] {
            try server.put("first", "first")
            let first = try await start(server.request("/first"), on: loop).value.get()
            #expect(first.status == 200)
            server.freeze()
            let tasks = requests.map { start($0, on: loop) }
            await Task(executorPreference: loop) {
                while loop.transfersUnderWay < requests.count { await Task.yield() }
                // A turn of the loop, in which libcurl sends what it was given.
                await loop.sleep(for: .milliseconds(20))
            }.value
            return tasks
        }

        private static let gone = TransportError(.interrupted, requestLeft: true)

        /// What matters of an outcome: the detail of a broken connection depends on what was read last.
        private func kind(_ result: Result) -> TransportError? {
            guard case .failure(let error) = result else { return nil }
            return TransportError(error.kind, requestLeft: error.requestLeft)
        }

        @Test func `many exchanges at once share one connection, and each gets its own answer`() async throws {
            try await running { loop, server in
                let count = ConnectionPool.maximumStreams
                for number in 0..<count {
                    try server.put("\(number)", String(repeating: "answer \(number) ", count: 1 + number * 37 % 5_000))
                }
                let tasks = (0..<count).map { start(server.request("/\($0)"), on: loop) }
                for (number, task) in tasks.enumerated() {
                    let reply = try await task.value.get()
                    #expect(reply.status == 200)
                    let expected = String(repeating: "answer \(number) ", count: 1 + number * 37 % 5_000)
                    #expect(String(decoding: reply.body, as: UTF8.self) == expected, "answer \(number)")
                }
                #expect(server.connections == 1)
            }
        }

        /// A burst goes out before the server's own limit is known, and what it refuses would be an answer lost.
        @Test(.http2Server(streams: ConnectionPool.maximumStreams))
        func `more exchanges than a connection may carry all come, over few connections`() async throws {
            try await running { loop, server in
                for number in 0..<200 { try server.put("\(number)", "answer \(number)") }
                let tasks = (0..<200).map { start(server.request("/\($0)"), on: loop) }
                for (number, task) in tasks.enumerated() {
                    let reply = try await task.value.get()
                    #expect(String(decoding: reply.body, as: UTF8.self) == "answer \(number)")
                }
                #expect(server.connections <= ConnectionPool.firstConnections)
                // The server's limit is known now, and so is that the connections are shared.
                let more = (0..<200).map { start(server.request("/\($0)"), on: loop) }
                for task in more {
                    let reply = try await task.value.get()
                    #expect(reply.status == 200)
                }
                #expect(server.connections <= ConnectionPool.firstConnections)
            }
        }

        @Test func `bodies that go up at the same time come back each to its own exchange`() async throws {
            try await running { loop, server in
                let bodies = (0..<30).map { number in
                    [UInt8](repeating: UInt8(number), count: 1 + number * 7_919 % 200_000)
                }
                let tasks = bodies.map { start(server.request("/echo", body: $0), on: loop) }
                for (body, task) in zip(bodies, tasks) {
                    let reply = try await task.value.get()
                    #expect(reply.body == body)
                }
                #expect(server.connections == 1)
            }
        }

        @Test func `a cancelled exchange leaves the others of its connection alone`() async throws {
            try await running { loop, server in
                for number in 0..<25 { try server.put("\(number)", "answer \(number)") }
                let tasks = try await startFrozen((0..<25).map { server.request("/\($0)") }, on: loop, server)
                for task in tasks.prefix(10) { task.cancel() }
                for task in tasks.prefix(10) {
                    #expect(await task.value == .failure(TransportError(.cancelled, requestLeft: true)))
                }
                server.thaw()
                for (number, task) in tasks.enumerated().dropFirst(10) {
                    let reply = try await task.value.get()
                    #expect(String(decoding: reply.body, as: UTF8.self) == "answer \(number)")
                }
                #expect(server.connections == 1)
            }
        }

        @Test func `an exchange whose time is over leaves the others of its connection alone`() async throws {
            try await running { loop, server in
                for number in 0..<25 { try server.put("\(number)", "answer \(number)") }
                let tasks = try await startFrozen((0..<25).map { server.request("/\($0)") }, on: loop, server)
                let hasty = (0..<5).map { start(server.request("/\($0)"), on: loop, .milliseconds(50)) }
                for task in hasty {
                    #expect(await task.value == .failure(TransportError(.timedOut, requestLeft: true)))
                }
                server.thaw()
                for (number, task) in tasks.enumerated() {
                    let reply = try await task.value.get()
                    #expect(String(decoding: reply.body, as: UTF8.self) == "answer \(number)")
                }
                #expect(server.connections == 1)
            }
        }

        @Test func `a connection whose only exchange was cancelled is used again`() async throws {
            try await running { loop, server in
                let tasks = try await startFrozen([server.request("/first")], on: loop, server)
                for task in tasks { task.cancel() }
                for task in tasks { #expect(kind(await task.value)?.kind == .cancelled) }
                server.thaw()
                for _ in 0..<20 {
                    let reply = try await start(server.request("/first"), on: loop).value.get()
                    #expect(reply.status == 200)
                }
                #expect(server.connections == 1)
            }
        }

        @Test func `a server that goes away before it answers loses every answer, and no more`() async throws {
            try await running { loop, server in
                let requests = (0..<30).map { number in
                    number % 2 == 0
                        ? server.request("/first") : server.request("/echo", body: Array("body".utf8))
                }
                let tasks = try await startFrozen(requests, on: loop, server)
                let moment = ContinuousClock.now
                server.end()
                for task in tasks { #expect(kind(await task.value) == Self.gone) }
                #expect(ContinuousClock.now - moment < .seconds(10))
                // Nothing listens there any more.
                let after = await self.start(server.request("/first"), on: loop).value
                #expect(kind(after) == TransportError(.connectFailed, requestLeft: false))
            }
        }

        @Test func `a server that goes away in the middle of its answers ends each that is not whole`() async throws {
            try await running { loop, server in
                let size = 7 << 20
                try server.put("large", zeros: size)
                let requests = (0..<16).map { _ in server.request("/large") }
                let tasks = try await startFrozen(requests, on: loop, server)
                server.thaw()
                while !server.log.contains("send DATA frame <length=16384") { await Task.yield() }
                let moment = ContinuousClock.now
                server.end()
                var lost = 0
                for task in tasks {
                    switch await task.value {
                    case .success(let reply): #expect(reply.body.count == size)
                    case .failure(let error):
                        lost += 1
                        #expect(TransportError(error.kind, requestLeft: error.requestLeft) == Self.gone, "\(error)")
                    }
                }
                #expect(lost > 0)
                #expect(ContinuousClock.now - moment < .seconds(10))
            }
        }
    }
}
