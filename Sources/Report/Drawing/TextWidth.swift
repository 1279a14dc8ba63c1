// SPDX-License-Identifier: Apache-2.0

/// How wide a text is in a sans-serif face that nobody knows beforehand: what the widest of the usual ones take.
enum TextWidth {
    /// In the units of the size.
    static func of(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ems($1) } * size
    }

    /// The text, shortened with an ellipsis until it fits.
    static func fitted(_ text: String, size: Double, into width: Double) -> String {
        // A room that was made for this very text is as wide as it, but for the last bit.
        let width = width + 0.01
        guard of(text, size: size) > width else { return text }
        var characters = Array(text)
        while !characters.isEmpty, of(String(characters) + "…", size: size) > width { characters.removeLast() }
        while characters.last == " " { characters.removeLast() }
        return characters.isEmpty ? "" : String(characters) + "…"
    }

    private static func ems(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", "!", "'", "|", ".", ",", ":", ";": return 0.32
        case "f", "r", "t", "(", ")", "[", "]", "/", "-", " ", "\u{A0}": return 0.42
        case "m", "w", "M", "W", "%", "@", "…": return 0.98
        case "0"..."9": return 0.64
        case "a"..."z", "_": return 0.62
        default:
            if scalar.properties.generalCategory == .nonspacingMark { return 0 }
            return scalar.value < 0x1100 ? 0.74 : 1.1
        }
    }
}
