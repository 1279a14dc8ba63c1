// SPDX-License-Identifier: Apache-2.0

/// A person's name: its parts as written, and its folded form, which identifies.
public struct PersonName: Sendable, Hashable {
    /// The given name or names, as written, without honorifics; of a single word, the word.
    public let first: String?
    /// The family name with its particles (`van der Berg`), without suffixes; nil for a single word.
    public let last: String?
    /// First and last name, or the single word.
    public let full: String

    /// Bytes of one part of a name.
    public static let maximumPartLength = 256
    /// Bytes of a whole name, title and all.
    public static let maximumLength = 1_024

    /// Reads a whole name: `Dr. Jane van der Berg, PhD`, `Doe, Jane`, `Ludwig van Beethoven`, a single word.
    ///
    /// Where a name has more than two words, the last, with the particles before it, is taken as the family name: what
    /// a full name alone allows. Names whose writers put the family first are best given in two parts.
    ///
    /// - Throws: what is wrong, and what to do.
    public init(parsing text: String) throws(IdentityError) {
        let text = try NameText.checked(text, maximum: Self.maximumLength)
        let parts = NameText.split(text)
        try self.init(first: parts.first, last: parts.last)
    }

    /// Takes a name in two parts; either may be missing, not both. Honorifics and suffixes are taken off.
    ///
    /// - Throws: what is wrong, and what to do.
    public init(first: String?, last: String?) throws(IdentityError) {
        let first = try Self.part(first).map { NameText.withoutHonorifics($0, keeping: 1) }
        let last = try Self.part(last).map { NameText.withoutSuffixes($0, keeping: 1) }
        guard first != nil || last != nil else {
            throw IdentityError(.name, .empty, "the name is empty: write one such as Jane Doe")
        }
        self.first = first
        self.last = last
        full = if let first, let last { "\(first) \(last)" } else { first ?? last ?? "" }
    }

    /// What makes two spellings the same name: `jane van der berg`.
    public var folded: String { NameFolding.folded(full) }

    /// A part that is blank is missing.
    private static func part(_ text: String?) throws(IdentityError) -> String? {
        guard let text, !text.trimmed.isEmpty else { return nil }
        return try NameText.checked(text, maximum: maximumPartLength)
    }
}

extension PersonName: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind of thing alone: a name is personal data.
    public var description: String { "a person's name" }
    public var debugDescription: String { description }
}
