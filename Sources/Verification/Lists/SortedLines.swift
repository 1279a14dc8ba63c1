// SPDX-License-Identifier: Apache-2.0

/// Looking things up in a text whose lines are sorted by their bytes, where it lies.
enum SortedLines {
    private static let lineEnd = UInt8(ascii: "\n")

    /// Returns where the line is that `key` is, or that begins with `key` and `separator`; nil where there is none.
    static func find(
        _ key: ArraySlice<UInt8>, endingIn separator: UInt8? = nil, in text: borrowing Span<UInt8>
    ) -> Range<Int>? {
        var (low, high) = (0, text.count)
        while low < high {
            var start = low + (high - low) / 2
            while start > low, text[start - 1] != lineEnd { start -= 1 }
            var end = start
            while end < high, text[end] != lineEnd { end += 1 }
            switch order(of: start..<end, in: text, against: key, endingIn: separator) {
            case 0: return start..<end
            case ..<0: low = end + 1
            default: high = start
            }
        }
        return nil
    }

    /// Less than zero where the line comes before the key, greater where it comes after.
    private static func order(
        of line: Range<Int>, in text: borrowing Span<UInt8>, against key: ArraySlice<UInt8>,
        endingIn separator: UInt8?
    ) -> Int {
        var index = line.lowerBound
        for byte in key {
            guard index < line.upperBound else { return -1 }
            guard text[index] == byte else { return Int(text[index]) - Int(byte) }
            index += 1
        }
        guard index < line.upperBound else { return separator == nil ? 0 : -1 }
        guard let separator else { return 1 }
        return Int(text[index]) - Int(separator)
    }
}
