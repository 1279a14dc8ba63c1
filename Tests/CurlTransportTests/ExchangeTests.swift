// SPDX-License-Identifier: Apache-2.0

import CurlTransport
import Enrichment
import EnrichmentTesting
import HTTPTypes
import Testing

extension CurlTransportTests {
    @Suite struct ExchangeTests {
        @Test func `a reply comes back whole, with room for the JSON reader`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let reply = try await loop.send(.get("/ok", from: server), deadline: .seconds(5))
            #expect(reply.status == 200)
            #expect(String(decoding: reply.body, as: UTF8.self) == #"{"found":false}"#)
            #expect(reply.headers[.contentType] == "application/json")
            #expect(reply.body.capacity >= reply.body.count + 64)
        }

        @Test func `a task of the loop sends many requests over one connection`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            try await withTaskExecutorPreference(loop) {
                for _ in 0..<100 {
                    let reply = try await loop.send(.get("/ok", from: server), deadline: .seconds(5))
                    #expect(reply.status == 200)
                }
            }
            #expect(server.connections == 1)
        }

        @Test func `a task of the loop can cancel another's exchange`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let request = TransportRequest.get("/silence", from: server)
            let outcome = await Task(executorPreference: loop) {
                let other = Task(executorPreference: loop) { await Outcome.of(request, by: loop, .seconds(20)) }
                while server.requests.isEmpty { await loop.sleep(for: .milliseconds(1)) }
                other.cancel()
                return await other.value
            }.value
            #expect(outcome == "cancelled")
        }

        @Test func `a cancelled exchange ends at once`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let task = Task { try await loop.send(.get("/silence", from: server), deadline: .seconds(60)) }
            while server.requests.isEmpty { await Task.yield() }
            task.cancel()
            await #expect(throws: TransportError(.cancelled, requestLeft: true)) { try await task.value }
        }
    }
}

extension TransportRequest {
    /// A GET to a test server, in a pool of its own.
    static func get(
        _ target: String, from server: MisbehavingServer, headers: [HeaderItem] = [],
        pool: ConnectionPoolID = ConnectionPoolID(provider: "example"), maximumRedirects: Int = 0
    ) -> TransportRequest {
        TransportRequest(
            method: .get, origin: server.origin, target: target, headers: headers, pool: pool,
            allowsPrivateAddresses: true, maximumRedirects: maximumRedirects)
    }
}
