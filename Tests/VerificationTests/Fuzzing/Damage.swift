// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting

/// Inputs that are made of others, the same ones for the same seed.
struct Damage {
    private var generator: SeededGenerator
    /// Bytes that mean something to one of the parsers.
    private static let telling =
        Array("\"\\()[]<>@.,:;+-xn 0159\r\n\t".utf8)
        + [0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Returns one of the inputs with some of its bytes changed, left out, doubled, or taken from another.
    mutating func input(from inputs: [[UInt8]]) -> [UInt8] {
        var bytes = pick(inputs)
        for _ in 0..<number(1, 4) { damage(&bytes, inputs) }
        return bytes
    }

    private mutating func damage(_ bytes: inout [UInt8], _ inputs: [[UInt8]]) {
        let start = number(0, bytes.count)
        let end = min(bytes.count, start + number(0, 12))
        switch number(0, 5) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: number(0, bytes.count))
        case 2: bytes.insert(pick(Self.telling), at: start)
        case 3 where start < bytes.count: bytes[start] = pick(Self.telling)
        case 4 where start < bytes.count: bytes[start] = UInt8(number(0, 255))
        default:
            let other = pick(inputs)
            bytes.replaceSubrange(start..., with: other.suffix(number(0, other.count)))
        }
    }

    private mutating func number(_ least: Int, _ most: Int) -> Int { Int.random(in: least...most, using: &generator) }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[number(0, values.count - 1)] }
}
