// SPDX-License-Identifier: Apache-2.0

/// Finding the word that somebody meant.
package enum EditDistance {
    /// Words longer than this are not compared: the work grows with the square.
    package static let maximumLength = 64

    /// Returns the nearest of the words, where it is near enough to be meant; the first of several.
    package static func nearest(to word: String, among words: some Sequence<String>) -> String? {
        guard (1...maximumLength).contains(word.count) else { return nil }
        let plain = simplified(word)
        var best: (word: String, distance: Int)?
        for candidate in words where candidate != word && candidate.count <= maximumLength {
            let distance = between(plain, simplified(candidate))
            let allowed = max(1, max(plain.count, candidate.count) / 3)
            guard distance <= allowed, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
    package static func between(_ left: [Character], _ right: [Character]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var value = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    value = min(value, beforeLast[column - 2] + 1)
                }
                current.append(value)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }

    /// Case and the kind of separator are what people get wrong first.
    private static func simplified(_ word: String) -> [Character] {
        Array(word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
    }
}
