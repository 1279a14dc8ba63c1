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
        var words = name.split { $0.isWhitespace || $0 == "," }.map(String.init)
        while words.count > 1, let last = words.last, suffixes.contains(word(last)) { words.removeLast() }
        while words.count > 1, let first = words.first, titles.contains(word(first)) { words.removeFirst() }
        return words
    }

    private static let titles: Set<String> = ["dr", "mr", "mrs", "ms", "prof"]
    private static let suffixes: Set<String> = ["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"]

    private static func word(_ text: String) -> String {
        var folded = ""
        for character in text.lowercased() {
            if let ascii = character.asciiValue {
                let isWord = (0x61...0x7A).contains(ascii) || (0x30...0x39).contains(ascii)
                if isWord { folded.append(character) }
            } else if let plain = plainLetters[character] {
                folded += plain
            } else if character.isLetter {
                folded.append(character)
            }
        }
        return folded
    }

    /// Returns the host of a domain, website or URL in lower case, without `www.`.
    static func domain(_ text: String) -> String {
        var rest = text.lowercased()[...]
        if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
        rest = rest.prefix { !"/?#:".contains($0) }
        if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
        return rest.filter { !$0.isWhitespace }
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
            "a": "àáâãåāăąǎạảấầẩẫậắằẳẵặ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęěẹẻẽếềểễệ", "g": "ĝğġģ", "h": "ĥħ",
            "i": "ìíîïĩīĭįıỉị", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŋ", "o": "òóôõōŏőøơọỏốồổỗộớờởỡợ",
            "r": "ŕŗř", "s": "śŝşšș", "t": "ţťŧț", "u": "ùúûũūŭůűųưụủứừửữự", "w": "ŵ", "y": "ýÿŷỳỵỷỹ",
            "z": "źżž", "ae": "æä", "oe": "œö", "ue": "ü", "ss": "ß", "th": "þ",
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
