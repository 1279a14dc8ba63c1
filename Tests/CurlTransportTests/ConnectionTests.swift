// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import HTTPTypes
import Testing

@testable import CurlTransport

extension CurlTransportTests {
    /// What goes on the wire, over which connection, and how often.
    @Suite struct ConnectionTests {
        private func running(
            _ body: (CurlLoop, MisbehavingServer) async throws -> Void
        ) async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            try await body(loop, server)
        }

        @Test func `method, target, headers and body go out as they are, one after the other on one handle`()
            async throws
        {
            try await running { loop, server in
                let key = HeaderItem(try #require(HTTPField.Name("X-Api-Key")), "abc")
                var request = TransportRequest.get("/echo?a=%2Fb&c=D%2fe&&=", from: server, headers: [key])
                let methods: [HTTPRequest.Method] = [.post, .get, .put, .delete, .patch, .head, .post, .get, .delete]
                for (index, method) in methods.enumerated() {
                    request.method = method
                    let hasBody = [.post, .put, .patch].contains(method) || index == 8
                    request.body = hasBody ? Array("body \(index)".utf8) : []
                    let reply = try await loop.send(request, deadline: .seconds(5))
                    #expect(reply.status == 200)
                    #expect(reply.headers["X-Method"] == method.rawValue)
                    if method != .head { #expect(reply.body == request.body) }
                    let seen = try #require(server.requests.last)
                    #expect(seen.target == request.target)
                    #expect(seen.headers.contains("X-Api-Key: abc"))
                    #expect(seen.headers.contains("Accept-Encoding: gzip"))
                    #expect(!seen.headers.contains { $0.hasPrefix("Expect") || $0.hasPrefix("Cookie") })
                    #expect(!seen.headers.contains { $0.hasPrefix("Content-Type") })
                    #expect(seen.headers.contains { $0.hasPrefix("Content-Length") } == hasBody)
                }
            }
        }

        @Test func `an empty body of a POST is sent as one, and headers change with the request`() async throws {
            try await running { loop, server in
                for value in ["a", "", "b"] {
                    var request = TransportRequest.get("/echo", from: server)
                    request.method = .post
                    request.headers = [HeaderItem(.contentType, "text/plain"), HeaderItem(.userAgent, value)]
                    _ = try await loop.send(request, deadline: .seconds(5))
                    let seen = try #require(server.requests.last)
                    #expect(seen.headers.contains("User-Agent: \(value)") || seen.headers.contains("User-Agent:"))
                    #expect(seen.headers.contains("Content-Length: 0"))
                    #expect(seen.headers.contains("Content-Type: text/plain"))
                }
            }
        }

        @Test func `a large body goes out and comes back`() async throws {
            try await running { loop, server in
                var request = TransportRequest.get("/echo", from: server)
                request.method = .post
                request.body = (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let reply = try await loop.send(request, deadline: .seconds(20))
                #expect(reply.body == request.body)
                #expect(reply.body.capacity >= reply.body.count + 64)
            }
        }

        @Test func `a compressed body comes back decoded`() async throws {
            try await running { loop, server in
                let reply = try await loop.send(.get("/gzip", from: server), deadline: .seconds(5))
                #expect(String(decoding: reply.body, as: UTF8.self) == #"{"found":false}"#)
            }
        }

        /// libcurl sends a request again by itself where a reused connection closes without a byte.
        @Test(arguments: [HTTPRequest.Method.get, .post])
        func `a request that a server has read is never sent again`(_ method: HTTPRequest.Method) async throws {
            try await running { loop, server in
                var request = TransportRequest.get("/close_when_reused", from: server)
                request.method = method
                #expect(await Outcome.of(request, by: loop, .seconds(5)) == "no_match")
                await #expect(
                    throws: TransportError(
                        .interrupted, requestLeft: true, "the connection closed without an answer")
                ) { try await loop.send(request, deadline: .seconds(5)) }
                #expect(server.requests.count == 2)
                #expect(await Outcome.of(request, by: loop, .seconds(5)) == "no_match")
            }
        }

        @Test func `two credentials never share a connection, and one uses its own again`() async throws {
            try await running { loop, server in
                for _ in 0..<5 {
                    for credential in 0..<4 {
                        let pool = ConnectionPoolID(provider: "example", credential: credential)
                        let request = TransportRequest.get("/ok?credential=\(credential)", from: server, pool: pool)
                        #expect(await Outcome.of(request, by: loop, .seconds(5)) == "no_match")
                    }
                }
                let users = Dictionary(grouping: server.requests, by: \.connection)
                #expect(users.count == 4)
                #expect(users.values.allSatisfy { Set($0.map(\.target)).count == 1 })
            }
        }

        /// What a vendor sends unasked on an idle connection would be taken for the answer to the next query,
        /// which is about another person.
        @Test func `a reply that nobody asked for answers no later request`() async throws {
            try await running { loop, server in
                for _ in 0..<5 {
                    #expect(await Outcome.of(.get("/ok_and_more", from: server), by: loop, .seconds(5)) == "no_match")
                    await loop.sleep(for: .milliseconds(80))
                    #expect(await Outcome.of(.get("/ok", from: server), by: loop, .seconds(5)) == "no_match")
                }
            }
        }

        @Test func `nothing listens, nothing left`() async throws {
            let server = try MisbehavingServer()
            let request = TransportRequest.get("/ok", from: server)
            server.stop()
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            while await Outcome.of(request, by: loop, .seconds(5)) != "unavailable" { await Task.yield() }
            await #expect(throws: TransportError(.connectFailed, requestLeft: false, "no connection")) {
                try await loop.send(request, deadline: .seconds(5))
            }
        }

        @Test func `a connection that is never made times out, and nothing left`() async throws {
            let full = try FullListener()
            defer { full.close() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let start = loop.uptime
            await #expect(throws: TransportError(.timedOut, requestLeft: false)) {
                try await loop.send(.get("/ok", origin: "http://127.0.0.1:\(full.port)"), deadline: .milliseconds(300))
            }
            #expect(loop.uptime - start < .milliseconds(550))
        }

        @Test func `a name that can't resolve is no connection`() async throws {
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let label = String(repeating: "a", count: 64)
            await #expect(throws: TransportError(.connectFailed, requestLeft: false, "the name did not resolve")) {
                try await loop.send(.get("/ok", origin: "http://\(label).example"), deadline: .seconds(5))
            }
        }

        @Test func `a hundred names that resolve leave no socket behind`() async throws {
            try await running { loop, server in
                for round in 0..<100 {
                    let pool = ConnectionPoolID(provider: "example", credential: round % 10)
                    var request = TransportRequest.get("/ok", from: server, pool: pool)
                    request.origin = "http://localhost:\(server.port)"
                    #expect(await Outcome.of(request, by: loop, .seconds(5)) == "no_match")
                }
            }
        }
    }

    @Suite struct RedirectTests {
        @Test func `a redirect is followed where one is allowed, and stands otherwise`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            for (allowed, outcome) in [(0, "unavailable"), (1, "no_match"), (5, "no_match")] {
                let request = TransportRequest.get("/found_page", from: server, maximumRedirects: allowed)
                #expect(await Outcome.of(request, by: loop, .seconds(5)) == outcome)
            }
            let loopback = TransportRequest.get("/redirect_loop", from: server, maximumRedirects: 5)
            let before = server.requests.count
            #expect(await Outcome.of(loopback, by: loop, .seconds(5)) == "unavailable")
            #expect(server.requests.count - before == 6)
        }

        @Test func `a POST follows none`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            var request = TransportRequest.get("/found_page", from: server, maximumRedirects: 5)
            request.method = .post
            #expect(await Outcome.of(request, by: loop, .seconds(5)) == "unavailable")
        }

        @Test(arguments: ["Authorization", "X-Api-Key", "Cookie", "X-Anything", "Referer"])
        func `no header but two reaches a second origin`(_ name: String) async throws {
            let (server, other) = (try MisbehavingServer(), try MisbehavingServer())
            defer { server.stop(); other.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let headers = [
                HeaderItem(try #require(HTTPField.Name(name)), "secret"), HeaderItem(.accept, "text/html"),
                HeaderItem(.userAgent, "example"),
            ]
            let request = TransportRequest.get(
                "/redirect?to=\(other.origin)/ok", from: server, headers: headers, maximumRedirects: 1)
            #expect(await Outcome.of(request, by: loop, .seconds(5)) == "no_match")
            let seen = try #require(other.requests.first)
            #expect(!seen.headers.contains { $0.contains("secret") })
            #expect(seen.headers.contains("Accept: text/html"))
            #expect(seen.headers.contains("User-Agent: example"))
            #expect(server.requests.first?.headers.contains("\(name): secret") == true)
        }

        @Test(arguments: [
            ("ftp://127.0.0.1/", "malformed"), ("file:///etc/passwd", "malformed"),
            ("http://user:secret@127.0.0.1/", "malformed"),
            ("javascript:alert(1)", "malformed"), ("http://exämple.com/", "refused"),
            ("http:///", "malformed"), ("//[", "malformed"),
        ])
        func `a redirect to what may not be asked is refused`(_ location: String, _ kind: String) {
            let reply = ProviderReply(status: 302, headers: ReplyHeaders([("Location", location)]))
            let request = TransportRequest.get("/a/b?c", origin: "https://example.com", maximumRedirects: 1)
            do throws(TransportError) {
                let next = try Redirect.next(after: reply, to: request)
                #expect(kind == "refused")
                #expect(next.map { RequestRule.objection(to: $0) != nil } ?? false)
            } catch {
                #expect(error.kind.rawValue == kind)
            }
        }

        @Test(arguments: [
            ("/x", "/x"), ("x", "/a/x"), ("../x?y=z", "/x?y=z"), ("?q", "/a/b?q"), ("/a b", "/a%20b"),
            ("/é", "/%c3%a9"),
            ("/x#part", "/x"),
        ])
        func `a redirect that is relative is read as one`(_ location: String, _ target: String) throws {
            let reply = ProviderReply(status: 301, headers: ReplyHeaders([("Location", location)]))
            let request = TransportRequest.get("/a/b?c", origin: "https://example.com:8443", maximumRedirects: 2)
            let next = try #require(try Redirect.next(after: reply, to: request))
            #expect(next.target == target)
            #expect(next.origin == request.origin)
            #expect(next.maximumRedirects == 1)
        }

        /// A public page that points inward: the address rule is asked again for each hop.
        @Test func `a redirect to a private address is refused at the socket`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let reply = ProviderReply(status: 302, headers: ReplyHeaders([("Location", server.origin + "/ok")]))
            let request = TransportRequest.get(
                "/", origin: "https://example.com", maximumRedirects: 1, allowsPrivate: false)
            let next = try #require(try Redirect.next(after: reply, to: request))
            #expect(next.allowsPrivateAddresses == false)
            #expect(await Outcome.of(next, by: loop, .seconds(5)) == "rejected_query")
            #expect(server.connections == 0)
        }
    }
}

extension TransportRequest {
    static func get(
        _ target: String, origin: String, maximumRedirects: Int = 0, allowsPrivate: Bool = true
    ) -> TransportRequest {
        TransportRequest(
            method: .get, origin: origin, target: target, pool: ConnectionPoolID(provider: "example"),
            allowsPrivateAddresses: allowsPrivate, maximumRedirects: maximumRedirects)
    }
}
