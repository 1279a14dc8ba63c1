// SPDX-License-Identifier: Apache-2.0

/// Names and domains in the form in which they are compared.
enum Folding {
    /// Returns a name without case, accents, titles, spaces and punctuation: `Dr. Zoë O’Brien Jr.` is `zoeobrien`.
    ///
    /// Letters outside Latin script stay as they are.
    static func name(_ text: String) -> String {
        words(of: text).map(word).joined()
    }

    /// Returns the words of a name, a title in front and a suffix behind left out.
    static func words(of name: String) -> [String] {
        var words = separated(name)
        while words.count > 1, let last = words.last, suffixes.contains(word(last)) { words.removeLast() }
        while words.count > 1, let first = words.first, titles.contains(word(first)) { words.removeFirst() }
        return words
    }

    /// Whether there is nothing in a text but ASCII space.
    static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 <= 0x20 }
    }

    private static let titles: Set<String> = ["dr", "mr", "mrs", "ms", "prof"]
    private static let suffixes: Set<String> = ["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"]

    /// Most names are ASCII, and bytes are ten times as fast as characters.
    private static func separated(_ name: String) -> [String] {
        guard isASCII(name) else {
            return name.split { $0.isWhitespace || $0 == "," }.map(String.init)
        }
        return name.utf8.split { $0 <= 0x20 || $0 == UInt8(ascii: ",") }.map { String(Substring($0)) }
    }

    private static func isASCII(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 < 0x80 }
    }

    private static func word(_ text: String) -> String {
        if isASCII(text) { return asciiWord(text) }
        var folded = ""
        for character in text.lowercased() {
            if character.isASCII {
                folded += asciiWord(String(character))
            } else if let plain = plainLetters[character] {
                folded += plain
            } else if character.isLetter {
                folded.append(character)
            }
        }
        return folded
    }

    private static func asciiWord(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            default: break
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Returns the host of a domain, website or URL in lower case, without `www.`.
    static func domain(_ text: String) -> String {
        var rest = text.lowercased()[...]
        if rest.utf8.contains(UInt8(ascii: "/")), let scheme = rest.range(of: "://") {
            rest = rest[scheme.upperBound...]
        }
        let end = rest.utf8.firstIndex { "/?#:".utf8.contains($0) }
        rest = rest[..<(end ?? rest.endIndex)]
        if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
        return String(decoding: rest.utf8.filter { $0 > 0x20 }, as: UTF8.self)
    }

    /// Returns the handle of a LinkedIn profile URL: `jane-doe` for `https://www.linkedin.com/in/jane-doe/?x=1`.
    static func handle(_ text: String) -> String {
        var rest = text.lowercased()[...]
        if let marker = rest.range(of: "/in/") { rest = rest[marker.upperBound...] }
        rest = rest.prefix { !"/?#".contains($0) }
        return Call.decoded(rest.utf8)
    }

    /// `Character` compares canonically, so a letter and its decomposed spelling are one key.
    private static let plainLetters: [Character: String] = {
        let groups = [
            "a": "àáâãåāăąǎạảấầẩẫậắằẳẵặ", "ae": "æä", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęěẹẻẽếềểễệ",
            "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįıỉị", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŋ",
            "o": "òóôõōŏőøơọỏốồổỗộớờởỡợ", "oe": "œö", "r": "ŕŗř", "s": "śŝşšș", "ss": "ß", "t": "ţťŧț",
            "th": "þ", "u": "ùúûũūŭůűųưụủứừửữự", "ue": "ü", "w": "ŵ", "y": "ýÿŷỳỵỷỹ", "z": "źżž",
        ]
        var letters: [Character: String] = [:]
        for (plain, group) in groups {
            for letter in group { letters[letter] = plain }
        }
        return letters
    }()
}

extension Substring {
    /// The first place where `text` stands.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
