// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Whom the team does not look for, and whose data it no longer keeps (`semantics.md`, 9).
public protocol PrivacyStore: Sendable {
    /// Adds entries; what is there stays as it is. Returns how many are new.
    func suppress(
        _ values: [SuppressionValue], of team: String, _ note: SuppressionNote
    ) async throws(JournalError) -> Int

    /// Takes entries off the list, on record. Returns how many there were.
    func unsuppress(
        _ values: [SuppressionValue], of team: String, _ note: SuppressionNote
    ) async throws(JournalError) -> Int

    /// Entries, newest first. Their values can't be shown: only their hashes are kept.
    func suppressions(of team: String, limit: Int) async throws(JournalError) -> [SuppressionEntry]

    /// The entries that name one of these values, which an email's domain does too.
    func suppressions(
        naming values: [SuppressionValue], team: String
    ) async throws(JournalError) -> [SuppressionEntry]

    /// The contacts that carry a value.
    func contacts(with value: SuppressionValue, team: String) async throws(JournalError) -> [ContactID]

    /// Removes people's data everywhere in the store, leaves entries in the suppression list, and keeps the amounts of
    /// the ledger. When it returns, no byte of them is left in the store's files.
    func erase(
        _ contacts: [ContactID], team: String, user: String, at: Timestamp
    ) async throws(JournalError) -> ErasureResult

    /// What was done to the store by hand, newest first.
    func audit(of team: String, limit: Int) async throws(JournalError) -> [AuditEntry]
}

/// Who changes the suppression list, when and why.
public struct SuppressionNote: Sendable, Hashable {
    /// Why, in the user's words; without personal data.
    public var reason: String?
    /// Where it came from: `cli`, `import`, `erasure`.
    public var source: String
    public var user: String
    public var at: Timestamp

    public init(reason: String? = nil, source: String, user: String, at: Timestamp) {
        self.reason = reason
        self.source = source
        self.user = user
        self.at = at
    }
}

/// One entry of the suppression list, without its value.
public struct SuppressionEntry: Sendable, Hashable {
    public var kind: SuppressionKind
    public var note: SuppressionNote

    public init(kind: SuppressionKind, note: SuppressionNote) {
        self.kind = kind
        self.note = note
    }
}

/// What erasing came to.
public enum ErasureResult: Sendable, Hashable {
    /// How many people, and how many entries they left in the suppression list.
    case erased(people: Int, suppressions: Int)
    /// Requests for one of them are not settled: nothing was erased.
    case open(requests: Int)
}

/// One administrative act. Never changed or deleted.
public struct AuditEntry: Sendable, Hashable {
    /// What was done: `erase`, `suppress`, `unsuppress`, `dnc_import`, `dnc_remove`, `dnc_override`, `restore`.
    public var action: String
    /// To what, without personal data.
    public var detail: String
    public var user: String
    public var at: Timestamp

    public init(action: String, detail: String, user: String, at: Timestamp) {
        self.action = action
        self.detail = detail
        self.user = user
        self.at = at
    }
}
