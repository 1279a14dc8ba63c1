// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// A 128-bit id, ordered by the time it was made (UUID version 7, RFC 9562), so that new rows land at the end of an
/// index. The subject keeps ids of different things apart at compile time.
public struct Identifier<Subject>: Sendable, Hashable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a new id of a moment and random bits.
    public init(at moment: Timestamp, using random: inout some RandomNumberGenerator) {
        let microseconds = UInt64(max(0, moment.microseconds))
        // The fraction of the millisecond in twelve bits (RFC 9562, 6.2, method 3): ids of one process stay in order,
        // and one word from the system's generator, which is a system call, is enough.
        let fraction = microseconds % 1_000 * 4_096 / 1_000
        high = (microseconds / 1_000 & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | fraction
        low = 0x8000_0000_0000_0000 | random.next() & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// Reads the text form, in either case; nil where it is not one.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36, [8, 13, 18, 23].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
        let digits = bytes.filter { $0 != UInt8(ascii: "-") }
        // The reader of integers takes a sign, which is no digit.
        guard digits.count == 32, !digits.contains(UInt8(ascii: "+")),
            let high = UInt64(String(decoding: digits[0..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16..<32], as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// The sixteen bytes, most significant first.
    public var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
    }

    /// Reads sixteen bytes; nil for another count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        func word(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: word(bytes.prefix(8)), low: word(bytes.dropFirst(8)))
    }
}

extension Identifier: CustomStringConvertible {
    /// The UUID text form in lower case.
    public var description: String {
        let digits = Array((hex(high) + hex(low)).utf8)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
            .map { String(decoding: digits[$0], as: UTF8.self) }
            .joined(separator: "-")
    }

    private func hex(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

public typealias RequestID = Identifier<DataRequest>
public typealias AttemptID = Identifier<Attempt>
public typealias ContactID = Identifier<Contact>
public typealias AccountID = Identifier<Account>
