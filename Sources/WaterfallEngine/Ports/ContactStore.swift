// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Saved people and companies.
public protocol ContactStore: Sendable {
    /// Contacts in the order they were saved, newest first.
    func contacts(of team: String, after: ContactID?, limit: Int) async throws(JournalError) -> [Contact]
    /// A contact; of one that was merged into another, that other.
    func contact(_ id: ContactID, team: String) async throws(JournalError) -> Contact?
    func account(_ id: AccountID, team: String) async throws(JournalError) -> Account?
    /// What the team knows of a prospect, without changing anything: for plans and dry runs.
    func known(_ prospect: Prospect, team: String) async throws(JournalError) -> (Contact?, Account?)
}

/// What a team does with its saved people and companies: it looks for them, edits, lists, merges. Nothing here costs
/// credits.
public protocol ContactBook: ContactStore {
    /// A contact with everything that the team knows of it, prices too.
    func card(_ id: ContactID, team: String) async throws(JournalError) -> ContactCard?
    /// The contacts that a filter lets through, newest first, without notes and prices.
    ///
    /// - Parameters:
    ///   - after: the last contact of the page before.
    ///   - limit: how many at most.
    func cards(
        of team: String, where filter: ContactFilter, after: ContactID?, limit: Int
    ) async throws(JournalError) -> [ContactCard]
    func accountCard(_ id: AccountID, team: String) async throws(JournalError) -> AccountCard?
    func accountCards(
        of team: String, where filter: AccountFilter, after: AccountID?, limit: Int
    ) async throws(JournalError) -> [AccountCard]
    /// The names of the custom fields that some contact or account has, in order.
    func fieldNames(of team: String, kind: CardKind) async throws(JournalError) -> [String]
    /// When a provider was last asked for a datum of a contact, or answered with it; nil where none was.
    func lastAsked(_ datum: Datum, of id: ContactID, team: String) async throws(JournalError) -> Timestamp?

    /// Makes a contact of what a user supplies, or edits the one that is named, all at once.
    ///
    /// - Throws: `conflict` where a profile or mailbox is another contact's.
    /// - Returns: the contact as it then is; nil where none has the id.
    func edit(_ edit: ContactEdit) async throws(JournalError) -> ContactCard?
    func edit(_ edit: AccountEdit) async throws(JournalError) -> AccountCard?
    /// Merges two contacts that are one person: the loser's id leads to the winner from then on.
    ///
    /// - Throws: `conflict` with the reason where they can't be merged.
    func merge(_ merge: ContactMerge) async throws(JournalError)
    /// Takes a merge back. Both are as they were, and what came since stays with the winner.
    ///
    /// - Returns: false where no standing merge has the id.
    func undo(
        _ merge: Identifier<ContactMerge>, team: String, user: String, at: Timestamp
    ) async throws(JournalError) -> Bool
    /// The merges of a contact, on either side, newest first.
    func merges(of id: ContactID, team: String) async throws(JournalError) -> [StandingMerge]
}
