// SPDX-License-Identifier: Apache-2.0

/// Cleaning and taking apart what people write in a field for names.
package enum NameText {
    /// Returns the text with single blanks and without invisible marks.
    ///
    /// - Throws: what no name has in it.
    static func checked(_ text: String, maximum: Int) throws(IdentityError) -> String {
        guard text.utf8.count <= maximum else {
            throw IdentityError(.name, .tooLong, "a name has at most 256 bytes a part: is this the right column?")
        }
        if PlainText.isName(text) { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.trimmed.unicodeScalars {
            if scalar.isPicture {
                throw IdentityError(.name, .emoji, "the name has an emoji: remove it")
            }
            // Joiners inside words belong to Persian and to Indic scripts.
            if scalar.isInvisible, scalar.value != 0x200C, scalar.value != 0x200D { continue }
            if scalar.isControl, !scalar.isBlank {
                throw IdentityError(.name, .controlCharacter, "the name has a control character: remove it")
            }
            scalars.append(scalar.isBlank ? " " : scalar)
        }
        let clean = String(scalars).split(separator: " ").joined(separator: " ")
        guard !clean.contains("@"), !clean.contains("://") else {
            throw IdentityError(.name, .malformed, "this is an address, not a name: is this the right column?")
        }
        guard clean.isEmpty || clean.unicodeScalars.contains(where: \.properties.isAlphabetic) else {
            throw IdentityError(.name, .invalidCharacter, "the name has no letter in it: is this the right column?")
        }
        return UnicodeForms.composed(clean)
    }

    /// Takes a whole name apart.
    static func split(_ text: String) -> (first: String?, last: String?) {
        var segments = withoutAsides(text).split(whereSeparator: { ",，、".contains($0) }).map(\.trimmed)
        segments.removeAll(where: \.isEmpty)
        // What follows a comma is a title, or the given name of `Doe, Jane`.
        while segments.count > 1, let last = segments.last, isTitles(last) { segments.removeLast() }
        if segments.count >= 2 {
            let given = withoutHonorifics(segments[1], keeping: 1)
            return (given, withoutSuffixes(segments[0], keeping: 1))
        }
        guard let whole = segments.first else { return (nil, nil) }
        let plain = withoutSuffixes(withoutHonorifics(whole, keeping: 1), keeping: 2)
        let words = plain.split(separator: " ")
        guard words.count > 1 else { return (plain.isEmpty ? nil : plain, nil) }
        var start = words.count - 1
        while start > 1, isParticle(words[start - 1]) { start -= 1 }
        return (words[..<start].joined(separator: " "), words[start...].joined(separator: " "))
    }

    /// Takes `Dr.`, `Prof.` and their like off the start, as long as so many words are left.
    static func withoutHonorifics(_ text: String, keeping minimum: Int) -> String {
        // A single word stays whatever it is.
        guard text.hasByte(0x20) else { return text }
        var words = text.split(separator: " ")
        while words.count > minimum, isHonorific(words[0]) { words.removeFirst() }
        return words.joined(separator: " ")
    }

    private static func isHonorific(_ word: Substring) -> Bool {
        let key = key(word)
        return honorifics.contains(key) || word.hasSuffix(".") && dottedHonorifics.contains(key)
    }

    /// Takes `Jr.`, `PhD` and their like off the end, as long as so many words are left.
    static func withoutSuffixes(_ text: String, keeping minimum: Int) -> String {
        guard text.hasByte(0x20) || text.hasByte(UInt8(ascii: ",")) else { return text }
        var words = text.split(whereSeparator: { $0 == " " || $0 == "," })
        while words.count > minimum, let last = words.last, suffixes.contains(key(last)) { words.removeLast() }
        return words.joined(separator: " ")
    }

    /// Removes what stands in brackets, and nicknames in quotes; all of it where nothing else is left stays.
    private static func withoutAsides(_ text: String) -> String {
        var kept = ""
        var closing: Character?
        for character in text {
            if let end = closing {
                if character == end { closing = nil }
            } else if let end = asides[character] {
                closing = end
                kept.append(" ")
            } else {
                kept.append(character)
            }
        }
        let words = kept.split(separator: " ").joined(separator: " ")
        return closing == nil && words.contains(where: \.isLetter) ? words : text
    }

    /// True for the words of a family name that stand before the name proper (`van`, `de`, `bin`), in any case.
    package static func isParticle(_ word: Substring) -> Bool { particles.contains(key(word)) }

    private static let asides: [Character: Character] = [
        "(": ")", "[": "]", "\"": "\"", "“": "”", "«": "»", "„": "“", "（": "）",
    ]

    private static func isTitles(_ segment: String) -> Bool {
        segment.split(separator: " ").allSatisfy { word in
            let key = key(word)
            return suffixes.contains(key) || commaSuffixes.contains(key)
        }
    }

    /// A word as the lists below have it: lower case, without dots.
    private static func key(_ word: Substring) -> String {
        NameFolding.folded(String(word.unicodeScalars.filter { $0 != "." && $0 != "-" }))
    }

    private static let honorifics: Set<String> = [
        "mr", "mrs", "ms", "miss", "mx", "dr", "drs", "prof", "professor", "doctor", "sir", "dame", "rev", "reverend",
        "capt", "sgt", "herr", "frau", "dipling", "dipl", "mme", "mlle", "monsieur", "madame", "sra", "srta", "senor",
        "senora", "dott", "dottssa", "sigra", "dhr", "mevr", "mgr", "shri", "smt", "engr",
    ]

    /// Honorifics that are names too, and so count only with a dot (`Ing. Eva Novak`, but `Ing Lim`).
    private static let dottedHonorifics: Set<String> = [
        "col", "eng", "fr", "gen", "hon", "ing", "ir", "lt", "mag", "maj", "sig", "sr",
    ]

    /// Suffixes that are no family names.
    private static let suffixes: Set<String> = [
        "jr", "sr", "junior", "ii", "iii", "iv", "phd", "dphil", "md", "mba", "msc", "bsc", "llm", "llb", "esq", "cpa",
        "cfa", "pmp", "dds", "dvm", "rn", "jd", "edd", "emba", "cissp", "shrmcp", "phr", "sphr", "acca", "fcca",
        "obe", "cbe", "mbe", "frcs", "csm", "cfp",
    ]

    /// Suffixes that are family names too (Jack Ma), and so count only after a comma.
    private static let commaSuffixes: Set<String> = [
        "ma", "ba", "bs", "ms", "do", "dr", "prof", "i", "v", "meng", "beng", "med", "mph", "ca", "pa", "np", "pe",
        "ret", "cio",
        "ceo", "cto",
    ]

    private static let particles: Set<String> = [
        "af", "al", "av", "ben", "bin", "bint", "da", "das", "de", "del", "dela", "della", "den", "der", "des", "di",
        "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "mac", "op", "san", "st", "t", "te", "ten",
        "ter",
        "van", "vande", "vander", "von", "y", "zu", "zum", "zur",
    ]
}
