// SPDX-License-Identifier: Apache-2.0

@testable import Verification

/// What holds of the replies of the DNS, and of what they are taken to mean.
enum DNSProperty {
    /// Returns true where the message could be read.
    static func check(_ input: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let message = try? DNSMessage(parsing: input) else { return false }
        for section in [message.answers, message.authority] {
            try mustHold(section.count <= DNSMessage.maximumRecords, "a section has a length")
            for record in section { try check(record, in: input) }
        }
        if let name = message.question?.name { try check(name: name) }
        // The additional section isn't read.
        if input.count < 65_535 {
            let longer = try? DNSMessage(parsing: input + [0xC0])
            try mustHold(longer == message, "what comes behind the answers changes nothing")
        }
        var names: Set<String> = ["d.example"]
        if let name = message.question?.name { names.insert(name) }
        if let name = message.answers.first?.name { names.insert(name) }
        for name in names {
            for type in DNSRecordType.allCases { try check(message, name, type) }
        }
        return true
    }

    private static func check(_ record: DNSMessage.Record, in input: [UInt8]) throws(BrokenProperty) {
        try check(name: record.name)
        try mustHold(record.timeToLive <= Int32.max, "a time to live has 31 bits")
        switch record.data {
        case .alias(let name), .pointer(let name), .mailExchange(_, let name): try check(name: name)
        case .text(let text): try mustHold(text.count < input.count, "a text is of the message")
        case .address, .authority, nil: break
        }
        let isRead = DNSRecordType(rawValue: record.type) != nil
        try mustHold(isRead == (record.data != nil), "a type that is known is read")
    }

    /// A name is one of RFC 1035, 2.3.4, written as in master files, in lower case.
    private static func check(name: String) throws(BrokenProperty) {
        guard name != "." else { return }
        var lengths = [0]
        var rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: ".") {
                lengths.append(0)
                continue
            }
            try mustHold((0x21...0x7E).contains(byte), "a name is of printable characters")
            try mustHold(!(0x41...0x5A).contains(byte), "a name is in lower case")
            lengths[lengths.count - 1] += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            let isNumber = rest.first.map { (0x30...0x39).contains($0) } ?? false
            try mustHold(rest.count >= (isNumber ? 3 : 1), "an escape is whole")
            rest = rest.dropFirst(isNumber ? 3 : 1)
        }
        try mustHold(lengths.allSatisfy { (1...63).contains($0) }, "a label has 63 octets")
        try mustHold(lengths.reduce(1) { $0 + $1 + 1 } <= 255, "a name has 255 octets")
    }

    private static func check(
        _ message: DNSMessage, _ name: String, _ type: DNSRecordType
    ) throws(BrokenProperty) {
        let meaning = message.meaning(for: name, type)
        switch meaning {
        case .reply(.records(let answer)):
            try check(name: answer.owner)
            try mustHold(!answer.records.isEmpty, "an answer has a record")
            try mustHold(answer.records.allSatisfy { fits($0, type) }, "an answer is of the asked type")
        case .reply(.noSuchDomain):
            try mustHold(message.code == 3, "only a denial denies")
        case .alias(let target, let aliases, _):
            try check(name: target)
            try mustHold((1...DNSMessage.maximumAliases).contains(aliases), "aliases have an end")
        case .reply, .truncated: break
        }
        if case .reply(let reply) = meaning, let time = reply.timeToLive {
            let isTime = time >= .zero && time <= .seconds(UInt32.max)
            try mustHold(isTime, "a time to live is no less than nothing")
        }
        if !message.isReply || message.operation != 0 {
            let isRefused = meaning == .reply(.failed(DNSFailure(.malformed)))
            try mustHold(isRefused, "what is no reply answers nothing")
        }
    }

    private static func fits(_ data: DNSRecordData, _ type: DNSRecordType) -> Bool {
        switch (data, type) {
        case (.address(.v4), .a), (.address(.v6), .aaaa), (.alias, .cname), (.mailExchange, .mx), (.pointer, .ptr),
            (.authority, .soa), (.text, .txt):
            true
        default: false
        }
    }
}
