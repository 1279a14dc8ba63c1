// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// Whether people's numbers leave the store though a list of numbers that must not be called is too old to tell which
/// may be (`reliability.md`, C: S13). Office phones are a company's, and always leave.
struct NumberOptions: ParsableArguments {
    @Flag(name: .customLong("without-phones"), help: "Leave people's numbers out.")
    var leavesOut = false

    @Flag(
        name: .customLong("allow-stale-lists"),
        help: "Write people's numbers though a do-not-call list is older than 31 days; kept on record.")
    var allowsStaleLists = false

    /// Stops where numbers would leave by lists that are too old; keeps on record that somebody let them.
    func admit(to store: SQLiteStore, in session: Session, as user: String) async throws {
        guard !leavesOut else { return }
        let now = Timestamp.current
        do {
            let stale = try await store.staleNumberLists(of: session.team, at: now)
            guard !stale.isEmpty else { return }
            guard allowsStaleLists else { throw refusal(stale) }
            try await store.overrideStaleLists(stale, team: session.team, user: user, at: now)
        } catch let error as JournalError {
            throw CommandFailure(error)
        }
    }

    /// The card as it is written.
    func shown(_ card: ContactCard) -> ContactCard {
        guard leavesOut else { return card }
        var card = card
        card.contact.phones = []
        return card
    }

    private func refusal(_ stale: [NumberList]) -> CommandFailure {
        let names = stale.map { "\($0.name) (of \($0.dated.iso8601.prefix(10)))" }.joined(separator: ", ")
        return CommandFailure(
            .refused, "a do-not-call list is older than 31 days, so numbers are not exported: \(names)",
            hint: "`weir suppress dnc import` takes a newer one; --without-phones leaves people's numbers out, "
                + "--allow-stale-lists writes them")
    }
}
