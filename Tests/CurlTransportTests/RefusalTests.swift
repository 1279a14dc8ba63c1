// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import HTTPTypes
import Testing

@testable import CurlTransport

extension CurlTransportTests {
    /// What may not be sent is refused before a byte leaves, end to end.
    @Suite struct RefusalTests {
        static let refused = TransportError.Kind.refused

        private func error(
            of request: TransportRequest, _ loop: CurlLoop, _ deadline: Duration = .seconds(5)
        ) async -> TransportError? {
            do throws(TransportError) {
                _ = try await loop.send(request, deadline: deadline)
                return nil
            } catch { return error }
        }

        /// Spellings of hosts inside, as libcurl's parser and the resolver take them.
        static let hostsInside = [
            "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.0.0.1", "0x7f.1",
            "0177.0.0.1", "0177.1", "017700000001", "0", "0.0.0.0", "00000000000", "127.0.0.1.", "localhost",
            "LOCALHOST",
            "localhost.", "10.0.0.1", "10.1", "167772161", "0xa000001", "012.0.0.1", "192.168.0.1", "192.168.1",
            "3232235521",
            "0xc0a80001", "169.254.169.254", "169.254.43518", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376",
            "0xa9.254.0251.254", "100.64.0.1", "172.16.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.7", "224.0.0.1",
            "255.255.255.255", "240.0.0.1", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2001:0:1:2:3:4:5:6]",
            "[fe80::1]",
            "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]",
        ]

        @Test(arguments: hostsInside)
        func `a host inside is refused however it is spelled`(_ host: String) async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            var request = TransportRequest.get("/ok", from: server)
            request.origin = "http://\(host):\(server.port)"
            request.allowsPrivateAddresses = false
            let error = await error(of: request, loop)
            #expect(error?.requestLeft == false)
            // What the resolver itself rejects is as good; it must not be a timeout, which would mean that a
            // packet left.
            #expect(
                error?.kind == .refused || error?.kind == .connectFailed && error?.detail == "the name did not resolve")
            #expect(server.connections == 0)
        }

        @Test func `the same hosts are reached where private addresses are allowed`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            for host in ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"] {
                var request = TransportRequest.get("/ok", from: server)
                request.origin = "http://\(host):\(server.port)"
                #expect(await Outcome.of(request, by: loop, .seconds(5)) == "no_match")
            }
        }

        @Test func `a connection to a private address is not lent to a request that may not have one`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            var request = TransportRequest.get("/ok", from: server)
            #expect(await error(of: request, loop) == nil)
            request.allowsPrivateAddresses = false
            #expect(await error(of: request, loop)?.kind == .refused)
        }

        static let origins = [
            "", "http", "http:", "http:/", "http://", "https://", "http:///", "//127.0.0.1", "127.0.0.1",
            "localhost:80",
            "ftp://127.0.0.1", "file:///etc/passwd", "file://localhost", "gopher://127.0.0.1", "dict://127.0.0.1",
            "ldap://127.0.0.1", "smtp://127.0.0.1", "telnet://127.0.0.1", "tftp://127.0.0.1", "ws://127.0.0.1",
            "HTTP://a",
            "unix:///var/run/docker.sock", "http+unix://a", "javascript:alert(1)", "data:,a", "http://user@127.0.0.1",
            "http://user:secret@127.0.0.1", "http://@127.0.0.1", "http://127.0.0.1@example.com", "http://a b",
            "http://a\tb",
            "http://a\r\nHost: b", "http://a\nb", "http://a\0b", "http://127.0.0.1/path", "http://127.0.0.1/",
            "http://a?b",
            "http://a#b", "http://a\\b", "http://127.0.0.1\\@example.com", "http://[::1", "http://::1]",
            "http://[::1%25lo]",
            "http://[fe80::1%eth0]", "http://a:b", "http://a:99999", "http://a:-1", "http://a:80:80",
            "http://ⓛocalhost",
            "http://127。0。0。1", "http://①②⑦.0.0.1", "http://exämple.com", "http://%31%32%37.0.0.1", "http://a%2eb",
            "http:// a",
            " http://a", "http://a ", "http://\u{7f}", "http://[]", "http://[127.0.0.1]", "http://[:::1]",
            "http:127.0.0.1",
            "http:/127.0.0.1", "https:127.0.0.1", "http://a|b", "http://a`b", "http://{a}", "http://a,b", "http://a;b",
            "http://a'b", "http://a\"b", "http://a<b", "http://a=b", "http://a+b", "http://a$b", "http://a!b",
            "http://a*b",
            "http://a(b", "http://a&b", "http://~a", "http://\u{202e}a", "http://a\u{200b}b", "http://a\u{ad}b",
        ]

        @Test(arguments: origins)
        func `an origin that is not http or https, a host and a port is refused`(_ origin: String) async throws {
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let request = TransportRequest(
                method: .get, origin: origin, target: "/", pool: ConnectionPoolID(provider: "example"),
                allowsPrivateAddresses: true)
            let error = await error(of: request, loop, .milliseconds(300))
            #expect(error?.kind == .refused)
            #expect(error?.requestLeft == false)
        }

        @Test(arguments: [
            "", "ok", "?a", "#a", "/a b", "/a\r\nX-Example: 1", "/a\n", "/a\rb", "/a\0b", "/a\tb", "/a#b", "/é",
            "/a\u{7f}",
            "/\u{1}", "http://example.com/", "*", "\\a", " /a",
        ])
        func `a target that is not a path and a query is refused`(_ target: String) async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            #expect(await error(of: .get(target, from: server), loop)?.kind == .refused)
            #expect(server.connections == 0)
        }

        @Test func `every control character in a header's value is refused, and a tab is not`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            for byte in (UInt8(0)..<32) + [127] {
                for value in [
                    "a\(Character(UnicodeScalar(byte)))b", "\(Character(UnicodeScalar(byte)))", "a\r\nX-More: 1",
                ] {
                    let header = HeaderItem(.init("X-Example") ?? .accept, byte == 9 ? "a\tb" : value)
                    let error = await error(of: .get("/ok", from: server, headers: [header]), loop)
                    #expect(error?.kind == (byte == 9 ? nil : .refused), "byte \(byte)")
                }
            }
            #expect(server.requests.allSatisfy { !$0.headers.contains { $0.hasPrefix("X-More") } })
        }

        @Test(arguments: [
            "Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "TE", "Trailer", "Upgrade",
            "Keep-Alive",
            "Proxy-Connection", "host", "CONTENT-LENGTH",
        ])
        func `a header that frames the message is refused`(_ name: String) async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let header = HeaderItem(try #require(HTTPField.Name(name)), "1")
            #expect(await error(of: .get("/ok", from: server, headers: [header]), loop)?.kind == .refused)
        }

        @Test func `what is too long is refused`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let long = String(repeating: "a", count: 1 << 16)
            var bodied = TransportRequest.get("/echo", from: server)
            bodied.method = .post
            bodied.body = [UInt8](repeating: 0x61, count: (8 << 20) + 1)
            let many = (0..<129).map { _ in HeaderItem(.accept, "a") }
            #expect(await error(of: .get("/" + long, from: server), loop)?.kind == .refused)
            #expect(
                await error(of: .get("/ok", from: server, headers: [HeaderItem(.accept, long)]), loop)?.kind == .refused
            )
            #expect(await error(of: .get("/ok", from: server, headers: many), loop)?.kind == .refused)
            #expect(await error(of: bodied, loop)?.kind == .refused)
            #expect(server.connections == 0)
        }
    }
}
