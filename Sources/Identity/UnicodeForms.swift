// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The Unicode forms that normalising needs. The standard library compares by canonical equivalence, but gives neither
/// NFC nor NFKD; this is the one file of the module that asks Foundation for them.
package enum UnicodeForms {
    /// Returns the canonical composition (NFC): one spelling of each text. ASCII is its own, in this form and the next.
    package static func composed(_ text: String) -> String {
        text.isASCII ? text : text.precomposedStringWithCanonicalMapping
    }

    /// Returns the compatibility decomposition (NFKD): ligatures, full-width letters and accents taken apart.
    static func decomposed(_ text: String) -> String {
        text.isASCII ? text : text.decomposedStringWithCompatibilityMapping
    }
}

/// Each answers for ASCII without asking the tables of Unicode, which costs a hundred times as much.
extension Unicode.Scalar {
    /// True for scalars that are shown as pictures, and for what joins or colours them.
    var isPicture: Bool {
        !isASCII
            && (properties.isEmojiPresentation || value == 0xFE0F || value == 0x20E3
                || (0x1F000...0x1FAFF).contains(value) || (0xE0020...0xE007F).contains(value))
    }

    /// True for control characters, line and paragraph separators, and what is no character at all.
    var isControl: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: true
        default: properties.isNoncharacterCodePoint
        }
    }

    /// True for marks that show nothing: direction marks, joiners, soft hyphens, byte order marks.
    var isInvisible: Bool {
        !isASCII
            && (properties.generalCategory == .format || value == 0x034F || value == 0x115F || value == 0x1160
                || value == 0x3164)
    }

    /// True for blanks of every width and for tabs.
    var isBlank: Bool {
        isASCII ? value == 0x20 || value == 0x09 : properties.generalCategory == .spaceSeparator
    }
}

extension StringProtocol {
    /// The text without surrounding blanks, line ends and invisible marks, as copied text often has them.
    var trimmed: String {
        if unsafe withBytes({ unsafe PlainText.hasInkAtEnds($0) }) { return String(self) }
        func outer(_ scalar: Unicode.Scalar) -> Bool {
            scalar.isBlank || scalar.isInvisible || scalar.value == 0x0A || scalar.value == 0x0D
        }
        let start = unicodeScalars.drop(while: outer)
        guard let last = start.lastIndex(where: { !outer($0) }) else { return "" }
        return String(self[start.startIndex..<unicodeScalars.index(after: last)])
    }
}
