// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Testing
import Verification

@Suite struct MailRouteTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let replies: [String: DNSReply]
        let route: String

        init(_ name: String, _ replies: [String: DNSReply], _ route: String) {
            (self.name, self.replies, self.route) = (name, replies, route)
        }

        var testDescription: String { name }
    }

    static let rows = [
        // The answer for MX.
        Row(
            "one host", ["mx d.example": .mx([10: "m.example"]), "a m.example": .addresses("192.0.2.1")],
            "10 m.example 192.0.2.1"),
        Row(
            "the lower preference first",
            [
                "mx d.example": .mx([20: "b.example", 10: "m.example"]), "a b.example": .addresses("192.0.2.2"),
                "a m.example": .addresses("192.0.2.1"),
            ], "10 m.example 192.0.2.1, 20 b.example 192.0.2.2"),
        Row(
            "IPv4 before IPv6, each in the DNS' order",
            [
                "mx d.example": .mx([10: "m.example"]), "a m.example": .addresses("192.0.2.9", "192.0.2.1"),
                "aaaa m.example": .addresses("2001:db8::1"),
            ], "10 m.example 192.0.2.9 192.0.2.1 2001:db8::1"),
        Row(
            "a host named twice counts where it is preferred",
            ["mx d.example": .mx([30: "m.example", 10: "m.example"]), "a m.example": .addresses("192.0.2.1")],
            "10 m.example 192.0.2.1"),
        Row("null MX", ["mx d.example": .mx([0: "."])], "null MX"),
        Row("null MX with a preference", ["mx d.example": .mx([10: "."])], "null MX"),
        Row("null MX twice", ["mx d.example": .mx([0: ".", 10: "."])], "null MX"),
        Row(
            "null MX beside another host is left out",
            ["mx d.example": .mx([0: ".", 10: "m.example"]), "a m.example": .addresses("192.0.2.1")],
            "10 m.example 192.0.2.1"),
        Row(
            "null MX beside a dead host is no null MX", ["mx d.example": .mx([0: ".", 10: "m.example"])], "no MX"),
        Row("no such domain", ["mx d.example": .noSuchDomain], "no such domain"),
        Row(
            "no such domain, though it has an address",
            ["mx d.example": .noSuchDomain, "a d.example": .addresses("192.0.2.1")], "no such domain"),
        Row("MX times out", ["mx d.example": .failed(.timedOut)], "unknown timed_out"),
        Row("MX fails", ["mx d.example": .failed(.serverFailure)], "unknown server_failure"),
        Row("MX is refused", ["mx d.example": .failed(.refused)], "unknown refused"),
        Row(
            "MX fails, and an address is there: no fallback",
            ["mx d.example": .failed(.serverFailure), "a d.example": .addresses("192.0.2.1")], "unknown server_failure"),
        Row("records that are no MX", ["mx d.example": .records(.pointer("x.example"))], "unknown malformed"),

        // The domain's own addresses.
        Row(
            "no MX, an IPv4 address", ["mx d.example": .noData, "a d.example": .addresses("192.0.2.1")],
            "implicit d.example 192.0.2.1"),
        Row(
            "no MX, an IPv6 address alone",
            ["mx d.example": .noData, "a d.example": .noData, "aaaa d.example": .addresses("2001:db8::1")],
            "implicit d.example 2001:db8::1"),
        Row(
            "no MX, no address", ["mx d.example": .noData, "a d.example": .noData, "aaaa d.example": .noData], "no MX"),
        Row("no MX, the name is gone", ["mx d.example": .noData], "no MX"),
        Row(
            "no MX, IPv4 times out", ["mx d.example": .noData, "a d.example": .failed(.timedOut)], "unknown timed_out"),
        Row(
            "no MX, IPv6 fails", ["mx d.example": .noData, "aaaa d.example": .failed(.serverFailure)],
            "unknown server_failure"),
        Row(
            "no MX, IPv4 is there, IPv6 fails",
            [
                "mx d.example": .noData, "a d.example": .addresses("192.0.2.1"),
                "aaaa d.example": .failed(.serverFailure),
            ], "implicit d.example 192.0.2.1"),

        // The targets' addresses.
        Row(
            "no fallback to the domain's address where its hosts have none",
            ["mx d.example": .mx([10: "m.example"]), "a d.example": .addresses("192.0.2.1")], "no MX"),
        Row(
            "a host without data", ["mx d.example": .mx([10: "m.example"]), "a m.example": .noData], "no MX"),
        Row(
            "the first host is dead, the second one isn't",
            ["mx d.example": .mx([10: "m.example", 20: "b.example"]), "a b.example": .addresses("192.0.2.2")],
            "20 b.example 192.0.2.2"),
        Row(
            "the first host times out, the second one is there",
            [
                "mx d.example": .mx([10: "m.example", 20: "b.example"]), "a m.example": .failed(.timedOut),
                "a b.example": .addresses("192.0.2.2"),
            ], "20 b.example 192.0.2.2"),
        Row(
            "one host is dead, one times out",
            ["mx d.example": .mx([10: "m.example", 20: "b.example"]), "a b.example": .failed(.timedOut)],
            "unknown timed_out"),
        Row(
            "the preferred host's failure is told",
            [
                "mx d.example": .mx([10: "m.example", 20: "b.example"]), "a m.example": .failed(.refused),
                "a b.example": .failed(.timedOut),
            ], "unknown refused"),
        Row(
            "an alias for a host is followed by the resolver",
            [
                "mx d.example": .mx([10: "m.example"]),
                "a m.example": .records(.address(.v4(0xc000_0201)), owner: "real.example"),
            ], "10 m.example 192.0.2.1"),
        Row("an address for a host", ["mx d.example": .mx([10: "192.0.2.7"])], "no MX"),
        Row("an odd name for a host", ["mx d.example": .mx([10: "mail\\032host.example"])], "no MX"),
        Row(
            "an address beside a host",
            ["mx d.example": .mx([5: "192.0.2.7", 10: "m.example"]), "a m.example": .addresses("192.0.2.1")],
            "10 m.example 192.0.2.1"),
    ]

    @Test(arguments: rows)
    func `the DNS' answers lead to a route`(row: Row) async {
        var generator = SeededGenerator(seed: 1)
        let resolver = ScriptedResolver(row.replies)
        let route = await MailRouter(resolver: resolver, asksReservedNames: true)
            .route(for: "D.example.", using: &generator)
        #expect(Self.text(route) == row.route)
    }

    @Test func `hosts of equal preference come in an order by chance, behind the preferred ones`() async {
        var replies: [String: DNSReply] = [
            "mx d.example": .mx([10: "e.example", 10: "f.example", 10: "g.example", 5: "first.example"])
        ]
        for name in ["e", "f", "g", "first"] { replies["a \(name).example"] = .addresses("192.0.2.1") }
        let router = MailRouter(resolver: ScriptedResolver(replies), asksReservedNames: true)
        var orders: Set<[String]> = []
        for seed in 0..<200 {
            var generator = SeededGenerator(seed: UInt64(seed))
            guard case .hosts(let hosts) = await router.route(for: "d.example", using: &generator) else {
                Issue.record("no hosts")
                return
            }
            #expect(hosts.first?.name == "first.example")
            orders.insert(hosts.dropFirst().map(\.name))
        }
        #expect(orders.count == 6)
    }

    @Test(arguments: [(16, "no MX"), (17, "unknown too_many_hosts")])
    func `sixteen hosts are looked at, the preferred ones`(count: Int, route: String) async {
        let hosts = (1...count).map { DNSRecordData.mailExchange(preference: UInt16($0), host: "m\($0).example") }
        let mx = DNSReply.records(DNSAnswer(owner: "d.example", records: hosts.reversed(), timeToLive: .seconds(1)))
        let resolver = ScriptedResolver(["mx d.example": mx])
        let found = await MailRouter(resolver: resolver, asksReservedNames: true).route(for: "d.example")
        #expect(Self.text(found) == route)
        #expect(resolver.questions.count == 33)
        #expect(!resolver.questions.contains("a m17.example"))
    }

    @Test func `MX is asked for first, and alone where it settles the route`() async {
        let resolver = ScriptedResolver(["mx d.example": .mx([0: "."])])
        _ = await MailRouter(resolver: resolver, asksReservedNames: true).route(for: "d.example")
        #expect(resolver.questions == ["mx d.example"])
    }

    @Test(arguments: [
        "test", "a.test", "x.invalid", "localhost", "mail.localhost", "printer.local", "abc.onion", "a.example",
        "corp.internal", "x.alt", "nas.home.arpa", "home.arpa", "Shout.TEST.",
    ])
    func `a reserved name does not exist, unless somebody set a resolver`(domain: String) async {
        let resolver = ScriptedResolver([:])
        #expect(await MailRouter(resolver: resolver).route(for: domain) == .noSuchDomain)
        #expect(resolver.questions == [])
        _ = await MailRouter(resolver: resolver, asksReservedNames: true).route(for: domain)
        #expect(resolver.questions.count == 1)
    }

    @Test(arguments: ["example.com", "example.org", "test.com", "invalid.net", "internal.de", "arpa", "myhome.arpa"])
    func `a name that only looks reserved is asked for`(domain: String) async {
        let resolver = ScriptedResolver([:])
        #expect(await MailRouter(resolver: resolver).route(for: domain) == .noSuchDomain)
        #expect(resolver.questions == ["mx \(domain)"])
    }

    @Test func `a host under a reserved name has no address`() async {
        let resolver = ScriptedResolver([
            "mx d.com": .mx([10: "localhost", 20: "m.invalid"]), "a localhost": .addresses("127.0.0.1"),
        ])
        #expect(await MailRouter(resolver: resolver).route(for: "d.com") == .noMX)
        #expect(resolver.questions == ["mx d.com"])
    }

    @Test(arguments: [
        "", ".", "a..b", "[192.0.2.1]", "bücher.example", "a b.example", String(repeating: "a", count: 64),
    ])
    func `what can't be a domain is not asked for`(domain: String) async {
        let resolver = ScriptedResolver([:])
        #expect(await MailRouter(resolver: resolver).route(for: domain) == .unknown(DNSFailure(.badName)))
        #expect(resolver.questions == [])
    }

    /// A route in words: `10 m.example 192.0.2.1`.
    static func text(_ route: MailRoute) -> String {
        switch route {
        case .hosts(let hosts):
            hosts.map { host in
                ([host.isImplicit ? "implicit" : String(host.preference), host.name]
                    + host.addresses.map(\.description)).joined(separator: " ")
            }.joined(separator: ", ")
        case .nullMX: "null MX"
        case .noMX: "no MX"
        case .noSuchDomain: "no such domain"
        case .unknown(let failure): "unknown \(failure.kind.rawValue)"
        }
    }
}
