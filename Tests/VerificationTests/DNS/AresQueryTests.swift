// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Verification

/// What a query does next, without a server.
@Suite struct AresQueryTests {
    private func query() -> AresQuery { AresQuery(AresDesk.Question(id: 1, name: "d.example", type: .mx)) }

    private func bytes(
        code: UInt8 = 0, flags: UInt16 = 0x8180, name: String = "d.example", _ answers: DNSWire.Record...
    ) -> [UInt8] {
        DNSWire(flags: flags, code: code, question: (name, .mx), answers: answers).bytes
    }

    @Test func `each server is asked over UDP first, and over TCP where the reply is truncated`() {
        let query = query()
        #expect(query.next(after: bytes(flags: 0x8380), servers: 2) == .ask)
        #expect((query.server, query.transport) == (0, .tcp))
        #expect(query.next(after: bytes(code: 2), servers: 2) == .ask)
        #expect((query.server, query.transport) == (1, .udp))
        #expect(query.next(after: bytes(flags: 0x8380), servers: 2) == .ask)
        #expect((query.server, query.transport) == (1, .tcp))
        #expect(query.next(after: bytes(flags: 0x8380), servers: 2) == .answer(.failed(.malformed)))
    }

    @Test func `512 bytes that end early are the start of more`() {
        let cut = [UInt8](repeating: 0xff, count: 512)
        let query = query()
        #expect(query.next(after: cut, servers: 1) == .ask)
        #expect(query.transport == .tcp)
        #expect(query.next(after: cut, servers: 1) == .answer(.failed(.malformed)))
        #expect(self.query().next(after: [UInt8](cut.dropLast()), servers: 1) == .answer(.failed(.malformed)))
    }

    @Test(
        arguments: [
            (.timedOut, .failed(.timedOut)), (.unreachable, .failed(.unreachable)), (.badName, .failed(.badName)),
            (.closed, .failed(.closed)), (.noMemory, .failed(.overloaded)),
            (.noSuchDomain, .noSuchDomain(timeToLive: .zero)),
        ] as [(AresQuery.Silence, DNSReply)])
    func `a silence has a reason`(silence: AresQuery.Silence, reply: DNSReply) {
        #expect(query().next(after: silence) == .answer(reply))
    }

    @Test(arguments: [.timedOut, .unreachable] as [AresQuery.Silence])
    func `what was said before a silence is told`(silence: AresQuery.Silence) {
        let query = query()
        #expect(query.next(after: bytes(code: 5), servers: 2) == .ask)
        #expect(query.next(after: silence) == .answer(.failed(DNSFailure(.refused, code: 5))))
    }

    @Test func `an alias without its target is followed, and its time counts to the end`() {
        let query = query()
        #expect(query.next(after: bytes(.cname("d.example", "e.example", time: 9)), servers: 1) == .ask)
        #expect(query.name == "e.example")
        let rest = bytes(name: "e.example", .mx("e.example", 10, "m.example", time: 300))
        let reply = DNSReply.records(.mailExchange(preference: 10, host: "m.example"), owner: "e.example", time: 9)
        #expect(query.next(after: rest, servers: 1) == .answer(reply))
    }

    @Test func `an alias that can't be asked for is a failure`() {
        #expect(
            query().next(after: bytes(.cname("d.example", "a b.example")), servers: 1) == .answer(.failed(.badName)))
    }
}
