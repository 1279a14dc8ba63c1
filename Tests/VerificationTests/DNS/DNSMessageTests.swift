// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Testing

@testable import Verification

@Suite struct DNSMessageTests {
    private static let mail = DNSWire(
        question: ("d.example", .mx),
        answers: [
            .cname("d.example", "e.example", time: 30), .mx("e.example", 10, "m.example", time: 300),
            .mx("e.example", 20, "n.example", time: 200), .txt("e.example", ["v=spf1 ", "-all"]),
            .a("m.example", [192, 0, 2, 1]), .aaaa("m.example", [UInt8](0..<16)), .ptr("p.example", "q.example"),
        ], authority: [.soa("example", minimum: 60, time: 3_600), .ns("example", "ns.example")])

    @Test func `every type is read`() throws {
        let message = try DNSMessage(parsing: Self.mail.bytes)
        #expect(message.id == 0x1234)
        #expect(message.isReply && message.recursionAvailable && !message.isTruncated)
        #expect(message.code == 0 && message.operation == 0)
        #expect(message.question == DNSMessage.Question(name: "d.example", type: 15, group: 1))
        #expect(
            message.answers.map(\.data) == [
                .alias("e.example"), .mailExchange(preference: 10, host: "m.example"),
                .mailExchange(preference: 20, host: "n.example"), .text(Array("v=spf1 -all".utf8)),
                .address(.v4(0xc000_0201)), .address(.v6(0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f)),
                .pointer("q.example"),
            ])
        #expect(message.answers.map(\.timeToLive).prefix(3) == [30, 300, 200])
        #expect(message.authority.map(\.data) == [.authority(minimum: 60), nil])
    }

    @Test func `a message that ends early is refused, at every byte`() throws {
        let bytes = Self.mail.bytes
        _ = try DNSMessage(parsing: bytes)
        for count in bytes.indices {
            #expect(throws: DNSMessageError.self) { try DNSMessage(parsing: Array(bytes.prefix(count))) }
        }
    }

    @Test func `names are read through pointers, and the rest behind them`() throws {
        var bytes = DNSWire(question: ("d.example", .mx)).bytes
        bytes[7] = 2
        let mx: [UInt8] = [0, 15, 0, 1, 0, 0, 0, 9, 0, 6, 0, 10, 1, 0x4d, 0xc0, 14]
        bytes += [0xc0, 12] + mx + [0xc0, 12] + mx
        let message = try DNSMessage(parsing: bytes)
        #expect(message.answers.map(\.name) == ["d.example", "d.example"])
        #expect(
            message.answers.map(\.data) == Array(repeating: .mailExchange(preference: 10, host: "m.example"), count: 2))
    }

    /// A name at byte 12, after the header.
    @Test(
        arguments: [
            ([0xc0, 12], .loop), ([0xc0, 13], .loop), ([0xc0, 14, 0], .loop), ([1, 0x61, 0xc0, 12], .loop),
            ([1, 0x61, 0xc0, 14], .loop), ([0xc1, 0], .loop), ([0x40, 1], .contradictory), ([0x80, 1], .contradictory),
            ([5, 0x61], .tooShort), ([], .tooShort), ([0xc0], .tooShort),
            ((0..<5).flatMap { _ in [63] + [UInt8](repeating: 0x61, count: 63) } + [0], .tooLong),
        ] as [([UInt8], DNSMessageError)])
    func `a name that leads nowhere is refused`(name: [UInt8], error: DNSMessageError) {
        var bytes = DNSWire().bytes
        bytes[5] = 1
        #expect(throws: error) { try DNSMessage(parsing: bytes + name) }
    }

    @Test func `a chain of pointers ends`() throws {
        var reader = DNSReader([1, 0x61, 0, 0xc0, 0] + (0..<100).flatMap { [0xc0, UInt8(3 + $0 * 2)] })
        reader.position = 203
        #expect(try reader.name() == "a")
        #expect(reader.position == 205)
    }

    @Test func `a name may have 255 octets, and not one more`() throws {
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        let longest = label + label + label + [61] + [UInt8](repeating: 0x62, count: 61) + [0]
        var reader = DNSReader(longest)
        #expect(try reader.name().utf8.count == DNSName.maximumLength)
        var longer = DNSReader(label + label + label + [62] + [UInt8](repeating: 0x62, count: 62) + [0])
        #expect(throws: DNSMessageError.tooLong) { try longer.name() }
    }

    @Test func `odd bytes of a label are escaped`() throws {
        var reader = DNSReader([8, 0x41, 0x2e, 0x5c, 0, 0x20, 0xff, 0x7f, 0x2d, 1, 0x7a, 0])
        #expect(try reader.name() == #"a\.\\\000\032\255\127-.z"#)
        var root = DNSReader([0])
        #expect(try root.name() == ".")
    }

    @Test(arguments: [
        DNSWire.Record(name: "d.example", type: 1, data: [1, 2, 3]),
        DNSWire.Record(name: "d.example", type: 1, data: [1, 2, 3, 4, 5]),
        DNSWire.Record(name: "d.example", type: 28, data: [1, 2, 3, 4]),
        DNSWire.Record(name: "d.example", type: 15, data: [0, 10, 1, 0x61, 0, 7]),
        DNSWire.Record(name: "d.example", type: 15, data: [0]),
        DNSWire.Record(name: "d.example", type: 16, data: [9, 0x61]),
        DNSWire.Record(name: "d.example", type: 6, data: [0, 0, 0, 0, 0, 1]),
    ])
    func `a record of a wrong length is refused`(record: DNSWire.Record) {
        let wire = DNSWire(question: ("d.example", .mx), answers: [record, .a("x.example", [1, 2, 3, 4])])
        #expect(throws: DNSMessageError.self) { try DNSMessage(parsing: wire.bytes) }
    }

    @Test func `records of other classes and types are passed over`() throws {
        var other = DNSWire.Record.a("d.example", [1, 2])
        other.group = 3
        let wire = DNSWire(answers: [
            other, DNSWire.Record(name: "d.example", type: 46, data: [1, 2, 3]), .a("d.example", [1, 2, 3, 4]),
        ])
        #expect(try DNSMessage(parsing: wire.bytes).answers.map(\.type) == [46, 1])
    }

    @Test func `counts and lengths have limits`() {
        var many = DNSWire().bytes
        (many[6], many[7]) = (2, 1)
        #expect(throws: DNSMessageError.tooLong) { try DNSMessage(parsing: many) }
        var questions = DNSWire(question: ("d.example", .mx)).bytes
        questions[5] = 2
        #expect(throws: DNSMessageError.contradictory) { try DNSMessage(parsing: questions) }
        #expect(throws: DNSMessageError.tooLong) { try DNSMessage(parsing: [UInt8](repeating: 0, count: 65_536)) }
    }

    @Test func `a time to live with its highest bit set is none`() throws {
        let wire = DNSWire(answers: [.a("d.example", [1, 2, 3, 4], time: 0x8000_0001)])
        #expect(try DNSMessage(parsing: wire.bytes).answers.first?.timeToLive == 0)
    }

    @Test func `random damage never ends the process, and never makes a message longer`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let bytes = Self.mail.bytes
        var readable = 0
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: damaged.removeLast(min(damaged.count, Int.random(in: 0..<40, using: &generator)))
                case 1: damaged.append(UInt8.random(in: 0...255, using: &generator))
                case 2 where !damaged.isEmpty:
                    damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(
                        in: 0xc0...0xc1, using: &generator)
                default:
                    guard !damaged.isEmpty else { continue }
                    damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
            }
            guard let message = try? DNSMessage(parsing: damaged) else { continue }
            readable += 1
            #expect(message.answers.count <= DNSMessage.maximumRecords, "seed \(seed)")
            for type in DNSRecordType.allCases { _ = message.meaning(for: "d.example", type) }
        }
        #expect(readable > 100, "seed \(seed)")
    }

    @Test func `random bytes never end the process`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<80, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if let message = try? DNSMessage(parsing: bytes) {
                #expect(message.answers.count <= count, "seed \(seed)")
            }
        }
    }
}
