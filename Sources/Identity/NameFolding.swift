// SPDX-License-Identifier: Apache-2.0

/// What makes two spellings of a name the same: case, accents, punctuation and blanks are taken away.
///
/// Folding is the same on every machine, and folding what is folded changes nothing.
package enum NameFolding {
    /// Returns words in lower case, without accents and punctuation, with one blank between two.
    package static func folded(_ text: String) -> String {
        if text.isASCII { return PlainText.folded(text) }
        var scalars = String.UnicodeScalarView()
        // Lower case before and after: some capitals come apart into letters, some letters come together.
        for scalar in UnicodeForms.decomposed(text.lowercased()).lowercased().unicodeScalars {
            if isDropped(scalar) { continue }
            if let spelled = spelledOut[scalar] {
                scalars.append(contentsOf: spelled.unicodeScalars)
            } else {
                scalars.append(isWord(scalar) ? scalar : " ")
            }
        }
        let words = String(scalars).split(separator: " ").joined(separator: " ")
        return UnicodeForms.composed(words)
    }

    /// Accents, vowel points that writers leave out, stretching, apostrophes, joiners.
    ///
    /// Marks of other scripts stay: in Devanagari, Thai or Japanese a mark is another sound, so another name.
    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0300...0x036F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: true
        case 0x0591...0x05BD, 0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7: true
        case 0x0610...0x061A, 0x064B...0x065F, 0x0670, 0x0640: true
        case 0x27, 0x60, 0xB4, 0x02B9...0x02BC, 0x2018...0x201B, 0x2032, 0x05F3, 0x05F4: true
        default: scalar.isInvisible
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .nonspacingMark, .spacingMark, .enclosingMark:
            true
        default: false
        }
    }

    /// Letters that Unicode doesn't take apart, though writers do.
    private static let spelledOut: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i",
        "ĸ": "k", "ŋ": "n", "ŧ": "t", "ƒ": "f", "ǝ": "e", "ə": "e", "ς": "σ", "ى": "ي", "ی": "ي", "ک": "ك",
    ]
}
