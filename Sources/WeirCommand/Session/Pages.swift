// SPDX-License-Identifier: Apache-2.0

internal import SQLStore
internal import WaterfallEngine

/// Saved people or companies page by page, newest first, so that no more than a page is in memory.
struct Pages<Card, Subject> {
    private var last: Identifier<Subject>?
    private var rest: Int
    private let id: (Card) -> Identifier<Subject>
    private let read: (Identifier<Subject>?, Int) async throws(JournalError) -> [Card]

    /// - Parameters:
    ///   - after: only those saved before this one; nil for all.
    ///   - limit: how many at most; nil for all.
    ///   - read: a page after a place, of so many at most.
    fileprivate init(
        after: Identifier<Subject>?, limit: Int?, id: @escaping (Card) -> Identifier<Subject>,
        read: @escaping (Identifier<Subject>?, Int) async throws(JournalError) -> [Card]
    ) {
        last = after
        rest = limit ?? .max
        self.id = id
        self.read = read
    }

    /// The next page; nil after the last.
    mutating func next() async throws(JournalError) -> [Card]? {
        guard rest > 0 else { return nil }
        let size = min(rest, 256)
        let cards = try await read(last, size)
        rest = cards.count == size ? rest - size : 0
        last = cards.last.map(id)
        return cards
    }
}

extension Session {
    func contacts(
        in store: SQLiteStore, where filter: ContactFilter, after: ContactID? = nil, limit: Int? = nil
    ) -> Pages<ContactCard, Contact> {
        Pages(after: after, limit: limit, id: \.contact.id) { [team] (last, size) throws(JournalError) in
            try await store.cards(of: team, where: filter, after: last, limit: size)
        }
    }

    func accounts(
        in store: SQLiteStore, where filter: AccountFilter, after: AccountID? = nil, limit: Int? = nil
    ) -> Pages<AccountCard, Account> {
        Pages(after: after, limit: limit, id: \.account.id) { [team] (last, size) throws(JournalError) in
            try await store.accountCards(of: team, where: filter, after: last, limit: size)
        }
    }
}
