// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Lists of numbers that must not be called (`semantics.md`, 4). A number on one is told flagged, never withheld.
public protocol NumberListStore: Sendable {
    /// Puts a list in the place of the one of its name.
    ///
    /// - Parameter numbers: E.164.
    /// - Returns: how many numbers are on it.
    func importNumbers(_ numbers: [String], as list: NumberList, team: String, user: String) async throws(JournalError)
        -> Int

    /// Removes a list; false where there is none of this name.
    func removeNumberList(_ name: String, team: String, user: String, at: Timestamp) async throws(JournalError) -> Bool

    /// The team's lists, by name.
    func numberLists(of team: String) async throws(JournalError) -> [NumberList]

    /// Keeps on record that numbers were exported though lists are too old.
    func overrideStaleLists(_ lists: [NumberList], team: String, user: String, at: Timestamp) async throws(JournalError)
}

extension NumberListStore {
    /// The lists that are too old to export mobile numbers by: older than 31 days.
    public func staleNumberLists(of team: String, at moment: Timestamp) async throws(JournalError) -> [NumberList] {
        try await numberLists(of: team).filter { $0.isStale(at: moment) }
    }
}

/// One list of numbers that must not be called.
public struct NumberList: Sendable, Hashable {
    /// How old a list may be where its numbers are to be called.
    public static let maximumAge = Duration.days(31)

    public var name: String
    /// ISO 3166-1 alpha-2, upper case; what the user says it is for.
    public var country: String?
    /// The day that it is of.
    public var dated: Timestamp
    public var count: Int
    public var importedAt: Timestamp

    public init(name: String, country: String?, dated: Timestamp, count: Int = 0, importedAt: Timestamp) {
        self.name = name
        self.country = country
        self.dated = dated
        self.count = count
        self.importedAt = importedAt
    }

    /// True where it is older than 31 days.
    public func isStale(at moment: Timestamp) -> Bool { moment - dated > Self.maximumAge }
}
