// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServersTesting

@testable import Verification

/// What the parsers' properties are tried with first: the corpora that the tests have, and what fuzzers have found.
enum ParserSeeds {
    /// Returns the seeds of a parser, always in the same order; too few where a file can't be read.
    static func seeds(of property: ParserProperty) -> [[UInt8]] {
        let own =
            switch property {
            case .syntax: syntax
            case .smtp: smtp
            case .dns: dns
            case .phones: phones
            }
        return own + found(of: property)
    }

    /// Inputs that fuzzers found worth keeping: a line each of `Resources/corpora`, in Base64.
    static func found(of property: ParserProperty) -> [[UInt8]] {
        lines(of: "corpora/\(property.rawValue).txt").filter { !$0.hasPrefix("#") }
            .compactMap { Data(base64Encoded: $0).map(Array.init) }
    }

    private static func lines(of resource: String) -> [String] {
        let text = try? String(contentsOf: URL(filePath: TestServers.resource(resource)), encoding: .utf8)
        return text?.split(whereSeparator: \.isNewline).map(String.init) ?? []
    }

    private static var syntax: [[UInt8]] {
        let cases = ["isemail-tests", "isemail-tests-original"].flatMap(IsEmailCorpus.cases)
        let more = [
            "Jane.Doe@Example.COM", " <jane@example.com> ", "mailto:jane@gmial.com",
            "ju\u{308}rgen@b\u{FC}cher.example",
            "用户@例子.example", "\"j\\a\\\"ne\"@example.com.", "jane@acme.con",
            "jane@xn--bcher-kva.example", "jane@москва.рф", "jane@a。example", "\u{958}\u{958}@example.com",
            "\"\u{1FEF}\"@example.com",
        ]
        return (cases.map(\.address) + more).map { Array($0.utf8) }
    }

    /// Each reply where a conversation has it.
    private static var smtp: [[UInt8]] {
        let openings = [
            "ehlo": "220 mx.example\r\n", "mail": "220 mx.example\r\n250-mx.example\r\n250 STARTTLS\r\n",
            "rcpt": "220 mx.example\r\n502 5.5.2 What?\r\n250 mx.example\r\n250 2.1.0 Ok\r\n",
        ]
        return SMTPReplyCase.all.map { row in
            Array("\(openings[row.stage] ?? "")\(row.reply)\r\n221 2.0.0 Bye\r\n".utf8)
        }
    }

    private static var dns: [[UInt8]] {
        let records: [DNSWire.Record] = [
            .a("d.example", [192, 0, 2, 1]), .aaaa("d.example", [UInt8](0..<16)), .mx("d.example", 10, "m.example"),
            .cname("d.example", "e.example"), .ptr("d.example", "q.example"), .txt("d.example", ["v=spf1 ", "-all"]),
            .ns("d.example", "ns.example"), .soa("d.example", minimum: 60, time: 3_600), .mx("d.example", 0, "."),
            DNSWire.Record(name: "d.example", type: 46, data: [1, 2, 3]),
            DNSWire.Record(name: "a\\b C\u{7F}.example", type: 1, group: 3, data: [1, 2]),
        ]
        let aliases = (0..<9).map { DNSWire.Record.cname("\($0).example", "\($0 + 1).example") }
        let question = ("d.example", DNSRecordType.mx)
        var wires = records.map { DNSWire(question: question, answers: [$0]) }
        wires += records.map { DNSWire(question: question, authority: [$0]) }
        wires += [0, 2, 3, 5, 9].map { DNSWire(code: $0, question: question, authority: [records[7]]) }
        wires += [0x0100, 0x8380, 0xA980].map { DNSWire(flags: $0, question: question, answers: [records[2]]) }
        wires += [
            DNSWire(), DNSWire(question: question), DNSWire(question: question, answers: records, authority: records),
            DNSWire(question: ("0.example", .a), answers: aliases + [.a("9.example", [192, 0, 2, 1])]),
            DNSWire(question: ("0.example", .a), answers: [aliases[0], .cname("1.example", "0.example")]),
        ]
        return wires.map(\.bytes) + pointers
    }

    /// A question, and answers whose names are pointers: to the question, to each other, forward, and in a chain.
    private static var pointers: [[UInt8]] {
        let mx: [UInt8] = [0, 15, 0, 1, 0, 0, 0, 9, 0, 6, 0, 10, 1, 0x4D, 0xC0, 14]
        let targets: [[UInt8]] = [[12], [12, 27], [27], [60], (0..<20).map { $0 == 0 ? 12 : 25 + $0 * 2 }]
        let question = DNSWire(question: ("d.example", .mx)).bytes
        return targets.enumerated().map { number, targets in
            var bytes = question
            bytes[7] = number == 1 ? 2 : 1
            // The last one is a chain: a name that goes from pointer to pointer.
            for target in targets { bytes += number == 4 ? [0xC0, target] : [0xC0, target] + mx }
            return number == 4 ? bytes + mx : bytes
        }
    }

    /// The examples of the numbering plans, from abroad and at home, and odd ways to write one.
    private static var phones: [[UInt8]] {
        let countries = PhoneProperty.countries
        let none = UInt8(countries.count - 1)
        let examples = lines(of: "examples.csv").dropFirst().flatMap { row -> [[UInt8]] in
            let fields = row.split(separator: ",").map(String.init)
            guard fields.count == 4 else { return [] }
            let abroad = [none] + Array("+\(fields[1])\(fields[3])".utf8)
            guard let country = countries.firstIndex(of: fields[0]) else { return [abroad] }
            return [abroad, [UInt8(country)] + Array(fields[3].utf8)]
        }
        let odd = [
            "+1 202-555-0143 ext. 89", "tel:+44-20-7946-0018;ext=12", "(202) 555-0143x7", "＋３３６１２３４５６７８",
            "+٣٣٦١٢٣٤٥٦٧٨", "+12025550143 x٣٤", "1-800-FLOWERS", "tel:863-1234;phone-context=+1-914-555", "n/a",
        ]
        return examples + odd.map { [UInt8(countries.firstIndex(of: "US") ?? 0)] + Array($0.utf8) }
    }
}
