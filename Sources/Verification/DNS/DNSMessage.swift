// SPDX-License-Identifier: Apache-2.0

/// A reply of the DNS, read from its bytes (RFC 1035, 4.1): the header, the question, the answers, and of the authority
/// section what a denial needs. The additional section isn't read.
///
/// Whatever the bytes are, reading ends: names only point backwards, and every count has a limit. What contradicts
/// itself is refused whole, as half a reply could pass for a denial.
struct DNSMessage: Sendable, Hashable {
    /// Records of one section.
    static let maximumRecords = 512

    /// Reads a message.
    ///
    /// - Parameter bytes: without the length that goes before it over TCP; at most 65,535.
    init(parsing bytes: [UInt8]) throws(DNSMessageError) {
        var reader = DNSReader(bytes)
        id = try reader.number()
        let flags: UInt16 = try reader.number()
        isReply = flags & 0x8000 != 0
        operation = UInt8(flags >> 11 & 15)
        isTruncated = flags & 0x0200 != 0
        recursionAvailable = flags & 0x0080 != 0
        code = UInt8(flags & 15)
        let questions: UInt16 = try reader.number()
        let counts: [UInt16] = [try reader.number(), try reader.number()]
        let _: UInt16 = try reader.number()
        guard questions <= 1 else { throw .contradictory }
        if questions == 1 {
            question = Question(name: try reader.name(), type: try reader.number(), group: try reader.number())
        }
        answers = try Self.records(counts[0], from: &reader)
        authority = try Self.records(counts[1], from: &reader)
    }

    struct Question: Sendable, Hashable {
        var name: String
        var type: UInt16
        /// The class: 1 is the internet.
        var group: UInt16
    }

    /// A record of the internet's class.
    struct Record: Sendable, Hashable {
        /// In lower case, odd bytes escaped (`DNSName`).
        var name: String
        var type: UInt16
        /// In seconds.
        var timeToLive: UInt32
        /// Nil for a type that isn't read.
        var data: DNSRecordData?
    }

    let id: UInt16
    /// False for a question.
    let isReply: Bool
    /// 0 for an ordinary query.
    let operation: UInt8
    /// True where the rest didn't fit.
    let isTruncated: Bool
    let recursionAvailable: Bool
    /// RCODE.
    let code: UInt8
    private(set) var question: Question?
    let answers: [Record]
    let authority: [Record]

    private static func records(
        _ count: UInt16, from reader: inout DNSReader
    ) throws(DNSMessageError) -> [Record] {
        guard count <= maximumRecords else { throw .tooLong }
        var records: [Record] = []
        for _ in 0..<count {
            let name = try reader.name()
            let type: UInt16 = try reader.number()
            let group: UInt16 = try reader.number()
            let time: UInt32 = try reader.number()
            let length: UInt16 = try reader.number()
            let end = try reader.end(after: Int(length))
            guard group == internet else {
                reader.position = end
                continue
            }
            let data = try data(type, until: end, from: &reader)
            guard reader.position == end else { throw .contradictory }
            // The highest bit is no part of the number (RFC 2181, 8).
            records.append(Record(name: name, type: type, timeToLive: time > Int32.max ? 0 : time, data: data))
        }
        return records
    }

    /// Reads what a record says, up to `end` where it is well formed.
    private static func data(
        _ type: UInt16, until end: Int, from reader: inout DNSReader
    ) throws(DNSMessageError) -> DNSRecordData? {
        switch DNSRecordType(rawValue: type) {
        case .a: return try address(4, until: end, from: &reader)
        case .aaaa: return try address(16, until: end, from: &reader)
        case .cname: return .alias(try reader.name())
        case .ptr: return .pointer(try reader.name())
        case .mx: return .mailExchange(preference: try reader.number(), host: try reader.name())
        case .soa:
            _ = try reader.name()
            _ = try reader.name()
            _ = try reader.bytes(16)
            return .authority(minimum: try reader.number())
        case .txt:
            var text: [UInt8] = []
            while reader.position < end {
                let length: UInt8 = try reader.number()
                text += try reader.bytes(Int(length))
            }
            return .text(text)
        case nil:
            reader.position = end
            return nil
        }
    }

    private static func address(
        _ count: Int, until end: Int, from reader: inout DNSReader
    ) throws(DNSMessageError) -> DNSRecordData {
        guard end - reader.position == count, let address = IPAddress(bytes: try reader.bytes(count)) else {
            throw .contradictory
        }
        return .address(address)
    }

    static let internet: UInt16 = 1
}

/// What is wrong with a message.
enum DNSMessageError: Error, Hashable {
    /// It ends before what it announces.
    case tooShort
    /// A count, a name or the whole is longer than allowed.
    case tooLong
    /// A name points forward, or at itself.
    case loop
    /// Its parts don't fit each other.
    case contradictory
}

/// A place in a message, and what can be read there.
struct DNSReader {
    private let message: [UInt8]
    var position = 0

    /// Octets of a name on the wire with the root's (RFC 1035, 2.3.4).
    private static let maximumName = 255
    private static let maximumMessage = 65_535

    init(_ message: [UInt8]) { self.message = message }

    /// The position after the next `count` bytes, which must be there.
    func end(after count: Int) throws(DNSMessageError) -> Int {
        guard message.count <= Self.maximumMessage else { throw .tooLong }
        guard count <= message.count - position else { throw .tooShort }
        return position + count
    }

    mutating func number<Number: FixedWidthInteger>() throws(DNSMessageError) -> Number {
        try bytes(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number($1) }
    }

    mutating func bytes(_ count: Int) throws(DNSMessageError) -> ArraySlice<UInt8> {
        let end = try end(after: count)
        defer { position = end }
        return message[position..<end]
    }

    /// Reads a name, following its pointers (RFC 1035, 4.1.4), and goes on behind it.
    ///
    /// A pointer has to lie before everything that was read of the name, so that none is followed twice.
    mutating func name() throws(DNSMessageError) -> String {
        var text: [UInt8] = []
        var (length, earliest) = (1, position)
        var next: Int?
        while true {
            let head: UInt8 = try number()
            switch head >> 6 {
            case 0 where head == 0:
                if let next { position = next }
                return text.isEmpty ? "." : String(decoding: text, as: UTF8.self)
            case 0:
                length += 1 + Int(head)
                guard length <= Self.maximumName else { throw .tooLong }
                if !text.isEmpty { text.append(UInt8(ascii: ".")) }
                DNSName.append(try bytes(Int(head)), to: &text)
            case 3:
                let low: UInt8 = try number()
                let target = Int(head & 0x3f) << 8 | Int(low)
                next = next ?? position
                guard target < earliest else { throw .loop }
                (position, earliest) = (target, target)
            // 01 and 10 were given up (RFC 6891, 5).
            default: throw .contradictory
            }
        }
    }
}
