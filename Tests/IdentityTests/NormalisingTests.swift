// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Identity

/// Normalising what is normal changes nothing, and nothing traps: thousands of texts made of what is awkward.
struct NormalisingTests {
    private static let pieces = [
        "a", "B", "é", "e\u{301}", "ß", "ẞ", "İ", "ﬁ", "ø", "Ł", "Σ", "ς", "Й", "ي", "ی", "あ", "が", "ｶﾞ", "राम", "김", "王",
        "'", "’",
        "-", ".", " ", "\u{3000}", ",", "+", "_", "%", "%41", "%C3%BC", "%25", "/", "?", "#", "@", ":", "\"", "\\", "(",
        "www.", "xn--",
        "van", "Dr.", "Jr", "PhD", "example", "com", "gmail.com", "co.uk", "\u{200D}", "\u{AD}", "\u{0}", "🚀", "1",
        "0x", "。", "ｅ",
        "linkedin.com/in/", "https://", "\u{345}", "\u{1F80}", "Ǆ", "ŉ", "\u{1E9A}", "א", "ב\u{5B0}", "ก็",
        "\u{323}\u{307}",
    ]

    private func texts(prefix: String = "", suffix: String = "") -> [String] {
        var generator = SplitMix(state: 20_260_101)
        return (0..<4_000).map { _ in
            let count = Int.random(in: 0...6, using: &generator)
            let middle = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
            return prefix + middle + suffix
        }
    }

    private func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

    @Test func `A domain's normal form is its own`() throws {
        var read = 0
        for text in texts() + texts(suffix: ".com") + texts(prefix: "www.", suffix: ".co.uk") {
            guard let domain = Domain(text) else { continue }
            read += 1
            let again = try Domain(parsing: domain.ascii)
            #expect(isSame(again.ascii, domain.ascii))
        }
        #expect(read > 200)
    }

    @Test func `An address's forms are their own`() throws {
        var read = 0
        for text in texts(suffix: "@example.com") + texts(suffix: "@gmail.com")
            + texts(prefix: "\"", suffix: "\"@a.example")
        {
            guard let address = EmailAddress(text) else { continue }
            read += 1
            #expect(isSame(try EmailAddress(parsing: address.display).display, address.display))
            #expect(isSame(try EmailAddress(parsing: address.identity).identity, address.identity))
            #expect(isSame(try EmailAddress(parsing: address.display).identity, address.identity))
        }
        #expect(read > 200)
    }

    @Test func `A profile's normal form is its own`() throws {
        var read = 0
        for text in texts(prefix: "linkedin.com/in/") {
            guard let url = LinkedInURL(text) else { continue }
            read += 1
            #expect(isSame(try LinkedInURL(parsing: url.absoluteString).handle, url.handle))
        }
        #expect(read > 200)
    }

    @Test func `Folding what is folded changes nothing`() throws {
        var read = 0
        for text in texts() + texts(prefix: "Jane ") {
            guard let name = try? PersonName(parsing: text) else { continue }
            read += 1
            #expect(isSame(NameFolding.folded(name.folded), name.folded))
            #expect(!name.folded.hasPrefix(" ") && !name.folded.contains("  "))
        }
        #expect(read > 200)
    }

    @Test func `A name that was taken apart stays so`() throws {
        for text in texts(prefix: "Jane ", suffix: " Doe") {
            guard let name = try? PersonName(parsing: text) else { continue }
            let again = try PersonName(first: name.first, last: name.last)
            #expect(again == name)
        }
    }
}

/// A small generator that gives the same numbers everywhere (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
