// SPDX-License-Identifier: Apache-2.0

/// How far a text is from the one that was meant, in what a hand does wrong at a keyboard.
///
/// The optimal string alignment distance (Damerau-Levenshtein without edits of what was swapped) with weights, in
/// tenths of a plain edit: a letter too often or too seldom costs 6, two letters swapped 7, a key beside the right one
/// 8. A wrong or missing first letter costs 3 more: people look at where they begin.
enum TypingDistance {
    static let plain = 10
    static let doubled = 6
    static let swapped = 7
    static let neighbour = 8
    static let first = 3

    /// Returns the distance; nil where it is more than `limit`.
    ///
    /// Takes time and room that grow with the product of the lengths: callers bound them.
    static func tenths(from typed: [UInt8], to meant: [UInt8], limit: Int) -> Int? {
        guard abs(typed.count - meant.count) * doubled <= limit else { return nil }
        var beforeLast: [Int] = []
        var last = Array(repeating: 0, count: meant.count + 1)
        for column in meant.indices { last[column + 1] = last[column] + missing(column, of: meant, isAtStart: true) }
        for row in typed.indices {
            var line = [last[0] + extra(row, of: typed, isAtStart: true)]
            for column in meant.indices {
                var best = last[column] + substitution(typed[row], meant[column], isFirst: row == 0 && column == 0)
                best = min(best, last[column + 1] + extra(row, of: typed, isAtStart: false))
                best = min(best, line[column] + missing(column, of: meant, isAtStart: false))
                if row > 0, column > 0, typed[row] == meant[column - 1], typed[row - 1] == meant[column] {
                    best = min(best, beforeLast[column - 1] + swapped)
                }
                line.append(best)
            }
            // A swap reaches over one line.
            guard line.contains(where: { $0 <= limit }) || last.contains(where: { $0 <= limit }) else { return nil }
            (beforeLast, last) = (last, line)
        }
        return last[meant.count] <= limit ? last[meant.count] : nil
    }

    /// The cost of a letter that was typed and not meant.
    private static func extra(_ index: Int, of typed: [UInt8], isAtStart: Bool) -> Int {
        if index > 0, typed[index] == typed[index - 1] { return doubled }
        return plain + (isAtStart && index == 0 ? first : 0)
    }

    /// The cost of a letter that was meant and not typed.
    private static func missing(_ index: Int, of meant: [UInt8], isAtStart: Bool) -> Int {
        if index > 0, meant[index] == meant[index - 1] { return doubled }
        return plain + (isAtStart && index == 0 ? first : 0)
    }

    private static func substitution(_ typed: UInt8, _ meant: UInt8, isFirst: Bool) -> Int {
        if typed == meant { return 0 }
        return (areNeighbours(typed, meant) ? neighbour : plain) + (isFirst ? first : 0)
    }

    /// The rows of the keyboards that most people have; a key lies beside those above and below it as well.
    private static let rows = ["1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm,."].map { Array($0.utf8) }

    /// Row and column of each key, by its byte.
    private static let places: [UInt8: (row: Int, column: Int)] = {
        var places: [UInt8: (row: Int, column: Int)] = [:]
        for (row, keys) in rows.enumerated() {
            for (column, key) in keys.enumerated() { places[key] = (row, column) }
        }
        return places
    }()

    static func areNeighbours(_ left: UInt8, _ right: UInt8) -> Bool {
        guard let left = places[left], let right = places[right] else { return false }
        // Each row stands half a key to the right of the one above.
        switch right.row - left.row {
        case 0: return abs(left.column - right.column) == 1
        case 1: return right.column == left.column || right.column == left.column - 1
        case -1: return left.column == right.column || left.column == right.column - 1
        default: return false
        }
    }
}
