// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Verification

/// What a reply means, from its bytes on.
@Suite struct DNSMeaningTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let meaning: DNSMessage.Meaning

        init(_ name: String, _ wire: DNSWire, _ meaning: DNSMessage.Meaning) {
            (testDescription, bytes, self.meaning) = (name, wire.bytes, meaning)
        }

        init(_ name: String, _ wire: DNSWire, _ reply: DNSReply) { self.init(name, wire, .reply(reply)) }
    }

    private static func wire(
        code: UInt8 = 0, flags: UInt16 = 0x8180, _ answers: [DNSWire.Record] = [],
        authority: [DNSWire.Record] = [], question: String = "d.example"
    ) -> DNSWire {
        DNSWire(flags: flags, code: code, question: (question, .mx), answers: answers, authority: authority)
    }

    private static func mx(_ owner: String, _ time: Int, _ host: String = "m.example") -> DNSReply {
        .records(.mailExchange(preference: 10, host: host), owner: owner, time: time)
    }

    static let rows = [
        Row("records", wire([.mx("d.example", 10, "M.Example", time: 300)]), mx("d.example", 300)),
        Row(
            "records in another case", wire([.mx("D.EXAMPLE", 10, "m.example")], question: "D.Example"),
            mx("d.example", 60)),
        Row(
            "the shortest time counts",
            wire([.mx("d.example", 10, "m.example", time: 300), .mx("d.example", 10, "m.example", time: 7)]),
            .records(
                .mailExchange(preference: 10, host: "m.example"), .mailExchange(preference: 10, host: "m.example"),
                owner: "d.example", time: 7)),
        Row(
            "an alias is followed, and its time counts",
            wire([.cname("d.example", "e.example", time: 5), .mx("e.example", 10, "m.example")]), mx("e.example", 5)),
        Row(
            "aliases in any order",
            wire([
                .mx("f.example", 10, "m.example"), .cname("e.example", "f.example"), .cname("d.example", "e.example"),
            ]), mx("f.example", 60)),
        Row(
            "records of another name are none of ours",
            wire([.mx("x.example", 10, "m.example")], authority: [.soa("example", minimum: 9, time: 99)]),
            .noData(timeToLive: .seconds(9))),
        Row(
            "null MX", wire([.mx("d.example", 0, ".")]),
            .records(
                .mailExchange(preference: 0, host: "."), owner: "d.example")),

        Row(
            "no data, kept for the zone's minimum", wire(authority: [.soa("example", minimum: 30, time: 3_600)]),
            .noData(timeToLive: .seconds(30))),
        Row(
            "no data, kept for the SOA's own time where that is shorter",
            wire(authority: [.soa("example", minimum: 3_600, time: 20)]), .noData(timeToLive: .seconds(20))),
        Row("no data without a SOA isn't kept", wire(), .noData(timeToLive: .zero)),
        Row(
            "no data behind an alias, whose time counts",
            wire([.cname("d.example", "e.example", time: 5)], authority: [.soa("example", minimum: 30, time: 60)]),
            .noData(timeToLive: .seconds(5))),
        Row(
            "no data though name servers are named",
            wire(authority: [.ns("example", "ns.example"), .soa("example", minimum: 30, time: 60)]),
            .noData(timeToLive: .seconds(30))),
        Row(
            "no such domain", wire(code: 3, authority: [.soa("example", minimum: 30, time: 60)]),
            .noSuchDomain(timeToLive: .seconds(30))),
        Row(
            "no such domain, whatever records come along", wire(code: 3, [.mx("d.example", 10, "m.example")]),
            .noSuchDomain(timeToLive: .zero)),
        Row("no such domain without a SOA", wire(code: 3), .noSuchDomain(timeToLive: .zero)),
        Row(
            "an alias for nothing is no such domain",
            wire(code: 3, [.cname("d.example", "e.example")], authority: [.soa("example", minimum: 30, time: 60)]),
            .noSuchDomain(timeToLive: .seconds(30))),

        Row("format error", wire(code: 1), .failed(DNSFailure(.otherCode, code: 1))),
        Row("server failure", wire(code: 2), .failed(DNSFailure(.serverFailure, code: 2))),
        Row("not implemented", wire(code: 4), .failed(DNSFailure(.otherCode, code: 4))),
        Row("refused", wire(code: 5), .failed(DNSFailure(.refused, code: 5))),
        Row("a code of its own", wire(code: 11), .failed(DNSFailure(.otherCode, code: 11))),
        Row(
            "server failure with records in it", wire(code: 2, [.mx("d.example", 10, "m.example")]),
            .failed(DNSFailure(.serverFailure, code: 2))),
        Row("a referral", wire(authority: [.ns("example", "ns.example")]), .failed(DNSFailure(.referral, code: 0))),
        Row("truncated", wire(flags: 0x8380, [.mx("d.example", 10, "m.example")]), .truncated),
        Row("a question", wire(flags: 0x0100, [.mx("d.example", 10, "m.example")]), .failed(.malformed)),
        Row("another operation", wire(flags: 0xa180, [.mx("d.example", 10, "m.example")]), .failed(.malformed)),
        Row("the reply to another question", wire([], question: "x.example"), .failed(.malformed)),
        Row(
            "an alias without its target's records", wire([.cname("d.example", "e.example", time: 5)]),
            .alias("e.example", aliases: 1, timeToLive: 5)),
        Row("an alias for itself", wire([.cname("d.example", "d.example")]), .failed(.tooManyAliases)),
        Row(
            "a circle of aliases", wire([.cname("d.example", "e.example"), .cname("e.example", "d.example")]),
            .failed(.tooManyAliases)),
        Row("eight aliases", wire(chain(8)), mx("n8.example", 60)),
        Row("nine aliases", wire(chain(9)), .failed(.tooManyAliases)),
    ]

    private static func chain(_ count: Int) -> [DNSWire.Record] {
        (0..<count).map { .cname($0 == 0 ? "d.example" : "n\($0).example", "n\($0 + 1).example") }
            + [.mx("n\(count).example", 10, "m.example")]
    }

    @Test(arguments: rows)
    func `a reply has one meaning`(row: Row) throws {
        #expect(try DNSMessage(parsing: row.bytes).meaning(for: "d.example", .mx) == row.meaning)
    }

    @Test func `the alias itself can be asked for`() throws {
        var wire = Self.wire([.cname("d.example", "e.example")])
        wire.question = ("d.example", .cname)
        #expect(
            try DNSMessage(parsing: wire.bytes).meaning(for: "d.example", .cname)
                == .reply(.records(.alias("e.example"), owner: "d.example")))
    }

    @Test func `aliases that led to the name count`() throws {
        let message = try DNSMessage(parsing: Self.wire([.cname("d.example", "e.example")]).bytes)
        #expect(message.meaning(for: "d.example", .mx, aliases: 7) == .alias("e.example", aliases: 8, timeToLive: 60))
        #expect(message.meaning(for: "d.example", .mx, aliases: 8) == .reply(.failed(.tooManyAliases)))
    }
}
