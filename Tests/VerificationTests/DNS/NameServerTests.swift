// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Testing

@testable import Verification

/// The resolver and the routes against a real server: Unbound, and `Resources/example.zone`.
@Suite(.enabled(if: NameServer.path != nil, "unbound is not there: make servers"), .nameServer)
struct NameServerTests {
    private func resolver(timeout: Duration = .seconds(5), tries: Int = 2) throws -> AresResolver {
        let server = try #require(NameServerTrait.server)
        let address = try #require(DNSServer("\(server.host):\(server.port)"))
        return AresResolver(AresResolver.Options(servers: [address], timeout: timeout, tries: tries))
    }

    private func route(_ label: String, _ resolver: AresResolver) async -> MailRoute {
        var generator = SeededGenerator(seed: 1)
        return await MailRouter(resolver: resolver, asksReservedNames: true)
            .route(for: "\(label).dns.example", using: &generator)
    }

    @Test(arguments: [
        ("addresses", "10 mx.addresses.dns.example 127.25.0.21 127.25.0.22 ::1"),
        ("implicit", "implicit implicit.dns.example 127.25.0.15"),
        ("implicit-ipv6", "implicit implicit-ipv6.dns.example ::1"),
        ("implicit-both", "implicit implicit-both.dns.example 127.25.0.16 ::1"), ("null-mx", "null MX"),
        ("null-mx-and-more", "10 mx1.dns.example 127.25.0.11"), ("alias-of-nothing", "no such domain"),
        ("mx-alias", "10 mail.mx-alias.dns.example 127.25.0.11"), ("mx-missing", "no MX"),
        ("mx-without-address", "no MX"), ("mx-is-address", "no MX"),
        ("mx-servfail", "unknown server_failure"), ("missing", "no such domain"), ("no-data", "no MX"),
        ("empty-non-terminal", "no MX"), ("any.wildcard", "10 mx1.dns.example 127.25.0.11"),
        ("xn--bcher-kva", "10 mx1.dns.example 127.25.0.11"), ("servfail", "unknown server_failure"),
        ("refused", "unknown refused"), ("no-ttl", "10 mx1.dns.example 127.25.0.11"),
    ])
    func `a domain of the zone has its route`(label: String, route: String) async throws {
        let resolver = try resolver()
        defer { resolver.close() }
        var found = await self.route(label, resolver)
        // The server turns the addresses of a name.
        if case .hosts(var hosts) = found {
            for index in hosts.indices { hosts[index].addresses.sort { $0.description < $1.description } }
            found = .hosts(hosts)
        }
        #expect(MailRouteTests.text(found) == route)
    }

    @Test(arguments: ["preferences", "alias", "alias-of-alias"])
    func `hosts come by preference, also those of an alias`(label: String) async throws {
        let resolver = try resolver()
        defer { resolver.close() }
        guard case .hosts(let hosts) = await route(label, resolver) else {
            Issue.record("no hosts")
            return
        }
        #expect(hosts.map(\.preference) == [10, 20, 20, 30])
        #expect(Set(hosts[1...2].map(\.name)) == ["mx2.dns.example", "mx3.dns.example"])
    }

    @Test func `a circle of aliases is no denial`() async throws {
        let resolver = try resolver()
        defer { resolver.close() }
        guard case .unknown = await route("loop", resolver) else {
            Issue.record("a circle is not unknown")
            return
        }
    }

    @Test func `more than a datagram holds comes over TCP`() async throws {
        let resolver = try resolver()
        defer { resolver.close() }
        guard case .records(let answer) = await resolver.lookUp("many.dns.example", .mx) else {
            Issue.record("no records")
            return
        }
        #expect(answer.records.count == 20)
        guard case .hosts(let hosts) = await route("many", resolver) else {
            Issue.record("no hosts")
            return
        }
        #expect(hosts.map(\.preference) == Array(1...16))
    }

    @Test(arguments: [
        ("silent", "unknown timed_out"), ("mx-silent", "unknown timed_out"),
        ("mx-silent-first", "20 mx1.dns.example 127.25.0.11"),
    ])
    func `what isn't answered is unknown, unless another host is there`(label: String, route: String) async throws {
        let resolver = try resolver(timeout: .milliseconds(300), tries: 1)
        defer { resolver.close() }
        #expect(MailRouteTests.text(await self.route(label, resolver)) == route)
    }

    @Test func `times to live are the zone's`() async throws {
        let resolver = try resolver()
        defer { resolver.close() }
        #expect(await resolver.lookUp("no-ttl.dns.example", .mx).timeToLive == .zero)
        #expect(await resolver.lookUp("short-ttl.dns.example", .mx).timeToLive ?? .seconds(9) <= .seconds(1))
        let denial = await resolver.lookUp("missing.dns.example", .mx).timeToLive
        #expect(denial ?? .seconds(9) <= .seconds(2))
    }

    @Test(arguments: [
        ("127.25.0.11", ["mx1.dns.example"]), ("127.25.0.12", ["mx2.dns.example", "other.dns.example"]),
        ("127.0.0.1", ["verifier.dns.example"]), ("127.25.0.99", []),
    ])
    func `an address leads back to its names`(address: String, names: [String]) async throws {
        let resolver = try resolver()
        defer { resolver.close() }
        let reply = await resolver.lookUp(try #require(IPAddress(address)).reverseName, .ptr)
        guard case .records(let answer) = reply else {
            #expect(reply.failure == nil)
            #expect(names == [])
            return
        }
        #expect(Set(answer.records) == Set(names.map { .pointer($0) }))
    }

    @Test func `a text of several strings is one`() async throws {
        let resolver = try resolver()
        defer { resolver.close() }
        guard case .records(let answer) = await resolver.lookUp("long-text.dns.example", .txt) else {
            Issue.record("no text")
            return
        }
        #expect(answer.records == [.text(Array("one string and another are one text".utf8))])
    }
}

/// Starts the server for a suite, and ends it afterwards.
private struct NameServerTrait: SuiteTrait, TestScoping {
    @TaskLocal static var server: NameServer?

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let server = try NameServer.start()
        defer { server.stop() }
        try await Self.$server.withValue(server) { try await function() }
    }
}

extension Trait where Self == NameServerTrait {
    fileprivate static var nameServer: NameServerTrait { NameServerTrait() }
}
