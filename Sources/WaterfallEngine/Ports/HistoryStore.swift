// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What the attempts on record say of each provider: what orders are learned from.
public protocol HistoryStore: Sendable {
    /// The histories of a team's chains. What was settled since the last look is counted first, each request once.
    ///
    /// - Parameters:
    ///   - since: calls before the month of this moment don't count.
    ///   - country: prospects of this country alone, ISO 3166-1 alpha-2; empty: those whose country wasn't given; nil:
    ///     all.
    func orderHistory(
        of team: String, since: Timestamp?, country: String?
    ) async throws(JournalError) -> OrderHistory

    /// Answered calls on record by country, the largest first; an empty one: those whose country wasn't given.
    func countriesOnRecord(of team: String) async throws(JournalError) -> [CountryOnRecord]
}

/// A country, and how much is on record of its people.
public struct CountryOnRecord: Sendable, Hashable {
    public var country: String
    public var answers: Int

    public init(country: String, answers: Int) {
        self.country = country
        self.answers = answers
    }
}
