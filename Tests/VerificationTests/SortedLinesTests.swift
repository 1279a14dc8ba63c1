// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Verification

struct SortedLinesTests {
    private func find(_ key: String, endingIn separator: UInt8? = nil, in text: String) -> Range<Int>? {
        let bytes = Array(text.utf8)
        return SortedLines.find(Array(key.utf8)[...], endingIn: separator, in: bytes.span)
    }

    @Test(
        arguments: [
            ("a", "a", 0..<1), ("ab", "a", nil), ("a", "ab", nil), ("a", "", nil), ("b", "a\nb\nc\n", 2..<3),
            ("c", "a\nb\nc", 4..<5), ("c", "a\nb\nc\n", 4..<5), ("d", "a\nb\nc\n", nil), ("", "a\n", nil),
            ("ccc", "a\nbb\nccc\ndddd\n", 5..<8), ("a", "a\nbb\nccc\ndddd\n", 0..<1),
        ] as [(String, String, Range<Int>?)])
    func `a whole line is found, the last without its end too`(key: String, text: String, expected: Range<Int>?) {
        #expect(find(key, in: text) == expected)
    }

    @Test(
        arguments: [
            ("b", "a x\nb y z\nba q\n", 4..<9), ("ba", "a x\nb y z\nba q\n", 10..<14), ("b", "a x\nb\nba q\n", nil),
            ("a", "a", nil), ("a", "a ", 0..<2), ("c", "a x\nb y\n", nil),
        ] as [(String, String, Range<Int>?)])
    func `a line is found by its first word`(key: String, text: String, expected: Range<Int>?) {
        #expect(find(key, endingIn: UInt8(ascii: " "), in: text) == expected)
    }
}
