// SPDX-License-Identifier: Apache-2.0

/// What is true of an email address; each verifying vendor says it in its own words.
enum MailVerdict: Sendable, Hashable {
    case valid
    case catchAll
    case mailboxNotFound
    case noMailServer
    case badSyntax
    case disposable
    case role
    case spamTrap
    /// The mail server would not say.
    case greylisted
    /// Not an address in a reserved domain: the sandbox knows nothing about the real world.
    case unknown

    var isDeliverable: Bool { self == .valid }
}
