// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The spellings of a new provider's name: `Acme CRM` is the folder `AcmeCRM`, the id `acme_crm`, the member `acmeCRM`.
struct ProviderName: Hashable {
    /// As it was given.
    let spelling: String
    let id: ProviderID
    /// The folder and the type; its module is `<folder>Provider`.
    let folder: String
    let member: String
    /// The environment variable of its key.
    var keyVariable: String { "\(id.rawValue.uppercased())_API_KEY" }

    /// Nil where the name has no letter to begin with, or other characters than letters, digits, blanks, `-` and `_`.
    init?(_ text: String) {
        let words = text.split { " -_".contains($0) }.map(String.init)
        let isSound = words.allSatisfy { word in word.utf8.allSatisfy { byte in Self.isLetterOrDigit(byte) } }
        guard isSound, let first = words.first, !words.isEmpty else { return nil }
        // Words that are not apart are told by their capitals: `AcmeCRM` is `acme_crm`.
        let parts = words.flatMap(Self.parts)
        let id = ProviderID(rawValue: parts.map { $0.lowercased() }.joined(separator: "_"))
        guard id.isWellFormed, !first.isEmpty else { return nil }
        spelling = text
        self.id = id
        folder = parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        member = parts[0].lowercased() + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func parts(of word: String) -> [String] {
        var parts: [String] = []
        var last: Character?
        for character in word {
            if character.isUppercase, let last, last.isLowercase || last.isNumber {
                parts.append("")
            }
            if parts.isEmpty { parts = [""] }
            parts[parts.count - 1].append(character)
            last = character
        }
        return parts
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 32)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
