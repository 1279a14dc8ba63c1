// SPDX-License-Identifier: Apache-2.0

internal import Identity

/// An address that a person may have at a domain, made of the name. Nobody was asked: it is worth a verification.
public struct GuessedAddress: Sendable, Hashable {
    public let localPart: String
    /// In lower-case ASCII.
    public let domain: String
    public let pattern: MailPattern
    /// How likely it is among the guesses, from 0 to 1, the first the likeliest. No measure of whether it exists.
    public let weight: Double

    /// Guesses that are made at most.
    public static let maximumCount = 50

    public var address: String { "\(localPart)@\(domain)" }

    /// Returns addresses that a person may have, the likeliest first, none twice.
    ///
    /// Names are spelled in ASCII as their owners do: `ä` as `ae` and as `a`, Cyrillic as in passports, Chinese in
    /// pinyin. Double names, particles and nicknames give several spellings. A name in a script that leaves out vowels
    /// (Arabic, Hebrew, Thai) can't be spelled, and gives none.
    ///
    /// - Parameters:
    ///   - firstName: as written; titles are dropped, as are suffixes of the last name.
    ///   - lastName: as written, with its particles.
    ///   - domain: the company's mail domain; none is guessed where an address there is not deliverable.
    ///   - knownPatterns: how many addresses at the domain were verified to follow which pattern. Those come first, the
    ///     most followed before the others.
    ///   - limit: how many are wanted, up to ``maximumCount``.
    public static func candidates(
        firstName: String?, lastName: String?, domain: String, knownPatterns: [MailPattern: Int] = [:],
        limit: Int = 10
    ) -> [GuessedAddress] {
        guard limit > 0, let domain = EmailAddress("a@\(domain)")?.domain else { return [] }
        let guesses = Guess.all(firstName: firstName, lastName: lastName, knownPatterns: knownPatterns)
        let accepted = guesses.lazy.filter { AddressSyntax("\($0.localPart)@\(domain)").isAccepted }
        return accepted.prefix(min(limit, maximumCount)).map { guess in
            GuessedAddress(
                localPart: guess.localPart, domain: domain, pattern: guess.pattern, weight: min(guess.weight, 1))
        }
    }

    /// Returns the same for a name in one piece: `Dr. Jane van der Berg`, `Doe, Jane`, `王小明`.
    public static func candidates(
        fullName: String, domain: String, knownPatterns: [MailPattern: Int] = [:], limit: Int = 10
    ) -> [GuessedAddress] {
        guard let name = GivenAndFamilyName(fullName) else { return [] }
        return candidates(
            firstName: name.given, lastName: name.family, domain: domain, knownPatterns: knownPatterns, limit: limit)
    }
}

extension GuessedAddress: CustomStringConvertible, CustomDebugStringConvertible {
    /// The domain and the pattern alone: an address is personal data.
    public var description: String { "\(pattern.rawValue) at \(domain)" }
    public var debugDescription: String { description }
}
