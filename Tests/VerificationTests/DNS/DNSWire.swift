// SPDX-License-Identifier: Apache-2.0

import Verification

/// Messages of the DNS, made by hand for tests.
struct DNSWire {
    struct Record {
        var name: String
        var type: UInt16
        var time: UInt32 = 60
        var group: UInt16 = 1
        var data: [UInt8]

        static func a(_ name: String, _ octets: [UInt8], time: UInt32 = 60) -> Record {
            Record(name: name, type: 1, time: time, data: octets)
        }

        static func aaaa(_ name: String, _ octets: [UInt8], time: UInt32 = 60) -> Record {
            Record(name: name, type: 28, time: time, data: octets)
        }

        static func mx(_ name: String, _ preference: UInt16, _ host: String, time: UInt32 = 60) -> Record {
            Record(name: name, type: 15, time: time, data: DNSWire.number(preference) + DNSWire.name(host))
        }

        static func cname(_ name: String, _ target: String, time: UInt32 = 60) -> Record {
            Record(name: name, type: 5, time: time, data: DNSWire.name(target))
        }

        static func ptr(_ name: String, _ target: String) -> Record {
            Record(name: name, type: 12, data: DNSWire.name(target))
        }

        static func ns(_ name: String, _ target: String) -> Record {
            Record(name: name, type: 2, data: DNSWire.name(target))
        }

        static func txt(_ name: String, _ strings: [String]) -> Record {
            Record(name: name, type: 16, data: strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) })
        }

        static func soa(_ name: String, minimum: UInt32, time: UInt32) -> Record {
            let numbers = [1, 7_200, 900, 1_209_600, minimum].flatMap { DNSWire.number($0 as UInt32) }
            let data = DNSWire.name("ns.\(name)") + DNSWire.name("hostmaster.\(name)") + numbers
            return Record(name: name, type: 6, time: time, data: data)
        }
    }

    var id: UInt16 = 0x1234
    /// QR, RD and RA.
    var flags: UInt16 = 0x8180
    var code: UInt8 = 0
    var question: (name: String, type: DNSRecordType)?
    var answers: [Record] = []
    var authority: [Record] = []

    var bytes: [UInt8] {
        var bytes = Self.number(id) + Self.number(flags | UInt16(code))
        bytes += Self.number(UInt16(question == nil ? 0 : 1)) + Self.number(UInt16(answers.count))
        bytes += Self.number(UInt16(authority.count)) + Self.number(0 as UInt16)
        if let question {
            bytes += Self.name(question.name) + Self.number(question.type.rawValue) + Self.number(1 as UInt16)
        }
        for record in answers + authority {
            bytes += Self.name(record.name) + Self.number(record.type) + Self.number(record.group)
            bytes += Self.number(record.time) + Self.number(UInt16(record.data.count)) + record.data
        }
        return bytes
    }

    static func number(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
}
