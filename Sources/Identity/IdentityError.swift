// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the thing it should be, and what to write instead.
///
/// The message is a `StaticString`, so that what the user typed, which may be personal, can't reach a log through it.
public struct IdentityError: Error, Sendable, Hashable {
    /// What the text was read as.
    public enum Subject: String, Sendable, Hashable, CaseIterable {
        case domain, email
        case linkedIn = "linkedin_url"
        case name, country
    }

    /// The closed list of what can be wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case empty
        case tooLong = "too_long"
        case controlCharacter = "control_character"
        case emoji
        case invalidCharacter = "invalid_character"
        /// The parts are not where the form wants them.
        case malformed
        case ipAddress = "ip_address"
        /// A single label, or a top-level domain alone.
        case noDot = "no_dot"
        /// An email address where a domain was wanted.
        case emailAddress = "email_address"
        /// A link of another kind: a company's page, Sales Navigator, another site.
        case wrongLink = "wrong_link"
        case unknownCode = "unknown_code"
    }

    public let subject: Subject
    public let kind: Kind
    /// A whole sentence: what is wrong, and what to do.
    public let message: String

    init(_ subject: Subject, _ kind: Kind, _ message: StaticString) {
        self.subject = subject
        self.kind = kind
        self.message = "\(message)"
    }
}

extension IdentityError: CustomStringConvertible {
    public var description: String { "\(subject.rawValue): \(message)" }
}
