// SPDX-License-Identifier: Apache-2.0

internal import Identity

/// One way to write a part of a name in a local part, and how likely it is beside the others.
struct NameSpelling: Sendable, Hashable {
    /// Lower-case ASCII letters, digits and hyphens.
    var text: String
    /// The first letter, or the first of each part of a double name.
    var initial: String
    var weight: Double

    init?(_ text: String, initial: String? = nil, weight: Double) {
        guard let first = text.first else { return nil }
        self.text = text
        self.initial = initial ?? String(first)
        self.weight = weight
    }

    /// The spellings of both parts by one way of writing letters in ASCII.
    struct Variant {
        var first: [NameSpelling]
        var last: [NameSpelling]
        var weight: Double
    }

    /// Letters are written in the same way in both parts: `juergen.mueller` and `jurgen.muller`, and no mixture.
    static func variants(first: String?, last: String?) -> [Variant] {
        let whole = [first, last].compactMap(\.self).joined(separator: " ")
        var variants: [Variant] = []
        for (alphabet, weight) in zip(ASCIISpelling.alphabets(for: whole), [1, 0.35]) {
            let variant = Variant(
                first: first.map { given($0, alphabet) } ?? [], last: last.map { family($0, alphabet) } ?? [],
                weight: weight)
            // Names in plain ASCII have one variant.
            let isNew = variants.allSatisfy { $0.first != variant.first || $0.last != variant.last }
            if isNew { variants.append(variant) }
        }
        return variants
    }

    /// Words of a name that are looked at: the rest is a story, not a name.
    private static let maximumWords = 6

    /// `Anne-Marie` is also written `annemarie` and `anne`; of several given names the first is most used; initials of
    /// middle names are dropped.
    private static func given(_ name: String, _ alphabet: ASCIISpelling.Alphabet) -> [NameSpelling] {
        var words = words(of: name, alphabet)
        // Given names in characters are one word of several syllables.
        if ASCIISpelling.isEastAsian(name) { words = [words.joined()] }
        let full = words.filter { $0.utf8.count > 1 }
        guard let main = full.first ?? words.first else { return [] }
        let parts = main.split(separator: "-").map(String.init)
        var spellings = [NameSpelling(main, weight: 1)]
        if parts.count > 1 {
            let initials = String(parts.compactMap(\.first))
            spellings += [
                NameSpelling(parts.joined(), weight: 0.5), NameSpelling(parts[0], weight: 0.4),
                NameSpelling(main, initial: initials, weight: 0.3),
            ]
        }
        if full.count > 1 {
            spellings += [
                NameSpelling(full.joined(), weight: 0.3), NameSpelling(full.joined(separator: "-"), weight: 0.2),
                NameSpelling(full[1], weight: 0.1),
            ]
        }
        let others = Nicknames.of(parts.first ?? main)
        let fullCount = others.count { $0.isFull }
        for (offset, other) in others.enumerated() {
            // Bob is Robert, but Chris may be any of four.
            let weight = other.isFull ? 0.15 / Double(fullCount) : 0.06 / Double(offset + 1)
            spellings.append(NameSpelling(other.name, weight: weight))
        }
        return spellings.compactMap(\.self)
    }

    /// `van der Berg` is written `vanderberg` or `berg`; `Garcia Lopez` in one word, or by either.
    private static func family(_ name: String, _ alphabet: ASCIISpelling.Alphabet) -> [NameSpelling] {
        let all = words(of: name, alphabet)
        guard !ASCIISpelling.isEastAsian(name) else {
            return [NameSpelling(all.joined(), weight: 1)].compactMap(\.self)
        }
        let core = Array(all.drop { NameText.isParticle($0[...]) })
        let words = core.isEmpty ? all : core
        let parts = words.flatMap { $0.split(separator: "-").map(String.init) }
        guard let main = words.first, let head = parts.first, let tail = parts.last else { return [] }
        var spellings = [NameSpelling(all.joined(), weight: 1)]
        if words.count < all.count { spellings.append(NameSpelling(words.joined(), weight: 0.5)) }
        if parts.count > words.count { spellings.append(NameSpelling(parts.joined(), weight: 0.4)) }
        if parts.count > 1 {
            spellings += [
                NameSpelling(main, weight: 0.45), NameSpelling(head, weight: 0.42), NameSpelling(tail, weight: 0.3),
                NameSpelling(parts.joined(separator: "-"), weight: 0.25),
            ]
        }
        return spellings.compactMap(\.self)
    }

    private static func words(of name: String, _ alphabet: ASCIISpelling.Alphabet) -> [String] {
        let words = ASCIISpelling.spelled(name, alphabet)?.split(separator: " ").map(String.init) ?? []
        return words.prefix(maximumWords).map { word in
            word.split(separator: "-").joined(separator: "-")
        }.filter { !$0.isEmpty }
    }
}
