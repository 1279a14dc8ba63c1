// SPDX-License-Identifier: Apache-2.0

/// Finds which of many phrases are in a text, in one pass over it.
struct PhraseIndex: Sendable {
    /// A phrase, by the order in which it was added.
    typealias Number = Int

    /// Bytes of a phrase that it is looked up by.
    private static let startLength = 3
    /// Several times as many as there are phrases.
    private static let placeCount = 4_096

    private var phrases: [[UInt8]] = []
    private var numbers: [[UInt8]: Number] = [:]
    /// The phrases by a hash of their first bytes.
    private var places = [[Number]](repeating: [], count: placeCount)
    /// Those that are too short to have a place.
    private var short: [Number] = []

    /// Adds a phrase, or finds that it is there.
    mutating func add(_ phrase: [UInt8]) -> Number {
        if let number = numbers[phrase] { return number }
        let number = phrases.count
        phrases.append(phrase)
        numbers[phrase] = number
        if phrase.count < Self.startLength {
            short.append(number)
        } else {
            places[Self.place(phrase.prefix(Self.startLength).reduce(0, Self.next))].append(number)
        }
        return number
    }

    /// Returns, for each phrase, whether it is somewhere in the text.
    func found(in text: [UInt8]) -> [Bool] {
        var found = [Bool](repeating: false, count: phrases.count)
        for number in short {
            found[number] = (0...text.count).contains { text[$0...].starts(with: phrases[number]) }
        }
        var start: UInt32 = 0
        for (index, byte) in text.enumerated() {
            start = Self.next(start, byte)
            guard index + 1 >= Self.startLength else { continue }
            for number in places[Self.place(start)] where !found[number] {
                found[number] = text[(index + 1 - Self.startLength)...].starts(with: phrases[number])
            }
        }
        return found
    }

    /// The last bytes, with one more.
    private static func next(_ start: UInt32, _ byte: UInt8) -> UInt32 { (start << 8 | UInt32(byte)) & 0xff_ffff }

    /// Fibonacci hashing: the highest 12 bits.
    private static func place(_ start: UInt32) -> Int { Int((start &* 2_654_435_769) >> 20) }
}
