// SPDX-License-Identifier: Apache-2.0

internal import Identity

/// A guessed local part, without its domain.
struct Guess {
    let localPart: String
    let pattern: MailPattern
    let weight: Double
    /// The place of its pattern in the order of patterns.
    private let rank: Int

    /// Returns every local part that the patterns make of a name's spellings, the likeliest first, none twice.
    ///
    /// The weight is the pattern's times the spelling's.
    static func all(firstName: String?, lastName: String?, knownPatterns: [MailPattern: Int]) -> [Guess] {
        guard let name = try? PersonName(first: firstName, last: lastName) else { return [] }
        let total = Double(knownPatterns.values.reduce(0) { $0 + max($1, 0) })
        var best: [String: Guess] = [:]
        for variant in NameSpelling.variants(first: name.first, last: name.last) {
            for template in MailTemplate.all {
                // What was seen, and what is common everywhere as if it was seen once: a pattern that was seen more
                // often than another comes first, and one that was never seen after both.
                let seen = Double(max(knownPatterns[template.pattern] ?? 0, 0))
                let weight = variant.weight * (seen + template.pattern.prior) / (total + 1)
                let firsts = template.needsFirst ? variant.first.map(Optional.some) : [nil]
                let lasts = template.needsLast ? variant.last.map(Optional.some) : [nil]
                for first in firsts {
                    for last in lasts {
                        guard let local = template.localPart(first: first, last: last) else { continue }
                        let guess = Guess(
                            localPart: local, pattern: template.pattern,
                            weight: weight * (first?.weight ?? 1) * (last?.weight ?? 1), rank: template.rank)
                        if best[local].map({ precedes(guess, $0) }) ?? true { best[local] = guess }
                    }
                }
            }
        }
        return best.values.sorted(by: precedes)
    }

    private static func precedes(_ left: Guess, _ right: Guess) -> Bool {
        if left.weight != right.weight { return left.weight > right.weight }
        if left.rank != right.rank { return left.rank < right.rank }
        return left.localPart < right.localPart
    }
}

/// A pattern, taken apart once.
struct MailTemplate: Sendable {
    private enum Part: Sendable {
        case first, firstInitial, last, lastInitial
        case separator(String)
    }

    let pattern: MailPattern
    let rank: Int
    let needsFirst: Bool
    let needsLast: Bool
    private let parts: [Part]

    static let all = zip(MailPattern.allCases, 1...).map { MailTemplate($0, rank: $1) }

    private init(_ pattern: MailPattern, rank: Int) {
        self.pattern = pattern
        self.rank = rank
        // What stands before a bracket is a separator, what stands in it a part of the name.
        parts = pattern.rawValue.split(separator: "}").flatMap { piece -> [Part] in
            let halves = piece.split(separator: "{", omittingEmptySubsequences: false)
            let separator: [Part] = halves[0].isEmpty ? [] : [.separator(String(halves[0]))]
            switch halves.last {
            case "first": return separator + [.first]
            case "f": return separator + [.firstInitial]
            case "last": return separator + [.last]
            default: return separator + [.lastInitial]
            }
        }
        needsFirst = pattern.rawValue.contains("{f")
        needsLast = pattern.rawValue.contains("{l")
    }

    /// Returns the local part that the pattern makes; nil where a part of the name is missing.
    ///
    /// A given name that is an initial alone stands for `{f}`, not for `{first}`.
    func localPart(first: NameSpelling?, last: NameSpelling?) -> String? {
        var local = ""
        for part in parts {
            switch part {
            case .separator(let text): local += text
            case .first:
                guard let first, first.text.utf8.count > 1 else { return nil }
                local += first.text
            case .firstInitial:
                guard let first else { return nil }
                local += first.initial
            case .last:
                guard let last else { return nil }
                local += last.text
            case .lastInitial:
                guard let last else { return nil }
                local += last.initial
            }
        }
        return local
    }
}
