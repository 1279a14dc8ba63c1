// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Identity

/// Guesses emails from a name and a domain (`pattern`): no vendor, no key, no cost. A pure function of the query.
///
/// - The patterns that the team's verified mailboxes at the domain follow come first, and their mail domain is taken
///   where all of them are at another one than the company's.
/// - A guess is worth nothing by itself: the chain verifies one after the other, and what isn't verified stays
///   `guessed`, free.
public struct PatternProvider: FindingProvider {
    /// Guesses that are given at most. Each may cost a verification.
    public static let guessRange = 1...5
    /// As many as reach 9 in 10 of those who can be reached by guessing.
    public static let standardGuesses = 3

    private let maximumGuesses: Int

    /// - Parameter maximumGuesses: in ``guessRange``.
    public init(maximumGuesses: Int = Self.standardGuesses) {
        precondition(Self.guessRange.contains(maximumGuesses), "1 to 5 guesses")
        self.maximumGuesses = maximumGuesses
    }

    public var descriptor: ProviderDescriptor { Self.descriptor }

    public static let descriptor = ProviderDescriptor(
        id: "pattern", name: "Pattern",
        capabilities: [
            .email: CapabilityDescriptor(
                inputs: [[.firstName, .lastName, .domain], [.fullName, .domain]], price: .free, expectedHitRate: 0.4)
        ],
        repeats: .free, concurrency: 1_000, timeout: .seconds(1), evidence: .confirmed, isLocal: true,
        readsMailboxes: true)

    public func find(
        _ query: ContactQuery, using client: ProviderClient
    ) async throws(ProviderError) -> ProviderAnswer {
        guard let domain = query.domain else { return .miss }
        let learned = LearnedPatterns(query.known.mailboxes, domain: domain)
        guard Self.isCompanys(learned.domain) else { return .miss }
        let guesses: [GuessedAddress]
        if query.firstName != nil || query.lastName != nil {
            guesses = GuessedAddress.candidates(
                firstName: query.firstName, lastName: query.lastName, domain: learned.domain,
                knownPatterns: learned.counts, limit: maximumGuesses)
        } else {
            guesses = GuessedAddress.candidates(
                fullName: query.fullName ?? "", domain: learned.domain, knownPatterns: learned.counts,
                limit: maximumGuesses)
        }
        return ProviderAnswer(
            emails: guesses.map { EmailCandidate($0.address, grade: .guessed, confidence: $0.weight) })
    }
}

extension PatternProvider {
    /// False for a domain at which anybody gets a mailbox, by whatever name is left.
    private static func isCompanys(_ domain: String) -> Bool {
        guard let address = EmailAddress("a@\(domain)"), !address.isPublicHost else { return false }
        return !DomainList.freeMail.contains(address.domain) && !DomainList.disposable.contains(address.domain)
    }
}

extension ProviderDefinition {
    /// Guesses by the patterns of names and of the domain.
    public static func pattern(maximumGuesses: Int = PatternProvider.standardGuesses) -> ProviderDefinition {
        ProviderDefinition(PatternProvider.descriptor) { PatternProvider(maximumGuesses: maximumGuesses) }
    }
}
