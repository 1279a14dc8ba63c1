// SPDX-License-Identifier: Apache-2.0

import WaterfallEngine

/// Writes fields one behind the other: fixed-width numbers, and texts and bytes behind their length.
struct FrameWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving count: Int = 256) { bytes.reserveCapacity(count) }

    /// Begins again, in the same memory.
    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func write(_ value: UInt8) { bytes.append(value) }

    /// Bytes without their length.
    mutating func write(raw value: some Collection<UInt8>) { bytes.append(contentsOf: value) }

    /// Seven bits a byte, the lowest first: short where the number is small.
    mutating func write(short value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A text behind its length plus one, both short; nil is 0.
    mutating func write(short value: String?) {
        guard let value else { return write(0 as UInt8) }
        write(short: UInt64(value.utf8.count) + 1)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func write(_ value: UInt32) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func write(_ value: UInt64) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func write(_ value: Int64) { write(UInt64(bitPattern: value)) }

    mutating func write(_ value: Int64?) {
        write(value == nil ? 0 : 1 as UInt8)
        if let value { write(value) }
    }

    mutating func write(_ value: [UInt8]) {
        write(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    /// Nil is length 0; a text is its length plus one, and the text.
    mutating func write(_ value: String?) {
        guard let value else { return write(0 as UInt32) }
        write(UInt32(value.utf8.count) + 1)
        bytes.append(contentsOf: value.utf8)
    }
}

/// Reads what `FrameWriter` wrote.
struct FrameReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(JournalError) -> UInt8 {
        let taken = try take(1)
        return taken[taken.startIndex]
    }

    mutating func uint32() throws(JournalError) -> UInt32 { try take(4).reduce(0) { $0 << 8 | UInt32($1) } }

    mutating func uint64() throws(JournalError) -> UInt64 { try take(8).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func int64() throws(JournalError) -> Int64 { Int64(bitPattern: try uint64()) }

    mutating func optionalInt64() throws(JournalError) -> Int64? { try byte() == 0 ? nil : try int64() }

    mutating func block() throws(JournalError) -> [UInt8] { Array(try take(Int(try uint32()))) }

    mutating func text() throws(JournalError) -> String? {
        let length = try uint32()
        return length == 0 ? nil : String(decoding: try take(Int(length) - 1), as: UTF8.self)
    }

    private mutating func take(_ count: Int) throws(JournalError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw .damaged("a stored record is cut short") }
        defer { position += count }
        return bytes[position..<(position + count)]
    }
}
