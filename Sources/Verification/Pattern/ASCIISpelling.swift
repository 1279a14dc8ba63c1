// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Identity

/// Names in ASCII, as their owners write them on forms and in addresses.
enum ASCIISpelling {
    /// Which of two habits is followed where there are two.
    enum Alphabet: CaseIterable {
        /// `ü` is `ue`, `я` is `ya`.
        case spelledOut
        /// `ü` is `u`, `я` is `ia` as in passports (ICAO 9303).
        case plain
    }

    /// The habits for a name, the likelier first: umlauts are spelled out by Germans, and not where another letter
    /// shows that the name isn't German.
    static func alphabets(for name: String) -> [Alphabet] {
        let foreign = UnicodeForms.composed(name).lowercased().unicodeScalars.contains { scalar in
            (0xC0..<0x250).contains(scalar.value) && !"äöüß".unicodeScalars.contains(scalar)
        }
        return foreign ? [.plain, .spelledOut] : [.spelledOut, .plain]
    }

    /// Returns the name in lower-case letters, digits, hyphens and blanks; nil in a script that leaves out vowels.
    static func spelled(_ name: String, _ alphabet: Alphabet) -> String? {
        let text = UnicodeForms.composed(name).lowercased()
        guard !text.unicodeScalars.contains(where: leavesOutVowels) else { return nil }
        if let family = koreanFamilies[text] { return family }
        let digraphs = greekDigraphs.reduce(text) { $0.replacing($1.greek, with: $1.latin) }
        var spelled = ""
        for scalar in withCommonEndings(digraphs, alphabet).unicodeScalars {
            spelled += letters(for: scalar, alphabet) ?? String(scalar)
        }
        if spelled.unicodeScalars.contains(where: { (0x0900..<0x0E00).contains($0.value) }) { spelled = indic(spelled) }
        if !spelled.utf8.allSatisfy({ $0 < 0x80 }) {
            spelled = spelled.applyingTransform(toASCII, reverse: false)?.lowercased() ?? ""
        }
        var result = ""
        for scalar in spelled.unicodeScalars {
            if scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                result.unicodeScalars.append(scalar)
            } else if scalar == "-" || scalar.value == 0x2010 || scalar.value == 0x2011 {
                result.append("-")
            } else if scalar == " " || scalar == "." || scalar == "/" {
                result.append(" ")
            }
        }
        return result
    }

    /// ICU's rules: Chinese by the readings that names have, other scripts by ISO and UN, then accents off.
    private static let toASCII = StringTransform("Han-Latin/Names; Any-Latin; Latin-ASCII")

    /// Indian names as they are written in English: `sh` for both sibilants, `ch`, and in the north no vowel at the end
    /// that isn't written.
    private static func indic(_ text: String) -> String {
        let isNorthern = text.unicodeScalars.contains { (0x0900..<0x0B00).contains($0.value) }
        let latin = text.applyingTransform(.toLatin, reverse: false) ?? ""
        return latin.split(separator: " ").map { word in
            let word = isNorthern && word.count > 3 && word.hasSuffix("a") ? word.dropLast() : word
            return word.replacing("ś", with: "sh").replacing("ṣ", with: "sh").replacing("c", with: "ch")
        }.joined(separator: " ")
    }

    /// True for names in Chinese characters, kana or Hangul, whose writers put the family first.
    static func isEastAsian(_ name: String) -> Bool {
        name.unicodeScalars.contains { $0.properties.isAlphabetic }
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.value {
                case 0x20, 0x3000, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
                    0x3005, 0x20000...0x3FFFF:
                    true
                default: false
                }
            }
    }

    /// Hebrew, Arabic and their kin, Thai, Lao, Burmese and Khmer.
    private static func leavesOutVowels(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0590...0x08FF, 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC:
            true
        default: false
        }
    }

    /// Russian names end in `-ий` and `-ый`, which nearly everybody writes `-y`.
    private static func withCommonEndings(_ text: String, _ alphabet: Alphabet) -> String {
        guard alphabet == .spelledOut else { return text }
        return text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.hasSuffix("ий") || word.hasSuffix("ый") ? "\(word.dropLast(2))y" : String(word)
        }.joined(separator: " ")
    }

    private static func letters(for scalar: Unicode.Scalar, _ alphabet: Alphabet) -> String? {
        if alphabet == .plain, let plain = plainLetters[scalar] { return plain }
        return usualLetters[scalar]
    }

    private static let plainLetters: [Unicode.Scalar: String] = [
        "ä": "a", "ö": "o", "ü": "u", "ø": "o", "å": "a", "æ": "ae", "й": "i", "ю": "iu", "я": "ia", "х": "h",
        "щ": "sch", "ц": "c", "є": "ie", "ї": "i",
    ]

    private static let usualLetters: [Unicode.Scalar: String] = [
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d",
        "þ": "th", "ł": "l", "ı": "i", "ə": "a", "ŋ": "n",
        // Cyrillic, after BGN/PCGN.
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
        "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
        "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj",
        "ћ": "c", "џ": "dz", "ќ": "k", "ѓ": "g", "ѕ": "dz",
        // Greek, after ELOT 743.
        "α": "a", "ά": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "έ": "e", "ζ": "z", "η": "i", "ή": "i", "θ": "th",
        "ι": "i", "ί": "i", "ϊ": "i", "ΐ": "i", "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "ό": "o",
        "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "ύ": "y", "ϋ": "y", "ΰ": "y", "φ": "f",
        "χ": "ch", "ψ": "ps", "ω": "o", "ώ": "o",
    ]

    /// Letters that are read together. Where they stand decides no more than a sound.
    private static let greekDigraphs: [(greek: String, latin: String)] = [
        ("ου", "ou"), ("ού", "ou"), ("αυ", "av"), ("αύ", "av"), ("ευ", "ev"), ("εύ", "ev"), ("γγ", "ng"),
        ("γχ", "nch"), ("μπ", "b"),
    ]

    /// The most common family names of Korea, which have spellings of their own.
    private static let koreanFamilies: [String: String] = [
        "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho", "윤": "yoon",
        "장": "jang", "임": "lim", "한": "han", "오": "oh", "서": "seo", "신": "shin", "권": "kwon", "황": "hwang",
        "안": "ahn", "송": "song", "류": "ryu", "유": "yoo", "홍": "hong", "전": "jeon", "고": "ko", "문": "moon",
        "노": "noh", "우": "woo", "구": "koo", "주": "joo", "백": "baek", "허": "heo",
    ]
}
