// SPDX-License-Identifier: Apache-2.0

/// The team and who belongs to it.
public struct TeamSettings: Sendable, Hashable {
    /// The team's name in the store.
    public var name: String
    /// What each user may do. Nil: whoever comes may do everything.
    public var users: [String: UserRole]?

    public init(name: String = "default", users: [String: UserRole]? = nil) {
        self.name = name
        self.users = users
    }

    /// Looks whether a user may do something.
    ///
    /// - Parameter role: what is needed: a member's rights, or an administrator's.
    /// - Throws: why not.
    public func authorise(_ user: String, needs role: UserRole = .member) throws(AuthorityError) {
        guard let users else { return }
        guard let own = users[user] else { throw .unknownUser(user) }
        guard role == .member || own == .admin else { throw .needsAdmin(user) }
    }
}

/// What a user may do.
public enum UserRole: String, Sendable, Hashable, CaseIterable {
    /// Everything: grants and voids, erasing, removing suppressions, restoring, editing what is another's.
    case admin
    /// Asking for data, and one's own things.
    case member
}

/// Why a user may not do something.
public enum AuthorityError: Error, Sendable, Hashable {
    case unknownUser(String)
    case needsAdmin(String)
}
